"""The one write path: lock, settle, decide, write, commit."""

from collections.abc import Sequence
from datetime import datetime

from reviewflow import logs
from reviewflow.engine.call import Call, Done, Failed
from reviewflow.engine.transaction import Transaction
from reviewflow.errors import ReviewflowError
from reviewflow.rules import forms
from reviewflow.settings.settings import Settings
from reviewflow.store.database import Engine, transaction
from reviewflow.store.refs import Draw


def handle(engine: Engine, settings: Settings, call: Call, now: datetime, *, draw: Draw | None = None) -> Done:
    """Do one call, or raise why not and change nothing; `now` is an aware instant."""
    return _together(engine, settings, [call], now, draw)[0]


def handle_all(
    engine: Engine, settings: Settings, calls: Sequence[Call], now: datetime, *, draw: Draw | None = None
) -> list[Done | Failed]:
    """Do a batch in one transaction; answers stand in the order of the calls.

    A batch that fails is run again one by one, so that one bad subject stops nobody, whatever is wrong with it.
    """
    try:
        return list(_together(engine, settings, calls, now, draw))
    except Exception as error:  # noqa: BLE001 - isolates the bad subject, whatever is wrong with it
        if len(calls) > 1:
            logs.get().warning("batch_split", size=len(calls), error=str(error))
            return [answer for call in calls for answer in handle_all(engine, settings, [call], now, draw=draw)]
        if not isinstance(error, ReviewflowError):
            logs.get().error("subject_failed", subject=calls[0].ref, exc_info=True)
        return [Failed(calls[0], error if isinstance(error, ReviewflowError) else ReviewflowError(repr(error)))]


def _together(
    engine: Engine, settings: Settings, calls: Sequence[Call], now: datetime, draw: Draw | None
) -> list[Done]:
    for call in calls:
        if call.command is not None:
            forms.check(call.command)
    with transaction(engine) as connection:
        return Transaction(connection, settings, now, draw).run(calls)
