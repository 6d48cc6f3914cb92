"""Sends what is owed, in parallel: claim, write, send, mark; at least once, each letter with a constant id."""

import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from reviewflow import clock, logs
from reviewflow.engine.parcel import Parcel, Result, Verdict, behind, carry
from reviewflow.engine.worker import name_of_process
from reviewflow.settings.settings import Settings
from reviewflow.store import held, outbox
from reviewflow.store.database import Engine, reading, transaction

if TYPE_CHECKING:
    from reviewflow.notify.senders import Sender

BATCH = 200  # letters that are claimed, and marked, together
THREADS = 256  # so many endpoints may be slow or dead at once before one waits for another
LINGER = 0.1  # seconds for which marks are collected
SPARE = 2.0  # seconds of a lease that are left to the difference of clocks


@dataclass
class Delivered:
    """What a delivery pass did: the ids of letters, and how many were something else.

    `stolen` were taken over since a lease had run out; `refused` are marks of copies that another had taken over.
    """

    sent: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    set_aside: list[str] = field(default_factory=list)
    dropped: int = 0
    rerouted: int = 0
    gone: int = 0
    released: int = 0
    stolen: int = 0
    refused: int = 0

    def counts(self) -> dict[str, int]:
        """All of them as numbers."""
        return {name: len(value) if isinstance(value, list) else value for name, value in vars(self).items()}

    def add(self, verdict: Verdict) -> None:
        """Count one more."""
        match verdict.result:
            case Result.SENT | Result.FAILED | Result.SET_ASIDE as result:
                letters = {Result.SENT: self.sent, Result.FAILED: self.failed, Result.SET_ASIDE: self.set_aside}
                letters[result].append(verdict.rows[0]["letter"])
            case Result.DROPPED:
                self.dropped += 1
            case Result.REROUTED:
                self.rerouted += 1
            case Result.GONE:
                self.gone += 1
            case Result.RELEASED:
                self.released += 1


def deliver(engine: Engine, settings: Settings, senders: "Mapping[str, Sender]", now: datetime) -> Delivered:
    """Send every letter that is due by `now`; what fails is tried again later, by a growing wait, then set aside."""
    courier = Courier(engine, settings, senders)
    try:
        return courier.deliver(now)
    finally:
        courier.close()


