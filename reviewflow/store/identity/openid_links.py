"""Who at a provider is which person here."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables.index import OPENID_LINK

_NEW = insert(OPENID_LINK)
_PERSON = select(OPENID_LINK.c.person).where(
    OPENID_LINK.c.issuer == bindparam("at"), OPENID_LINK.c.subject == bindparam("of")
)
_SUBJECT = select(OPENID_LINK.c.subject).where(
    OPENID_LINK.c.issuer == bindparam("at"), OPENID_LINK.c.person == bindparam("whose")
)
_OWN = (
    select(OPENID_LINK.c.issuer, OPENID_LINK.c.subject, OPENID_LINK.c.made_at)
    .where(OPENID_LINK.c.person == bindparam("whose"))
    .order_by(OPENID_LINK.c.issuer)
)
_REMOVE = delete(OPENID_LINK).where(OPENID_LINK.c.person == bindparam("whose"))
_MOVE = (
    update(OPENID_LINK)
    .where(OPENID_LINK.c.issuer == bindparam("at"), OPENID_LINK.c.person == bindparam("whose"))
    .values(subject=bindparam("of"), made_at=bindparam("now"))
)


def person_of(connection: Connection, issuer: str, subject: str) -> str | None:
    """The person, if there is one."""
    found: str | None = connection.execute(_PERSON, {"at": issuer, "of": subject}).scalar()
    return found


def is_linked(connection: Connection, issuer: str, person: str) -> bool:
    """Whether a person is somebody at this provider already."""
    return connection.execute(_SUBJECT, {"at": issuer, "whose": person}).first() is not None


def of_person(connection: Connection, person: str) -> list[Row]:
    """His accounts: issuer, subject, made_at."""
    return [dict(row) for row in connection.execute(_OWN, {"whose": person}).mappings()]


def put(connection: Connection, issuer: str, subject: str, person: str, now: datetime) -> None:
    """This one, in place of whoever the person was at this provider before."""
    moved = connection.execute(_MOVE, {"at": issuer, "whose": person, "of": subject, "now": now}).rowcount
    if not moved:
        connection.execute(_NEW, {"issuer": issuer, "subject": subject, "person": person, "made_at": now})


def remove(connection: Connection, person: str) -> int:
    """A person is nobody at any provider any more; how many accounts he had."""
    return connection.execute(_REMOVE, {"whose": person}).rowcount
