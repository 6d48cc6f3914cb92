"""Hashes of passwords."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert  # ON CONFLICT reads the same on SQLite

from reviewflow.nouns.tables.index import CREDENTIAL

_NEW = insert(CREDENTIAL)
_PUT = _NEW.on_conflict_do_update(
    index_elements=["person"], set_={name: _NEW.excluded[name] for name in ("password", "set_at")}
)
_LOCK = select(CREDENTIAL.c.password).where(CREDENTIAL.c.person == bindparam("of")).with_for_update()
_SET_AT = select(CREDENTIAL.c.set_at).where(CREDENTIAL.c.person == bindparam("of"))
_REMOVE = delete(CREDENTIAL).where(CREDENTIAL.c.person == bindparam("of"))
_HARDEN = (
    update(CREDENTIAL)
    .where(CREDENTIAL.c.person == bindparam("of"), CREDENTIAL.c.password == bindparam("was"))
    .values(password=bindparam("now_is"))
)


def put(connection: Connection, person: str, password: str, now: datetime) -> None:
    """The hash of a new password."""
    connection.execute(_PUT, {"person": person, "password": password, "set_at": now})


def remove(connection: Connection, person: str) -> int:
    """He has no password any more; how many he had."""
    return connection.execute(_REMOVE, {"of": person}).rowcount


def set_at(connection: Connection, person: str) -> datetime | None:
    """Since when he has the password that he has; None: he has none."""
    found: datetime | None = connection.execute(_SET_AT, {"of": person}).scalar()
    return found


def locked(connection: Connection, person: str) -> str | None:
    """The hash as it is now; nobody changes it until the transaction ends."""
    found: str | None = connection.execute(_LOCK, {"of": person}).scalar()
    return found


def harden(connection: Connection, person: str, was: str, now_is: str) -> None:
    """A costlier hash of the same password."""
    connection.execute(_HARDEN, {"of": person, "was": was, "now_is": now_is})
