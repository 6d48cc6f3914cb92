"""Failures at the doors, counted where all processes see them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert  # ON CONFLICT reads the same on SQLite

from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables.index import ATTEMPT

_NEW = insert(ATTEMPT).on_conflict_do_nothing()
_LOCK = (
    select(ATTEMPT)
    .where(ATTEMPT.c.key.in_(bindparam("keys", expanding=True)))
    .order_by(ATTEMPT.c.key)
    .with_for_update()
)
_COUNT = (
    update(ATTEMPT)
    .where(ATTEMPT.c.key == bindparam("of"))
    .values(count=bindparam("count"), since_at=bindparam("since_at"), until_at=bindparam("until_at"))
)
_FORGET = delete(ATTEMPT).where(ATTEMPT.c.key == bindparam("of"))
_UNCOUNT = (
    update(ATTEMPT)
    .where(ATTEMPT.c.key == bindparam("of"))
    .values(count=case((ATTEMPT.c.count > 0, ATTEMPT.c.count - 1), else_=0), until_at=None)
)
_TIDY = delete(ATTEMPT).where(func.coalesce(ATTEMPT.c.until_at, ATTEMPT.c.since_at) < bindparam("before"))


def locked(connection: Connection, keys: Sequence[str], now: datetime) -> list[Row]:
    """A row for each key, held until the transaction ends; in the order of the keys, so that nobody waits in a ring."""
    for key in sorted(keys):
        connection.execute(_NEW, {"key": key, "count": 0, "since_at": now, "until_at": None})
    return [dict(row) for row in connection.execute(_LOCK, {"keys": list(keys)}).mappings()]


def count(connection: Connection, rows: Sequence[Row]) -> None:
    """What each row says now."""
    connection.execute(_COUNT, [{"of": row["key"], **row} for row in rows])


def forget(connection: Connection, key: str) -> None:
    """Nothing failed."""
    connection.execute(_FORGET, {"of": key})


def uncount(connection: Connection, key: str) -> None:
    """The last one was no failure."""
    connection.execute(_UNCOUNT, {"of": key})


def tidy(connection: Connection, before: datetime) -> None:
    """What is long past is counted no more."""
    connection.execute(_TIDY, {"before": before})
