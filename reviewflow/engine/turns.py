"""What only one transaction at a time may find out and do, lest two that see nothing of each other both do it."""

from collections.abc import Sequence

from reviewflow.engine.call import Call
from reviewflow.rules.checkpoint import PINNING
from reviewflow.rules.guards.programme import LEAVING
from reviewflow.store import checkpoints
from reviewflow.store.database import Connection
from reviewflow.store.identity import people


def take(connection: Connection, calls: Sequence[Call]) -> None:
    """Before anything is read or locked."""
    if any(isinstance(one.command, LEAVING) for one in calls):  # else two last administrators go at once
        people.lock_founding(connection)
    if any(isinstance(one.command, PINNING) for one in calls):  # else two models are filed with one checkpoint
        checkpoints.take_turns(connection)
