"""Letters that did not go out, as the operator sees and mends them."""

import re
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.doors import desks
from tests.stories.world import PEOPLE, Desk

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


def test_a_letter_that_grew_is_left_alone_while_a_part_is_sent(stuck: Desk) -> None:
    """Else it would be claimed anew and sent twice within the lease; a letter named twice is requeued once."""
    exhaust(stuck)
    mine = stuck(None, "deliveries list")["deliveries"][0]["letter"]
    stuck.query(
        "INSERT INTO delivery (subject, seq, recipient, channel, letter, status, made_at, next_attempt_at, attempts, "
        "fence, holder) SELECT subject, seq, recipient, 'log-9', letter, 'pending', made_at, next_attempt_at, 1, 1, "
        "'other' FROM delivery WHERE letter = ? LIMIT 1",
        mine,
    )
    assert "at this moment" in stuck.refused(None, f"deliveries requeue {mine}")
    assert mine not in stuck(None, "deliveries requeue --all")["letters"]
    stuck.query("UPDATE delivery SET status = 'sent', holder = NULL WHERE channel = 'log-9'")
    assert stuck(None, f"deliveries requeue {mine} {mine}")["letters"] == [mine]


def test_requeue_says_what_it_does_not_understand(stuck: Desk, real: Desk) -> None:
    """No letter named, one that is not there, several that begin alike, and a date on a real database."""
    assert "Name the letters" in stuck.refused(None, "deliveries requeue", code=2)
    assert "Name the letters" in stuck.refused(None, "deliveries requeue ''", code=2)
    assert "No letter ffff" in stuck.refused(None, "deliveries requeue ffff", code=5)
    exhaust(stuck)
    ids = [one["letter"] for one in stuck(None, "deliveries list")["deliveries"]]
    stuck.query("UPDATE delivery SET letter = 'abcd-1', status = 'set_aside' WHERE letter = ?", ids[0])
    other = "(SELECT max(id) FROM delivery WHERE letter <> 'abcd-1')"
    stuck.query(f"UPDATE delivery SET letter = 'abcd-2', status = 'set_aside' WHERE id = {other}")
    assert "Several letters begin" in stuck.refused(None, "deliveries requeue abcd", code=2)
    assert "cannot be dated" in real.refused(None, "deliveries requeue --all", "10-13 12:00")


def test_fewer_attempts_than_were_made_keep_the_reason(stuck: Desk) -> None:
    """What is set aside since `attempts` was lowered says what went wrong, not that nobody knows."""
    stuck.query("UPDATE delivery SET attempts = 8 WHERE error IS NOT NULL AND sent_at IS NULL")
    assert stuck.tick(LATER)["letters_set_aside"] > 0
    aside = [one for one in stuck(None, "deliveries list")["deliveries"] if one["status"] == "set_aside"]
    assert aside and all("cannot be written to the folder" in one["why"] for one in aside), aside


def test_a_worker_that_was_gone_each_time_is_told_by_its_count(stuck: Desk) -> None:
    """Where no attempt left a reason."""
    stuck.query("UPDATE delivery SET attempts = 9, error = NULL WHERE error IS NOT NULL AND sent_at IS NULL")
    assert stuck.tick(LATER)["letters_set_aside"] > 0
    assert "taken up 9 times" in str(stuck(None, "deliveries list")["deliveries"])


def test_the_list_tells_seconds_and_each_reason_once(stuck: Desk) -> None:
    """The first waits are shorter than a minute; what waits behind another waits for the same reason."""
    first = stuck(None, "deliveries list")["deliveries"][0]
    human = " ".join(stuck.line("deliveries list").out.split())
    assert re.search(r"waiting 1 10-12 \d\d:\d\d:\d\d -04", human), human
    stuck.query(
        "UPDATE delivery SET status = 'pending', sent_at = NULL, next_attempt_at = made_at, error = ? WHERE letter = ?",
        f"Waits with its channel: {first['why']}",
        stuck("one", "inbox")["letters"][-1]["id"],
    )
    assert len(stuck(None, "deliveries list")["deliveries"]) == 2
    human = " ".join(stuck.line("deliveries list").out.split())
    assert human.count("cannot be written to the folder") == 1 and "and 1 more" in human
    assert re.search(r"waiting \d now", human), human


