"""Tokens for programs: made by a person who is there, no wider than he is, over after some days, revoked at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from reviewflow import logs
from reviewflow.engine.identity import secrets
from reviewflow.engine.identity.authority import active, require_administrator, require_person, require_presence
from reviewflow.engine.reach import READ
from reviewflow.engine.stage import Stage, missing
from reviewflow.errors import Forbidden, Invalid, NotFound, Refused, Unauthenticated, Unavailable
from reviewflow.nouns.actor import Actor
from reviewflow.nouns.commands.form import REGISTRY, SHORT_TEXT
from reviewflow.nouns.plain import plain
from reviewflow.nouns.principal import Method, Principal, Scopes
from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import Row, Subject
from reviewflow.rules.permissions import sees
from reviewflow.settings.settings import Settings
from reviewflow.store.database import Connection, Engine, reading, transaction
from reviewflow.store.identity import tokens as store
from reviewflow.store.refs import PREFIX, misread, tidy_ref

NOT_ONE = "The token is none, was revoked, or is over."  # one sentence for whatever is wrong with it
MAKE_ONE = "Make another with `reviewflow token make`."
LONGEST = 254  # of a reference: a mailbox
_SHOWN = ("id", "name", "scopes", "made_at", "expires_at", "used_at")


@dataclass(frozen=True)
class Made:
    """A new token: its row as it is listed, and the secret, which is nowhere else; its name does not show it."""

    row: Row
    secret: str

    def __repr__(self) -> str:
        """Without the secret."""
        return f"Made({self.row['id']!r})"


def make(
    engine: Engine, settings: Settings, by: Principal, name: str, scopes: Scopes, days: int | None, now: datetime,
    key: str = "",
) -> Made:  # fmt: skip
    """A token of the person who is there; Invalid for a scope that is none, Forbidden for a token that wants one.

    Under a key one is made once; its secret cannot be shown again, so that a second call is Refused.
    """
    identity = settings.server.identity
    require_presence(by, identity, now)
    days, scopes = identity.token_days if days is None else days, _tidy(scopes)
    if faults := [*_name_faults(name), *_scope_faults(scopes), *_day_faults(days, identity.token_days_at_most)]:
        raise Invalid(*faults)
    secret = secrets.draw_token()
    id = secrets.id_under(by.person, key) if key else secrets.draw_id()
    row: Row = {"id": id, "digest": secrets.digest(secret), "person": by.person, "name": name.strip()}
    row |= {"scopes": _document(scopes), "made_at": now, "expires_at": now + timedelta(days=days)}
    with transaction(engine) as connection:
        _require_seen(connection, settings, active(connection, settings, by), scopes)
        if not store.add(connection, row | {"used_at": None, "revoked_at": None}):
            raise Refused(
                "A token was made by this form already, and its secret was in the first answer alone.",
                remedy="If you did not see it, revoke that token in your list; then send this form again.",
            )
    logs.get().info("token_made", person=by.person, id=row["id"], expires=plain(row["expires_at"]))
    return Made({name: row.get(name) for name in _SHOWN}, secret)


def principal(engine: Engine, settings: Settings, secret: str, now: datetime) -> Principal:
    """Whose token it is, and how far it reaches; Unauthenticated with one sentence where it opens nothing.

    A typo is told from the checksum, and asks no database. What its person may is asked when it is used.
    """
    row = None
    if secrets.is_token(secret):
        with reading(engine) as connection:
            row = store.live(connection, secrets.digest(secret), now)
    if row is None:
        raise Unauthenticated(NOT_ONE, remedy=MAKE_ONE)
    minute = now.replace(second=0, microsecond=0)
    if row["used_at"] is None or row["used_at"] < minute:
        try:
            with transaction(engine) as connection:
                store.use(connection, row["id"], minute)
        except Unavailable as error:  # reading goes on where nothing can be written
            logs.get().warning("token_not_marked", id=row["id"], why=error.reasons[0])
    return Principal(row["person"], Method.TOKEN, row["id"], _scopes(row["scopes"]))


def tokens_of(engine: Engine, settings: Settings, by: Principal, person: str, now: datetime) -> list[Row]:
    """The live tokens of a person, for himself or an administrator."""
    require_person(by)
    with reading(engine) as connection:
        if person != by.person:
            require_administrator(connection, settings, by, person, "listing the tokens of another")
        rows = store.of_person(connection, person, now)
    return [{name: row[name] for name in _SHOWN} for row in rows]


def revoke(engine: Engine, settings: Settings, by: Principal, id: str, now: datetime) -> str:
    """End a token of one's own, or as an administrator another's; whose it was. NotFound where there is none."""
    require_person(by)
    none = NotFound(f"There is no token {id}, or it is over.", remedy="List them first.")
    with transaction(engine) as connection:
        row = store.one(connection, id) if id.isalnum() else None
        if row is None:
            raise none
        if row["person"] != by.person:
            try:
                require_administrator(connection, settings, by, row["person"], "revoking the token of another")
            except (Forbidden, NotFound):
                raise none from None  # that there is one is not everyone's to know
        if not store.revoke(connection, id, now):
            raise none
    logs.get().info("token_revoked", person=row["person"], id=id, by=by.person)
    return str(row["person"])


def verbs() -> list[str]:
    """What a scope may name: "read" for every view, and each command that a person may give."""
    return [READ, *(f"{c.kind.value} {c.verb}" for c in REGISTRY.values() if not c.by_system)]


def _tidy(scopes: Scopes) -> Scopes:
    subjects, homes = scopes.subjects, scopes.organizations
    return Scopes(
        scopes.verbs,
        subjects and frozenset(tidy_ref(ref) for ref in subjects),
        homes and frozenset(key.strip().lower() for key in homes),
    )


def _require_seen(connection: Connection, settings: Settings, maker: Actor, scopes: Scopes) -> None:
    """NotFound for an organization that does not exist for who makes the token; Invalid for what is no reference.

    Of a reference in the right form nothing is said: whether there is one is not everyone's to know.
    """
    known = Stage(connection, settings).organizations
    drawn = tuple(f"{prefix}-" for prefix in PREFIX.values())
    bad = [r for r in scopes.subjects or () if not r.startswith(drawn) and "@" not in r]
    bad = [r for r in bad if r not in known or not sees(maker, Subject(Kind.ORGANIZATION, r, row=known[r]))]
    if bad:
        raise Invalid(*(f"{ref!r} is no reference: one looks like RV-7K4D-YASV." for ref in sorted(bad)))
    for key in sorted(scopes.organizations or ()):
        if key not in known or not sees(maker, Subject(Kind.ORGANIZATION, key, row=known[key])):
            raise missing(Kind.ORGANIZATION, key)


def _name_faults(name: str) -> list[str]:
    if name.strip() and len(name) <= SHORT_TEXT and name.isprintable():
        return []
    return [f"A token's name is one line of up to {SHORT_TEXT} characters, such as release pipeline."]


def _scope_faults(scopes: Scopes) -> list[str]:
    known = verbs()
    faults = [
        f"A token cannot reach {verb!r}: that is no verb." for verb in sorted(scopes.verbs or ()) if verb not in known
    ]
    bad = [ref for ref in scopes.subjects or () if not ref.isprintable() or not 0 < len(ref) <= LONGEST or misread(ref)]
    faults += [f"{ref!r} is misread: it is no reference, or its check character does not fit." for ref in sorted(bad)]
    if any(scope is not None and not scope for scope in vars(scopes).values()):
        faults.append("A token that reaches nothing is of no use; leave the scope out, or name something.")
    return faults


def _day_faults(days: int, most: int) -> list[str]:
    return [] if 1 <= days <= most else [f"A token is good for 1 to {most} days here; {days} is not."]


def _document(scopes: Scopes) -> Row:
    return {name: None if value is None else sorted(value) for name, value in vars(scopes).items()}


def _scopes(document: Row) -> Scopes:
    return Scopes(**{name: None if value is None else frozenset(value) for name, value in document.items()})
