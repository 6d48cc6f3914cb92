"""The seeded faults of chaos, each in its own scene: whether it is seen there, and whether all is well without it."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from reviewflow.errors import Unavailable
from tests import databases
from tests.engine import reckoning, sabotage, scenes
from tests.engine import world as w
from tests.engine.crew import Stage
from tests.engine.reckoning import Reckoning
from tests.engine.scenes import Sabotage

Scene = Callable[[w.World, Stage, Sabotage], bool]  # whether something is wrong


def _fence(world: w.World, stage: Stage, how: Sabotage) -> bool:
    left, found, _ = scenes.sleep_over_the_lease(world, stage, how)
    return left != found


def _keys(world: w.World, stage: Stage, how: Sabotage) -> bool:
    scenes.ask_again(stage, how)
    found = Reckoning()
    reckoning.commands(world.database, stage.diaries("client"), found)
    return bool(found.faults)


def _skipping(world: w.World, stage: Stage, how: Sabotage) -> bool:
    try:
        scenes.die_in_a_sweep(stage, how)
    except Unavailable:
        return True
    return False


def _locks(world: w.World, stage: Stage, how: Sabotage) -> bool:
    sabotage.drop_rules(world.database)
    scenes.sweep_together(stage, how)
    found = Reckoning()
    reckoning.notices(world.database, found)
    return bool(found.faults)


SCENES: dict[str, tuple[Scene, Sabotage]] = {
    "deliveries without a fence": (_fence, sabotage.without_fence),
    "no idempotency keys": (_keys, sabotage.without_keys),
    "a sweep that does not skip what is locked": (_skipping, sabotage.without_skipping),
    "no locks, and no rules in the database": (_locks, sabotage.without_locks),
}


def rehearse() -> Iterator[tuple[str, bool]]:
    """Each fault by name, and whether it is seen, and only where it was seeded."""
    databases.current = databases.POSTGRESQL
    for name, (scene, how) in SCENES.items():
        seen = []
        for sabotaged in (how, sabotage.nothing):
            world = w.new_world(11)
            with tempfile.TemporaryDirectory() as folder:
                seen.append(scene(world, scenes.on(world, Path(folder)), sabotaged))
            world.close()
        yield name, seen == [True, False]
