"""One-time codes by which a person who is on record sets a password, or links his account at a provider of OpenID."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from reviewflow import logs
from reviewflow.engine.identity import attempts, entrance, founding, passwords, secrets, ways
from reviewflow.engine.identity.authority import require_administrator, require_presence
from reviewflow.errors import Refused, Unauthenticated
from reviewflow.nouns.events import SYSTEM
from reviewflow.nouns.principal import InvitationKind, Principal, WayChange
from reviewflow.nouns.server import Identity
from reviewflow.nouns.subject import Row
from reviewflow.settings.settings import Settings
from reviewflow.store import lookups
from reviewflow.store.database import Connection, Engine, reading, transaction
from reviewflow.store.identity import invitations as store
from reviewflow.store.identity import people

Give = Callable[[Connection, str], None]  # a way in, to a person, within the transaction that uses up the code
BAD_CODE = "The code is wrong, was used, or is over."  # one sentence for whatever is wrong with it
ASK = "Ask an administrator for a new one."


@dataclass(frozen=True)
class Accepted:
    """Whose way in it is now; `ended`, how much of each that opened a door before; empty where nothing was reset."""

    person: str
    ended: Mapping[str, int]


@dataclass(frozen=True)
class Invited:
    """Who may use the code, if he is named, and until when; the code itself is nowhere else, and its name hides it."""

    kind: InvitationKind
    person: str | None
    expires_at: datetime
    code: str
    is_anew: bool = False  # one before it was live, and is over

    def __repr__(self) -> str:
        """Without the code."""
        return f"Invited({self.kind.value!r}, {self.person!r})"


def invite(engine: Engine, settings: Settings, by: Principal, person: str, now: datetime) -> Invited:
    """A new code for a person, by an administrator who is there; the person's earlier codes are over."""
    require_presence(by, settings.server.identity, now)
    with transaction(engine) as connection:
        require_administrator(connection, settings, by, person, "person invite")
        found = people.standing(connection, person)
        if found is None or not found["is_active"]:
            raise Refused(f"{person} is out of use.", remedy=f"First: reviewflow person activate {person}.")
        kind = InvitationKind.RESET if found["has_way"] else InvitationKind.JOIN
        if kind is InvitationKind.RESET:
            ways.changed(connection, settings, person, WayChange.RESET_INVITED, by.person, now)
        return _draw(connection, settings.server.identity, kind, person, by.person, now)


def invite_first(engine: Engine, settings: Settings, now: datetime) -> Invited | None:
    """A code for the first administrator; None in a simulation, and where an administrator can sign in.

    The codes before it are over, so that only the one that was printed last is good.
    """
    with transaction(engine) as connection:
        people.lock_founding(connection)
        meta = lookups.database_row(connection)
        if meta is None or meta["is_simulation"] or people.has_administrator(connection):
            return None
        return _draw(connection, settings.server.identity, InvitationKind.FIRST_ADMIN, None, SYSTEM, now)


def accept(
    engine: Engine, settings: Settings, code: str, password: str, place: str, now: datetime, *,
    mailbox: str | None = None, organization: str | None = None,
) -> Accepted:  # fmt: skip
    """Set the password by a code, which is used up; the person. Whatever opened a door in his name before is over.

    `mailbox` names the first administrator, and `organization` his agency where several have the review power.
    Unauthenticated with one sentence where the code opens nothing; a poor password leaves the code as it was.
    """
    keys, found, person = _held(engine, settings, code, place, now, mailbox, organization)
    passwords.check(password, person)
    kept = passwords.hashed(password, settings.server.identity)

    def give(connection: Connection, whose: str) -> None:
        attempts.succeeded(connection, settings.server.identity, keys, now)
        entrance.put(connection, settings, whose, kept, whose, now)

    return _give(engine, settings, found, person, give, place, now)


