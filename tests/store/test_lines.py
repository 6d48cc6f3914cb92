"""The lines of the queue: written with every event, found where they are not its own, and silent to labs."""

from collections.abc import Iterator

import pytest

from reviewflow.app import App
from reviewflow.engine import realign
from reviewflow.engine.audit import OLD_LINES, audit
from reviewflow.engine.realign import realign_some
from reviewflow.engine.setup import prepare
from reviewflow.nouns.commands.programme import RegisterModel
from reviewflow.nouns.commands.review import Open
from reviewflow.nouns.move import Move
from reviewflow.nouns.states import Kind, Side
from reviewflow.rules.lines import lines_of
from reviewflow.store import lines
from reviewflow.store.database import reading
from tests.engine import world as w
from tests.engine.multitude import begin


@pytest.fixture
def world(database_kind: str) -> Iterator[w.World]:
    """Reviews that wait for all that one can wait for."""
    made = w.new_world(82)
    begin(made)
    yield made
    made.close()


def _broken(world: w.World) -> list[str]:
    return [f"{one.subject} {one.reason}" for one in audit(world.engine).breaks]


def test_lines_are_those_of_their_reviews_and_others_are_found_and_mended(world: w.World) -> None:
    """One that differs is named; those that are missing, or of an earlier event, are made again, once."""
    with reading(world.engine) as connection:
        made = lines.by_review(connection)
    assert made.keys() == {row[0] for row in world.query("SELECT ref FROM subject WHERE kind = ?", Kind.REVIEW)}
    assert _broken(world) == []
    ref, other, third = sorted(made)[:3]
    was = world.query("SELECT rank FROM queue_line WHERE subject = ? AND side = 'lab'", ref)[0][0]
    world.query("UPDATE queue_line SET rank = rank + 1 WHERE subject = ? AND side = 'lab'", ref)
    assert _broken(world) == [f"{ref} its lines in the queue are not what its row says"]
    assert not realign_some(world.engine)  # of its last event it is: only the walk over the record finds it
    world.query("UPDATE queue_line SET rank = ? WHERE subject = ? AND side = 'lab'", was, ref)
    world.query("UPDATE queue_line SET seq = seq - 1, state = 'draft' WHERE subject = ?", other)
    world.query("DELETE FROM queue_line WHERE subject = ? AND side = 'agency'", third)
    assert _broken(world) == [f"{ref} {OLD_LINES}" for ref in (other, third)]
    assert not realign_some(world.engine)  # one batch, and no more are left
    with reading(world.engine) as connection:
        assert (lines.by_review(connection), lines.stale(connection)) == (made, [])
    assert _broken(world) == []


def test_a_database_of_the_release_before_is_given_its_lines(
    world: w.World, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """By what prepares it, whatever there are of reviews, in as many batches as they need."""
    monkeypatch.setattr(realign, "BATCH", 3)
    with reading(world.engine) as connection:
        made = lines.by_review(connection)
    world.query("DELETE FROM queue_line")
    prepare(world.engine, world.settings, world.now, is_simulation=True)
    with reading(world.engine) as connection:
        assert lines.by_review(connection) == made


def test_a_recommendation_of_a_release_that_recorded_less_stands_for_nothing(world: w.World) -> None:
    """A journal of before 0.3 does not say what it was about; its review is found in the queue all the same."""
    with reading(world.engine) as connection:
        ref = next(ref for ref, both in lines.by_review(connection).items() if both[0]["is_recommended"])
    subject = world.subject(ref)
    for row in subject.part("recommendation"):
        del row["about"], row["determination"]
    assert [line["is_recommended"] for line in lines_of(subject, subject.seq)] == [False, False]


def test_a_lab_is_told_no_move_within_the_agency(world: w.World) -> None:
    """Nor that anything was recommended; and the line of a draft is no agency's."""
    model = world.do(w.OFFICER, None, RegisterModel(name="Unfiled", digest="f" * 64)).ref
    draft = world.do(w.OFFICER, None, Open(model=model)).ref
    with reading(world.engine) as connection:
        made = lines.by_review(connection)
    told = {line["move"] for both in made.values() for line in both if line["side"] is Side.LAB}
    known = {line["move"] for both in made.values() for line in both if line["side"] is Side.AGENCY}
    assert {Move.RECOMMEND, Move.DETERMINE} <= known and Move.LOOK in told
    assert told <= {Move.SUBMIT, Move.SUBMIT_AGAIN, Move.ANSWER, Move.RELEASE, Move.CHECK, Move.LOOK}
    assert not any(line["is_recommended"] for both in made.values() for line in both if line["side"] is Side.LAB)
    assert any(line["is_recommended"] for both in made.values() for line in both)
    assert [line["agency"] for line in made[draft]] == [None, None]
    app = App(world.settings, world.engine)
    found = {who: {one["ref"] for one in _queue(app, who, world)} for who in (w.OFFICER, w.INTAKE, w.DECIDER)}
    assert draft in found[w.OFFICER] and draft not in found[w.INTAKE] | found[w.DECIDER]


def _queue(app: App, who: str, world: w.World) -> list[dict[str, str]]:
    found: list[dict[str, str]] = app.document("reviews", {}, who, world.now)["reviews"]
    return found
