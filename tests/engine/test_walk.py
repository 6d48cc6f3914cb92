"""The walk that the histories are made of reaches every command: a fact of the walk, not of a database."""

import random

import pytest

from reviewflow.nouns.commands.form import REGISTRY
from tests.databases import SQLITE
from tests.engine import walk
from tests.engine.policies import POLICIES
from tests.engine.test_machine import AnyOrder, counts

DATABASES = (SQLITE,)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_walk_gets_to_every_command() -> None:
    """So that the histories prove something about each; those of the system come by themselves."""
    counts.clear()
    wanted = {name for name in walk.COMMANDS if not REGISTRY[name].by_system}
    events: set[str] = set()
    for seed in range(30):
        machine = AnyOrder()
        machine.is_brisk = True
        machine.begin(seed, sorted(POLICIES)[seed % 4 : seed % 4 + 3])
        rng = random.Random(seed)
        for _ in range(60):
            missing = sorted(wanted - counts.keys())
            if missing and rng.random() < 0.5 and (found := walk.toward(rng, machine.world, rng.choice(missing))):
                machine._do(rng, *found, "minutes", 5)
            else:
                machine._likely(rng.randrange(10**6), rng.choice(walk.STEPS), rng.randrange(6))
        machine.tick("forty days")
        events |= {str(name) for (name,) in machine.world.query("SELECT DISTINCT name FROM event")}
        machine.teardown()
        if wanted <= counts.keys() and events >= {"lapsed", "request_overdue", "commitment_missed", "access_ended"}:
            return
    pytest.fail(f"never done: {sorted(wanted - counts.keys())}")
