"""Who works on this database: one row a worker, and what all of them have done since the beginning."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert  # ON CONFLICT reads the same on SQLite

from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables.index import WORKER

PAST = "past"  # the row that keeps what workers did whose own rows are gone
KEPT = timedelta(days=7)  # how long the row of a worker stands after its last sign of life

_LOCK = select(WORKER).where(WORKER.c.name == bindparam("name")).with_for_update()
_NEW = insert(WORKER).on_conflict_do_nothing()
_WRITE = (
    update(WORKER)
    .where(WORKER.c.name == bindparam("key_name"))
    .values(ticked_at=bindparam("ticked_at"), stopped_at=bindparam("stopped_at"), counts=bindparam("counts"))
)
_FORGET = (
    delete(WORKER)
    .where(WORKER.c.name != PAST)
    .where(func.coalesce(WORKER.c.stopped_at, WORKER.c.ticked_at, WORKER.c.started_at) < bindparam("before"))
    .returning(WORKER.c.counts)
)
_ALL = select(WORKER)


def note(connection: Connection, name: str, at: datetime, added: Mapping[str, int], *, is_over: bool = False) -> None:
    """A sign of life, and what was done since the last one; the first one also clears away who is long gone."""
    row = connection.execute(_LOCK, {"name": name}).mappings().first()
    if row is None:
        connection.execute(_NEW, {"name": name, "started_at": at, "ticked_at": at, "stopped_at": None, "counts": {}})
        row = connection.execute(_LOCK, {"name": name}).mappings().one()
        if name != PAST:
            _forget(connection, at)
    counts = dict(Counter(row["counts"]) + Counter(added))
    written = {"key_name": name, "ticked_at": at, "stopped_at": at if is_over else None, "counts": counts}
    connection.execute(_WRITE, written)


def _forget(connection: Connection, now: datetime) -> None:
    gone = list(connection.execute(_FORGET, {"before": now - KEPT}).scalars())
    if gone:
        note(connection, PAST, now, sum(map(Counter, gone), Counter()), is_over=True)


def workers(connection: Connection) -> list[Row]:
    """Every worker that is known, and the row of those that are gone."""
    return [dict(row) for row in connection.execute(_ALL).mappings()]
