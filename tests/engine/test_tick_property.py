"""The tick is only paperwork: any history gives the same journal with ticks between its commands as without."""

import random
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from reviewflow.engine.call import Call
from reviewflow.errors import ReviewflowError
from reviewflow.nouns.commands.document import AttachDocument
from tests import databases
from tests.databases import SQLITE
from tests.engine import walk
from tests.engine.arguments import bring
from tests.engine.policies import POLICIES
from tests.engine.reviews import start_review
from tests.engine.world import World, models, new_world

SAID = (
    "seq",
    "name",
    "actor",
    "effective_at",
    "data",
    "sets",
    "is_internal",
)  # all but recorded_at, late_by and digests
History = Sequence[tuple[datetime, Call | None]]  # None: a tick


def furnish(rng: random.Random) -> World:
    """A world with some reviews under way."""
    world = new_world(rng.randrange(100))
    for model, policy in zip(models(), rng.sample(sorted(POLICIES), rng.randrange(1, 4)), strict=False):
        start_review(world, policy, model)
    return world


def live(seed: int, length: int) -> tuple[World, History]:
    """A random history, and the world in which it happened with its ticks."""
    rng = random.Random(seed)
    world = furnish(rng)
    history: list[tuple[datetime, Call | None]] = []
    for _ in range(length):
        at = walk.later(world, rng.choice(walk.STEPS))
        if rng.random() < 0.3:
            history.append((at, None))
        else:
            world.now = at
            actor, ref, command = walk.likely(rng, world)
            is_dated = type(command).fact and rng.random() < 0.4
            then = walk.effective_at(rng, world, ref) if is_dated else None
            history.append((at, Call(ref, command, actor, effective_at=then)))
        run(world, *history[-1])
    return world, history


def run(world: World, at: datetime, call: Call | None) -> str:
    """One step; what was answered."""
    world.now = at
    if call is None:
        assert not world.tick().failed
        return ""
    assert call.command is not None
    try:
        done = world.do(call.actor, call.ref, call.command, effective_at=call.effective_at)
    except ReviewflowError as refusal:
        return str(refusal)
    return f"{done.ref} {done.state} {done.seq}"


def said(world: World) -> dict[str, list[dict[str, Any]]]:
    """What the journals say, subject by subject."""
    refs = [str(ref) for (ref,) in world.query("SELECT ref FROM subject ORDER BY ref")]
    return {ref: [_said(event) for event in world.journal(ref)] for ref in refs}


def _said(event: dict[str, Any]) -> dict[str, Any]:
    """Of a signature all but the chain head on which it was given: what was recorded late has another digest."""
    found = {key: event[key] for key in SAID}
    if signed := event["data"].get("signature"):
        text = re.sub(r"(?<=Chain head    )[0-9a-f]{64}", "", signed["text"])
        found["data"] = event["data"] | {"signature": {**signed, "text": text, "digest": ""}}
    return found


def assert_same(ticked: World, unticked: World) -> None:
    """Equal journals, or the first event at which they part."""
    left, right = said(ticked), said(unticked)
    assert left.keys() == right.keys()
    for ref in left:
        for one, other in zip(left[ref], right[ref], strict=False):
            assert one == other, f"{ref}: with ticks {one}\nwithout {other}"
        assert len(left[ref]) == len(right[ref]), ref


def _bring(world: World, at: datetime, call: Call) -> None:
    """The bytes of a document came in here as they did there, where the command was drawn."""
    if isinstance(call.command, AttachDocument) and call.ref and call.command.blob != "b" * 32:
        world.now = at
        bring(world, call.ref, call.command.blob)


def assert_ticks_change_nothing(seed: int, length: int = 30) -> int:
    """Live through a history with ticks and again without; returns how many events there were."""
    ticked, history = live(seed, length)
    unticked = furnish(random.Random(seed))
    for at, call in history:
        if call is not None:
            _bring(unticked, at, call)
            run(unticked, at, call)
    for world in (ticked, unticked):  # at the end everything due is raised, in one sweep or many
        world.now = history[-1][0]
        assert not world.tick().failed
    assert_same(ticked, unticked)
    events = int(str(ticked.query("SELECT count(*) FROM event")[0][0]))
    ticked.close()
    unticked.close()
    return events


@pytest.mark.slow
@pytest.mark.timeout(300)
@given(seed=st.integers(0, 2**32 - 1))
@example(seed=0)
@settings(max_examples=20, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
def test_ticks_between_commands_change_nothing(seed: int) -> None:
    """But for recorded_at and late_by, which say when the paperwork was done; on PostgreSQL a quarter of them.

    A few of those of `prove machine`.
    """
    if databases.current == SQLITE or seed % 4 == 0:
        assert_ticks_change_nothing(seed)


def test_comparison_finds_a_difference() -> None:
    """The property would fail where a tick made something that a command does not."""
    one, other = furnish(random.Random(7)), furnish(random.Random(7))
    assert_same(one, other)
    later = walk.later(one, "forty days")
    one.tick(later)
    with pytest.raises(AssertionError):
        assert_same(one, other)
    other.tick(later)
    assert_same(one, other)
