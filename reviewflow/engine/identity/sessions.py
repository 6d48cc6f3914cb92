"""Sessions of people: a cookie whose digest is kept, that ends by its owner, by time, and with its owner's standing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from reviewflow import logs
from reviewflow.engine.identity import attempts, secrets
from reviewflow.engine.identity.authority import require_administrator, require_person
from reviewflow.errors import NotFound, Unauthenticated, Unavailable
from reviewflow.nouns.principal import Method, Principal
from reviewflow.nouns.server import Identity
from reviewflow.nouns.subject import Row
from reviewflow.settings.settings import Settings
from reviewflow.store import lookups
from reviewflow.store.database import Connection, Engine, reading, transaction
from reviewflow.store.identity import sessions as store

NOBODY = "Nobody is known to be there, or no longer."  # one sentence for whatever is wrong with a proof
SIGN_IN = "Sign in, or give a token."
_SEEN_EVERY = timedelta(minutes=1)  # what is written at most for a session in use
_AGENT = 200  # characters


@dataclass(frozen=True)
class Entered:
    """Who came in, and the cookie, which is nowhere else; its name does not show it."""

    principal: Principal
    expires_at: datetime
    cookie: str

    def __repr__(self) -> str:
        """Without the cookie."""
        return f"Entered({self.principal.person!r}, {self.principal.id!r})"


def enter(
    connection: Connection, identity: Identity, person: str, method: Method, now: datetime, *,
    agent: str = "", place: str = "", has_second_factor: bool = False,
) -> Entered:  # fmt: skip
    """A new session for a person who was proven to be there, by whatever method; within the caller's transaction."""
    cookie, id = secrets.draw_cookie(), secrets.draw_id()
    expires = now + timedelta(hours=identity.session_hours)
    row: Row = {"id": id, "digest": secrets.digest(cookie), "person": person, "method": method}
    row |= {"has_second_factor": has_second_factor, "agent": _line(agent), "ended_at": None}
    row |= {"made_at": now, "seen_at": now, "proven_at": now, "expires_at": expires}
    store.add(connection, row)
    logs.get().info("signed_in", person=person, id=id, method=method.value, place=attempts.shown(place))
    return Entered(_principal(row), expires, cookie)


def principal(engine: Engine, settings: Settings, cookie: str, now: datetime) -> Principal:
    """Whose cookie it is; Unauthenticated with one sentence where it opens nothing.

    One for whom the operator vouched is of a simulation; in a real record it opens nothing, however it came there.
    """
    with reading(engine) as connection:
        row = _live(connection, settings.server.identity, cookie, now)
        is_vouched = row is not None and row["method"] == Method.OPERATOR
        if is_vouched and not (lookups.database_row(connection) or {}).get("is_simulation"):
            row = None
    if row is None:
        raise Unauthenticated(NOBODY, remedy=SIGN_IN)
    if now - row["seen_at"] >= _SEEN_EVERY:
        try:
            with transaction(engine) as connection:
                store.see(connection, row["id"], now)
        except Unavailable as error:  # reading goes on where nothing can be written
            logs.get().warning("session_not_marked", id=row["id"], why=error.reasons[0])
    return _principal(row)


def prove(
    connection: Connection, identity: Identity, who: Principal, now: datetime, *, by_second_factor: bool = False
) -> Entered:  # fmt: skip
    """A session's owner was proven to be there, by whatever method; within the caller's transaction.

    The session goes on under a new cookie, and the old one opens nothing.
    """
    cookie, has_second_factor = secrets.draw_cookie(), who.has_second_factor or by_second_factor
    store.prove(connection, who.id, secrets.digest(cookie), now, has_second_factor=has_second_factor)
    entered = _goes_on(connection, identity, cookie, now)
    logs.get().info("presence_proven", person=who.person, id=who.id)
    return entered


def renew(connection: Connection, identity: Identity, who: Principal, now: datetime) -> Entered:
    """A session goes on under a new cookie, and no more is proven by that; within the caller's transaction."""
    cookie = secrets.draw_cookie()
    store.renew(connection, who.id, secrets.digest(cookie))
    return _goes_on(connection, identity, cookie, now)


def _goes_on(connection: Connection, identity: Identity, cookie: str, now: datetime) -> Entered:
    row = _live(connection, identity, cookie, now)
    if row is None:  # ended meanwhile
        raise Unauthenticated(NOBODY, remedy=SIGN_IN)
    return Entered(_principal(row), row["expires_at"], cookie)


def sessions_of(engine: Engine, settings: Settings, by: Principal, person: str, now: datetime) -> list[Row]:
    """The live sessions of a person, for himself or an administrator; `is_current` is the one that asks."""
    with reading(engine) as connection:
        _permit(connection, settings, by, person, "listing the sessions of another")
        rows = store.of_person(connection, person, now, _idle_since(settings.server.identity, now))
    names = ("id", "method", "has_second_factor", "made_at", "seen_at", "proven_at", "expires_at", "agent")
    return [{**{name: row[name] for name in names}, "is_current": row["id"] == by.id} for row in rows]


def end(engine: Engine, settings: Settings, by: Principal, person: str, id: str, now: datetime) -> None:
    """End one session of a person; NotFound where he has none of this id."""
    with transaction(engine) as connection:
        _permit(connection, settings, by, person, "ending the session of another")
        rows = store.of_person(connection, person, now, _idle_since(settings.server.identity, now))
        if id not in [row["id"] for row in rows]:
            raise NotFound(f"There is no session {id}, or it is over.", remedy="List them first.")
        store.end(connection, id, now)
    logs.get().info("session_ended", person=person, id=id, by=by.person)


def end_all(engine: Engine, settings: Settings, by: Principal, person: str, now: datetime) -> int:
    """End all sessions of a person but the one that asks; how many were ended."""
    with transaction(engine) as connection:
        _permit(connection, settings, by, person, "ending the sessions of another")
        count = store.end_all(connection, person, now, but=by.id)
    logs.get().info("sessions_ended", person=person, count=count, by=by.person)
    return count


def leave(connection: Connection, identity: Identity, cookie: str, now: datetime) -> None:
    """The session of a cookie is over, if there is one; within the caller's transaction."""
    row = _live(connection, identity, cookie, now) if cookie else None
    if row is not None:
        store.end(connection, row["id"], now)
        logs.get().info("session_ended", person=row["person"], id=row["id"], by=row["person"])


def _permit(connection: Connection, settings: Settings, by: Principal, person: str, what: str) -> None:
    require_person(by)
    if person != by.person:
        require_administrator(connection, settings, by, person, what)


def _live(connection: Connection, identity: Identity, cookie: str, now: datetime) -> Row | None:
    return store.live(connection, secrets.digest(cookie), now, _idle_since(identity, now))


def _idle_since(identity: Identity, now: datetime) -> datetime:
    return now - timedelta(minutes=identity.session_idle_minutes)


def _principal(row: Row) -> Principal:
    """The owner of a session's row."""
    person, method, id, is_strong = (row[name] for name in ("person", "method", "id", "has_second_factor"))
    return Principal(person, method, id, proven_at=row["proven_at"], has_second_factor=is_strong)


def _line(agent: str) -> str:
    """What a browser calls itself, as one short line that a terminal can bear."""
    return "".join(sign for sign in agent if sign.isprintable())[:_AGENT]
