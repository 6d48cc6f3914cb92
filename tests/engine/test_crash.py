"""What was answered as recorded survives a kill at any write, and every command is all or nothing."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from reviewflow.store import outbox
from reviewflow.store.rows import Batch
from tests.databases import SQLITE, File
from tests.engine import crash
from tests.engine.aftermath import story
from tests.engine.crash import attempt, perform
from tests.engine.crash_cli import crash_cli
from tests.engine.policies import settings
from tests.engine.victim import Attempt, Step, strace
from tests.engine.world import World

DATABASES = (SQLITE,)  # the file that a killed process leaves; `chaos` kills processes on PostgreSQL, and the server

KILLS = 200


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_kills_at_every_write_lose_and_double_nothing() -> None:
    """At each write, sync, truncation and removal in turn where strace is there, else at random times."""
    tally = crash.crash(story(), KILLS, tracer=strace())
    assert not tally.faults, tally.faults[0]
    assert tally.kills >= KILLS, tally
    if strace():
        assert 0 < tally.kept < tally.kills, "every kill came before the commit, or after it"


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_kills_of_the_command_line_lose_and_double_nothing() -> None:
    """Commands as a person types them, each a process of its own; `prove_crash` kills more of them."""
    tally = crash_cli(strace(), 4)
    assert not tally.faults, tally.faults[0]
    assert tally.kills == 4, tally


def _speaks_too_soon(file: Path, step: Step, acknowledge: Callable[[], None], seed: int) -> None:
    acknowledge()
    attempt(file, step, lambda: None, seed)


def _commits_in_between(file: Path, step: Step, acknowledge: Callable[[], None], seed: int) -> None:
    put = outbox.put

    def put_later(batch: Batch, rows: Sequence[Any]) -> None:
        batch.flush()
        batch.connection.exec_driver_sql("COMMIT")
        batch.connection.exec_driver_sql("BEGIN IMMEDIATE")
        put(batch, rows)

    outbox.put = put_later  # in the child only, which ends with it
    attempt(file, step, acknowledge, seed)


def _says_it_twice(file: Path, step: Step, acknowledge: Callable[[], None], seed: int) -> None:
    world = World(File(file), settings(), seed)
    perform(world, step)
    world.query("UPDATE delivery SET attempts = 1")
    acknowledge()


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (_speaks_too_soon, "acknowledged and is lost"),
        (_commits_in_between, "neither all nor nothing"),
        (_says_it_twice, "neither all nor nothing"),
    ],
)
def test_seeded_fault_is_found(fault: Attempt, why: str) -> None:
    """Saying too soon, two transactions in place of one, a change beside the command: each is caught."""
    tracer = strace()
    tally = crash.crash(story()[:4], 150, doing=fault, tracer=tracer, enough=1)
    assert any(why in found for found in tally.faults), (tally.kills, tally.faults[:3])


def test_whole_story_runs_undisturbed() -> None:
    """What the kills are measured against is there: eleven steps, each of which changes something."""
    steps = story()
    assert [step.name for step in steps if step.rows == step.done] == []
