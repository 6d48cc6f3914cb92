"""The heartbeat in real time: exact wake-ups, a failing subject that delays nobody, senders that delay no sweep."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from reviewflow import clock
from reviewflow.engine import health, heartbeat
from reviewflow.engine.heartbeat import Heartbeat
from reviewflow.engine.job import Job
from reviewflow.engine.sweep import Swept, sweep
from reviewflow.errors import Unavailable
from reviewflow.nouns.commands.programme import RegisterModel
from tests.engine import world as w
from tests.engine.reviews import start_review

LATENESS = timedelta(milliseconds=250)
PATIENCE = 30.0  # seconds that a busy machine may need; never waited for where the thing is there
BEGUN_PER_MODEL = 10  # how much longer it may take to begin a review than to register a model
WINDOW = timedelta(hours=72)  # of the policy "hours"


def due_soon(world: w.World, count: int, first: float, apart: float) -> dict[str, datetime]:
    """Reviews whose windows end soon, `apart` seconds from each other; each with its due instant.

    The first ends after `first` seconds, or on a busy machine when there has been time to begin them all.
    """
    began = time.monotonic()
    models = [
        world.do(w.OFFICER, None, RegisterModel(name=f"Model {no}", digest=f"{no:064x}")).ref for no in range(count)
    ]
    due = {}
    first = max(first, 1 + BEGUN_PER_MODEL * (time.monotonic() - began))
    begin = clock.now() - WINDOW + timedelta(seconds=first)
    for no, model in enumerate(models):
        world.now = begin + timedelta(seconds=no * apart)
        due[start_review(world, "hours", model, has_access=False)] = world.now + WINDOW
    world.tick(clock.now())  # the notices before the end are late already
    return due


@contextmanager
def beating(world: w.World, senders: Any = None, **options: Any) -> Iterator[Heartbeat]:
    """A heartbeat in a thread of its own; ended, and in good order."""
    config = replace(world.settings, server=replace(world.settings.server, **options))
    beat = Heartbeat(world.engine, config, {"folder": no_op, "log": no_op} if senders is None else senders)
    thread = threading.Thread(target=beat.run)
    thread.start()
    try:
        yield beat
    finally:
        beat.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def no_op(letter: object) -> None:
    """A sender that has nothing to do."""


@pytest.fixture
def world() -> Iterator[w.World]:
    """A new world, in which time stands where the machine's clock does."""
    found = w.new_world()
    yield found
    found.close()


@pytest.fixture
def raised(monkeypatch: pytest.MonkeyPatch) -> dict[str, datetime]:
    """When the sweep that raised something on a subject had committed."""
    at: dict[str, datetime] = {}

    def noting(*arguments: Any) -> Swept:
        swept = sweep(*arguments)
        for done in swept.done:
            at.setdefault(done.ref, clock.now())
        return swept

    monkeypatch.setattr("reviewflow.engine.heartbeat.sweep", noting)
    return at


def wait_until(is_there: Any) -> None:
    """Until another thread has done something."""
    until = time.monotonic() + PATIENCE
    while not is_there():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.01)


@pytest.mark.slow
def test_deadlines_are_raised_at_their_instants(world: w.World, raised: dict[str, datetime]) -> None:
    """Thirty of them, with a poll of a minute: p99 within 250 ms of the due instant, committed; none early."""
    due = due_soon(world, 30, first=1.5, apart=0.05)
    with beating(world, poll_seconds=60):
        wait_until(lambda: raised.keys() >= due.keys())
    late = sorted(raised[ref] - due[ref] for ref in due)
    assert late[0] >= timedelta(0)
    assert late[-1] <= LATENESS, late[-5:]


@pytest.mark.slow
def test_what_another_process_makes_due_is_noticed(world: w.World, raised: dict[str, datetime]) -> None:
    """A deadline that comes up before the next poll, on whichever database, without a word from who made it."""
    with beating(world, poll_seconds=600) as beat:
        wait_until(lambda: beat.worker._signed_at is not None)
        due = due_soon(world, 1, first=3.0, apart=0)
        wait_until(lambda: raised.keys() >= due.keys())
    assert all(timedelta(0) <= raised[ref] - due[ref] <= LATENESS for ref in due)


@pytest.mark.slow
def test_a_subject_that_fails_delays_no_other(world: w.World, raised: dict[str, datetime]) -> None:
    """It is tried again, ever less often; the others are raised at their instants."""
    due = due_soon(world, 3, first=1.2, apart=0.3)
    bad = min(due, key=due.__getitem__)
    world.query("UPDATE deadline SET notices = '[]' WHERE subject = ?", bad)
    with beating(world, poll_seconds=60) as beat:
        wait_until(lambda: raised.keys() >= due.keys() - {bad})
        wait_until(lambda: counts(world, beat).get("sweeps_failed", 0) > 1)
    late = {ref: raised[ref] - due[ref] for ref in raised if ref in due}
    assert late.keys() == due.keys() - {bad}
    assert max(late.values()) <= LATENESS
    assert counts(world, beat)["sweeps_failed"] <= 8


