"""One thing done again and again: at the instant that it asks for, sooner where it is woken, never twice at once."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from reviewflow import clock, logs
from reviewflow.errors import ReviewflowError

Plan = Callable[[str, Callable[[], None], datetime], None]  # run it under this name at this instant, and not before
Outcome = tuple[datetime | None, bool]
SOONEST = timedelta(milliseconds=20)  # between two runs
FIRST_WAIT = timedelta(milliseconds=250)  # before it is tried again; doubled each time, up to the poll
TOLD_EVERY = 60.0  # seconds, at the most, while it goes on failing
BEGINS_WITHIN, ENDS_WITHIN = 60, 600  # looks of the watch, a second apart, that a run may be late or last


class Job:
    """`work` returns when it wants to be done again, None: at the poll; and whether it left something undone.

    What is left, or fails, is tried again after a growing wait, up to the poll.
    """

    def __init__(self, name: str, work: Callable[[], Outcome], poll: timedelta, plan: Plan) -> None:
        self.name, self._work, self._poll, self._plan = name, work, poll, plan
        self._lock = threading.RLock()
        self._at: datetime | None = None  # when it is run next; None while it runs
        self._woken: datetime | None = None  # while it runs: when it is wanted again
        self._expected = clock.monotonic()  # when it was begun or is to begin
        self._looks = 0  # at which it should have begun or ended
        self._failures = 0
        self._told_at: float | None = None  # of its failure; None: it works
        self._is_over = False

    def wake(self, at: datetime) -> None:
        """Run it at `at` at the latest; what is due already while it fails waits for the next attempt."""
        with self._lock:
            if self._failures and at <= clock.now():
                return
            if self._at is None:
                self._woken = at if self._woken is None else min(at, self._woken)
            elif at < self._at:
                self.schedule(at)

    def schedule(self, at: datetime) -> None:
        """Run it at `at`, whatever was planned."""
        with self._lock:
            if self._is_over:
                return
            self._at = at
            self._expected = clock.monotonic() + max(0.0, (at - clock.now()).total_seconds())
            self._plan(self.name, self._run, at)

    def end(self) -> None:
        """Begin no other run; a running one is let finish."""
        with self._lock:
            self._is_over = True

    def look(self) -> None:
        """Called every second, so that time in which the whole process stood still is not held against the job.

        Where the wall clock was stepped back, nothing waits for the old time to come again.
        """
        with self._lock:
            self._looks = self._looks + 1 if clock.monotonic() > self._expected else 0
            now = clock.now()
            if self._at is not None and self._at > now + self._poll + timedelta(seconds=1):
                self.schedule(now)

    @property
    def is_stuck(self) -> bool:
        """It runs, or did not begin, for far too long."""
        return self._looks > (ENDS_WITHIN if self._at is None else BEGINS_WITHIN)

    def _run(self) -> None:
        with self._lock:
            self._at, self._woken, self._expected = None, None, clock.monotonic()
        wanted, is_left = self._do()
        with self._lock:
            self._failures = self._failures + 1 if is_left else 0
            now = clock.now()
            times = [now + (self._wait() if is_left else self._poll), wanted, self._woken]
            self.schedule(max(min(at for at in times if at is not None), now + SOONEST))

    def _wait(self) -> timedelta:
        return min(self._poll, FIRST_WAIT * (1 << min(self._failures - 1, 16)))

    def _do(self) -> Outcome:
        try:
            outcome = self._work()
        except ReviewflowError as error:
            self._tell(why=str(error))
        except Exception:  # noqa: BLE001 - the next run is the cure for whatever it was; it must come
            self._tell(exc_info=True)
        else:
            if self._told_at is not None:
                logs.get().info(f"{self.name}_works_again")
            self._told_at = None
            return outcome
        return None, True

    def _tell(self, **what: object) -> None:
        now = clock.monotonic()
        if self._told_at is None or now - self._told_at >= TOLD_EVERY:
            logs.get().error(f"{self.name}_failed", **what)
            self._told_at = now
