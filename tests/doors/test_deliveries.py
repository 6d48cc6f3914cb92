"""Letters that did not go out, as the operator sees and mends them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doors import desks
from tests.stories.world import Desk

LATER = "10-13 12:00"  # days after the desk's own time


@pytest.fixture
def stuck(tmp_path: Path) -> Iterator[Desk]:
    """A simulation whose folder of letters cannot be written to, with letters owed."""
    desk = desks.busy(tmp_path)
    shutil.rmtree(tmp_path / "letters", ignore_errors=True)
    (tmp_path / "letters").write_text("a file where the folder should be")
    desk("one", 'review answer {r} 1 --text "Since it is so."', "10-12 13:00")
    assert desk.tick()["letters_failed"] > 0
    yield desk
    desk.close()


def mend(desk: Desk) -> None:
    """The folder can be written to again."""
    (desk.file.parent / "letters").unlink()


def exhaust(desk: Desk) -> None:
    """Every attempt but the last was made."""
    desk.query("UPDATE delivery SET attempts = 7 WHERE error IS NOT NULL AND sent_at IS NULL")
    assert desk.tick(LATER)["letters_set_aside"] > 0


def test_what_waits_after_a_failure_is_listed(stuck: Desk) -> None:
    """To whom, on which channel, about what, how often it was tried, when again, and why; nothing is wrong yet."""
    found = stuck(None, "deliveries list")
    assert found["set_aside"] == 0
    one = found["deliveries"][0]
    assert (one["status"], one["channel"], one["attempts"], one["subjects"]) == (
        "waiting",
        "folder",
        1,
        [stuck.refs["r"]],
    )
    assert "cannot be written to the folder" in one["why"]
    assert one["next_attempt_at"] > found["now"]
    human = stuck.line("deliveries list")
    assert (human.code, human.err) == (0, "")
    assert one["letter"][:8] in human.out
    assert "next: reviewflow deliveries requeue" in human.out
    assert stuck.line("check").code == 0


def test_what_is_set_aside_is_told_by_check_and_sent_again_when_asked(stuck: Desk) -> None:
    """Neither a tick nor `init` tries it again by itself; requeued, it goes out, and all is in order."""
    exhaust(stuck)
    found = stuck(None, "deliveries list")
    aside = [one for one in found["deliveries"] if one["status"] == "set_aside"]
    assert len(aside) == found["set_aside"] > 0
    assert aside[0]["next_attempt_at"] is None
    check = stuck.line("check", None, None, "--json")
    assert check.code == 1
    assert "deliveries requeue" in next(one for one in check.json["findings"] if one["what"] == "letters")["remedy"]
    mend(stuck)
    stuck(None, "init --simulation")
    stuck.tick("10-14 12:00")
    assert stuck(None, "deliveries list")["set_aside"] == len(aside)
    ids = [one["letter"] for one in aside]
    assert stuck(None, f"deliveries requeue {ids[0][:12]}")["letters"] == ids[:1]
    assert sorted(stuck(None, "deliveries requeue --all")["letters"]) == sorted(ids[1:] or ids)
    assert stuck.tick()["letters_sent"] >= len(ids)
    assert "No letter is stuck" in stuck.line("deliveries list").out
    assert stuck.line("check").code == 0


def test_what_waits_only_for_its_time_is_listed_on_request(stuck: Desk) -> None:
    """With --all; a letter in a worker's hands says so, and is not requeued."""
    letter = stuck(None, "deliveries list")["deliveries"][0]["letter"]
    stuck.query("UPDATE delivery SET error = NULL WHERE letter = ?", letter)
    assert letter not in [one["letter"] for one in stuck(None, "deliveries list")["deliveries"]]
    every = {one["letter"]: one for one in stuck(None, "deliveries list --all")["deliveries"]}
    assert (every[letter]["status"], every[letter]["why"]) == ("waiting", None)
    stuck.query("UPDATE delivery SET error = 'once', holder = 'other' WHERE letter = ?", letter)
    assert "at this moment" in stuck.refused(None, f"deliveries requeue {letter}")


def test_requeue_says_what_it_does_not_understand(stuck: Desk, real: Desk) -> None:
    """No letter named, one that is not there, several that begin alike, and a date on a real database."""
    assert "Name the letters" in stuck.refused(None, "deliveries requeue", code=2)
    assert "No letter ffff" in stuck.refused(None, "deliveries requeue ffff", code=5)
    exhaust(stuck)
    ids = [one["letter"] for one in stuck(None, "deliveries list")["deliveries"]]
    stuck.query("UPDATE delivery SET letter = 'abcd-1', status = 'set_aside' WHERE letter = ?", ids[0])
    stuck.query("UPDATE delivery SET letter = 'abcd-2', status = 'set_aside' WHERE id = (SELECT max(id) FROM delivery)")
    assert "Several letters begin" in stuck.refused(None, "deliveries requeue abcd", code=2)
    assert "cannot be dated" in real.refused(None, "deliveries requeue --all", "10-13 12:00")
