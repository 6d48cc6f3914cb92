"""The link breaks around COMMIT: nothing is done twice, nothing is lost, and every caller learns the truth."""

from collections.abc import Iterator

import pytest

from tests.cut_proxy import Cut
from tests.databases import POSTGRESQL
from tests.engine import commit, sabotage
from tests.engine import world as w

DATABASES = (POSTGRESQL,)  # an SQLite file has no link
CUTS = 150


@pytest.fixture
def world() -> Iterator[w.World]:
    """A world on the shared server."""
    made = w.new_world(13)
    yield made
    made.close()


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_cut_links_double_and_lose_nothing(world: w.World) -> None:
    """Before COMMIT, as it is handed over, after it and elsewhere; one time in four again on the retry."""
    tally = commit.cut(world, CUTS, seed=4)
    assert not tally.faults, tally.faults[0]
    assert tally.cuts.total() >= CUTS and set(tally.cuts) == set(Cut), tally.cuts
    assert tally.recalled > CUTS / 4 and len(tally.refused) > 5 and tally.unknown > 0


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_without_idempotency_keys_commands_are_done_twice(world: w.World) -> None:
    """The seeded fault: a caller who only tries again does half of them twice."""
    tally = commit.cut(world, 30, seed=4, how=sabotage.without_keys)
    assert commit.duplicates(tally) > 5, tally.faults