def held(
    engine: Engine, settings: Settings, code: str, place: str, now: datetime, mailbox: str | None,
    organization: str | None,
) -> dict[str, str | None]:  # fmt: skip
    """What of a code is kept while its holder is at the provider of OpenID; the code itself is not."""
    keys, found, person = _held(engine, settings, code, place, now, mailbox, organization)
    with transaction(engine) as connection:
        attempts.succeeded(connection, settings.server.identity, keys, now)
    is_first = found["kind"] is InvitationKind.FIRST_ADMIN
    return {"digest": found["digest"], "mailbox": person["ref"], "organization": person["organization"] * is_first}


def accept_with(engine: Engine, settings: Settings, kept: Row, give: Give, place: str, now: datetime) -> str:
    """Use a code that was `held`, for whatever way in is given to its person, who has proven himself elsewhere."""
    with reading(engine) as connection:
        found = store.live(connection, kept["digest"], now)
        person = _whose(connection, found, kept["mailbox"], kept["organization"] or None) if found else None
    if found is None or person is None:
        raise Unauthenticated(BAD_CODE, remedy=ASK)

    return _give(engine, settings, found, person, give, place, now).person


def _held(
    engine: Engine, settings: Settings, code: str, place: str, now: datetime, mailbox: str | None,
    organization: str | None,
) -> tuple[attempts.Keys, Row, Row]:  # fmt: skip
    """A code that is live, and whose it is; counted as an attempt until it succeeded."""
    keys = attempts.begin(engine, settings.server.identity, "a one-time code", place, now)
    with reading(engine) as connection:
        found = store.live(connection, secrets.digest(secrets.tidy_code(code)), now)
        person = _whose(connection, found, mailbox, organization) if found else None
    if found is None or person is None:
        logs.get().info("code_refused", place=attempts.shown(place))
        raise Unauthenticated(BAD_CODE, remedy=ASK)
    return keys, found, person


def _give(
    engine: Engine, settings: Settings, found: Row, person: Row, give: Give, place: str, now: datetime
) -> Accepted:
    """Use up the code, and give its person a way in, in place of all those that he had; all of it or nothing."""
    is_first = found["kind"] is InvitationKind.FIRST_ADMIN
    ended: Mapping[str, int] = {}
    with transaction(engine) as connection:
        _use(connection, found, now)
        if is_first:
            founding.add(connection, settings, person)
        if found["kind"] is InvitationKind.RESET or person.get("has_way"):
            ended = ways.reset(connection, settings, person["ref"], found["made_by"], now)
        give(connection, person["ref"])
        store.withdraw(connection, person["ref"], now)
    logs.get().info(
        "invitation_used", person=person["ref"], kind=found["kind"].value, place=attempts.shown(place)
    )  # fmt: skip
    return Accepted(person["ref"], ended)


def _whose(connection: Connection, found: Row, mailbox: str | None, organization: str | None) -> Row | None:
    """Who sets his password by this code; None where another is named."""
    if found["kind"] is InvitationKind.FIRST_ADMIN:
        return founding.candidate(connection, mailbox, organization)
    if mailbox is not None and mailbox.strip().lower() != found["person"]:
        return None
    return people.standing(connection, found["person"])


def _use(connection: Connection, found: Row, now: datetime) -> None:
    """The code is used, once; a first administrator is only where there is none."""
    if found["kind"] is InvitationKind.FIRST_ADMIN:
        people.lock_founding(connection)
        if people.has_administrator(connection):
            raise Refused("There is an administrator already.", remedy=ASK)
    if not store.use(connection, found["digest"], now):
        raise Unauthenticated(BAD_CODE, remedy=ASK)


def _draw(
    connection: Connection, identity: Identity, kind: InvitationKind, person: str | None, by: str, now: datetime
) -> Invited:
    code = secrets.draw_code()
    expires = now + timedelta(days=identity.invitation_days)
    row = {"digest": secrets.digest(code), "kind": kind, "person": person, "made_by": by}
    is_anew = store.add(connection, row | {"made_at": now, "expires_at": expires, "used_at": None})
    logs.get().info("invitation_made", person=person, kind=kind.value, by=by)
    return Invited(kind, person, expires, code, is_anew)
