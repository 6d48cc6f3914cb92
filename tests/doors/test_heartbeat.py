"""`reviewflow run` and `reviewflow tick`: the heartbeat as a process of its own."""

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from prometheus_client.parser import text_string_to_metric_families

from reviewflow import clock, logs
from reviewflow.engine.job import Job, Outcome
from reviewflow.errors import Unavailable
from reviewflow.store.setup import HEAD
from tests.engine.hours import POLICY
from tests.stories.world import Desk, example_config

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
def heartbeat(
    desk: Desk, log: Path, *options: str, program: tuple[str, ...] = ("-m", "reviewflow"), **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that beats; killed if it does not end by itself."""
    words = [sys.executable, *program, "--database", str(desk.file)]
    words += ["--config", str(desk.config)] if desk.config else []
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REVIEWFLOW_")} | environment
    command = [*words, "run", *options]
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, env=kept) as process:
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
    assert f"Working on sqlite:///{desk.file}; no port for metrics." in said
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


def free_port() -> int:
    """One that nobody has at the moment."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def get(port: int, path: str) -> tuple[int, str]:
    """What the port of a worker answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.mark.slow
def test_port_tells_how_the_worker_is(real: Desk, tmp_path: Path) -> None:
    """Metrics, liveness and readiness on loopback alone; not ready says why in plain words."""
    port = free_port()
    with heartbeat(real, tmp_path / "log", "--metrics-port", str(port)) as process:
        wait_for(lambda: real.query("SELECT 1 FROM worker"))
        assert f"metrics at http://127.0.0.1:{port}/metrics." in (tmp_path / "log").read_text()
        assert (get(port, "/livez"), get(port, "/readyz")) == ((200, "ok\n"), (200, "ok\n"))
        status, text = get(port, "/metrics")
        families = {family.name: family for family in text_string_to_metric_families(text)}
        assert status == 200
        assert families["reviewflow_workers"].samples[0].labels == {"state": "alive"}
        assert families["reviewflow_workers"].samples[0].value == 1
        assert get(port, "/")[0] == 404
        with pytest.raises(OSError), socket.create_connection((own_address(), port), timeout=5):
            pytest.fail("it listens beyond loopback")
        change(real, "UPDATE alembic_version SET version_num = '0001'")
        status, why = get(port, "/readyz")
        assert (status, why) == (503, f"The schema of the database is at revision 0001; this release needs {HEAD}.\n")
        assert get(port, "/livez")[0] == 200
        change(real, f"UPDATE alembic_version SET version_num = '{HEAD}'")
        end(process, tmp_path / "log")
    [row] = real.query("SELECT stopped_at FROM worker")
    assert row["stopped_at"] is not None


def change(desk: Desk, statement: str) -> None:
    """A raw statement."""
    with contextlib.closing(sqlite3.connect(desk.file)) as raw, raw:
        raw.execute(statement)


def own_address() -> str:
    """An address of this machine that is not the one the worker listens on."""
    return "127.0.0.2"


def test_a_port_that_is_taken_is_said(real: Desk, tmp_path: Path) -> None:
    """The worker ends at once and names the port, instead of running unseen."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with heartbeat(real, tmp_path / "log", "--metrics-port", str(port)) as process:
            assert process.wait(PATIENCE) == 6
    said = (tmp_path / "log").read_text()
    assert f"The port {port} of 127.0.0.1 cannot be had" in said
    assert "Traceback" not in said


SICK = """
import sys
from apscheduler.schedulers.background import BackgroundScheduler
from reviewflow.cli.main import run

BackgroundScheduler._main_loop = lambda self: sys.exit()
sys.exit(run(sys.argv[1:]))
"""
HUNG = """
import sys, time
from reviewflow.cli import running
from reviewflow.engine import heartbeat, job

heartbeat.sweep = lambda *_: time.sleep(600)
heartbeat.WATCH_SECONDS, job.ENDS_WITHIN, running.GRACE_SECONDS = 0.05, 10, 0.5
from reviewflow.cli.main import run

sys.exit(run(sys.argv[1:]))
"""


@pytest.mark.parametrize("program", [SICK, HUNG], ids=["the scheduler's thread is gone", "a sweep hangs"])
def test_a_dead_heartbeat_ends_the_process(real: Desk, tmp_path: Path, program: str) -> None:
    """It exits non-zero and says so, so that a supervisor starts another, instead of looking healthy."""
    with heartbeat(real, tmp_path / "log", program=("-c", program)) as process:
        assert process.wait(PATIENCE) == 6
    said = (tmp_path / "log").read_text()
    assert "heartbeat_died" in said
    assert "The heartbeat of this worker died." in said
    assert "Traceback" not in said


def test_an_outage_is_told_once_a_minute(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """At its first failure, then once a minute, and when it works again; the next outage is told at once."""
    seconds, errors = [0.0], [True]
    monkeypatch.setattr(clock, "monotonic", lambda: seconds[0])
    logs.configure("info")

    def work() -> Outcome:
        if errors[0]:
            raise Unavailable("The server is gone.")
        return None, False

    job = Job("glance", work, timedelta(seconds=1), lambda *_: None)

    def runs(number: int, *, fails: bool) -> list[str]:
        errors[0] = fails
        for _ in range(number):
            job._run()
            seconds[0] += 1
        return [word for line in capsys.readouterr().err.splitlines() for word in line.split() if "event=" in word]

    assert runs(150, fails=True) == ["event=glance_failed"] * 3
    assert runs(2, fails=False) == ["event=glance_works_again"]
    assert runs(2, fails=True) == ["event=glance_failed"]


def test_the_supervisor_is_told(real: Desk, tmp_path: Path) -> None:
    """Ready, then alive again and again, then stopping: by the protocol of systemd."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind(str(tmp_path / "notify"))
        supervisor.settimeout(PATIENCE)
        with heartbeat(real, tmp_path / "log", NOTIFY_SOCKET=str(tmp_path / "notify")) as process:
            told = [supervisor.recv(64) for _ in range(2)]
            end(process, tmp_path / "log")
            while told[-1] != b"STOPPING=1":
                told.append(supervisor.recv(64))
    assert told[0] == b"READY=1"
    assert set(told[1:-1]) == {b"WATCHDOG=1"}


def test_ticks_of_a_machine_are_one_worker(real: Desk) -> None:
    """However often cron starts one; each leaves a sign of life, and what it did is added up."""
    for _ in range(3):
        assert real.line("tick").code == 0
    [row] = real.query("SELECT name, ticked_at, stopped_at, counts FROM worker")
    assert row["name"].startswith("tick@")
    assert (row["ticked_at"] is not None, row["stopped_at"]) == (True, None)
    sent = real.query("SELECT count(DISTINCT letter) AS sent FROM delivery WHERE status = 'sent'")[0]["sent"]
    assert json.loads(row["counts"])["sent"] == sent > 0


def test_the_database_may_be_named_in_a_file(real: Desk, tmp_path: Path) -> None:
    """So that its password stands in no unit and in no list of processes; a file that is not there is said."""
    (tmp_path / "where").write_text(f"sqlite:///{real.file}\n")
    line = [sys.executable, "-m", "reviewflow", "verify"]
    for name, code in (("where", 0), ("nowhere", 2)):
        environment = {**os.environ, "REVIEWFLOW_DATABASE": f"@{tmp_path / name}"}
        done = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
    assert f"The file {tmp_path / 'nowhere'} cannot be read" in done.stderr
