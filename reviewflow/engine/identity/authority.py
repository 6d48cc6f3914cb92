"""Who may change what opens doors: oneself with a proof of presence, an administrator for others, and no token."""

from datetime import datetime, timedelta

from reviewflow.engine.home import home_of
from reviewflow.engine.stage import Stage, missing
from reviewflow.errors import Forbidden, NotPresent
from reviewflow.nouns.actor import Actor
from reviewflow.nouns.commands.contact import AddChannel
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.principal import Method, Principal
from reviewflow.nouns.server import Identity
from reviewflow.nouns.states import Kind
from reviewflow.rules.permissions import Who, allowed, sees, why_not
from reviewflow.settings.settings import Settings
from reviewflow.store.database import Connection
from reviewflow.store.subjects import load


def operator(person: str) -> Principal:
    """A person for whom the operator of the machine vouches."""
    return Principal(person, Method.OPERATOR)


def is_present(principal: Principal, limits: Identity, now: datetime) -> bool:
    """Whether somebody proved a moment ago that he is there; who runs the machine vouches."""
    if principal.method is Method.OPERATOR:
        return True
    fresh = timedelta(minutes=limits.presence_minutes)
    return principal.proven_at is not None and now - principal.proven_at < fresh


def require_person(principal: Principal) -> None:
    """Forbidden for a token: no token makes, lists or ends what opens doors."""
    if principal.method is Method.TOKEN:
        raise Forbidden("A token cannot see or change what opens doors.", remedy="Sign in as a person.")


def require_presence(principal: Principal, limits: Identity, now: datetime) -> None:
    """NotPresent where the last proof of presence is too old."""
    require_person(principal)
    if not is_present(principal, limits, now):
        raise NotPresent(remedy="Give your password again, then repeat it.")


def require_presence_for(command: Command, principal: Principal, limits: Identity, now: datetime) -> None:
    """Forbidden to a token, and after a while, where a command would send what is confidential somewhere else."""
    if isinstance(command, AddChannel) and command.confidential:
        require_presence(principal, limits, now)


def active(connection: Connection, settings: Settings, principal: Principal) -> Actor:
    """The person behind a principal; Forbidden for one out of use."""
    return _active(Stage(connection, settings), principal)


def _active(stage: Stage, principal: Principal) -> Actor:
    actor = stage.actor(principal.person)
    if not actor.is_active:
        raise Forbidden(f"{actor.ref} is out of use.")
    return actor


def require_administrator(
    connection: Connection, settings: Settings, principal: Principal, person: str, what: str
) -> None:
    """Forbidden for those who do not administer a person; NotFound where there is none for them to see."""
    require_person(principal)
    stage, subject = Stage(connection, settings), load(connection, [person]).get(person)
    actor = _active(stage, principal)
    if subject is None or subject.kind is not Kind.PERSON or not sees(actor, subject):
        raise missing(Kind.PERSON, person)
    if not allowed(Who.ADMIN, actor, subject, home_of(stage, subject)):
        raise Forbidden(why_not(Who.ADMIN, actor, what))
