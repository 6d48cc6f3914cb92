"""The second step of coming in, and a fresh proof of presence: who has a passkey proves it by that."""

from datetime import datetime

from reviewflow import logs
from reviewflow.engine.identity import assertions, attempts, questions, sessions
from reviewflow.engine.identity.authority import require_person
from reviewflow.errors import Refused, Unauthenticated
from reviewflow.nouns.principal import Method, Principal
from reviewflow.nouns.subject import Row
from reviewflow.settings.settings import Settings
from reviewflow.store.database import Connection, Engine, transaction
from reviewflow.store.identity import passkeys as store


def enter(
    connection: Connection, settings: Settings, site: questions.Site | None, person: str, method: Method, now: datetime,
    *, agent: str, place: str,
) -> sessions.Entered | questions.Asked:  # fmt: skip
    """A session for who was known by the first factor; who has a passkey is asked for it first."""
    own = store.of_person(connection, person)
    if not own:
        return sessions.enter(connection, settings.server.identity, person, method, now, agent=agent, place=place)
    logs.get().info("second_factor_asked", person=person, place=attempts.shown(place))
    return questions.ask(connection, site, person, own, now, session="", method=method.value)


def complete(
    engine: Engine, settings: Settings, site: questions.Site | None, credential: Row, place: str, now: datetime, *,
    agent: str = "", former: str = "",
) -> sessions.Entered:  # fmt: skip
    """The session of who was asked for his passkey, and has it."""
    asked, challenge = questions.answered(engine, credential, now)
    if asked["data"]["session"]:
        raise Unauthenticated(questions.NOT_PROVEN, remedy=questions.ASK_AGAIN)
    identity, method = settings.server.identity, Method(asked["data"]["method"])
    with transaction(engine) as connection:
        assertions.accept(connection, site, asked["person"], credential, challenge, now)
        sessions.leave(connection, identity, former, now)
        return sessions.enter(
            connection, identity, asked["person"], method, now, agent=agent, place=place, has_second_factor=True
        )


def ask(engine: Engine, who: Principal, site: questions.Site | None, now: datetime) -> questions.Asked:
    """Ask the owner of a session for his passkey, so that he proves to be there."""
    require_person(who)
    with transaction(engine) as connection:
        own = store.of_person(connection, who.person)
        if not own:
            raise Refused("You have no passkey.", remedy="Give your password again, or make a passkey.")
        return questions.ask(connection, site, who.person, own, now, session=who.id)


def prove(
    engine: Engine, settings: Settings, who: Principal, site: questions.Site | None, credential: Row, now: datetime
) -> sessions.Entered:
    """A fresh proof of presence by passkey; the session goes on under a new cookie."""
    require_person(who)
    asked, challenge = questions.answered(engine, credential, now)
    if (asked["person"], asked["data"]["session"]) != (who.person, who.id):
        raise Unauthenticated(questions.NOT_PROVEN, remedy=questions.ASK_AGAIN)
    with transaction(engine) as connection:
        assertions.accept(connection, site, who.person, credential, challenge, now)
        return sessions.prove(connection, settings.server.identity, who, now, by_second_factor=True)
