"""Any command in any order, at any time, either changes nothing and says why, or keeps every invariant."""

import random
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from reviewflow.engine.reconcile import reconcile
from reviewflow.errors import ReviewflowError
from reviewflow.nouns.commands.form import Command
from tests import databases
from tests.databases import POSTGRESQL
from tests.engine import walk
from tests.engine.invariants import assert_invariants
from tests.engine.policies import POLICIES
from tests.engine.reviews import start_review
from tests.engine.world import models, new_world

SEEDS = st.integers(0, 2**32 - 1)
STEPS = st.sampled_from(walk.STEPS)
counts: dict[str, int] = {}


class AnyOrder(RuleBasedStateMachine):
    """The engine, driven by everybody at once; the whole invariant is checked after every step, unless it is brisk."""

    is_brisk = False

    @initialize(seed=SEEDS, policies=st.lists(st.sampled_from(sorted(POLICIES)), max_size=3))
    def begin(self, seed: int, policies: list[str]) -> None:
        """A world with some reviews under way, and the references that it draws."""
        self.seed, self.step = seed, 0
        self.world = new_world(seed)
        for model, policy in zip(models(), policies, strict=False):
            start_review(self.world, policy, model)
        self._look()

    @rule(seed=SEEDS, step=STEPS, back=st.integers(0, 5))
    def likely(self, seed: int, step: str, back: int) -> None:
        """A command that some subject's state invites."""
        self._likely(seed, step, back)

    @rule(seed=SEEDS, step=STEPS, back=st.integers(0, 5))
    def likely_too(self, seed: int, step: str, back: int) -> None:
        """The same; twice as often as any other rule."""
        self._likely(seed, step, back)

    @rule(name=st.sampled_from(walk.COMMANDS), seed=SEEDS, step=STEPS, back=st.integers(0, 5))
    def wild(self, name: str, seed: int, step: str, back: int) -> None:
        """Any command, by anybody, with any arguments."""
        rng = self._rng(seed)
        self._do(rng, *walk.wild(rng, self.world, name), step, back)

    @rule(step=STEPS)
    def tick(self, step: str) -> None:
        """A sweep, after which nothing is due."""
        swept = self.world.tick(walk.later(self.world, step))
        assert not swept.failed, [failed.error for failed in swept.failed]
        self._look(is_ticked=True)
        owed = reconcile(self.world.engine, self.world.settings, self.world.now)
        assert not owed.differences and not owed.failed, owed

    def teardown(self) -> None:
        """The file goes."""
        if hasattr(self, "world"):
            self.world.close()

    def _rng(self, seed: int) -> random.Random:
        """Another chance at every step, though Hypothesis likes to draw the same small numbers."""
        self.step += 1
        return random.Random(f"{seed} {self.step} {self.seed}")

    def _likely(self, seed: int, step: str, back: int) -> None:
        rng = self._rng(seed)
        self._do(rng, *walk.likely(rng, self.world), step, back)

    def _do(self, rng: random.Random, actor: str, ref: str | None, command: Command, step: str, back: int) -> None:
        at = walk.later(self.world, step)
        then: datetime | None = None
        if back == 0 or (back < 3 and type(command).fact):
            self.world.now = at
            then = walk.effective_at(rng, self.world, ref)
        name = type(command).__name__
        try:
            self.world.do(actor, ref, command, at, effective_at=then)
        except ReviewflowError as refusal:
            counts[f"{name} refused"] = counts.get(f"{name} refused", 0) + 1
            assert all(reason.strip() for reason in refusal.reasons)
            assert "database refused" not in str(refusal), f"not said plainly: {refusal}"
            assert self.is_brisk or self.world.dump() == self.before, (
                f"{name} was refused ({refusal}) and changed something"
            )
            return
        counts[name] = counts.get(name, 0) + 1
        counts["dated"] = counts.get("dated", 0) + (then is not None)
        self._look()

    def _look(self, *, is_ticked: bool = False) -> None:
        if not self.is_brisk:
            self.before = self.world.dump()
            assert_invariants(self.world, is_ticked=is_ticked)


def run(examples: int, steps: int, **options: Any) -> None:
    """Many histories; raises with the shortest that breaks something."""
    counts.clear()
    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=False,
            database=None,
            **options,
        ),
    )


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_any_command_in_any_order_changes_nothing_or_keeps_the_invariants() -> None:
    """Some histories, always the same; `prove machine` runs many more of them, on each database."""
    few = databases.current == POSTGRESQL  # the same code, and each look at the whole takes three times as long
    run(7 if few else 28, 60, derandomize=True, phases=(Phase.generate, Phase.shrink))
    assert sum(many for name, many in counts.items() if " " not in name) > (40 if few else 160), counts
