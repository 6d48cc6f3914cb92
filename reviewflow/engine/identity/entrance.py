"""The way in by password: signing in, proving to be there, and changing the password."""

from datetime import datetime

from reviewflow import logs
from reviewflow.engine.identity import attempts, passkeys, passwords, second_factor, sessions, ways
from reviewflow.engine.identity.authority import require_person
from reviewflow.engine.identity.questions import Asked, Site
from reviewflow.errors import Forbidden, NotFound, Unauthenticated
from reviewflow.nouns.principal import Method, Principal, WayChange
from reviewflow.nouns.server import Identity
from reviewflow.nouns.subject import Row
from reviewflow.settings.settings import Settings
from reviewflow.store.database import Connection, Engine, reading, transaction
from reviewflow.store.identity import credentials, people
from reviewflow.store.identity import sessions as session_store

WRONG = "The mailbox or the password is wrong, or this person cannot sign in."  # one sentence for all of these
OPERATOR = "the operator of the machine"
RETRY = "Try again, or ask an administrator for a new invitation."
AGAIN = "Try again; you are still signed in."


def sign_in(
    engine: Engine, settings: Settings, mailbox: str, password: str, place: str, now: datetime, *,
    agent: str = "", former: str = "", site: Site | None = None,
) -> sessions.Entered | Asked:  # fmt: skip
    """Open a session by mailbox and password; `former` is the cookie that came along, whose session is over.

    Who has a passkey at this site is asked for it instead, and has no session before he answers.
    Unauthenticated with one sentence, and after the same work, whether it is the person or the password; TooMany.
    """
    identity, who = settings.server.identity, mailbox.strip().lower()
    keys, found = _proof(engine, identity, who, password, place, now, "sign_in_failed")
    if found is None:
        raise Unauthenticated(WRONG, remedy=RETRY)
    kept = found["password"]
    better = passwords.hashed(password, identity) if passwords.is_cheap(kept, identity) else None
    with transaction(engine) as connection:
        _accept(connection, identity, keys, found, now, Unauthenticated(WRONG, remedy=RETRY))
        if better:
            credentials.harden(connection, who, kept, better)
        sessions.leave(connection, identity, former, now)
        return second_factor.enter(connection, settings, site, who, Method.PASSWORD, now, agent=agent, place=place)


def prove(
    engine: Engine, settings: Settings, who: Principal, password: str, place: str, now: datetime
) -> sessions.Entered:
    """A fresh proof of presence; the session goes on under a new cookie. Forbidden where a passkey is there for it."""
    identity = settings.server.identity
    require_person(who)
    passkeys.require_none(engine, who.person)
    keys, found = _again(engine, identity, who, password, place, now)
    with transaction(engine) as connection:
        _accept(connection, identity, keys, found, now, _wrong())
        return sessions.prove(connection, identity, who, now)


def confirm(engine: Engine, settings: Settings, who: Principal, password: str, place: str, now: datetime) -> None:
    """The owner of a session signs by his password; Forbidden where it is wrong, or a passkey is there for it."""
    require_person(who)
    passkeys.require_none(engine, who.person)
    keys, found = _again(engine, settings.server.identity, who, password, place, now, "signed")
    with transaction(engine) as connection:
        _accept(connection, settings.server.identity, keys, found, now, _wrong("signed"))


def change(
    engine: Engine, settings: Settings, who: Principal, current: str, password: str, place: str, now: datetime
) -> sessions.Entered:
    """A new password for its owner, who gives the one before; all his other sessions are over.

    It is no proof of presence: whoever has a passkey gave that by the passkey, a moment ago, else Forbidden.
    """
    identity = settings.server.identity
    require_person(who)
    passkeys.require_fresh(engine, identity, who, now)
    keys, found = _again(engine, identity, who, current, place, now)
    passwords.check(password, found)
    kept = passwords.hashed(password, identity)
    with transaction(engine) as connection:
        _accept(connection, identity, keys, found, now, _wrong())
        put(connection, settings, who.person, kept, who.person, now, but=who.id)
        return sessions.renew(connection, identity, who, now)


def vouch(engine: Engine, settings: Settings, who: Principal, password: str, now: datetime) -> None:
    """A new password for a person for whom the operator of the machine vouches; all his sessions are over."""
    assert who.method is Method.OPERATOR
    with reading(engine) as connection:
        found = people.standing(connection, who.person)
    if found is None or not found["is_active"]:
        raise NotFound(f"There is no person {who.person} in use.", remedy="See `reviewflow person list`.")
    passwords.check(password, found)
    kept = passwords.hashed(password, settings.server.identity)
    with transaction(engine) as connection:
        put(connection, settings, who.person, kept, OPERATOR, now)


def put(
    connection: Connection, settings: Settings, person: str, kept: str, by: str, now: datetime, but: str = ""
) -> None:
    """A new hash, on record, and an end to every session but one; within the caller's transaction."""
    credentials.put(connection, person, kept, now)
    ways.changed(connection, settings, person, WayChange.PASSWORD_SET, by, now)
    count = session_store.end_all(connection, person, now, but)
    logs.get().info("password_set", person=person, sessions_ended=count)


def _proof(
    engine: Engine, identity: Identity, who: str, password: str, place: str, now: datetime, otherwise: str
) -> tuple[attempts.Keys, Row | None]:
    """The person in use whose password it is, else None; either is counted first, and takes as long."""
    keys = attempts.begin(engine, identity, who, place, now)
    with reading(engine) as connection:
        found = people.standing(connection, who)
    is_right = passwords.matches(password, found["password"] if found else None, identity)
    if found and is_right and found["is_active"]:
        return keys, found
    known = found["ref"] if found else None  # else who was typed is not named: it may be a password
    logs.get().info(otherwise, person=known, place=attempts.shown(place))
    return keys, None


def _again(
    engine: Engine, identity: Identity, who: Principal, password: str, place: str, now: datetime,
    what: str = "changed",
) -> tuple[attempts.Keys, Row]:  # fmt: skip
    """The owner of a session, by his password; Forbidden where it is wrong: the session holds all the same."""
    require_person(who)
    keys, found = _proof(engine, identity, who.person, password, place, now, "presence_not_proven")
    if found is None:
        raise _wrong(what)
    return keys, found


def _wrong(what: str = "changed") -> Forbidden:
    return Forbidden(f"The password is wrong; nothing was {what}.", remedy=AGAIN)


def _accept(
    connection: Connection, identity: Identity, keys: attempts.Keys, found: Row, now: datetime, otherwise: Exception
) -> None:
    """The proof holds still, and was no failure; `otherwise` where the password was changed meanwhile."""
    if credentials.locked(connection, found["ref"]) != found["password"]:
        raise otherwise
    attempts.succeeded(connection, identity, keys, now)
