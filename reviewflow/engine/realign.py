"""Brings the lines of the queue up to their reviews, where a release that knew of none wrote last."""

from reviewflow import logs
from reviewflow.rules.lines import lines_of
from reviewflow.store import lines
from reviewflow.store.database import Connection, Engine, reading, transaction
from reviewflow.store.rows import Batch
from reviewflow.store.subjects import load

BATCH = 200


def realign(connection: Connection) -> bool:
    """A batch of the reviews whose lines are missing, or of an earlier event; whether more may be left."""
    refs = lines.stale(connection, BATCH)
    if refs:
        batch = Batch(connection)
        found = load(connection, refs, lock=True).values()
        lines.put(batch, [line for subject in found for line in lines_of(subject, subject.seq)])
        batch.flush()
        logs.get().info("lines_realigned", count=len(refs))
    return len(refs) == BATCH


def realign_some(engine: Engine) -> bool:
    """The same in a transaction of its own, which nobody waits for where there is nothing to do."""
    with reading(engine) as connection:
        if not lines.stale(connection, 1):
            return False
    with transaction(engine) as connection:
        return realign(connection)
