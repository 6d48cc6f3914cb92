"""What commands were answered, by idempotency key."""

from sqlalchemy import Connection, bindparam, select

from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables.index import ANSWER
from reviewflow.store.rows import Batch, Write

_FIND = select(ANSWER).where(ANSWER.c.key == bindparam("key"))
_KEEP = Write(ANSWER, tuple(ANSWER.columns.keys()))


def answer_to(connection: Connection, key: str) -> Row | None:
    """What was answered under a key; None where nothing was done under it."""
    found = connection.execute(_FIND, {"key": key}).mappings().first()
    return dict(found) if found else None


def keep_answer(batch: Batch, row: Row) -> None:
    """In the transaction of the command, so that both are there or neither."""
    batch.add(_KEEP, [row])
