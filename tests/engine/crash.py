"""Kills commands at each of their writes, and looks at what is left; from a warm parent, so that it is quick.

A child is forked for each command. strace, attached to it, sends SIGKILL as the Nth call of a kind begins; where there
is no strace the parent sends it after a random time. Every kill starts from the same snapshot of the database.
"""

import os
import random
import shutil
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reviewflow.errors import ReviewflowError
from tests.databases import File, folder
from tests.engine import world as w
from tests.engine.policies import settings
from tests.engine.victim import Attempt, Step, count_calls, kill_after, kill_at

# A sweep lets go of late letters in a transaction of its own, so who holds them may be half done; the rest is random.
SKIPPED = {"position", "id", "salt", "prev", "digest", "head", "simulated_at", "holder", "next_attempt_at"}
Doing = Callable[[w.World], object]


@dataclass
class Tally:
    """What a run did, and what was wrong."""

    kills: int = 0
    survived: int = 0  # the command ended before the signal came
    kept: int = 0  # killed after it was recorded
    by_call: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def content(world: w.World) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, without what differs between two runs of the same command."""
    found = {}
    for table, rows in world.dump().items():
        kept = [i for i, name in enumerate(world.columns(table)) if name not in SKIPPED]
        found[table] = sorted((tuple(row[i] for i in kept) for row in rows), key=repr)
    return found


def perform(world: w.World, step: Step) -> object:
    """Do it; the version is given, so that what was recorded is not done again."""
    world.now = w.START + step.at_days * w.DAY
    if step.call is None:
        swept = world.tick()
        assert not swept.failed, swept.failed
        return swept
    call = step.call
    assert call.command is not None
    return world.do(call.actor, call.ref, call.command, if_version=call.if_version)


def attempt(file: Path, step: Step, acknowledge: Callable[[], None], seed: int) -> None:
    """What a child does: open the database, do the step, say that it is recorded."""
    world = w.World(File(file), settings(), seed)
    perform(world, step)
    acknowledge()
    world.engine.dispose()


Point = tuple[Step, str, int]


def points(tracer: str, steps: Sequence[Step], folder: Path, doing: Attempt, seed: int, turn: int) -> list[Point]:
    """Every place at which a step can be killed."""
    found: list[Point] = []
    for step in steps:
        calls = count_calls(tracer, copy(step.before, folder / f"count-{turn}.db"), step, doing, seed)
        found += [(step, call, number) for call, many in calls.items() for number in range(1, many + 1)]
    return found


def copy(source: Path, target: Path) -> Path:
    """A database at rest, somewhere else."""
    for extra in ("-wal", "-shm", "-journal"):
        target.with_name(target.name + extra).unlink(missing_ok=True)
    shutil.copyfile(source, target)
    return target


def crash(
    steps: Sequence[Step],
    kills: int,
    *,
    doing: Attempt = attempt,
    seed: int = 5,
    tracer: str | None = None,
    turn: int = 0,
    enough: int = 20,
) -> Tally:
    """Kill `kills` times, at every place in turn, and check after each; stops at `enough` faults."""
    from tests.engine.aftermath import assess

    tally, there, rng = Tally(), folder(), random.Random(turn)
    places = points(tracer, steps, there, doing, seed, turn) if tracer else []
    turns = _turns(places, rng)
    while tally.kills < kills and len(tally.faults) < enough and tally.survived < kills + 100:
        file = there / f"crash-{turn}.db"
        if tracer:
            step, call, number = next(turns)
            said, status = kill_at(tracer, call, number, copy(step.before, file), step, doing, seed)
        else:
            step, call = rng.choice(steps), "at random"
            said, status = kill_after(rng.random() * 0.04, copy(step.before, file), step, doing, seed)
        was_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        tally.kills += was_killed
        tally.survived += not was_killed
        tally.by_call[call] = tally.by_call.get(call, 0) + was_killed
        try:
            tally.kept += assess(file, step, seed, was_said=said)
        except (AssertionError, ReviewflowError) as fault:
            tally.faults.append(f"{step.name}, killed at {call}: {fault}"[:500])
    return tally


def _turns(places: list[Point], rng: random.Random) -> Iterator[Point]:
    while places:
        rng.shuffle(places)
        yield from places
