"""`reviewflow run` and `reviewflow tick`: the heartbeat as a process of its own."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.stories.world import Desk, example_config

POLICY = """
id = "one-hour"
version = 1
title = "A window of one hour"
source = "made for the tests"

[window]
length = 1
unit = "hours"
time_zone = "America/New_York"
calendar = "us-federal"

[determination]
persons = 1
"""
PATIENCE = 30.0  # seconds that a busy machine may need; it is never waited for where the thing is there


@pytest.fixture
def hour(tmp_path: Path) -> Iterator[Desk]:
    """A real database with a review `r` whose window, of one hour, ends some seconds from now."""
    desk = Desk(tmp_path / "reviewflow.db", example_config(tmp_path / "config"))
    (tmp_path / "config" / "policies" / "one-hour.toml").write_text(POLICY)
    begun = datetime.now(UTC) + timedelta(seconds=7) - timedelta(hours=1)
    with patch("reviewflow.clock.now", lambda: begun):
        desk(None, "init")
        desk("one", 'model register "Hour"', name="m")
        desk("one", "review open {m} --agency example-office --policy one-hour", name="r")
        desk("one", f"review supply {{r}} checkpoint_digest --digest {'1' * 64}")
        desk("one", "review submit {r}")
        desk("intake", "review start {r}")
    yield desk
    desk.close()


@contextlib.contextmanager
def heartbeat(desk: Desk, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that beats; killed if it does not end by itself."""
    words = [sys.executable, "-m", "reviewflow", "--database", str(desk.file)]
    words += ["--config", str(desk.config)] if desk.config else []
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REVIEWFLOW_")}
    with log.open("wb") as out, subprocess.Popen([*words, "run"], stdout=out, stderr=out, env=kept) as process:
        try:
            wait_for(lambda: b"Beating" in log.read_bytes() or process.poll() is not None)
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def wait_for(is_there: object) -> None:
    """Until something of another process is there; a failure after PATIENCE."""
    assert callable(is_there)
    until = time.monotonic() + PATIENCE
    while not is_there():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.05)


def end(process: subprocess.Popen[bytes], log: Path) -> str:
    """Ask a heartbeat to end; it does so in good order. Returns what it said."""
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0, log.read_text()
    said = log.read_text()
    assert "Traceback" not in said
    assert "heartbeat_stopped" in said
    return said


def test_sigterm_drains_and_ends(desk: Desk, tmp_path: Path) -> None:
    """The signal that a supervisor sends ends it with 0, whenever it comes, and the record is whole."""
    with heartbeat(desk, tmp_path / "log") as process:
        said = end(process, tmp_path / "log")
    assert "This is a simulation" in said
    desk.is_whole()


@pytest.mark.slow
def test_a_deadline_falls_due_while_two_of_them_beat(hour: Desk, tmp_path: Path) -> None:
    """Raised within a second or two of its instant, once, by whichever came first; then told, once."""
    logs = tmp_path / "a", tmp_path / "b"
    with heartbeat(hour, logs[0]) as first, heartbeat(hour, logs[1]) as second:
        wait_for(lambda: "lapsed" in hour.names("r"))
        wait_for(lambda: not hour.query("SELECT 1 FROM delivery WHERE status <> 'sent'"))
        for process, log in ((first, logs[0]), (second, logs[1])):
            end(process, log)
    lapsed = [event for event in hour.export("r") if event["name"] in ("lapsed", "deadline_reached")]
    assert [event["name"] for event in lapsed] == ["deadline_reached", "lapsed"]
    assert lapsed[0]["effective_at"] == lapsed[1]["effective_at"] == lapsed[0]["data"]["due_at"]
    assert lapsed[1]["late_by"] <= 5
    assert hour.state("r") == "lapsed"
    assert hour.told("r", "lapsed") == ["decider", "decider2", "intake", "one"]
    letters = [path.read_text() for path in (tmp_path / "letters").glob("*.eml")]
    assert sum("lapsed" in letter.lower() and "officer@example-lab-one" in letter for letter in letters) >= 1
    assert {row["fence"] for row in hour.query("SELECT fence FROM delivery")} == {1}  # nothing was sent twice
    hour.is_whole()


def test_run_without_a_database_ends_at_once(tmp_path: Path) -> None:
    """It says what is missing instead of beating on nothing."""
    log = tmp_path / "log"
    with heartbeat(Desk(tmp_path / "none.db"), log) as process:
        assert process.wait(PATIENCE) == 6
    assert "There is no database" in log.read_text()
    assert not (tmp_path / "none.db").exists()


def test_tick_twice_is_once(desk: Desk) -> None:
    """The second tick at the same instant finds nothing, and changes nothing."""
    first = desk.tick("10-16 09:00")
    assert (first["events"] > 0, first["letters_sent"] > 0, first["failed"]) == (True, True, [])
    before = desk.digest()
    second = desk.tick("10-16 09:00")
    assert {key: value for key, value in second.items() if value} == {"now": first["now"], "is_simulation": True}
    assert desk.digest() == before
    said = desk.line("tick", None, "10-16 09:00")
    assert (said.code, "Nothing is due at 2026-10-16 09:00 EDT (-04:00)." in said.out) == (0, True)
    assert desk.line("tick", None, "10-16 09:00", "--quiet").out == ""


def test_tick_says_what_it_did(desk: Desk) -> None:
    """Counts that a person and a program can read, and the letters lie in their folder."""
    said = desk.line("tick", None, "10-16 09:00").out
    assert "events on 1 subjects" in said or "events on 2 subjects" in said
    assert "letters sent" in said
    assert list((desk.file.parent / "letters").glob("*.eml"))


def test_ticks_make_no_difference_to_the_record(desk: Desk, tmp_path: Path) -> None:
    """A month with a tick a day, or none: the same events at the same effective instants."""
    other = tmp_path / "other"
    other.mkdir()
    lazy = Desk(other / "reviewflow.db", refs=desk.refs)
    lazy.file.write_bytes(desk.file.read_bytes())
    for day in range(13, 31):
        desk.tick(f"10-{day} 12:00")
    for each in (desk, lazy):
        each("one", 'review answer {r} 1 --text "At last."', "10-30 12:00")
    told = [[(e["name"], e["effective_at"], e["data"]) for e in each.export("r")] for each in (desk, lazy)]
    assert told[0] == told[1]
    lazy.close()
