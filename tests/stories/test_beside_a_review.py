"""What runs beside a review and never moves it: coverage, trusted partners."""

from tests.stories.world import Desk, started


def test_not_covered_in_mid_review(desk: Desk) -> None:
    """Another office's finding is recorded with a pointer; the review runs on until the lab withdraws."""
    started(desk, "r", "10-01", "2026-12-15")
    desk("one", 'coverage ask {mr} --agency nsa --text "Is it covered?"', "10-02 09:00", "v")
    desk("admin", "person add decider@nsa.example --organization nsa --roles decider", "10-02 09:30")
    desk.refused("decider", "coverage decide {v} not_covered --pointer x", "10-02 10:00", code=4)
    desk.refused("two", "coverage decide {v} not_covered --pointer x", "10-02 10:00", code=5)
    before = desk.row("review", "r"), desk.parts("deadline", "r")
    done = desk("decider@nsa.example", 'coverage decide {v} not_covered --pointer "file 12, safe 3"', "10-02 11:00")
    assert (done["state"], desk.row("coverage", "v")["pointer"]) == ("not_covered", "file 12, safe 3")
    assert (desk.row("review", "r"), desk.parts("deadline", "r")) == before
    assert "one" in desk.told("v", "coverage_decided")
    desk.is_whole()


def test_partners_of_a_stage(desk: Desk) -> None:
    """Proposed by one side, agreed or refused by the other."""
    started(desk, "r", "10-01", "2026-12-15")
    desk("one", 'partner propose {r} --name "Example Hospital"', "10-02 09:00", "p")
    assert "other side" in desk.refused("one", "partner agree {p}", "10-02 09:01")
    assert desk("decider", "partner agree {p}", "10-02 10:00")["state"] == "agreed"
    desk("decider", 'partner propose {r} --name "Example Bank" --stage limited', "10-02 11:00", "q")
    assert desk("one", 'partner refuse {q} --reason "Not our customer."', "10-02 12:00")["state"] == "refused"
    desk.refused("two", "partner agree {q}", "10-02 12:01", code=5)
    assert desk.told("p", "partner_agreed") == ["decider2", "one"]
