"""What a form tells before it is sent: of a question, of an answer, of a determination; as one who sees no more."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from reviewflow.app import App
from reviewflow.errors import Refused
from reviewflow.nouns.commands.parts import Answer, RequestInformation
from reviewflow.nouns.commands.review import Unassign
from reviewflow.nouns.states import Outcome
from tests.engine import world as w
from tests.engine.reviews import recommend, start_review
from tests.walls import as_the_working_role


@pytest.fixture
def world(database_kind: str) -> Iterator[w.World]:
    """A world of its own."""
    made = w.new_world(17)
    yield made
    made.close()


@pytest.fixture
def app(world: w.World) -> Iterator[App]:
    """Its readers, at a database that shows each what is his."""
    made = App(world.settings, as_the_working_role(world.database))
    yield made
    made.engine.dispose()


def seen(app: App, world: w.World, who: str, ref: str) -> dict[str, Any]:
    """The review, as somebody sees it now."""
    app.refresh()
    return app.document("review", {"ref": ref}, who, world.now)


@pytest.mark.parametrize(("policy", "tolls"), [("tolls", True), ("missed-tolls", False), ("hours", True)])
def test_a_question_and_an_answer_do_what_was_told(world: w.World, app: App, policy: str, tolls: bool) -> None:
    """The day of the answer and the window, before and after: by the rules that then decide it."""
    ref = start_review(world, policy)
    world.now += timedelta(hours=3)
    before = seen(app, world, w.REVIEWER, ref)
    told, journal = before["if_asked"], world.names(ref)
    assert (told["is_tolling"], told["state"]) == (tolls, "tolled" if tolls else "under_review")
    assert seen(app, world, w.OFFICER, ref)["if_asked"] is None and before["if_answered"] == []
    assert world.names(ref) == journal and world.subject(ref).part("request") == []
    world.do(w.REVIEWER, ref, RequestInformation(text="What was it trained on?"))
    after = seen(app, world, w.OFFICER, ref)
    due = {one["kind"]: one["due_at"] for one in after["deadlines"]}
    assert (told["answer_due_at"], told["window_due_at"]) == (due["answer"], due["window"])
    assert (told["toll_until"], told["remaining_days"]) == (due.get("toll"), after["window"]["remaining_days"])

    world.now += timedelta(hours=2)
    [told] = seen(app, world, w.OFFICER, ref)["if_answered"]
    assert told["due_at"] == due["answer"] and not told["is_late"]
    world.do(w.OFFICER, ref, Answer(request=1, text="Here."))
    after = seen(app, world, w.OFFICER, ref)
    assert (told["state"], told["window_due_at"]) == (after["state"], after["window"]["due_at"])
    assert after["if_answered"] == []


def test_a_late_answer_is_told_to_be_late(world: w.World, app: App) -> None:
    """And what then becomes of a window that stands for it."""
    ref = start_review(world, "missed-tolls")
    world.do(w.REVIEWER, ref, RequestInformation(text="What was it trained on?"))
    while world.subject(ref).state != "tolled":
        world.now += w.DAY
        world.tick()
    [told] = seen(app, world, w.OFFICER, ref)["if_answered"]
    assert told["is_late"] and told["state"] == "under_review" and told["due_at"] < told["window_due_at"]


def test_which_recommendation_stands_is_told(world: w.World, app: App) -> None:
    """Of each outcome the latest that holds; to the agency alone."""
    ref = start_review(world, "tolls")
    recommend(world, ref, Outcome.CONCERNS)
    recommend(world, ref)
    assert [one["is_standing"] for one in seen(app, world, w.DECIDER, ref)["recommendations"]] == [False, True]
    assert seen(app, world, w.OFFICER, ref)["recommendations"] == []
    world.do(w.INTAKE, ref, Unassign(person=w.REVIEWER))
    assert not any(one["is_standing"] for one in seen(app, world, w.DECIDER, ref)["recommendations"])


def asked_of(app: App, world: w.World, who: str, ref: str) -> list[str]:
    """What the letters about a review still ask of somebody, the newest first, each once."""
    app.refresh()
    told = app.document("inbox", {"all": True}, who, world.now)["letters"]
    own = [one["asks"] for one in told if ref in [each["ref"] for each in one["subjects"]]]
    return list(dict.fromkeys(one for one in own if one))


def test_a_form_counts_what_has_fallen_due_before_any_tick(world: w.World, app: App) -> None:
    """Whoever answers long after the day is told that it is over, as the engine will find when it is sent."""
    ref = start_review(world, "missed-returns")
    world.do(w.REVIEWER, ref, RequestInformation(text="What was it trained on?"))
    world.now += timedelta(days=12)
    told = seen(app, world, w.OFFICER, ref)["if_answered"]
    with pytest.raises(Refused):
        world.do(w.OFFICER, ref, Answer(request=1, text="Here."))
    assert told == [], "what would be refused is not promised"


def test_letters_ask_what_stands_to_be_done_and_of_whom(world: w.World, app: App) -> None:
    """A recommendation that does not stand asks nobody to determine; who was put out is not told how it goes on."""
    ref = start_review(world, "tolls")
    assert asked_of(app, world, w.REVIEWER, ref) == ["look, and recommend"]
    recommend(world, ref, Outcome.CLEARED)
    assert asked_of(app, world, w.REVIEWER, ref) == []
    assert asked_of(app, world, w.DECIDER, ref) == ["determine"]
    world.do(w.DECIDER, ref, Unassign(person=w.REVIEWER))
    assert asked_of(app, world, w.DECIDER, ref) == ["see to a recommendation"]
    assert asked_of(app, world, w.REVIEWER, ref) == []


def test_what_cannot_be_tried_is_not_promised_and_no_fault(world: w.World, app: App) -> None:
    """A row that somebody changed beside the engine, so that what is due would be refused, is shown all the same."""
    ref = start_review(world, "missed-returns")
    world.do(w.REVIEWER, ref, RequestInformation(text="What was it trained on?"))
    world.query("UPDATE review SET state = 'lapsed' WHERE ref = ?", ref)
    world.now += timedelta(days=60)
    assert seen(app, world, w.OFFICER, ref)["if_answered"] == []
