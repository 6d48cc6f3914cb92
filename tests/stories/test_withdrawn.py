"""Withdrawn, and filed again."""

import re
import shutil
from pathlib import Path

from tests.stories.world import TEXTS, Desk, started


def again(desk: Desk, day: str) -> None:
    """File the withdrawn review of `mr` again, as `s`."""
    desk("one", "review open {mr} --agency example-office --refiles {r}", f"{day} 09:00", "s")
    desk("one", "review plan {s} 2026-12-05", f"{day} 09:02")
    for item in TEXTS:
        desk("one", f'review supply {{s}} {item} --text "in the vault"', f"{day} 09:05")
    desk("one", "review submit {s}", f"{day} 09:10")
    desk("intake", "review start {s}", f"{day} 10:00")


def test_withdrawn_and_filed_again(desk: Desk) -> None:
    """Everything ends with the withdrawal; the new review has a full new window and names the old one."""
    started(desk, "r", "10-12", "2026-12-05")
    desk("rev", 'review ask {r} --text "What is new?"', "10-19 09:00")
    assert desk.refs["r"] in desk.refused("one", "review open {mr} --agency example-office", "10-19 10:00")
    done = desk("one", 'review withdraw {r} --reason "A better checkpoint comes."', "10-20 16:00")
    assert (done["state"], done["deadlines"]) == ("withdrawn", [])
    data = desk.last("r", "withdrawn")["data"]
    assert (data["closed_requests"], data["revoked_access"]) == ([1], [1])
    assert desk.parts("access_grant", "r")[0]["state"] == "revoked"
    assert desk.due("r", "window") == ("closed", "2026-11-11")
    assert desk.told("r", "withdrawn") == ["decider", "decider2", "intake", "rev"]
    assert "final" in desk.line("review submit {r}", "one", "10-20 17:00").err

    again(desk, "10-21")
    assert desk.row("review", "s")["refiles"] == desk.refs["r"]
    assert desk.due("s", "window") == ("open", "2026-11-20")
    assert desk.query("SELECT ref FROM review WHERE refiles = ?", desk.refs["r"]) == [{"ref": desk.refs["s"]}]
    assert desk("one", "review show {r}")["links"]["refiled_by"] == [desk.refs["s"]]
    assert desk("one", "review show {s}")["links"]["refiles"] == desk.refs["r"]
    assert desk.state("r") == "withdrawn"
    desk.is_whole()


def test_only_a_withdrawn_review_is_filed_again(desk: Desk) -> None:
    """A refile names a withdrawn review of the same model; a new checkpoint follows an old one."""
    started(desk, "r", "10-12", "2026-12-05")
    desk("one", f'model register "Another" --digest {"9" * 64}', "10-13 09:00", "m2")
    line = "review open {m2} --agency example-office"
    assert "withdrawn review of the same model" in desk.refused("one", f"{line} --refiles {{r}}", "10-13 09:10")
    desk("one", f"{line} --follows {{r}}", "10-13 09:20", "n")
    assert desk.row("review", "n")["follows"] == desk.refs["r"]


def test_a_refile_is_under_the_policy_of_its_own_day(tmp_path: Path, desk: Desk) -> None:
    """The old review keeps its pinned copy; the new one is under the version that is in force now."""
    desk.config = tmp_path / "config"
    shutil.copytree("config", desk.config)
    started(desk, "r", "10-12", "2026-12-20")
    text = (policy := desk.config / "policies" / "eo-14409.toml").read_text()
    policy.write_text(re.sub(r"length = 30", "length = 40", text.replace("version = 2", "version = 3")))
    desk.tick("10-12 23:00")
    desk.is_warm = False  # the files are read again
    desk("one", "review plan {r} 2026-12-21", "10-13 09:00")
    assert desk.due("r", "window") == ("open", "2026-11-11")
    assert desk.line("check").code == 0
    desk("one", 'review withdraw {r} --reason "Again."', "10-20 16:00")
    again(desk, "10-21")
    assert [desk.row("review", name)["policy_version"] for name in "rs"] == [2, 3]
    assert desk.due("s", "window") == ("open", "2026-11-30")
