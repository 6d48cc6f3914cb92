"""A window capped by a planned release that moves twice."""

from tests.stories.world import Desk, started


def test_capped_by_a_plan_that_moves_twice(desk: Desk) -> None:
    """Nearer and later again: each move is a new row with its reason, and the thirty days stay the limit."""
    started(desk, "r", "10-08", "2026-10-30")
    assert desk.due("r", "window") == ("open", "2026-10-29")
    moved = desk("one", "review plan {r} 2026-10-24", "10-14 09:00")
    assert desk.last("r", "release_planned")["data"]["last_day_on"] == "2026-10-23"
    assert {(d["kind"], d["due_on"]) for d in moved["deadlines"]} == {
        ("window", "2026-10-23"), ("access", "2026-10-23"), ("planned_release", "2026-10-24"),
    }  # fmt: skip
    reason = desk.refused("one", "review plan {r} 2026-10-14", "10-14 09:05")
    assert reason == "In an open window a release is planned for 2026-10-15 at the earliest."
    desk("one", "review plan {r} 2026-11-05", "10-19 09:00")
    assert desk.due("r", "window") == ("open", "2026-11-04")
    desk("one", "review plan {r} 2026-12-24", "10-19 10:00")
    assert desk.due("r", "window") == ("open", "2026-11-07")  # never beyond the thirty days

    windows = [row for row in desk.parts("deadline", "r") if row["kind"] == "window"]
    assert [row["status"] for row in windows] == ["superseded"] * 3 + ["open"]
    assert {row["reason"] for row in windows[:3]} == {"the plan moved"}
    assert "2026-11-07" in windows[-1]["basis"]
    assert desk.told("r", "release_planned") == ["decider", "decider2", "intake", "rev"]
    desk.is_whole()


def test_a_notice_that_a_move_made_void_is_not_late(desk: Desk) -> None:
    """A window that comes nearer has only the notices that still lie ahead."""
    started(desk, "r", "10-08", "2026-12-01")
    desk("one", "review plan {r} 2026-10-17", "10-14 12:00")  # the last day is now 10-16
    desk.tick("10-14 12:01")
    assert "deadline_approaching" not in desk.names("r")
    desk.tick("10-15 09:00")
    assert {event["data"]["notice"] for event in desk.export("r") if event["name"] == "deadline_approaching"} == {"-1d"}


def test_a_cap_before_day_one_is_refused_at_the_start(desk: Desk) -> None:
    """A plan that leaves the office no day is refused when the clock is to start, with the earliest date."""
    from tests.stories.world import filed

    filed(desk, "r", "10-08", "2026-10-09")
    reason = desk.refused("intake", "review start {r}", "10-08 10:30")
    assert "2026-10-10" in reason
    desk("one", "review plan {r} 2026-10-10", "10-08 10:40")
    desk("intake", "review start {r}", "10-08 10:50")
    assert desk.due("r", "window") == ("open", "2026-10-09")
