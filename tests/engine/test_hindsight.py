"""A fact from outside that is recorded late: what it disproves is rescinded, what it leaves true stays, acts stand."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from reviewflow.errors import Refused
from reviewflow.nouns.commands.parts import AddNote, Answer, EndAccess, RequestInformation
from reviewflow.nouns.commands.review import EndToll, Extend, Release, StartToll, Withdraw
from reviewflow.nouns.states import Acknowledgement
from tests.engine import world as w
from tests.engine.invariants import assert_invariants
from tests.engine.reviews import start_review

SURE = (Acknowledgement.NO_DETERMINATION,)


@pytest.fixture
def world() -> Iterator[w.World]:
    """A world whose invariants hold before and after."""
    made = w.new_world(21)
    yield made
    assert_invariants(made)
    made.close()


def due(world: w.World, ref: str, kind: str = "window") -> datetime:
    """When the newest deadline of a kind falls due."""
    return [row["due_at"] for row in world.subject(ref).part("deadline") if row["kind"] == kind][-1]


def rescinded(world: w.World, ref: str) -> list[str]:
    """What was rescinded, by the names of the events that are gone."""
    by_seq = {event["seq"]: event["name"] for event in world.journal(ref)}
    return [by_seq[e["data"]["rescinds"]] for e in world.journal(ref) if "rescinds" in e["data"]]


def test_release_before_the_lapse_rescinds_the_lapse(world: w.World) -> None:
    """The window never lapsed: the model was out. The access that ended with it had ended before."""
    ref = start_review(world, "tolls")
    end = due(world, ref)
    world.tick(end + w.DAY)
    assert world.subject(ref).state == "lapsed"
    world.do(w.OFFICER, ref, Release(digest=w.DIGEST, acknowledge=SURE), effective_at=end - 2 * w.DAY)
    found = world.subject(ref)
    assert found.state == "released" and not found.row["is_lapsed"] and found.row["preceded_by"] == "nothing"
    assert found.row["released_at"] == end - 2 * w.DAY
    gone = rescinded(world, ref)
    assert "lapsed" in gone and "access_ended" in gone and "deadline_reached" in gone
    assert "lapsed_rescinded" in world.names(ref)
    assert [grant["ended_at"] for grant in found.part("access_grant")] == [end - 2 * w.DAY]


def test_release_after_the_lapse_leaves_it(world: w.World) -> None:
    """What was true stays: the lapse preceded the release, and only the reminders after it are gone."""
    ref = start_review(world, "tolls")
    end = due(world, ref)
    world.tick(end + 10 * w.DAY)
    world.do(w.OFFICER, ref, Release(digest=w.DIGEST, acknowledge=SURE), effective_at=end + timedelta(hours=1))
    assert world.subject(ref).row["preceded_by"] == "lapse"
    assert set(rescinded(world, ref)) == {"deadline_missed"}


def test_answer_in_time_recorded_late_rescinds_the_miss(world: w.World) -> None:
    """It is not late; the request was never overdue, the review never tolled, the window ends when it did."""
    ref = start_review(world, "missed-tolls")
    end = due(world, ref)
    world.do(w.REVIEWER, ref, RequestInformation(text="why?"))
    answer_due = due(world, ref, "answer")
    world.tick(answer_due + 3 * w.DAY)
    assert world.subject(ref).state == "tolled"
    world.do(w.OFFICER, ref, Answer(request=1, text="because"), effective_at=answer_due - timedelta(minutes=1))
    found = world.subject(ref)
    assert found.state == "under_review" and "request_overdue_rescinded" in world.names(ref)
    assert found.part("request")[0]["state"] == "answered" and not found.part("request")[0]["is_late"]
    live = [row for row in found.part("deadline") if row["kind"] == "window" and row["status"] == "open"]
    assert [row["due_at"] for row in live] == [end]
    assert all(toll["ended_at"] == toll["started_at"] for toll in found.part("toll"))


def test_answer_after_it_was_due_disproves_nothing(world: w.World) -> None:
    """It is late, also where it is recorded later still."""
    ref = start_review(world, "refused")
    world.do(w.REVIEWER, ref, RequestInformation(text="why?"))
    answer_due = due(world, ref, "answer")
    world.tick(answer_due + timedelta(hours=3))
    world.do(w.OFFICER, ref, Answer(request=1, text="because"), effective_at=answer_due + timedelta(hours=1))
    assert world.subject(ref).part("request")[0]["is_late"]
    assert rescinded(world, ref) == []


def test_withdrawal_before_the_lapse_rescinds_it(world: w.World) -> None:
    """Nothing lapsed; the time to file again runs from the withdrawal."""
    ref = start_review(world, "tolls")
    end = due(world, ref)
    world.tick(end + 5 * w.DAY)
    world.do(w.OFFICER, ref, Withdraw(reason="a new checkpoint"), effective_at=end - 4 * w.DAY)
    found = world.subject(ref)
    assert found.state == "withdrawn" and "lapsed_rescinded" in world.names(ref)
    refile = [row for row in found.part("deadline") if row["kind"] == "refile"]
    assert refile[0]["due_at"] < end
    world.tick()
    assert_invariants(world, is_ticked=True)


def test_closure_that_began_before_the_end_takes_the_lapse_back(world: w.World) -> None:
    """The window was tolled, so it did not end; when the toll is over, what was left runs on."""
    ref = start_review(world, "missed-tolls", planned_in=90)
    end = due(world, ref)
    world.tick(end + w.DAY)
    began = end - 3 * w.DAY
    world.do(w.DECIDER, ref, StartToll(cause="government_closure", reason="no appropriation"), effective_at=began)
    assert world.subject(ref).state == "tolled" and "lapsed_rescinded" in world.names(ref)
    world.do(w.DECIDER, ref, EndToll(cause="government_closure"), effective_at=end)
    found = world.subject(ref)
    assert found.state == "under_review" and due(world, ref) == end + 3 * w.DAY


def test_end_of_a_toll_recorded_late_moves_the_end(world: w.World) -> None:
    """The window is counted from when the toll ended; where that is over by now, it lapsed."""
    ref = start_review(world, "missed-tolls", planned_in=90)
    end = due(world, ref)
    start = world.now + w.DAY
    world.do(w.DECIDER, ref, StartToll(cause="government_closure", reason="no appropriation"), start)
    world.now = end + 20 * w.DAY
    world.do(w.DECIDER, ref, EndToll(cause="government_closure"), effective_at=start + 2 * w.DAY)
    found = world.subject(ref)
    assert found.state == "lapsed"
    lapsed = [event for event in world.journal(ref) if event["name"] == "lapsed"][-1]
    assert lapsed["effective_at"] == end + 2 * w.DAY and lapsed["recorded_at"] == world.now


def test_two_facts_one_after_the_other(world: w.World) -> None:
    """A second late fact is decided on what the first has left."""
    ref = start_review(world, "missed-tolls")
    for text in ("why?", "and how?"):
        world.do(w.REVIEWER, ref, RequestInformation(text=text))
    answer_due = due(world, ref, "answer")
    world.tick(answer_due + 3 * w.DAY)
    world.do(w.OFFICER, ref, Answer(request=1, text="so"), effective_at=answer_due - timedelta(hours=2))
    assert world.subject(ref).state == "tolled"
    world.do(w.OFFICER, ref, Answer(request=2, text="thus"), effective_at=answer_due - timedelta(hours=1))
    assert world.subject(ref).state == "under_review"
    assert_invariants(world)


@pytest.mark.parametrize("earlier", [timedelta(seconds=1), 2 * w.DAY])
def test_fact_before_a_persons_act_is_refused(world: w.World, earlier: timedelta) -> None:
    """What a person did, he did knowing what was on record."""
    ref = start_review(world, "tolls")
    world.do(w.DECIDER, ref, AddNote(text="seen"), world.now + 2 * w.DAY)
    before = world.dump()
    with pytest.raises(Refused, match="never a person's act"):
        world.do(w.OFFICER, ref, Withdraw(reason="x"), effective_at=world.now - earlier)
    assert world.dump() == before


def test_fact_in_the_future_is_refused(world: w.World) -> None:
    """Nobody knows it yet."""
    ref = start_review(world, "tolls")
    with pytest.raises(Refused, match="future"):
        world.do(w.OFFICER, ref, EndAccess(grant=1), effective_at=world.now + timedelta(microseconds=1))


def test_act_done_here_cannot_be_dated(world: w.World) -> None:
    """It takes effect when it is done."""
    ref = start_review(world, "tolls")
    with pytest.raises(Refused, match="takes effect now"):
        world.do(w.DECIDER, ref, Extend(by=1, reason="x", consent=w.OFFICER), effective_at=world.now)
