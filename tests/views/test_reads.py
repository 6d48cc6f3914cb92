"""Who of an agency reads what is confidential is on record before he is shown it, and the lab sees that it was read."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from reviewflow.app import App
from reviewflow.errors import NotFound, OutOfService
from reviewflow.store import readings
from reviewflow.store.database import transaction
from reviewflow.views.index import VIEWS
from tests.databases import Base
from tests.engine import world as w
from tests.engine.reviews import file_review, start_review


@pytest.fixture
def world(database_kind: str) -> Iterator[w.World]:
    """A review that runs, and an agency and a lab that look at it."""
    made = w.new_world(51)
    yield made
    made.close()


@pytest.fixture
def ref(world: w.World) -> str:
    """The review."""
    return start_review(world, "tolls")


def _look(world: w.World, view: str, person: str | None, **asked: object) -> dict[str, Any]:
    return App(world.settings, world.engine).document(view, asked, person, world.now)


def _on_record(world: w.World) -> list[tuple[Any, ...]]:
    return world.query("SELECT subject, person, organization, what, door FROM reading ORDER BY position")


@contextmanager
def _nothing_can_be_written(world: w.World) -> Iterator[None]:
    """As on a replica, or on a disk that is full: every connection that is made only reads."""

    def only_read(connection: Any, *_: object) -> None:
        connection.execute("PRAGMA query_only=1")

    def turn(*, off: bool) -> None:
        if isinstance(world.database, Base):
            name = world.database.name
            world.query(f"ALTER DATABASE {name} SET default_transaction_read_only = {'off' if off else 'on'}")
        else:
            (event.remove if off else event.listen)(world.engine, "connect", only_read)
        world.engine.dispose()

    turn(off=False)
    try:
        yield
    finally:
        turn(off=True)


CONFIDENTIAL = ("review", "timeline", "journal", "dossier")


def test_what_is_confidential_is_flagged() -> None:
    """The views that tell what lab and agency say to each other in a review; and no other."""
    flagged = {name for name, view in VIEWS.items() if view.is_confidential}
    assert flagged == {*CONFIDENTIAL, "inbox", "letter", "events"}


@pytest.mark.parametrize("view", CONFIDENTIAL)
def test_each_look_of_an_agency_is_recorded(world: w.World, ref: str, view: str) -> None:
    """By whom, of which organization, what and through which door; every role alike, the auditor too."""
    people = (w.REVIEWER, w.DECIDER, w.INTAKE, w.ADMIN, w.AUDITOR)
    for person in people:
        _look(world, view, person, ref=ref)
    assert _on_record(world) == [(ref, person, "office", view, "command line") for person in people]


def test_once_an_hour(world: w.World, ref: str) -> None:
    """Once a person, review, view and clock hour in UTC: the next hour begins anew, as does another view."""
    world.now = world.now.replace(minute=50)
    for minutes in (0, 5, 9, 10, 11, 69, 70):
        at = world.now + timedelta(minutes=minutes)
        App(world.settings, world.engine).document("review", {"ref": ref}, w.DECIDER, at)
    found = [row["read_at"] for row in _look(world, "reads", w.OFFICER, ref=ref)["reads"]]
    hours = [(world.now + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M") for minutes in (0, 10, 70)]
    assert [at[:16] for at in found] == hours


def test_two_at_once_are_one(world: w.World, ref: str) -> None:
    """Who both found nothing on record write it once."""
    row = {"subject": ref, "person": w.DECIDER, "organization": "office", "what": "review", "door": "api"}
    rows = [{**row, "read_at": world.now}]
    for _ in range(2):
        with transaction(world.engine) as connection:
            readings.put(connection, rows, world.now - timedelta(minutes=1))
    assert len(_on_record(world)) == 1


def test_nobody_elses_look_is(world: w.World, ref: str) -> None:
    """Not the lab's own, not the operator's, none of what is not confidential, and none that was refused."""
    for person in (w.OFFICER, w.VIEWER, None):
        for view in CONFIDENTIAL:
            _look(world, view, person, ref=ref)
    for view in ("reviews", "deadlines", "roster"):
        _look(world, view, w.DECIDER)
    with pytest.raises(NotFound):
        _look(world, "review", w.FINDER, ref=ref)
    _look(world, "journal", w.DECIDER, ref=w.models()[0])  # of no review
    assert _on_record(world) == []


def test_a_letter_and_a_page_of_events_tell_of_reviews(world: w.World, ref: str) -> None:
    """Letters are read of each review that they are about, for a subject line may quote; so is a page of events."""
    other = file_review(world, "tolls", w.models()[1])
    [letter] = [one for one in _look(world, "inbox", w.REVIEWER)["letters"] if ref in str(one["subjects"])][:1]
    assert [row[:4:3] for row in _on_record(world)] == [(ref, "inbox")]
    _look(world, "letter", w.REVIEWER, id=letter["id"])
    _look(world, "events", w.DECIDER)
    told = {(subject, person, what) for subject, person, _, what, _ in _on_record(world)}
    mine = {(ref, w.REVIEWER, "inbox"), (ref, w.REVIEWER, "letter")}
    assert told == {*mine, (ref, w.DECIDER, "events"), (other, w.DECIDER, "events")}


def test_who_sees_who_read(world: w.World, ref: str) -> None:
    """An agency is told who of its own people, the operator everything.

    The lab of every agency that it was read, but not by whom: a reviewer sees what he is assigned to, and that is
    internal. Another lab does not even learn that there is a review.
    """
    _look(world, "review", w.DECIDER, ref=ref)
    world.query("INSERT INTO reading (subject, person, organization, what, door, read_at) "
                "SELECT subject, ?, 'watch', what, 'api', read_at FROM reading", w.CONSULTED)  # fmt: skip

    def seen_by(person: str | None) -> list[tuple[str, str]]:
        return [(row["person"], row["door"]) for row in _look(world, "reads", person, ref=ref)["reads"]]

    both = [(w.DECIDER, "command line"), (w.CONSULTED, "api")]
    assert seen_by(None) == both
    assert seen_by(w.AUDITOR) == both[:1]
    told = _look(world, "reads", w.OFFICER, ref=ref)["reads"]
    assert [(row["organization"], row["what"], bool(row["read_at"])) for row in told] == [
        ("office", "review", True), ("watch", "review", True),
    ]  # fmt: skip
    assert {(row["person"], row["door"]) for row in told} == {(None, None)}
    with pytest.raises(NotFound):
        seen_by(w.RIVAL)


def test_what_cannot_be_recorded_is_not_shown(world: w.World, ref: str) -> None:
    """Nothing can be written: an agency is not shown what it has not read this hour; all else goes on being read."""
    _look(world, "review", w.DECIDER, ref=ref)
    with _nothing_can_be_written(world):
        with pytest.raises(OutOfService, match="put on record, and that cannot be done now"):
            _look(world, "review", w.REVIEWER, ref=ref)
        with pytest.raises(OutOfService, match="put on record"):
            _look(world, "timeline", w.DECIDER, ref=ref)
        assert _look(world, "review", w.DECIDER, ref=ref)["ref"] == ref  # it is on record for this hour
        for view in CONFIDENTIAL:
            assert _look(world, view, w.OFFICER, ref=ref)["ref"] == ref
            assert _look(world, view, None, ref=ref)["ref"] == ref
        assert _look(world, "reviews", w.REVIEWER)["count"] == 1
        assert _look(world, "deadlines", w.REVIEWER)["count"]
    assert _look(world, "review", w.REVIEWER, ref=ref)["ref"] == ref
    assert len(_on_record(world)) == 2
