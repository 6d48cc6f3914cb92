"""Brings the lines of the queue up to their reviews, where a release that knew of none wrote last."""

from reviewflow import logs
from reviewflow.rules.lines import lines_of
from reviewflow.store import lines
from reviewflow.store.database import Connection, Engine, reading, transaction
from reviewflow.store.rows import Batch
from reviewflow.store.subjects import load

BATCH = 200


def realign_some(engine: Engine, after: str = "") -> str:
    """A batch of the reviews whose lines are missing, or of an earlier event; the last of them where more may be left.

    Nobody waits for it where there is nothing to do.
    """
    with reading(engine) as connection:
        if not lines.stale(connection, 1, after):
            return ""
    with transaction(engine) as connection:
        return _realign(connection, after)


def _realign(connection: Connection, after: str) -> str:
    refs = lines.stale(connection, BATCH, after)
    if not refs:
        return ""
    found, batch = load(connection, refs, lock=True).values(), Batch(connection)
    lines.put(batch, [line for subject in found for line in lines_of(subject, subject.seq)])
    batch.flush()
    logs.get().info("lines_realigned", count=len(refs))
    return refs[-1] if len(refs) == BATCH else ""
