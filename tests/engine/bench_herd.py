"""Ten thousand windows that end at one instant, swept by two workers, and as many timers of a usual scheduler."""

import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from typing import Any

from reviewflow.engine.sweep import sweep
from reviewflow.nouns.commands.review import StartClock
from reviewflow.store.database import connect
from tests.databases import POSTGRESQL, SQLITE
from tests.engine import world as w
from tests.engine.crowd import multiply
from tests.engine.measuring import Ground, Measured, main
from tests.engine.policies import settings
from tests.engine.reviews import file_review

POLICY, HERD, WITHIN = "eo-14409", 10_000, 3.0
_done: list[int] = []


def about_to_end(world: w.World, count: int) -> datetime:
    """So many reviews under way, of which all that comes before the end has been raised; when they end.

    What ends is the window and nothing besides: two events, a notice, and a letter to each of five people.
    """
    ref = file_review(world, POLICY)
    world.do(w.INTAKE, ref, StartClock())
    due_at: datetime = max(row["due_at"] for row in world.subject(ref).part("deadline") if row["kind"] == "window")
    assert not world.tick(due_at - timedelta(minutes=1)).failed
    multiply(world, ref, count - 1)
    return due_at


def _worker(url: str, now: datetime, start: Any, told: Any) -> None:
    engine = connect(url)
    engine.connect().close()
    start.wait()
    swept = sweep(engine, settings(), now)
    told.put((time.perf_counter(), len(swept.done), len(swept.failed)))


def herd(world: w.World, now: datetime, workers: int) -> float:
    """Seconds from the start of the workers to the last lapse."""
    world.engine.dispose()
    context = get_context("fork")
    start, told = context.Barrier(workers + 1), context.Queue()
    for _ in range(workers):
        context.Process(target=_worker, args=(world.database.url, now, start, told), daemon=True).start()
    start.wait()
    began = time.perf_counter()
    ends = [told.get() for _ in range(workers)]
    assert not any(failed for _, _, failed in ends), ends
    return max(end for end, _, _ in ends) - began


def timers(url: str, count: int) -> float:
    """Seconds in which APScheduler runs as many due jobs out of its own SQLAlchemy store."""
    from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
    from apscheduler.schedulers.background import BackgroundScheduler

    scheduler = BackgroundScheduler(
        jobstores={"default": SQLAlchemyJobStore(url)}, timezone=UTC, job_defaults={"misfire_grace_time": None}
    )
    scheduler.start(paused=True)
    due_at = datetime.now(UTC) - timedelta(seconds=1)
    _done.clear()
    for number in range(count):
        scheduler.add_job(_run, "date", run_date=due_at, args=[number])
    began = time.perf_counter()
    scheduler.resume()
    while len(_done) < count:
        time.sleep(0.01)
    took = time.perf_counter() - began
    scheduler.shutdown()
    return took


def _run(number: int) -> None:
    _done.append(number)


def measure(ground: Ground) -> Iterator[Measured]:
    """The herd on PostgreSQL with two workers, and on SQLite with one; rates of lapses and of jobs."""
    rounds, jobs = (1, 1_000) if ground.is_quick else (3, 5_000)
    for kind, workers in ((POSTGRESQL, 2), (SQLITE, 1)):
        world = ground.world(kind)
        now = about_to_end(world, HERD)
        took: list[float] = []
        beside: list[float] = []
        for _ in range(rounds):
            database = ground.copy(world)
            again = w.World(database, settings())
            took.append(herd(again, now, workers))
            found = again.query("SELECT count(*) FROM event WHERE name = 'lapsed'")[0][0]
            assert found == HERD, found
            beside.append(timers(database.url, jobs))
            again.close()
        yield from _rows(f"herd, {kind}, {workers} worker{'s' if workers > 1 else ''}", kind, took, beside, jobs)
        world.close()


def _rows(what: str, kind: str, took: Sequence[float], beside: Sequence[float], jobs: int) -> Iterator[Measured]:
    rates = [HERD / seconds for seconds in took]
    limit = HERD / WITHIN if kind == POSTGRESQL else None
    yield Measured(what, "reviewflow", rates, 1.0, rate_at_least=limit)
    theirs = [jobs / seconds for seconds in beside]
    yield Measured(what, "APScheduler's own store", theirs, min(rates) / max(theirs), at_least=5.0)


if __name__ == "__main__":
    sys.exit(main(measure, __doc__))
