"""A policy of the family of HSR, with tolling and an extension: the clock stands, and runs on."""

import shutil
from pathlib import Path

import pytest

from tests.stories.world import Desk, filed

POLICY = """
id = "hsr-like"
version = 1
title = "A waiting period of ten business days that can stand still"
source = "made for the tests, after 16 CFR 803"

[window]
length = 10
unit = "business_days"
day_1 = "next_business_day"
cutoff = "17:00"
time_zone = "America/New_York"
ends_at = "23:59"
roll = "next_business_day"
calendar = "us-federal"

[toll]
on = ["information_request", "government_closure"]
max_days = 20

[extension]
max_days = 5
times = 1
consent = "lab"

[request]
answer_within = 5
unit = "business_days"

[refile]
within = 2
unit = "business_days"
times = 1
"""


@pytest.fixture
def running(tmp_path: Path, desk: Desk) -> Desk:
    """A review that runs under the policy above from Monday 10-05; ten business days end on 10-20 (Columbus Day)."""
    desk.config = tmp_path / "config"
    shutil.copytree("config", desk.config)
    (desk.config / "policies" / "hsr-like.toml").write_text(POLICY)
    filed(desk, "r", "10-05", "2026-12-01", extra="--policy hsr-like")
    desk("intake", "review start {r}", "10-05 10:30")
    desk("decider", "review assign {r} reviewer@example-office.example", "10-05 11:00")
    assert desk.due("r", "window") == ("open", "2026-10-20")
    return desk


def test_a_request_tolls_until_it_is_answered(running: Desk) -> None:
    """While the question stands no date is due; the answer lets the remaining days run."""
    desk = running
    asked = desk("rev", 'review ask {r} --text "Which market?"', "10-07 10:00")
    assert asked["state"] == "tolled"
    [window] = [deadline for deadline in asked["deadlines"] if deadline["kind"] == "window"]
    assert (window["status"], window["due_at"], window["remaining_days"]) == ("tolled", None, 8)
    assert desk.told("r", "information_requested") == ["one"]
    desk("one", 'review answer {r} 1 --text "This one."', "10-09 10:00")
    assert (desk.state("r"), desk.due("r", "window")) == ("under_review", ("open", "2026-10-22"))
    desk.is_whole()


def test_two_causes_overlap(running: Desk) -> None:
    """The clock runs on when the last cause is gone, and overlapping days count once."""
    desk = running
    desk("decider", 'review start-toll {r} government_closure --reason "No appropriations."', "10-06 09:00")
    desk("rev", 'review ask {r} --text "Which market?"', "10-07 10:00")
    assert "already" in desk.refused(
        "decider", 'review start-toll {r} government_closure --reason "Again."', "10-07 11:00"
    )
    desk("one", 'review answer {r} 1 --text "This one."', "10-08 10:00")
    assert desk.state("r") == "tolled"
    desk("decider", "review end-toll {r} government_closure", "10-09 09:00")
    assert (desk.state("r"), desk.due("r", "window")) == ("under_review", ("open", "2026-10-23"))
    assert "No toll" in desk.refused("decider", "review end-toll {r} government_closure", "10-09 10:00")


def test_the_longest_toll_ends_by_itself(running: Desk) -> None:
    """After twenty days the system ends the toll, at the instant the policy says."""
    desk = running
    desk("decider", 'review start-toll {r} government_closure --reason "No appropriations."', "10-06 09:00")
    desk.tick("10-30 09:00")
    ended = desk.last("r", "toll_ended")
    assert (ended["actor"], ended["effective_at"]) == ("system", "2026-10-27T03:59:00Z")
    assert desk.state("r") == "under_review"


def test_extension_within_its_limits(running: Desk) -> None:
    """Once, up to five days, with the lab's consent; and nothing that the policy does not name."""
    desk = running
    line = 'review extend {{r}} {} --reason "More to read."'
    consent = "--consent officer@example-lab-one.example"
    assert "lab's consent" in desk.refused("decider", line.format(3), "10-12 09:00")
    assert "in all" in desk.refused("decider", f"{line.format(6)} {consent}", "10-12 09:01")
    assert "in all" in desk.refused("decider", f"{line.format(0)} {consent}", "10-12 09:01")
    desk("decider", f"{line.format(3)} {consent}", "10-12 09:02")
    assert desk.due("r", "window") == ("open", "2026-10-23")
    assert "all are used" in desk.refused("decider", f"{line.format(1)} {consent}", "10-12 09:03")
    assert "tolls on" in desk.refused("decider", 'review start-toll {r} weather --reason "Rain."', "10-12 09:04")


def test_withdrawal_leaves_two_days_to_file_again(running: Desk) -> None:
    """A refile deadline is owed after the withdrawal, and a second refiling is one too many."""
    desk = running
    desk("one", 'review withdraw {r} --reason "Pull."', "10-14 09:00")
    assert desk.due("r", "refile") == ("open", "2026-10-16")
    line = "review open {mr} --agency example-office --policy hsr-like --refiles"
    desk("one", f"{line} {{r}}", "10-14 10:00", "s")
    desk("one", 'review withdraw {s} --reason "Pull again."', "10-15 09:00")
    assert "allows 1 refiling" in desk.refused("one", f"{line} {{s}}", "10-15 10:00")


def test_the_shipped_hsr_policy_rolls(desk: Desk) -> None:
    """Thirty days from Thursday 10-01 end on Saturday 10-31, so on Monday; a receipt after 17:00 is of the next day."""
    filed(desk, "r", "10-01", "2026-12-01", extra="--policy hsr")
    desk("intake", "review start {r}", "10-01 10:30")
    assert desk.due("r", "window") == ("open", "2026-11-02")
    desk("one", 'review withdraw {r} --reason "Pull."', "10-02 09:00")
    desk("one", "review open {mr} --agency example-office --policy hsr --refiles {r}", "10-02 09:01", "s")
    desk("one", "review submit {s}", "10-02 17:01")
    desk("intake", "review start {s}", "10-02 18:00")
    assert desk.row("review", "s")["clock_start_on"] == "2026-10-05"
