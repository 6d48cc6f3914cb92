"""Rows in: many tables in one go, in order where it matters, and never into a row that moved."""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from reviewflow.errors import Refused, Stale
from reviewflow.nouns.commands.programme import RecordRelease
from reviewflow.nouns.states import Stage
from reviewflow.nouns.tables.index import ANSWER, SUBJECT
from reviewflow.store.database import transaction
from reviewflow.store.rows import Batch, Write
from tests.engine import world as w

ADD = Write(ANSWER, tuple(column.name for column in ANSWER.columns))
CHANGE = Write(ANSWER, ("actor", "done"), {"key": "key", "digest": "was"})
MOVE = Write(SUBJECT, ("seq",), {"ref": "ref", "seq": "was"})
NOW = datetime(2026, 7, 1, 12, 30, 15, 250_001, tzinfo=UTC)


@pytest.fixture
def world() -> Iterator[w.World]:
    """A world of its own."""
    made = w.new_world(9)
    yield made
    made.close()


def answers(*keys: str) -> list[dict[str, object]]:
    """So many rows."""
    return [{"key": k, "actor": "a", "digest": "d", "made_at": NOW, "done": {"é": [1, None, "'"]}} for k in keys]


def test_what_goes_in_comes_out(world: w.World) -> None:
    """Instants to the microsecond, documents as they were, one or many; the second write of a table comes second."""
    with transaction(world.engine) as connection:
        batch = Batch(connection)
        batch.add(ADD, answers("one", "two"))
        batch.add(CHANGE, [{"key": "two", "was": "d", "actor": "b", "done": {}}])
        batch.add(ADD, answers("three"))
        batch.flush()
    found = {row["key"]: row for row in world.database.rows("SELECT * FROM answer")}
    assert [found[key]["actor"] for key in ("one", "two", "three")] == ["a", "b", "a"]
    assert found["one"]["made_at"] == "2026-07-01T12:30:15.250001Z"
    with transaction(world.engine) as connection:
        assert connection.execute(ANSWER.select().where(ANSWER.c.key == "one")).one().done == {"é": [1, None, "'"]}


@pytest.mark.parametrize("number", [1, 3])
def test_a_row_that_moved_is_not_written(world: w.World, number: int) -> None:
    """Stale, and nothing of all that went out with it is there."""
    refs = [str(ref) for (ref,) in world.query("SELECT ref FROM subject ORDER BY ref LIMIT 3")][:number]
    moved = [{"ref": ref, "seq": 99, "was": 98} for ref in refs]
    with pytest.raises(Stale), transaction(world.engine) as connection:
        batch = Batch(connection)
        batch.add(ADD, answers("one"))
        batch.add(MOVE, moved)
        batch.flush()
    assert not world.query("SELECT * FROM answer WHERE key = 'one'") + world.query(
        "SELECT * FROM subject WHERE seq = 99"
    )


def test_broken_rules_are_refused_as_ever(world: w.World) -> None:
    """A key that is taken, in whatever company."""
    with pytest.raises(Refused), transaction(world.engine) as connection:
        batch = Batch(connection)
        batch.add(ADD, answers("one", "one"))
        batch.flush()


def test_an_instant_without_a_zone_is_none(world: w.World) -> None:
    """Nobody may guess it."""
    rows = [row | {"made_at": NOW.replace(tzinfo=None)} for row in answers("one")]
    with pytest.raises(ValueError, match="without a zone"), transaction(world.engine) as connection:
        batch = Batch(connection)
        batch.add(ADD, rows)
        batch.flush()


def test_a_local_time_that_occurs_twice_is_two_instants(world: w.World) -> None:
    """The two readings are equal and hash alike in Python; they are an hour apart on record."""
    zone = ZoneInfo("America/New_York")
    model = w.models()[0]
    for fold in (0, 1):
        at = datetime(2025, 11, 2, 1, 30, fold=fold, tzinfo=zone)
        world.do(w.OFFICER, model, RecordRelease(stage=Stage.LIMITED, source="an example"), effective_at=at)
    found = world.query("SELECT released_at FROM model_release WHERE subject = ? ORDER BY no", model)
    assert [at for (at,) in found] == ["2025-11-02T05:30:00.000000Z", "2025-11-02T06:30:00.000000Z"]