@pytest.mark.slow
def test_slow_receivers_delay_no_deadline(world: w.World, raised: dict[str, datetime]) -> None:
    """While every letter is held up, windows lapse at their instants; the letters are sent in the end."""
    go = threading.Event()
    due = due_soon(world, 3, first=1.2, apart=0.3)
    with beating(world, slow_senders(go), poll_seconds=60):
        wait_until(lambda: raised.keys() >= due.keys())
        assert world.query("SELECT count(*) FROM delivery WHERE status = 'sent'") == [(0,)]
        go.set()
        wait_until(lambda: world.query("SELECT count(*) FROM delivery WHERE status <> 'sent'") == [(0,)])
    assert max(raised[ref] - due[ref] for ref in due) <= LATENESS


def slow_senders(go: threading.Event) -> dict[str, Any]:
    """Senders that hold on to each letter until they are let go."""

    def send(letter: object) -> None:
        assert go.wait(PATIENCE)

    return {"folder": send, "log": send}


@pytest.mark.slow
def test_letters_follow_a_sweep_at_once(
    world: w.World, raised: dict[str, datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sweep wakes the delivery; nobody waits for the poll or a glance."""
    monkeypatch.setattr(heartbeat, "GLANCE", timedelta(minutes=10))
    sent: dict[str, datetime] = {}
    senders = {name: lambda letter: sent.setdefault(letter.id, clock.now()) for name in ("folder", "log")}
    due = due_soon(world, 1, first=2.0, apart=0)
    with beating(world, senders, poll_seconds=600):
        wait_until(lambda: world.query("SELECT count(*) FROM delivery WHERE status = 'sent'")[0][0] > 0)
        wait_until(lambda: raised.keys() >= due.keys())
        wait_until(lambda: any(at > raised[ref] for at in list(sent.values()) for ref in due))
    assert min(at for at in sent.values() if at > min(due.values())) - min(due.values()) <= timedelta(seconds=2)


def test_a_wrong_clock_does_nothing_but_say_so(world: w.World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over a second off from the server's it raises nothing and sends nothing; set right, it goes on by itself."""
    off = [timedelta(seconds=-1.5)]
    monkeypatch.setattr(health, "clock_offset", lambda engine: off[0])
    failures: list[str] = []

    def soon(job: Job) -> timedelta:
        failures.append(job.name)
        return timedelta(milliseconds=50)

    monkeypatch.setattr(Job, "_wait", soon)
    start_review(world, "hours")
    with beating(world, poll_seconds=60):
        wait_until(lambda: failures.count("beat") > 2 and failures.count("post") > 2)
        assert world.query("SELECT name FROM worker") == []
        assert world.query("SELECT count(*) FROM delivery WHERE status = 'sent'") == [(0,)]
        off[0] = timedelta(seconds=0.5)
        wait_until(lambda: world.query("SELECT count(*) FROM delivery WHERE status <> 'sent'") == [(0,)])
        wait_until(lambda: len(world.query("SELECT name FROM worker")) == 1)


def test_a_dead_scheduler_ends_the_run(world: w.World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It raises instead of waiting for what will never come."""
    monkeypatch.setattr(heartbeat, "WATCH_SECONDS", 0.01)
    monkeypatch.setattr(BackgroundScheduler, "_main_loop", lambda self: None)
    told: list[str] = []
    beat = Heartbeat(world.engine, world.settings, {})
    with pytest.raises(Unavailable, match="died"):
        beat.run(told.append)
    assert not beat.is_alive
    assert told == ["READY=1"]


def test_stopped_it_drains_and_signs_off(world: w.World) -> None:
    """A sweep that runs is let finish; the worker's row says that it has ended."""
    told: list[str] = []
    beat = Heartbeat(world.engine, world.settings, {})
    threading.Timer(0.3, beat.stop).start()
    beat.run(told.append)
    assert (told[0], told[-1]) == ("READY=1", "STOPPING=1")
    [(name, stopped_at)] = world.query("SELECT name, stopped_at FROM worker")
    assert (name, stopped_at is not None) == (beat.worker.name, True)


def counts(world: w.World, beat: Heartbeat) -> dict[str, int]:
    """What the worker has written down and not yet written down."""
    rows = world.query("SELECT counts FROM worker WHERE name = ?", beat.worker.name)
    return dict(sum((Counter(json.loads(text)) for (text,) in rows), Counter(beat.worker.unsaved())))
