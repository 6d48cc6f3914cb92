"""What is another's is answered as what is not there: in the same words, and in the same time."""

import time
from collections.abc import Callable, Iterator
from statistics import median

import pytest

from reviewflow.errors import NotFound
from reviewflow.nouns.commands.parts import AddNote
from reviewflow.nouns.commands.review import Open
from reviewflow.nouns.states import Kind
from reviewflow.store.refs import draw_ref
from reviewflow.views.look import looking
from tests.engine import world as w
from tests.walls import Canaries, as_the_working_role

ROUNDS, TIMES, APART = 5, 40, 0.25  # rounds, and of each kind in one; how far the medians may be from each other
Ask = Callable[[w.World, str], object]


@pytest.fixture
def two(database_kind: str) -> Iterator[tuple[w.World, Canaries]]:
    """Two labs whose reviews have come far, as the working role sees them."""
    world = w.new_world(61)
    canaries = Canaries(world)
    world.engine.dispose()
    world.engine = as_the_working_role(world.database)
    yield world, canaries
    world.close()


def look(world: w.World, ref: str) -> object:
    """At a review."""
    with looking(world.engine, world.settings, w.RIVAL, world.now) as found:
        return found.subject(Kind.REVIEW, ref)


def command(world: w.World, ref: str) -> object:
    """On a review."""
    return world.do(w.RIVAL, ref, AddNote(text="whose is it?"))


def name(world: w.World, ref: str) -> object:
    """Of a review in a command on something else."""
    return world.do(w.RIVAL, None, Open(model=w.models()[3], refiles=ref))


@pytest.mark.parametrize("ask", [look, command, name])
def test_denied_is_answered_as_missing(two: tuple[w.World, Canaries], ask: Ask) -> None:
    """Word by word but for the reference, and the median times are near each other.

    In several rounds, of which the middle one counts: what a busy machine does hits some, what takes longer hits all.
    """
    world, canaries = two
    refs = {"denied": canaries.reviews["lab-a"], "missing": draw_ref(Kind.REVIEW)}
    apart = [_apart(world, refs, ask) for _ in range(ROUNDS)]
    assert sorted(apart)[ROUNDS // 2] < APART, apart


def _apart(world: w.World, refs: dict[str, str], ask: Ask) -> float:
    """How far the medians of one round are from each other."""
    took: dict[str, list[float]] = {"denied": [], "missing": []}
    for round in range(TIMES):
        for which in sorted(refs, reverse=bool(round % 2)):
            began = time.perf_counter()
            with pytest.raises(NotFound) as told:
                ask(world, refs[which])
            took[which].append(time.perf_counter() - began)
            assert told.value.reasons == (f"There is no review {refs[which]}, or it is not yours to see.",)
            assert told.value.remedy is None
    return abs(median(took["denied"]) / median(took["missing"]) - 1)
