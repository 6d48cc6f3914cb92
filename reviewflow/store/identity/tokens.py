"""Keys for programs: found by their digest, listed and revoked."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert  # ON CONFLICT reads the same on SQLite

from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables.index import TOKEN
from reviewflow.store.identity.people import held

_IS_LIVE = TOKEN.c.revoked_at.is_(None) & (TOKEN.c.expires_at > bindparam("now"))
_NEW = insert(TOKEN).on_conflict_do_nothing(index_elements=["id"]).returning(TOKEN.c.id)
_FIND = held(TOKEN).where(TOKEN.c.digest == bindparam("digest"), _IS_LIVE)
_OWN = held(TOKEN).where(TOKEN.c.person == bindparam("person"), _IS_LIVE).order_by(TOKEN.c.made_at.desc(), TOKEN.c.id)
_ONE = select(TOKEN).where(TOKEN.c.id == bindparam("of"))
_USE = update(TOKEN).where(TOKEN.c.id == bindparam("of")).values(used_at=bindparam("at"))
_REVOKE = (
    update(TOKEN).where(TOKEN.c.id == bindparam("of"), TOKEN.c.revoked_at.is_(None)).values(revoked_at=bindparam("now"))
)

_REVOKE_ALL = (
    update(TOKEN)
    .where(TOKEN.c.person == bindparam("whose"), TOKEN.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("now"))
)


def add(connection: Connection, row: Row) -> bool:
    """A new token; False where there is one with its id."""
    return connection.execute(_NEW, row).first() is not None


def live(connection: Connection, digest: str, now: datetime) -> Row | None:
    """The token with this digest, if it is live and its person was in use ever since."""
    found = connection.execute(_FIND, {"digest": digest, "now": now}).mappings().first()
    return dict(found) if found else None


def one(connection: Connection, id: str) -> Row | None:
    """A token by its public id, whether live or not."""
    found = connection.execute(_ONE, {"of": id}).mappings().first()
    return dict(found) if found else None


def of_person(connection: Connection, person: str, now: datetime) -> list[Row]:
    """The live tokens of a person, the newest first."""
    return [dict(row) for row in connection.execute(_OWN, {"person": person, "now": now}).mappings()]


def use(connection: Connection, id: str, at: datetime) -> None:
    """It was used."""
    connection.execute(_USE, {"of": id, "at": at})


def revoke(connection: Connection, id: str, now: datetime) -> bool:
    """It is over; False where it was so already."""
    return connection.execute(_REVOKE, {"of": id, "now": now}).rowcount == 1


def revoke_all(connection: Connection, person: str, now: datetime) -> int:
    """All of a person's are over; how many were not so yet."""
    return connection.execute(_REVOKE_ALL, {"whose": person, "now": now}).rowcount
