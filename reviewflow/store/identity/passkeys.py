"""Public keys of people: found by their id, counted at each use, never given back once removed."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables.index import PASSKEY

_IS_LIVE = PASSKEY.c.removed_at.is_(None)
_IS_THIS = (PASSKEY.c.id == bindparam("of")) & (PASSKEY.c.person == bindparam("whose")) & _IS_LIVE
_NEW = insert(PASSKEY)
_KNOWN = select(PASSKEY.c.id).where(PASSKEY.c.id == bindparam("of"))
_OWN = select(PASSKEY).where(PASSKEY.c.person == bindparam("whose"), _IS_LIVE).order_by(PASSKEY.c.made_at, PASSKEY.c.id)
_NAME = update(PASSKEY).where(_IS_THIS).values(name=bindparam("called"))
_REMOVE_ALL = (
    update(PASSKEY).where(PASSKEY.c.person == bindparam("whose"), _IS_LIVE).values(removed_at=bindparam("now"))
)
_REMOVE = update(PASSKEY).where(_IS_THIS).values(removed_at=bindparam("now"))
_IS_FORWARD = or_(PASSKEY.c.sign_count < bindparam("count"), (PASSKEY.c.sign_count == 0) & (bindparam("count") == 0))
_USE = update(PASSKEY).where(_IS_THIS, _IS_FORWARD).values(sign_count=bindparam("count"), used_at=bindparam("now"))


def add(connection: Connection, row: Row) -> None:
    """A new one."""
    connection.execute(_NEW, row)


def is_known(connection: Connection, id: str) -> bool:
    """Whether it is, or was, anybody's."""
    return connection.execute(_KNOWN, {"of": id}).first() is not None


def of_person(connection: Connection, person: str) -> list[Row]:
    """Those of a person, in the order in which they were made."""
    return [dict(row) for row in connection.execute(_OWN, {"whose": person}).mappings()]


def rename(connection: Connection, person: str, id: str, name: str) -> bool:
    """It has another name; False where he has none of this id."""
    return connection.execute(_NAME, {"of": id, "whose": person, "called": name}).rowcount == 1


def remove(connection: Connection, person: str, id: str, now: datetime) -> bool:
    """It is over; False where he has none of this id."""
    return connection.execute(_REMOVE, {"of": id, "whose": person, "now": now}).rowcount == 1


def remove_all(connection: Connection, person: str, now: datetime) -> int:
    """All of a person's are over; how many were."""
    return connection.execute(_REMOVE_ALL, {"whose": person, "now": now}).rowcount


def use(connection: Connection, person: str, id: str, count: int, now: datetime) -> bool:
    """It was used, and counts itself; False where the count did not go on, or it was removed meanwhile.

    An authenticator that does not count says 0 each time.
    """
    return connection.execute(_USE, {"of": id, "whose": person, "count": count, "now": now}).rowcount == 1
