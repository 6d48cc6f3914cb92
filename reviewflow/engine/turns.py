"""What only one transaction at a time may find out and do, lest two that see nothing of each other both do it."""

from collections.abc import Sequence

from reviewflow.engine.call import Call
from reviewflow.nouns.commands.form import Command
from reviewflow.rules.checkpoint import PINNING
from reviewflow.rules.guards.programme import LEAVING
from reviewflow.rules.work import Work
from reviewflow.store import checkpoints
from reviewflow.store.database import Connection
from reviewflow.store.identity import people


def leaving(connection: Connection, calls: Sequence[Call]) -> None:
    """Before anything is read or locked: else two last administrators go at once."""
    if any(isinstance(one.command, LEAVING) for one in calls):
        people.lock_founding(connection)


def pinning(connection: Connection, w: Work, command: Command) -> None:
    """Once it is known that he may, and before what is on record: else two models are filed with one checkpoint."""
    if isinstance(command, PINNING):
        checkpoints.take_turns(connection, w.row.get("lab") or "")
