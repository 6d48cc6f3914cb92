"""Four processes on one database: no lost update, no duplicate notice, no lock that a user is told of."""

import pytest
from sqlalchemy import event

from reviewflow.store import database, glance, subjects
from tests.databases import SQLITE
from tests.engine import herd
from tests.engine import world as w

SECONDS = 4.0


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_four_processes_lose_and_double_nothing() -> None:
    """Some seconds of commands and ticks, in which days go by; `prove herd` takes a minute on each database."""
    world = herd.shared_world()
    before = herd.last_position(world)
    reports = herd.stampede(world, SECONDS)
    herd.assert_nothing_lost(world, before, reports, SECONDS)
    done = sum(len(report.done) for report in reports)
    notices = world.query("SELECT count(*) FROM notice")[0][0]
    assert done > 100 and int(str(notices)) > 5, (done, notices)
    world.close()


def _without_lock(world: w.World) -> None:
    if world.database.kind == SQLITE:
        event.remove(world.engine, "begin", database._begin_immediate)
    else:
        subjects._LOCK, asked = subjects._LOOK, glance._statement
        glance._statement = lambda dialect, lock: asked(dialect, lock=False)  # type: ignore[assignment]


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_without_its_lock_the_herd_finds_it() -> None:
    """What makes it hold is the lock that is taken before anything is read: without it commands fail, or are lost."""
    world = herd.shared_world()
    before = herd.last_position(world)
    reports = herd.stampede(world, 3.0, sabotage=_without_lock)
    with pytest.raises(AssertionError):
        herd.assert_nothing_lost(world, before, reports, 3.0)
    world.close()
