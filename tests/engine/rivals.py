"""What a shared job store does: several of APScheduler's schedulers on one table, each job run by each of them."""

import multiprocessing
import time
from collections import Counter
from datetime import UTC, timedelta
from pathlib import Path

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from reviewflow import clock
from tests.engine.diary import Diary, lines

SECONDS = 5.0


def note(file: str, number: int) -> None:
    """The job: it says that it ran."""
    diary = Diary(Path(file))
    diary.write(ran=number)
    diary.close()


def _schedule(url: str) -> None:
    made = _scheduler(url)
    made.start()
    time.sleep(SECONDS)


def _scheduler(url: str) -> BackgroundScheduler:
    defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    return BackgroundScheduler(timezone=UTC, jobstores={"default": SQLAlchemyJobStore(url)}, job_defaults=defaults)


def run_twice(url: str, folder: Path, jobs: int = 100, schedulers: int = 4) -> int:
    """How many of so many jobs ran more than once."""
    file, made = folder / "jobs", _scheduler(url)
    made.start(paused=True)
    for number in range(jobs):
        at = clock.now() + timedelta(seconds=2 + number / jobs)
        once = IntervalTrigger(
            hours=1, start_date=at, timezone=UTC
        )  # one of a date kills the other schedulers' threads
        made.add_job(note, once, [str(file), number], id=str(number))
    made.shutdown()
    fork = multiprocessing.get_context("fork")
    all_of_them = [fork.Process(target=_schedule, args=(url,), daemon=True) for _ in range(schedulers)]
    for process in all_of_them:
        process.start()
    for process in all_of_them:
        process.join(60)
    ran = Counter(line["ran"] for line in lines(file))
    return sum(many > 1 for many in ran.values())
