"""Crons of `tick` and processes of `reviewflow run`, all at once on one real database."""

import contextlib
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from reviewflow import clock, logs
from reviewflow.engine.deliver import Delivered
from reviewflow.engine.sweep import Swept
from reviewflow.engine.tick import tick
from reviewflow.errors import ReviewflowError
from reviewflow.notify.senders import senders_for
from tests.engine.diary import Diary, lines
from tests.engine.hours import Hours, hours
from tests.engine.reckoning import Reckoning

RUNS, CRONS = 4, 10
AHEAD = 2.0  # seconds in which reviews are begun and the processes come up
APART = 0.7  # seconds between two instants at which windows end,
TOGETHER = 3  # so many at once
PATIENCE = 60.0


@dataclass
class Mixed:
    """What was seen."""

    found: Reckoning
    lateness: list[float]
    ticks: int = 0
    lines_of_ticks: int = 0  # by the real command line
    faults: list[str] = field(default_factory=list)


def mix(folder: Path, kind: str, seconds: float, seed: int) -> Mixed:
    """Windows end all the time, and everybody looks after them."""
    place, many = hours(folder, kind), max(1, int(seconds / APART))
    with _runs(place) as runs:
        first = clock.now() + timedelta(seconds=AHEAD)
        last = place.begin([first + timedelta(seconds=APART * n) for n in range(many) for _ in range(TOGETHER)])
        _tick(place)  # what is compiled here the crons need not compile
        until = time.monotonic() + (last - clock.now()).total_seconds() + 1
        fork = multiprocessing.get_context("fork")
        crons = [fork.Process(target=_cron, args=(place, n, seed * 100 + n, until), daemon=True) for n in range(CRONS)]
        for cron in crons:
            cron.start()
        typed = _type_ticks(place, until)
        for cron in crons:
            cron.join(PATIENCE)
        for run in runs:
            run.send_signal(signal.SIGTERM)
        faults = [fault for number, run in enumerate(runs) for fault in _end(place, number, run)]
    return _seen(place, typed, faults)


@contextlib.contextmanager
def _runs(place: Hours) -> "Iterator[list[subprocess.Popen[bytes]]]":
    """The real command line; whatever happens here, none of them is left."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REVIEWFLOW_")}
    started: list[subprocess.Popen[bytes]] = []
    try:
        for number in range(RUNS):
            with (place.folder / f"run-{number}").open("wb") as log:
                words = [sys.executable, "-m", "reviewflow", *place.options(), "run"]
                started.append(subprocess.Popen(words, stdout=log, stderr=log, env=kept))
        yield started
    finally:
        for run in started:
            run.kill()
            run.wait()


def _end(place: Hours, number: int, run: "subprocess.Popen[bytes]") -> Sequence[str]:
    """It was asked to drain; whatever was wrong with it."""
    log = place.folder / f"run-{number}"
    try:
        code = run.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        run.kill()
        code = run.wait()
    said = log.read_text()
    faults = [] if code == 0 else [f"run {number} ended with {code}: {said[-500:]}"]
    faults += [f"run {number} said a traceback: {said[-900:]}"] if "Traceback" in said else []
    return faults + ([] if "Beating" in said else [f"run {number} never began"])


def _cron(place: Hours, number: int, seed: int, until: float) -> None:
    """Ticks started again and again, twice at least, each with a connection of its own, as a process has."""
    logs.configure("critical")
    rng, diary, done = random.Random(seed), Diary(place.folder / f"cron-{number}"), 0
    while time.monotonic() < until or done < 2:
        done += 1
        try:
            swept, delivered = _tick(place)
            diary.write(ticks=1, events=swept.events, sent=len(delivered.sent))
            for failed in swept.failed:
                diary.write(fault=str(failed.error))
        except ReviewflowError as error:
            diary.write(fault=str(error))
        except Exception:  # noqa: BLE001 - whatever it is stands in the diary
            diary.write(fault=traceback.format_exc()[-900:])
        time.sleep(rng.random() * 0.8)


def _tick(place: Hours) -> tuple[Swept, Delivered]:
    senders = senders_for(place.settings.server, place.folder / "letters")
    try:
        return tick(place.engine, place.settings, senders, clock.now())
    finally:
        place.engine.dispose()


def _type_ticks(place: Hours, until: float) -> list[int]:
    """The same by the real command line, one after the other; the exit codes."""
    codes: list[int] = []
    while time.monotonic() < until - 1 or not codes:
        words = [sys.executable, "-m", "reviewflow", *place.options(), "--quiet", "tick"]
        codes.append(subprocess.run(words, capture_output=True, check=False, timeout=PATIENCE).returncode)
        time.sleep(max(0.0, min(2.0, until - time.monotonic())))
    return codes


def _seen(place: Hours, typed: list[int], faults: list[str]) -> Mixed:
    told = list(lines(*sorted(place.folder.glob("cron-*"))))
    _tick(place)
    found = place.reckon()
    faults += [line["fault"] for line in told if "fault" in line] + found.faults
    faults += [f"a tick on the command line ended with {code}" for code in typed if code]
    ticks = sum("ticks" in line for line in told)
    return Mixed(found, place.lateness(), ticks, len(typed), faults)
