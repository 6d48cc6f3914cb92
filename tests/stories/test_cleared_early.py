"""A review that is cleared after two weeks, and the model released."""

from tests.stories.world import Desk, started


def test_cleared_early(desk: Desk) -> None:
    """From the receipt to the release: each step tells who must know, and what was due is met."""
    started(desk, "r", "10-01", "2026-11-16")
    assert desk.state("r") == "under_review"
    assert desk.due("r", "intake") == ("met", "2026-10-05")
    assert desk.due("r", "window") == ("open", "2026-10-31")
    assert desk.due("r", "access", 1) == ("open", "2026-10-31")
    row = desk.row("review", "r")
    assert (row["clock_start_on"], row["day_1_on"], row["last_day_on"]) == ("2026-10-01", "2026-10-02", "2026-10-31")

    asked = desk("rev", 'review ask {r} --text "Which safeguards are reduced?"', "10-05 09:30")
    [answer] = [deadline for deadline in asked["deadlines"] if deadline["kind"] == "answer"]
    assert (answer["part_no"], answer["due_on"], answer["days_left"]) == (1, "2026-10-08", 3)
    desk("one", 'review answer {r} 1 --text "See annex B."', "10-07 15:00")
    assert desk.due("r", "answer", 1) == ("met", "2026-10-08")
    assert desk.parts("request", "r")[0]["is_late"] == 0

    desk("rev", 'review find {r} --title "Refusals hold" --domain cybersecurity --severity low --shared', "10-13 11:00")
    assert "reviewer" in desk.refused("decider", 'review recommend {r} cleared --text "x"', "10-15 14:00", code=4)
    desk("rev", 'review recommend {r} cleared --text "No concern." --statement "No concerns."', "10-15 14:00")
    assert "decider" in desk.refused("rev", 'review clear {r} --text "Cleared."', "10-15 14:30", code=4)

    done = desk("decider", 'review clear {r} --text "No concerns."', "10-16 10:00")
    assert (done["state"], done["events"][-1], done["is_simulation"]) == ("cleared", "cleared", True)
    assert desk.due("r", "window") == ("met", "2026-10-31")
    assert desk.due("r", "access", 1) == ("open", "2026-10-31")  # to its own end, at most the window's last day
    assert desk.row("review", "r")["is_on_time"] == 1

    done = desk("one", f"review release {{r}} --digest {'1' * 64}", "10-20 12:00")
    assert done["state"] == "released"
    assert done["deadlines"] == []
    assert desk.last("r", "released")["data"]["preceded_by"] == "cleared"
    assert desk.parts("access_grant", "r")[0]["state"] == "ended"
    [released] = desk.parts("model_release", "mr")
    assert (released["stage"], released["source"]) == ("general", f"review {desk.refs['r']}")
    desk.is_whole()


def test_letters_of_a_cleared_review(desk: Desk) -> None:
    """Receipts go to the one who acts as well; what is internal goes to no lab."""
    started(desk, "r", "10-01", "2026-11-16")
    desk("rev", 'review ask {r} --text "Which safeguards?"', "10-05 09:30")
    desk("one", 'review answer {r} 1 --text "See annex B."', "10-07 15:00")
    desk("rev", 'review find {r} --title "Weak" --domain cybersecurity --severity low', "10-13 11:00")
    desk("rev", "review share-finding {r} 1", "10-13 12:00")
    desk("rev", 'review recommend {r} cleared --text "No concern." --statement "No concerns."', "10-15 14:00")
    desk("decider", 'review clear {r} --text "No concerns."', "10-16 10:00")
    office = ["decider", "decider2", "intake"]
    assert desk.told("r", "submitted") == [*office, "one"]
    assert desk.told("r", "clock_started") == [*office, "one"]
    assert desk.told("r", "assigned") == ["rev"]
    assert desk.told("r", "information_requested") == ["one"]
    assert desk.told("r", "answered") == ["rev"]
    assert desk.told("r", "finding_recorded") == []
    assert desk.told("r", "finding_shared") == ["one"]
    assert desk.told("r", "recommended") == ["decider", "decider2"]
    assert desk.told("r", "cleared") == [*office, "one", "rev"]


def test_every_answer_names_the_head_of_the_chain(desk: Desk) -> None:
    """The version and head in an answer are those of the last event on record."""
    started(desk, "r", "10-01", "2026-11-16")
    answer = desk("one", "review plan {r} 2026-11-17", "10-02 09:00")
    last = desk.export("r")[-1]
    assert (answer["version"], answer["head"]) == (last["seq"], last["digest"])
    assert answer["ref"] == desk.refs["r"]
    assert set(answer) == {
        "ref", "kind", "state", "version", "head", "events", "recorded_at", "deadlines", "hint", "now", "time_zone",
        "reader", "is_simulation",
    }  # fmt: skip
