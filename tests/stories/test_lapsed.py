"""A window that ends with no determination; the lab releases, and the office determines late."""

from tests.stories.world import Desk, started

DIGEST = "1" * 64


def test_lapsed_released_determined_late(desk: Desk) -> None:
    """A lapse is recorded at its instant and ends access; the release says what it knows; a late word stays late."""
    started(desk, "r", "10-01", "2026-12-15")
    desk.tick("11-01 00:05")
    assert desk.state("r") == "lapsed"
    lapsed, ended = desk.last("r", "lapsed"), desk.last("r", "access_ended")
    assert lapsed["effective_at"] == ended["effective_at"] == "2026-11-01T03:59:00Z"  # 23:59 in New York
    assert (lapsed["actor"], lapsed["recorded_at"], lapsed["late_by"]) == ("system", "2026-11-01T04:05:00Z", 360)
    assert lapsed["data"]["silence"] == "nothing"
    assert desk.due("r", "window") == ("missed", "2026-10-31")
    assert desk.told("r", "lapsed") == ["decider", "decider2", "intake", "one", "rev"]

    reasons = desk.refused("one", f"review release {{r}} --digest {DIGEST}", "11-02 09:00")
    assert reasons.startswith("No determination precedes this release.")
    assert reasons.endswith("--acknowledge no-determination.")
    done = desk("one", f"review release {{r}} --digest {DIGEST} --acknowledge no-determination", "11-02 09:05")
    assert (done["state"], done["deadlines"]) == ("released", [])
    said = desk.last("r", "released")["data"]
    assert (said["preceded_by"], said["acknowledged"]) == ("lapse", ["no-determination"])

    desk(
        "rev",
        'review recommend {r} cleared --text "Nothing found; we were late." --statement "No concerns, late."',
        "11-04 10:00",
    )
    done = desk("decider", 'review clear {r} --text "No concerns, late."', "11-05 10:00")
    assert (done["state"], done["events"]) == ("released", ["recommendation_considered", "cleared"])
    row = desk.row("review", "r")
    assert (row["determination"], row["is_on_time"], row["preceded_by"]) == ("cleared", None, "lapse")
    assert desk.parts("determination", "r")[0]["is_on_time"] == 0
    desk.is_whole()


def test_lapse_is_never_approval(desk: Desk) -> None:
    """A lapsed review can still be determined, either way, and then is not on time."""
    started(desk, "r", "10-01", "2026-12-15")
    desk("rev", 'review recommend {r} concerns --text "Late." --statement "Found at last."', "11-03 10:00")
    assert desk.state("r") == "lapsed"
    desk("decider", 'review raise-concerns {r} --text "Found at last."', "11-04 10:00")
    assert desk.state("r") == "concerns"
    assert desk.row("review", "r")["is_on_time"] == 0
    assert desk.names("r").count("deadline_missed") == 1  # the day after; the one of the seventh day is not owed now
    desk.tick("11-20 09:00")
    assert desk.names("r").count("deadline_missed") == 1


def test_a_plan_after_the_lapse_reopens_nothing(desk: Desk) -> None:
    """A lapse is a fact: a later plan does not move it."""
    started(desk, "r", "10-01", "2026-10-20")
    assert desk.due("r", "window") == ("open", "2026-10-19")
    desk.tick("10-20 00:00")
    desk("one", "review plan {r} 2026-12-01", "10-20 09:00")
    assert (desk.state("r"), desk.due("r", "window")) == ("lapsed", ("missed", "2026-10-19"))


def test_notices_come_once_and_in_order(desk: Desk) -> None:
    """The same journal with a tick a day as with one tick at the end, but for what is recorded late."""
    started(desk, "r", "10-01", "2026-12-15")
    for day in range(2, 32):
        desk.tick(f"10-{day:02} 09:01")
    desk.tick("11-01 00:01")
    raised = [event for event in desk.export("r") if event["name"].startswith("deadline_")]
    told = [(event["data"]["notice"], event["late_by"]) for event in raised]
    window = [notice for notice, _ in told if notice != "due"]
    assert max(late for _, late in told) <= 120
    assert window.count("-14d") == 2  # of the window, and of the access that ends with it
    again = Desk(desk.file, refs=desk.refs, base=desk.base)
    assert again.tick("11-01 00:01")["events"] == 0


def test_next_is_what_whoever_acted_may_do(desk: Desk) -> None:
    """A lab is not told to recommend, nor to start the clock; who recommended is not told to do it again."""
    started(desk, "r", "10-01", "2026-12-15")
    desk.tick("11-01 00:05")
    assert desk("one", "review plan {r} 2026-12-20", "11-02 09:00")["hint"] is None
    assert " recommend " in desk("rev", 'review note {r} --text "Late."', "11-02 10:00")["hint"]
    assert desk("intake", 'review note {r} --text "Late."', "11-02 10:00")["hint"] is None
    line = 'review recommend {r} cleared --text "Fine." --statement "No concerns."'
    assert desk("rev", line, "11-03 10:00")["hint"] is None
    assert " clear " in desk("decider", 'review note {r} --text "Seen."', "11-03 11:00")["hint"]
    made = desk("one", f'model register "Next" --digest {"7" * 64}', "11-04 09:00", "m")
    assert made["hint"] == f"reviewflow review open {made['ref']}"
