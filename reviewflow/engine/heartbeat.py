"""The heartbeat: a sweep and a delivery pass, again and again, until told to stop."""

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger

from reviewflow import clock, logs
from reviewflow.engine.tick import tick
from reviewflow.settings.settings import Settings
from reviewflow.store.database import Engine, reading
from reviewflow.store.deadlines import next_due
from reviewflow.store.outbox import next_attempt

if TYPE_CHECKING:
    from reviewflow.notify.senders import Sender


def next_run(engine: Engine, settings: Settings, now: datetime) -> datetime:
    """The next due instant or the poll, whichever is first: the instant is a hint, the poll is what counts."""
    poll = now + timedelta(seconds=settings.server.poll_seconds)
    with reading(engine) as connection:
        hints = [at for at in (next_due(connection), next_attempt(connection)) if at is not None]
    return max(min([poll, *hints]), now + timedelta(milliseconds=50))


class Heartbeat:
    """APScheduler holds one job in memory and nothing else; `stop` lets a running tick finish."""

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        senders: "Mapping[str, Sender]",
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self.engine, self.settings, self.senders, self.now = engine, settings, senders, now
        self._stopped = threading.Event()
        self._scheduling = threading.Lock()
        self._scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def run(self) -> None:
        """Beat until `stop` is called, from a signal handler or another thread; then drain and return."""
        self._scheduler.start()
        self._schedule(clock.now())
        self._stopped.wait()
        with self._scheduling:  # a job that is submitted while the executor closes would end in a traceback
            self._scheduler.remove_all_jobs()
        self._scheduler.shutdown(wait=True)
        logs.get().info("heartbeat_stopped")

    def stop(self) -> None:
        """Let the running tick finish, and start no other."""
        self._stopped.set()

    def _beat(self) -> None:
        later = clock.now() + timedelta(seconds=self.settings.server.poll_seconds)
        try:
            now = self.now()
            swept, delivered = tick(self.engine, self.settings, self.senders, now)
            if swept.done or delivered.sent or swept.failed:
                logs.get().info("ticked", events=swept.events, letters=len(delivered.sent), failed=len(swept.failed))
            later = next_run(self.engine, self.settings, clock.now())
        except Exception:  # noqa: BLE001 - the next beat is the cure for whatever it was; it must come
            logs.get().error("tick_failed", exc_info=True)
        self._schedule(later)

    def _schedule(self, at: datetime) -> None:
        with self._scheduling:
            if not self._stopped.is_set():
                self._scheduler.add_job(self._beat, DateTrigger(at, timezone=UTC), id="beat", replace_existing=True)
