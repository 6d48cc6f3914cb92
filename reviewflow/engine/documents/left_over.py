"""Bytes that came in and were bound to no document: their sender broke off, or was refused."""

from datetime import datetime, timedelta

from reviewflow import logs
from reviewflow.store import blobs
from reviewflow.store.database import Engine, reading, transaction

KEPT = timedelta(days=1)  # longer than any document takes to come in
BATCH = 10


def forget_left_over(engine: Engine, now: datetime) -> bool:
    """Let go of a batch of them; whether there may be more. A look that finds none takes no writer's turn."""
    with reading(engine) as connection:
        found = blobs.left_over(connection, now - KEPT, BATCH)
    if found:
        with transaction(engine) as connection:
            count = blobs.drop(connection, found)
        logs.get().info("left_over_bytes_forgotten", count=count)
    return len(found) == BATCH
