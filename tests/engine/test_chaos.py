"""Workers, clients, links and the server are killed at random: nothing is lost, doubled or early."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewflow.errors import Unavailable
from tests.databases import POSTGRESQL
from tests.engine import finale, reckoning, sabotage, scenes
from tests.engine import world as w
from tests.engine.chaos import LEAST
from tests.engine.crew import LEASE, Stage
from tests.engine.diary import lines
from tests.engine.reckoning import Reckoning

DATABASES = (POSTGRESQL,)
SECONDS = 8.0


@pytest.fixture
def world() -> Iterator[w.World]:
    """A world on the shared server."""
    made = w.new_world(11)
    yield made
    made.close()


@pytest.fixture
def stage(world: w.World, tmp_path: Path) -> Stage:
    """Three reviews that run, and nobody at work yet."""
    return scenes.on(world, tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_chaos_loses_and_doubles_nothing() -> None:
    """Four workers and four clients, each of which falls several times, and the server too."""
    played = finale.play(SECONDS, seed=3)
    assert not played.faults, played.faults[0]
    counts = played.found.counts
    assert counts["commands acknowledged"] > 60 and counts["notices"] > 20, counts
    assert played.tally.blows["kill -9 of the server"] and played.tally.blows.total() > LEAST, played.tally.blows
    assert max(played.tally.takeovers, default=0) < 2 * LEASE, played.tally.takeovers


def test_a_worker_that_slept_over_its_lease_changes_nothing(world: w.World, stage: Stage) -> None:
    """What the next worker wrote of the letters stands; the sleeper's marks are refused."""
    left, found, refused = scenes.sleep_over_the_lease(world, stage, sabotage.nothing)
    assert found == left
    assert refused > 0


def test_without_its_fence_the_sleeper_overwrites(world: w.World, stage: Stage) -> None:
    """The seeded fault: he says that it is sent, of what another has in hand by now."""
    left, found, refused = scenes.sleep_over_the_lease(world, stage, sabotage.without_fence)
    assert found != left
    assert refused == 0


def _asked_again(world: w.World, stage: Stage, how: scenes.Sabotage) -> Reckoning:
    scenes.ask_again(stage, how)
    found = Reckoning()
    reckoning.commands(world.database, stage.diaries("client"), found)
    return found


def test_a_caller_killed_before_the_answer_finds_it_done_once(world: w.World, stage: Stage) -> None:
    """His successor asks under the same key, and is told what was done."""
    found = _asked_again(world, stage, sabotage.nothing)
    assert (found.faults, found.counts["commands acknowledged"]) == ([], 1)


def test_without_idempotency_keys_it_is_done_twice(world: w.World, stage: Stage) -> None:
    """The seeded fault, and it is seen."""
    assert "done 2 times" in _asked_again(world, stage, sabotage.without_keys).faults[0]


def test_a_sweep_that_stands_still_holds_up_nobody(world: w.World, stage: Stage) -> None:
    """The others skip what it has in hand; when it is killed that is raised at once, by itself."""
    meanwhile, after, seconds = scenes.die_in_a_sweep(stage, sabotage.nothing)
    assert len(meanwhile.done) == len(stage.refs) - 1 and not meanwhile.failed
    assert len(after.done) == 1 and not after.failed
    assert seconds < LEASE
    found = Reckoning()
    reckoning.notices(world.database, found)
    assert found.faults == [] and found.counts["notices"] >= len(stage.refs)


def test_without_skipping_the_others_wait_for_it(stage: Stage) -> None:
    """The seeded fault: the lock of one that stands still stops them all."""
    with pytest.raises(Unavailable, match="lock timeout"):
        scenes.die_in_a_sweep(stage, sabotage.without_skipping)


@pytest.mark.parametrize("is_sabotaged", [False, True])
def test_two_sweeps_of_the_same_raise_it_once(world: w.World, stage: Stage, is_sabotaged: bool) -> None:
    """The lock sees to it, and behind it the rules of the database; without either, notices are found twice."""
    if is_sabotaged:
        sabotage.drop_rules(world.database)
    scenes.sweep_together(stage, sabotage.without_locks if is_sabotaged else sabotage.nothing)
    found = Reckoning()
    reckoning.notices(world.database, found)
    reckoning.chains(world.engine, found)
    told = list(lines(*stage.diaries("worker")))
    assert len(told) == 2 and not any(line["failed"] for line in told), told
    assert any("raised 2 times" in fault for fault in found.faults) == is_sabotaged, found.faults
    assert bool(found.faults) == is_sabotaged
