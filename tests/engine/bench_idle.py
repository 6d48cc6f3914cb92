"""A sweep and a delivery pass with nothing due, among a thousand open deadlines and among a million."""

import sys
import time
from collections.abc import Iterator
from statistics import median

from reviewflow.engine.deliver import Courier
from reviewflow.engine.sweep import sweep
from reviewflow.nouns.commands.review import StartClock
from tests.databases import POSTGRESQL, SQLITE
from tests.engine import world as w
from tests.engine.crowd import DEADLINES_ONLY, multiply
from tests.engine.measuring import Ground, Measured, main
from tests.engine.outboxes import Post, nothing_owed
from tests.engine.reviews import file_review

FEW, MANY, QUICK_MANY = 1_000, 1_000_000, 100_000
AT_MOST, TIMES_FEW = 0.005, 1.5  # seconds, and times the cost among few


def crowded(ground: Ground, kind: str, count: int) -> w.World:
    """So many reviews under way, none of which has anything due; nothing is owed to anybody."""
    world = ground.world(kind)
    ref = file_review(world, "eo-14409")
    world.do(w.INTAKE, ref, StartClock())
    nothing_owed(world)
    multiply(world, ref, count, DEADLINES_ONLY)
    return world


def tick(world: w.World, courier: Courier) -> float:
    """Seconds of one idle beat, as a worker does it who is there already."""
    began = time.perf_counter()
    swept, delivered = sweep(world.engine, world.settings, world.now), courier.deliver(world.now)
    took = time.perf_counter() - began
    assert not swept.done and not delivered.sent
    return took


def measure(ground: Ground) -> Iterator[Measured]:
    """Both take turns, so that noise hits both."""
    rounds, beats, most = (20, 20, QUICK_MANY) if ground.is_quick else (60, 20, MANY)
    for kind in (SQLITE, POSTGRESQL):
        worlds = [crowded(ground, kind, count) for count in (FEW, most)]
        couriers = [Courier(world.engine, world.settings, Post().senders) for world in worlds]
        took: list[list[float]] = [[], []]
        for turn in range(rounds + 1):
            for number, (world, courier) in enumerate(zip(worlds, couriers, strict=True)):
                found = median(tick(world, courier) for _ in range(beats))
                took[number] += [found] if turn else []  # the first warms up
        few, many = (sorted(of) for of in took)
        yield Measured(f"idle tick, {kind}", f"among {FEW:,}", [1 / t for t in few], 1.0)
        times = median(b / a for a, b in zip(*took, strict=True))
        limits = {"rate_at_least": 1 / AT_MOST, "at_least": 1 / TIMES_FEW}
        yield Measured(f"idle tick, {kind}", f"among {most:,}", [1 / t for t in many], 1 / times, **limits)
        for world, courier in zip(worlds, couriers, strict=True):
            courier.close()
            world.close()


if __name__ == "__main__":
    sys.exit(main(measure, __doc__))
