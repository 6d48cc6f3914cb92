"""What commands were answered, by idempotency key."""

from hashlib import sha256

from sqlalchemy import Connection, bindparam, func, select

from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables.index import ANSWER
from reviewflow.store.database import POSTGRESQL
from reviewflow.store.rows import Batch, Write

_FIND = select(ANSWER).where(ANSWER.c.key == bindparam("key"))
_KEEP = Write(ANSWER, tuple(ANSWER.columns.keys()))
_HOLD = select(func.pg_try_advisory_xact_lock(bindparam("number")))


def hold(connection: Connection, key: str) -> bool:
    """Take a key until the transaction ends; False: another has it. On SQLite there is one writer, and it is us."""
    if connection.dialect.name != POSTGRESQL:
        return True
    number = int.from_bytes(sha256(key.encode()).digest()[:8], signed=True)
    return bool(connection.execute(_HOLD, {"number": number}).scalar())


def answer_to(connection: Connection, key: str) -> Row | None:
    """What was answered under a key; None where nothing was done under it."""
    found = connection.execute(_FIND, {"key": key}).mappings().first()
    return dict(found) if found else None


def keep_answer(batch: Batch, row: Row) -> None:
    """In the transaction of the command, so that both are there or neither."""
    batch.add(_KEEP, [row])
