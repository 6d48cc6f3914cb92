"""The one write path: lock, settle, decide, write, commit."""

from collections.abc import Sequence
from datetime import datetime

from reviewflow import clock, logs
from reviewflow.engine import answered, reach
from reviewflow.engine.call import Call, Done, Failed
from reviewflow.engine.garbage import unsought
from reviewflow.engine.transaction import Transaction
from reviewflow.errors import Busy, Interrupted, OutOfService, ReviewflowError, Unavailable, Unreached
from reviewflow.nouns.events import SYSTEM
from reviewflow.nouns.idempotency import NOT_KNOWN, key_or_new
from reviewflow.rules import forms
from reviewflow.settings.settings import Settings
from reviewflow.store.database import Engine, transaction
from reviewflow.store.deadlines import claim_due
from reviewflow.store.refs import Draw
from reviewflow.store.rows import Batch

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0  # seconds between two attempts at a database that went away


def handle(engine: Engine, settings: Settings, call: Call, now: datetime, *, draw: Draw | None = None) -> Done:
    """Do one call, or raise why not and change nothing; `now` is an aware instant.

    Where the connection is lost, also just after COMMIT was sent, it is asked under the call's idempotency key whether
    it was done, and done if not: the caller always learns the truth, and nothing is done twice.
    """
    if call.command is None:
        return _together(engine, settings, [call], now, draw)[0]
    reach.check(call)
    forms.check(call.command)
    key, pause, until = key_or_new(call.key), FIRST_PAUSE, clock.monotonic() + settings.server.pool.retry_seconds
    was_sent = False  # and broke off, so that only its key can tell whether it was done
    while True:
        try:
            return _once(engine, settings, call, now, draw, key, was_sent=was_sent)
        except Unavailable as error:
            if not was_sent and not isinstance(error, Interrupted):
                raise
            was_sent = was_sent or not isinstance(error, Unreached)
            if clock.monotonic() + pause > until:
                raise _in_doubt(error, key) if was_sent else error  # noqa: B904 - the cause of either is the same
            logs.get().warning("command_again", subject=call.ref, why=error.reasons[0])
            clock.pause(pause)
            pause = min(pause * 2, LONGEST_PAUSE)


def _in_doubt(error: Unavailable, key: str) -> Interrupted:
    reason = f"{error.reasons[0].removesuffix(' Nothing was changed.')} {NOT_KNOWN}"
    return Interrupted(reason, remedy=f"Give it again with --key {key}: it is done once.")


def _once(
    engine: Engine, settings: Settings, call: Call, now: datetime, draw: Draw | None, key: str, *, was_sent: bool
) -> Done:
    was_asked = was_sent or call.key is not None

    def keep(batch: Batch, done: list[Done]) -> None:
        answered.keep(batch, key, call, done[0], now)

    try:
        with transaction(engine) as connection:
            if call.key is not None and not was_sent:  # else it may be our own lost connection that holds it
                answered.hold(connection, key, call)
            done = answered.answer_before(connection, key, call) if was_asked else None
            return done or Transaction(connection, settings, now, draw).run([call], keep)[0]
    except (Interrupted, Busy):
        raise
    except ReviewflowError:  # someone else may have done it under this key a moment ago
        done = _answer(engine, key, call) if was_asked else None
        if done is None:
            raise
        return done


def _answer(engine: Engine, key: str, call: Call) -> Done | None:
    with transaction(engine) as connection:
        return answered.answer_before(connection, key, call)


def handle_all(
    engine: Engine, settings: Settings, calls: Sequence[Call], now: datetime, *, draw: Draw | None = None
) -> list[Done | Failed]:
    """Do a batch in one transaction; answers stand in the order of the calls.

    A batch that fails is run again in halves, so that one bad subject stops nobody, whatever is wrong with it.
    """
    try:
        return list(_together(engine, settings, calls, now, draw))
    except OutOfService:
        raise
    except Exception as error:  # noqa: BLE001 - isolates the bad subject, whatever is wrong with it
        if len(calls) > 1:
            logs.get().warning("batch_split", size=len(calls), error=str(error))
            middle = len(calls) // 2
            halves = (calls[:middle], calls[middle:])
            return [answer for half in halves for answer in handle_all(engine, settings, half, now, draw=draw)]
        if not isinstance(error, ReviewflowError):
            logs.get().error("subject_failed", subject=calls[0].ref, exc_info=True)
        return [Failed(calls[0], error if isinstance(error, ReviewflowError) else ReviewflowError(repr(error)))]


@unsought()
def handle_due(
    engine: Engine, settings: Settings, now: datetime, limit: int, but: Sequence[str] = ()
) -> list[Done | Failed]:
    """Settle up to `limit` subjects that have something due and that nobody else has in hand; none: nothing is left.

    Where a whole batch fails it is not its subjects that are bad: Unavailable with the first reason.
    """
    calls: list[Call] = []
    try:
        with transaction(engine) as connection:
            calls += [Call(ref, None, SYSTEM) for ref in claim_due(connection, now, limit, but)]
            return list(Transaction(connection, settings, now, None).run(calls)) if calls else []
    except OutOfService:
        raise
    except Exception as error:
        if not calls:
            raise
        logs.get().warning("batch_split", size=len(calls), error=str(error))
    answers = handle_all(engine, settings, calls, now)
    if len(answers) >= limit > 1 and all(isinstance(answer, Failed) for answer in answers):
        first = answers[0]
        assert isinstance(first, Failed)
        raise Unavailable(f"All {len(answers)} subjects of a batch failed; the first: {first.error}")
    return answers


def _together(
    engine: Engine, settings: Settings, calls: Sequence[Call], now: datetime, draw: Draw | None
) -> list[Done]:
    for call in calls:
        if call.command is not None:
            forms.check(call.command)
    with transaction(engine) as connection:
        return Transaction(connection, settings, now, draw).run(calls)
