"""The heartbeat: sweeps and delivery passes, each at its next due instant, until told to stop."""

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger

from reviewflow import clock, logs
from reviewflow.engine.answered import forget_old
from reviewflow.engine.deliver import Courier, Delivered
from reviewflow.engine.documents.left_over import forget_left_over
from reviewflow.engine.health import check_clock
from reviewflow.engine.job import Job, Outcome
from reviewflow.engine.realign import realign_some
from reviewflow.engine.sweep import sweep
from reviewflow.engine.worker import Worker, name_of_process
from reviewflow.errors import ReviewflowError, Unavailable
from reviewflow.settings.settings import Settings
from reviewflow.store.database import Engine, reading
from reviewflow.store.deadlines import next_after, next_due
from reviewflow.store.outbox import next_attempt

if TYPE_CHECKING:
    from reviewflow.notify.senders import Sender

FORGETS = timedelta(hours=1)  # how often old answers are looked for
GLANCE = timedelta(seconds=1)  # within this it is noticed that another process has made something due sooner
ANSWERS = timedelta(milliseconds=100)  # how often the answers of slow receivers are collected
WATCH_SECONDS = 1.0
READY, ALIVE, STOPPING = "READY=1", "WATCHDOG=1", "STOPPING=1"  # as a supervisor understands it: sd_notify(3)


class Heartbeat:
    """APScheduler holds four jobs in memory: what is due, what is to be sent, a glance at both, and what is forgotten.

    Slow receivers so never hold up the clock. The glance is a hint: two index minima a second, on any database.
    """

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        senders: "Mapping[str, Sender]",
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self.engine, self.settings, self.now = engine, settings, now
        self.worker = Worker(engine, name_of_process())
        self._courier = Courier(engine, settings, senders, self.worker.name)
        self._stopped = threading.Event()
        self._poll = timedelta(seconds=settings.server.poll_seconds)
        self._beat = Job("beat", self._sweep, self._poll, self._plan)
        self._post = Job("post", self._deliver, self._poll, self._plan)
        self._glance = Job("glance", self._look, GLANCE, self._plan)
        self._broom = Job("broom", self._forget, FORGETS, self._plan)
        self._jobs = (self._beat, self._post, self._glance, self._broom)
        self._scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def run(self, tell: Callable[[str], None] = lambda _: None) -> None:
        """Beat until `stop` is called, from a signal handler or another thread; then drain and return.

        The caller's thread keeps watch, and tells a supervisor; Unavailable where the scheduler died or a sweep hangs.
        """
        self._scheduler.start()
        for job in self._jobs:
            job.schedule(clock.now())
        tell(READY)
        while not self._stopped.wait(WATCH_SECONDS):
            for job in self._jobs:
                job.look()
            if not self.is_alive:
                logs.get().error("heartbeat_died", worker=self.worker.name)
                raise Unavailable("The heartbeat of this worker died.", remedy="Start it again; the others go on.")
            tell(ALIVE)
        tell(STOPPING)
        self._drain()

    def stop(self) -> None:
        """Let what runs finish, and begin nothing else."""
        self._stopped.set()

    @property
    def is_stopping(self) -> bool:
        """It begins nothing else."""
        return self._stopped.is_set()

    @property
    def is_alive(self) -> bool:
        """The scheduler's thread lives, and no sweep is overdue or hangs; or it drains."""
        thread = self._scheduler._thread
        beats = thread is not None and thread.is_alive() and not self._beat.is_stuck and not self._glance.is_stuck
        return beats or self.is_stopping

    def abandon(self) -> None:
        """Begin no other run; what is handed over while the process ends would end in a traceback."""
        for job in self._jobs:
            job.end()
        self._scheduler.remove_all_jobs()

    def _drain(self) -> None:
        self.abandon()
        self._scheduler.shutdown(wait=True)
        try:
            self._count(self._courier.close())
            self.worker.sign(self.now(), is_over=True)
        except ReviewflowError as error:  # the leases of its letters run out by themselves
            logs.get().warning("not_signed_off", worker=self.worker.name, why=str(error))
        logs.get().info("heartbeat_stopped", worker=self.worker.name)

    def _plan(self, name: str, run: Callable[[], None], at: datetime) -> None:
        self._scheduler.add_job(run, DateTrigger(at, timezone=UTC), id=name, replace_existing=True)

    def _sweep(self) -> Outcome:
        check_clock(self.engine)
        now = self.now()
        swept = sweep(self.engine, self.settings, now)
        if swept.done or swept.failed:
            logs.get().info("swept", subjects=len(swept.done), events=swept.events, failed=len(swept.failed))
            self._post.wake(clock.now())
        self.worker.count(events=swept.events, sweeps_failed=len(swept.failed))
        self.worker.sign(now)
        with reading(self.engine) as connection:
            first, later = next_due(connection), next_after(connection, now)
        return self._here(later), first is not None and first <= now  # left: it failed, or another has it in hand

    def _deliver(self) -> Outcome:
        check_clock(self.engine)
        now = self.now()
        self._count(self._courier.deliver(now, is_patient=False))
        if self._courier.is_busy:  # the next pass marks what slow receivers have answered
            return clock.now() + ANSWERS, False
        with reading(self.engine) as connection:
            at = next_attempt(connection)
        return (None, True) if at is not None and at <= now else (self._here(at), False)

    def _count(self, delivered: Delivered) -> None:
        done = {name: number for name, number in delivered.counts().items() if number}
        if done:
            logs.get().info("delivered", **done)
        self.worker.count(**done)

    def _look(self) -> Outcome:
        with reading(self.engine) as connection:
            found = (self._beat, next_due(connection)), (self._post, next_attempt(connection))
        for job, at in found:
            if (here := self._here(at)) is not None:
                job.wake(here)
        return None, False

    def _forget(self) -> Outcome:
        """A batch at a time, each a run of its own, so that nobody waits long for the turn to write."""
        check_clock(self.engine)  # one that is ahead would forget too early
        are_old_left = forget_old(self.engine, self.settings, self.now())
        are_bytes_left = forget_left_over(self.engine, self.now())
        are_lines_left = bool(realign_some(self.engine))
        return (clock.now() if are_old_left or are_bytes_left or are_lines_left else None), False

    def _here(self, at: datetime | None) -> datetime | None:
        """An instant of the record's clock, which in a simulation is not ours, by our own."""
        return None if at is None else clock.now() + (at - self.now())