class Courier:
    """Carries letters, one at a time to an endpoint, many endpoints at once; keeps its threads from pass to pass.

    The senders run in threads and never see the database; all else happens in the thread that calls.
    """

    def __init__(
        self, engine: Engine, settings: Settings, senders: "Mapping[str, Sender]", name: str = "", *,
        threads: int = THREADS,
    ) -> None:  # fmt: skip
        self.engine, self.settings, self.senders = engine, settings, senders
        self.name, self._threads = name or name_of_process(), threads
        self._pool = ThreadPoolExecutor(threads, "courier")
        self._busy: set[str] = set()  # endpoints to which letters are on their way
        self._answers: SimpleQueue[Verdict | str] = SimpleQueue()  # verdicts, and endpoints that are free again
        self._unwritten: list[Verdict] = []
        self._clock = (datetime.min.replace(tzinfo=UTC), 0.0)  # the instant of the pass, and when it began
        self._is_closing = threading.Event()

    @property
    def is_busy(self) -> bool:
        """Letters are on their way."""
        return bool(self._busy)

    def deliver(self, now: datetime, *, is_patient: bool = True) -> Delivered:
        """Send what is due by `now`. Impatient: wait for no slow endpoint; a later pass marks what it answers."""
        self._clock, done = (now, clock.monotonic()), Delivered()
        while True:
            begun = self._begin(now, done)
            self._collect(begun, is_patient=is_patient)
            is_over = begun is None and not self._unwritten and not (is_patient and self._busy)
            self._write(done)
            if is_over:
                return done

    def close(self) -> Delivered:
        """Wait for the letters on their way, mark them, and hand back the rest."""
        self._is_closing.set()
        self._pool.shutdown(wait=True)
        done = Delivered()
        self._collect(None, is_patient=False)
        self._write(done)
        return done

    def _now(self) -> datetime:
        """The instant of the pass and the whole seconds since: a simulation's clock stands."""
        began, at = self._clock
        return began + timedelta(seconds=int(clock.monotonic() - at))

    def _begin(self, now: datetime, done: Delivered) -> set[str] | None:
        """Claim a batch and send it on its way; the endpoints to which it goes, None where nothing was to be had."""
        room = min(BATCH, self._threads - len(self._busy))
        with reading(self.engine) as connection:  # so that an idle pass takes no writer's turn
            at = outbox.next_attempt(connection)
        if room <= 0 or at is None or at > now:
            return None
        lease, longest = self.settings.server.lease_seconds, self.settings.server.send_seconds
        last_start = clock.monotonic() + lease - longest - SPARE
        until = self._now() + timedelta(seconds=lease)
        with transaction(self.engine) as connection:
            claimed = outbox.claim(connection, self.name, now, until, room, self._busy)
        if not claimed:
            return None
        if stolen := [letter for letter, by in claimed.items() if by not in (None, held.BY_SWEEP)]:
            done.stolen += len(stolen)
            logs.get().warning("letters_taken_over", count=len(stolen), first=stolen[0], of=claimed[stolen[0]])
        from reviewflow.engine.batch import make_ready  # an idle tick starts without what writes letters

        by_endpoint: dict[str, list[Parcel]] = defaultdict(list)
        for item in make_ready(self.engine, self.settings, list(claimed), self.name, now):
            if isinstance(item, Parcel):
                by_endpoint[item.endpoint].append(item)
            else:
                self._unwritten.append(item)
        for endpoint, parcels in by_endpoint.items():
            self._busy.add(endpoint)
            self._pool.submit(self._carry, endpoint, parcels, last_start)
        return set(by_endpoint)

    def _carry(self, endpoint: str, parcels: Sequence[Parcel], last_start: float) -> None:
        """In a thread: one letter after the other, until one fails or the lease comes to its end."""
        last: Verdict | None = None
        try:
            for parcel in parcels:
                if last is not None and last.result is not Result.SENT:
                    again = last.rest or self._clock[0]
                    self._answers.put(Verdict(parcel.rows, Result.RELEASED, again, behind(last)))
                elif self._is_closing.is_set() or clock.monotonic() > last_start:
                    self._answers.put(Verdict(parcel.rows, Result.RELEASED, self._clock[0]))
                else:
                    last = carry(parcel, self.senders, self.settings.server.attempts, self._now)
                    self._answers.put(last)
        finally:
            self._answers.put(endpoint)

    def _collect(self, begun: set[str] | None, *, is_patient: bool) -> None:
        """What came of letters: wait a moment for those just begun, for others as long as it takes or not at all."""
        until, has_news = clock.monotonic() + LINGER, begun is not None or bool(self._unwritten)
        while self._busy:
            wait = 0.0 if has_news or not is_patient else None
            if begun and begun & self._busy:
                wait = max(0.0, until - clock.monotonic())
            try:
                answer = self._answers.get(timeout=wait)
            except Empty:
                return
            has_news = True
            if isinstance(answer, Verdict):
                self._unwritten.append(answer)
            else:
                self._busy.discard(answer)

    def _write(self, done: Delivered) -> None:
        """Mark, and only then forget; what cannot be marked now is marked in the next pass."""
        if not self._unwritten:
            return
        from reviewflow.engine.marks import disabled, write_down

        verdicts = [disabled(self.engine, self.settings, v, self._clock[0]) for v in self._unwritten]
        with transaction(self.engine) as connection:
            refused = write_down(connection, verdicts)
        self._unwritten = []
        for verdict in verdicts:
            done.add(verdict)
        if refused:
            done.refused += refused
            logs.get().warning("marks_refused", count=refused)