def mine(desk: Desk, letter: str) -> dict[str, Any]:
    """A letter in the inbox of the lab's officer."""
    return next(one for one in desk("one", "inbox")["letters"] if one["id"] == letter)


@pytest.fixture
def twins(desk: Desk) -> tuple[str, str]:
    """The ids of one letter on two channels: the one that the inbox shows, and the other."""
    shown, other = desk("one", "inbox")["letters"][0]["id"], str(uuid.uuid4())
    columns = "subject, seq, recipient, status, made_at, next_attempt_at, attempts, fence, sent_at"
    desk.query(
        f"INSERT INTO delivery (channel, letter, {columns}) SELECT 'log', ?, {columns} FROM delivery WHERE letter = ?",
        other,
        shown,
    )
    return shown, other


def test_a_letter_is_as_far_as_its_furthest_channel(desk: Desk, twins: tuple[str, str]) -> None:
    """Delivered on one is delivered; set aside on all is not delivered; else it is to be sent."""
    shown, other = twins
    desk.query("UPDATE delivery SET sent_at = NULL, status = 'set_aside' WHERE letter = ?", shown)
    assert mine(desk, shown)["status"] == "new"
    desk.query("UPDATE delivery SET sent_at = NULL, status = 'pending' WHERE letter = ?", other)
    assert mine(desk, shown)["status"] == "to be sent"
    desk.query("UPDATE delivery SET status = 'set_aside' WHERE letter = ?", other)
    assert mine(desk, shown)["status"] == "not delivered"


def test_a_letter_is_found_by_the_id_of_any_channel(desk: Desk, twins: tuple[str, str]) -> None:
    """Also of one that carries nothing any more; what was noted on one is noted on all; a short id gets a hint."""
    shown, other = twins
    assert desk("one", f"letter show {other}")["id"] == shown
    desk.query("UPDATE delivery SET status = 'sent', sent_at = NULL, error = 'dropped' WHERE letter = ?", shown)
    assert desk("one", f"letter show {shown[:8]}")["id"] == other
    assert desk("one", f"letter acknowledge {shown}")["status"] == "acknowledged"
    assert mine(desk, other)["status"] == "acknowledged"
    assert desk.refused("two", f"letter show {shown}", code=5)
    assert "first 8 signs" in desk.line(f"letter show {shown[:3]}", "one", None, "--json").error["remedy"]
    desk.query("UPDATE delivery SET status = 'sent', sent_at = NULL, error = 'dropped' WHERE letter = ?", other)
    assert desk.refused("one", f"letter show {shown}", code=5)


def test_an_inbox_is_in_the_order_of_its_dates(desk: Desk) -> None:
    """A letter that was rerouted late keeps the date on which it was written."""
    newest = desk("one", "inbox")["letters"][0]["id"]
    desk.query(
        "UPDATE delivery SET made_at = '2026-09-01T00:00:00.000000Z' WHERE EXISTS (SELECT 1 FROM delivery d WHERE "
        "d.letter = ? AND d.subject = delivery.subject AND d.seq = delivery.seq AND d.recipient = delivery.recipient)",
        newest,
    )
    made = [one["made_at"] for one in desk("one", "inbox")["letters"]]
    assert made == sorted(made, reverse=True) and mine(desk, newest)["made_at"] == made[-1]


def test_a_disabled_channel_tells_how_to_use_it_again(desk: Desk) -> None:
    """Next to it, as it is typed."""
    who = PEOPLE["one"]
    desk("one", f"person add-channel {who} email")
    desk.query('UPDATE person SET channels = replace(channels, \'"disabled": ""\', \'"disabled": "gone"\')')
    shown = " ".join(desk.line(f"person show {who}", "one").out.split())
    assert f"disabled: gone; `reviewflow person enable-channel {who} 1`" in shown
