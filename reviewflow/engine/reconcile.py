"""A pass over every review and commitment: are its deadlines those that its record owes, and if not, mend them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from reviewflow import logs
from reviewflow.engine.call import Call
from reviewflow.engine.stage import Stage
from reviewflow.engine.timekeeping import work_on
from reviewflow.engine.transaction import Transaction
from reviewflow.errors import OutOfService, Refused, ReviewflowError
from reviewflow.ledger.chain import verify
from reviewflow.nouns.events import SYSTEM
from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import Row, Subject
from reviewflow.rules.hindsight import rebuild
from reviewflow.rules.mending import Difference, mend
from reviewflow.rules.scene import Pin
from reviewflow.rules.settle import settle
from reviewflow.settings.settings import Settings
from reviewflow.store import journal, lookups, subjects
from reviewflow.store.database import Engine, reading, transaction

BATCH = 200
OWING = (Kind.REVIEW, Kind.COMMITMENT)
DAMAGED = (ReviewflowError, LookupError, TypeError, ValueError, AttributeError)  # not the database's own failures


@dataclass
class Reconciled:
    """How many subjects were looked at; by reference what differs, what was mended, and why something was not."""

    subjects: int = 0
    differences: dict[str, list[Difference]] = field(default_factory=dict)
    mended: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def reconcile(engine: Engine, settings: Settings, now: datetime, *, is_mending: bool = False) -> Reconciled:
    """Derive every deadline anew from the state and the journal, and compare; where asked, mend by an event."""
    found = Reconciled()
    with reading(engine) as connection:
        spines = {spine["ref"]: spine["kind"] for spine in journal.spines(connection)}
        told_of = journal.subjects_of_events(connection)
    found.failed = {ref: _gone(ref, "subject") for ref in told_of if ref not in spines}
    refs = [ref for ref, kind in spines.items() if kind in OWING]
    for at in range(0, len(refs), BATCH):
        for ref, difference in _compare(engine, settings, now, refs[at : at + BATCH]):
            found.subjects += 1
            if isinstance(difference, Exception):
                found.failed[ref] = _why(difference)
            elif difference:
                found.differences[ref] = difference
    for ref in found.differences if is_mending else ():
        try:
            with transaction(engine) as connection:
                Mending(connection, settings, now, None).run([Call(ref, None, SYSTEM)])
            found.mended.append(ref)
        except OutOfService:
            raise
        except Exception as error:  # noqa: BLE001 - isolates the bad subject, whatever is wrong with it
            found.failed[ref] = _why(error)
    logs.get().info("reconciled", subjects=found.subjects, wrong=len(found.differences), mended=len(found.mended))
    return found


def _compare(
    engine: Engine, settings: Settings, now: datetime, refs: Sequence[str]
) -> Iterator[tuple[str, list[Difference] | Exception]]:
    with reading(engine) as connection:
        stage, meta = Stage(connection, settings), lookups.database_row(connection)
        journals = journal.events_of_each(connection, refs)
        for ref, stored in subjects.load(connection, refs).items():
            try:
                assert meta is not None
                built = _rebuilt(meta["genesis"], stored, journals[ref])
                found: list[Difference] | Exception = mend(
                    work_on(built, now), stored, journals[ref], _pin(stage, built)
                )
            except DAMAGED as error:
                found = error
            yield ref, found


def _rebuilt(genesis: str, stored: Subject, events: Sequence[Row]) -> Subject:
    """The subject as its journal says; Refused where its own row is gone, or the chain of the journal does not hold."""
    if not stored.row:
        raise Refused(_gone(stored.ref, stored.kind.value))
    broken = verify(genesis, stored.head, stored.seq, events)
    if broken:
        raise Refused(f"The chain of {stored.ref} is broken at event {broken.seq}: {broken.reason}.")
    return rebuild(stored, events)


def _gone(ref: str, table: str) -> str:
    return (
        f"The row of {ref} in the table {table} is gone, so nothing can be done with it and nothing of it falls due. "
        "Its journal is there: restore the row from a backup, then run `reviewflow verify`."
    )


def _why(error: Exception) -> str:
    return str(error) if isinstance(error, ReviewflowError) else f"It cannot be reckoned: {error!r}."


class Mending(Transaction):
    """The one write path, where what is written is what the record owes; then what has fallen due is raised."""

    def _call(self, call: Call) -> str:
        assert call.ref is not None
        stored = self.works[call.ref].subject
        events = journal.events_of(self.connection, call.ref)
        built = _rebuilt(self.genesis, stored, events)
        w = self.works[call.ref] = self._work(built)
        mend(w, stored, events, _pin(self.stage, built))
        settle(w, self.stage.quiet(built), w.recorded_at)
        return call.ref


def _pin(stage: Stage, subject: Subject) -> Pin:
    """What the live deadlines were computed from: of a commitment as its newest row says."""
    rows: list[Row] = subject.part("deadline")
    pin = stage.pin(subject, None) if subject.kind is Kind.REVIEW else stage.settings.pin()
    if subject.kind is Kind.REVIEW or not rows:
        return pin
    digests = rows[-1]["pinned"]["policy_digest"], rows[-1]["pinned"]["calendar_digest"]
    return pin if digests == (pin.policy_digest, pin.calendar_digest) else stage.kept(*digests)
