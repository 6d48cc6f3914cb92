"""An information request whose day goes by, and is answered all the same."""

from tests.stories.world import Desk, started


def test_answered_late(desk: Desk) -> None:
    """The answer's day goes by without stopping the clock; the late answer is taken and marked."""
    started(desk, "r", "10-02", "2026-12-01", who="two", reviewer="rev2")
    desk("rev2", 'review ask {r} --text "How was it elicited?"', "10-07 10:00")
    assert desk.due("r", "answer", 1) == ("open", "2026-10-13")  # three business days; 10-12 is Columbus Day
    assert desk.due("r", "window") == ("open", "2026-11-01")

    desk.tick("10-14 00:01")
    assert desk.due("r", "answer", 1) == ("missed", "2026-10-13")
    assert desk.state("r") == "under_review"  # a question never stops the clock under this policy
    overdue = desk.last("r", "request_overdue")
    assert (overdue["actor"], overdue["effective_at"], overdue["late_by"]) == ("system", "2026-10-14T03:59:00Z", 120)
    assert desk.told("r", "request_overdue") == ["rev2", "two"]
    card = desk("rev2", "review show {r}", "10-14 00:02")
    assert card["hint"].split()[2] == "recommend"  # no silence of a lab takes the review off its reviewer
    assert desk.told("r", "deadline_reached") == []  # its consequence has the letter

    done = desk("two", 'review answer {r} 1 --text "In the vault, document 7."', "10-15 16:20")
    assert {d["kind"] for d in done["deadlines"]} == {"window", "access", "planned_release"}
    assert desk.last("r", "answered")["data"]["is_late"] is True
    assert desk.parts("request", "r")[0]["is_late"] == 1
    assert desk.due("r", "window") == ("open", "2026-11-01")
    desk.tick("10-25 09:00")
    assert desk.names("r").count("deadline_missed") == 1  # the notice a day after; none once it was answered
    desk.is_whole()


def test_answer_in_time_but_rejected(desk: Desk) -> None:
    """A rejected answer opens the request again with the full time; an answer is extended before it is due."""
    started(desk, "r", "10-02", "2026-12-01", who="two", reviewer="rev2")
    desk("rev2", 'review ask {r} --text "How was it elicited?"', "10-05 10:00")
    desk("two", 'review answer {r} 1 --text "Well."', "10-06 10:00")
    assert "answered" in desk.refused("two", 'review answer {r} 1 --text "Again."', "10-06 11:00")
    desk("rev2", 'review reject-answer {r} 1 --reason "That is no answer."', "10-07 10:00")
    assert desk.due("r", "answer", 1) == ("open", "2026-10-13")
    desk("rev2", "review extend-answer {r} 1 --until 2026-10-16", "10-13 10:00")
    assert desk.due("r", "answer", 1) == ("open", "2026-10-16")
    assert "not later" in desk.refused("rev2", "review extend-answer {r} 1 --until 2026-10-15", "10-13 10:05")
    desk("two", 'review answer {r} 1 --text "The protocol."', "10-16 23:58")
    assert desk.due("r", "answer", 1) == ("met", "2026-10-16")
    assert desk.parts("request", "r")[0]["is_late"] == 0


def test_answer_after_the_lapse(desk: Desk) -> None:
    """A request outlives the window: after a lapse it can still be answered, and is moot after a determination."""
    started(desk, "r", "10-01", "2026-12-15")
    desk("rev", 'review ask {r} --text "First?"', "10-30 10:00")
    desk("rev", 'review ask {r} --text "Second?"', "10-30 10:01")
    assert "possible when" in desk.refused("rev", 'review ask {r} --text "Third?"', "11-02 10:00")  # the window is over
    desk("one", 'review answer {r} 1 --text "Yes."', "11-02 10:05")
    assert desk.state("r") == "lapsed"
    assert desk.parts("request", "r")[0]["is_late"] == 0  # three business days from Friday 10-30
    desk("rev", 'review recommend {r} cleared --text "Fine." --statement "No concerns."', "11-03 10:00")
    desk("decider", 'review clear {r} --text "No concerns."', "11-03 11:00")
    assert [request["state"] for request in desk.parts("request", "r")] == ["answered", "moot"]
    assert desk.last("r", "cleared")["data"]["moot_requests"] == [2]
