"""What commands were answered, by idempotency key."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, bindparam, delete, func, select

from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables.index import ANSWER
from reviewflow.store.database import POSTGRESQL
from reviewflow.store.rows import Batch, Write

_FIND = select(ANSWER).where(ANSWER.c.key == bindparam("key"))
_KEEP = Write(ANSWER, tuple(ANSWER.columns.keys()))
_HOLD = select(func.pg_try_advisory_xact_lock(bindparam("number")))
_OLD = select(ANSWER.c.key).where(ANSWER.c.made_at < bindparam("before")).limit(bindparam("limit"))
_FORGET = delete(ANSWER).where(ANSWER.c.key.in_(bindparam("keys", expanding=True)))


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


def made_before(connection: Connection, before: datetime, limit: int) -> list[str]:
    """Keys of some answers that are older than that, in no order."""
    return list(connection.execute(_OLD, {"before": before, "limit": limit}).scalars())


def forget(connection: Connection, keys: Sequence[str]) -> None:
    """From now on a command under one of these keys is a new one."""
    connection.execute(_FORGET, {"keys": sorted(keys)})
