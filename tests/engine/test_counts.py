"""How many statements and commits it takes: few, and as many for five hundred subjects as for five."""

import gc
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta

import pytest

from reviewflow.engine.call import Done
from reviewflow.engine.garbage import unsought
from reviewflow.engine.handle import handle_due
from reviewflow.nouns.commands.parts import AddNote, Clear
from reviewflow.nouns.commands.review import ReturnSubmission, StartClock, Submit
from tests.databases import POSTGRESQL, SQLITE
from tests.engine import world as w
from tests.engine.crowd import multiply
from tests.engine.outboxes import counted
from tests.engine.reviews import file_review, recommend, start_review

Prepare = Callable[[w.World], Callable[[], object]]
READS = 3  # the lock, all of the subject, all that is around it


@pytest.fixture
def world() -> Iterator[w.World]:
    """A world of its own."""
    made = w.new_world(5)
    yield made
    made.close()


def note(world: w.World) -> Callable[[], object]:
    """The least that a command does."""
    ref = start_review(world, "tolls")
    return lambda: world.do(w.DECIDER, ref, AddNote(text="seen"))


def submit(world: w.World) -> Callable[[], object]:
    """Filed again, after it was sent back."""
    ref = file_review(world, "tolls")
    world.do(w.INTAKE, ref, ReturnSubmission(reason="a page is missing"))
    return lambda: world.do(w.OFFICER, ref, Submit())


def start_clock(world: w.World) -> Callable[[], object]:
    """A transition that ends one deadline and makes another."""
    ref = file_review(world, "tolls")
    return lambda: world.do(w.INTAKE, ref, StartClock())


def clear(world: w.World) -> Callable[[], object]:
    """The determination, which ends what is open."""
    ref = start_review(world, "tolls")
    recommend(world, ref)
    return lambda: world.do(w.DECIDER, ref, Clear())


# After BEGIN, PostgreSQL writes all tables at once, but for one that is written twice, in order; SQLite table by table.
# Whoever submits takes turns, which SQLite does anyway.
COMMANDS: dict[Prepare, dict[str, int]] = {
    note: {POSTGRESQL: 1 + READS + 1, SQLITE: 1 + READS + 5},
    submit: {POSTGRESQL: 1 + 1 + READS + 1, SQLITE: 1 + READS + 7},
    start_clock: {POSTGRESQL: 1 + READS + 2, SQLITE: 1 + READS + 8},
    clear: {POSTGRESQL: 1 + READS + 1, SQLITE: 1 + READS + 9},
}
SWEEP = {POSTGRESQL: 1 + 1 + READS + 1, SQLITE: 1 + 1 + READS + 7}  # the claim comes first


@pytest.mark.parametrize("make", COMMANDS, ids=lambda make: str(make.__name__))
def test_a_command_asks_and_writes_little(world: w.World, make: Prepare) -> None:
    """One look at all that matters, one write, one commit; its answer is kept in the same breath."""
    act = make(world)
    with counted(world.engine) as seen:
        act()
    assert dict(seen) == {"statements": COMMANDS[make][world.database.kind], "commits": 1}


def test_a_sweep_asks_nothing_a_subject(world: w.World) -> None:
    """A batch of three, thirty or three hundred lapses of reviews of both labs: the same statements, one commit."""
    ref = file_review(world, "plain")
    world.do(w.INTAKE, ref, StartClock())
    world.tick(world.now + timedelta(days=4))
    multiply(world, ref, 400)
    for table in ("review", "subject"):
        world.query(f"UPDATE {table} SET lab = 'lab-b' WHERE ref LIKE 'review-%7'")
    found = {}
    for size in (3, 30, 300):
        with counted(world.engine) as seen:
            done = handle_due(world.engine, world.settings, world.now + timedelta(days=9), size)
        assert sum(isinstance(one, Done) and "lapsed" in one.events for one in done) == size
        found[size] = dict(seen)
    assert found[3] == found[30] == found[300] == {"statements": SWEEP[world.database.kind], "commits": 1}


@pytest.mark.parametrize("is_bad", [False, True])
def test_garbage_is_sought_again_after_a_batch(is_bad: bool) -> None:
    """Also after one that failed, and only by whoever put it off."""
    with suppress(ValueError), unsought():
        with unsought():
            pass
        assert not gc.isenabled()
        if is_bad:
            raise ValueError
    assert gc.isenabled()
