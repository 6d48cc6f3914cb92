"""Who recommended does not sign; who corrects a date does not do it alone."""

from tests.stories.world import PEOPLE, Desk, started


def test_a_determination_takes_two(desk: Desk) -> None:
    """Nobody signs before a recommendation, nor his own; another decider may."""
    started(desk, "r", "10-01", "2026-11-16")
    assert "two persons" in desk.refused("decider", 'review clear {r} --text "x"', "10-02 09:00")
    desk("admin", f"person roles {PEOPLE['decider']} --roles decider --roles reviewer", "10-02 09:10")
    desk("decider2", f"review assign {{r}} {PEOPLE['decider']}", "10-02 09:20")
    desk("decider", 'review recommend {r} cleared --text "Fine." --statement "No concerns."', "10-02 10:00")
    assert "another person signs" in desk.refused("decider", 'review clear {r} --text "x"', "10-02 10:10")
    assert "of another text" in desk.refused("decider2", 'review clear {r} --text "Other words."', "10-02 10:15")
    shown = desk("decider2", "review clear {r} --show-statement", "10-02 10:20")
    desk("decider2", "review clear {r}", "10-02 10:20")
    [made] = desk.parts("determination", "r")
    assert (made["recommended_by"], made["signed_by"]) == (PEOPLE["decider"], PEOPLE["decider2"])
    signed = desk.last("r", "cleared")["data"]["signature"]
    assert (signed["text"], signed["digest"], signed["method"]) == (shown["text"], shown["digest"], "operator")


def test_a_consulted_reviewer_finds_and_does_not_recommend(desk: Desk) -> None:
    """Another office sees the review only while it is assigned."""
    started(desk, "r", "10-01", "2026-11-16")
    finding = 'review find {r} --title "Odd" --domain biosecurity --severity low'
    desk.refused("consulted", finding, "10-02 09:00", code=5)
    assert "--consulted" in desk.refused("decider", f"review assign {{r}} {PEOPLE['consulted']}", "10-02 09:01")
    desk("decider", f"review assign {{r}} {PEOPLE['consulted']} --consulted", "10-02 09:02")
    desk("consulted", finding, "10-02 09:03")
    desk.refused("consulted", 'review recommend {r} cleared --text "x"', "10-02 09:04", code=4)
    desk("decider", f"review unassign {{r}} {PEOPLE['consulted']}", "10-02 09:05")
    desk.refused("consulted", finding, "10-02 09:06", code=5)


def test_a_corrected_start_takes_two(desk: Desk) -> None:
    """The event day is moved with a second person and a reason; a lapse of the wrong date is rescinded."""
    started(desk, "r", "10-01", "2026-12-16")
    line = 'review correct-start {r} 2026-10-05 --reason "The card came on the 5th." --second'
    assert "another person" in desk.refused("decider", f"{line} {PEOPLE['decider']}", "10-06 09:00")
    assert "is none" in desk.refused("decider", f"{line} {PEOPLE['auditor']}", "10-06 09:00")
    assert desk.refused("decider", f"{line} {PEOPLE['one']}", "10-06 09:00")
    desk.tick("11-01 09:00")
    assert desk.state("r") == "lapsed"
    done = desk("decider", f"{line} {PEOPLE['decider2']}", "11-02 09:00")
    assert (done["state"], desk.due("r", "window")) == ("under_review", ("open", "2026-11-04"))
    assert "lapsed_rescinded" in done["events"]
    assert desk.last("r", "start_corrected")["data"]["before"]["last_day_on"] == "2026-10-31"
    assert desk.told("r", "start_corrected") == ["decider2", "intake", "one", "rev"]
    desk("rev", 'review recommend {r} cleared --text "Fine." --statement "No concerns."', "11-03 09:00")
    desk("decider", 'review clear {r} --text "No concerns."', "11-03 10:00")
    assert desk.row("review", "r")["is_on_time"] == 1
    desk.is_whole()
