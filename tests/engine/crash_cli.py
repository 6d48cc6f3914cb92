"""The same kills through the real command line: each command a process of its own."""

import random
import re
import signal
import subprocess
import sys
from pathlib import Path

from tests.databases import folder
from tests.engine import world as w
from tests.engine.aftermath import assess, story
from tests.engine.crash import Tally, copy
from tests.engine.victim import Step, attach

CALLS = ("pwrite64", "fdatasync", "ftruncate", "unlink")  # of SQLite; Python itself makes none of them
LONGEST = 0.6  # seconds that a command takes once its modules are loaded, about
WORDS = {
    "submit": ["submit"],
    "start": ["start"],
    "ask": ["ask", "--text", "why?"],
    "answer": ["answer", "1", "--text", "because"],
    "clear": ["clear", "--text", "no concerns"],
    "release": ["release", "--digest", w.DIGEST],
}


# strace makes the 20,000 calls of an interpreter that loads our rooms slow, so it is attached when they are loaded.
WAITING = """
import ctypes, sys
import sqlalchemy.dialects.sqlite, reviewflow.__main__, reviewflow.app, reviewflow.engine.handle, reviewflow.store.setup
import reviewflow.cli.verbs, reviewflow.cli.story, reviewflow.cli.outcome, reviewflow.cli.trial, reviewflow.cli.session
import reviewflow.cli.reads, reviewflow.cli.page, reviewflow.cli.explain, reviewflow.views.outcome
ctypes.CDLL(None).prctl(0x59616D61, -1, 0, 0, 0)
print("loaded", flush=True)
sys.stdin.readline()
reviewflow.__main__.main()
"""


def command_line(file: Path, step: Step) -> list[str]:
    """What a person would type after `reviewflow`."""
    call = step.call
    assert call is not None and call.ref is not None
    at = (w.START + step.at_days * w.DAY).isoformat()
    verb, *rest = WORDS[step.name]
    who = ["--as", call.actor, "--at", at, "--if-version", str(call.if_version)]
    return ["--database", str(file), *who, "review", verb, call.ref, *rest]


def _run(tracer: str, file: Path, step: Step, *arguments: str) -> tuple[int, str, str]:
    """Exit status, what was printed, and the trace."""
    command = [sys.executable, "-c", WAITING, *command_line(file, step)]
    log, pipe = file.with_suffix(".strace"), subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "loaded\n"
        traced = attach(tracer, process.pid, "-o", str(log), *arguments)
        said, _ = process.communicate("go\n", timeout=60)
        traced.communicate(timeout=30)
    return process.returncode, said, log.read_text()


def _kill_after(seconds: float, file: Path, step: Step) -> tuple[int, str]:
    """Exit status and what was printed, of a command that is killed after a time, where strace is not there."""
    command, pipe = [sys.executable, "-c", WAITING, *command_line(file, step)], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None and process.stdin is not None
        assert process.stdout.readline() == "loaded\n"
        process.stdin.write("go\n")
        process.stdin.flush()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
        return process.wait(30), process.stdout.read()


def crash_cli(tracer: str | None, kills: int, turn: int = 0) -> Tally:
    """Kill the commands of the story in turn, each at a place drawn from those it has, and check after each.

    Without strace each is killed at a random time within those that it takes.
    """
    tally, rng, file = Tally(), random.Random(turn), folder() / f"cli-{turn}.db"
    steps = [step for step in story() if step.name in WORDS]
    places = _places(tracer, copy(steps[0].before, file), steps[0]) if tracer else [("at random", 0)]
    while tally.kills < kills and not tally.faults and tally.survived < kills:
        step = steps[(tally.kills + tally.survived) % len(steps)]
        call, number = rng.choice(places)
        if tracer is None:
            status, said = _kill_after(rng.random() * LONGEST, copy(step.before, file), step)
        else:
            inject = f"inject={call}:signal=SIGKILL:when={number}"
            status, said, _ = _run(tracer, copy(step.before, file), step, "-e", f"trace={call}", "-e", inject)
        was_killed = status == -signal.SIGKILL
        tally.kills += was_killed
        tally.survived += not was_killed
        tally.by_call[call] = tally.by_call.get(call, 0) + was_killed
        assert step.call is not None
        try:
            tally.kept += assess(file, step, 5, was_said=str(step.call.ref) in said)
        except AssertionError as fault:
            tally.faults.append(f"{step.name}, killed at {call} {number}: {fault}"[:500])
    return tally


def _places(tracer: str, file: Path, step: Step) -> list[tuple[str, int]]:
    status, said, trace = _run(tracer, file, step, "-e", f"trace={','.join(CALLS)}", "-e", "signal=none")
    assert status == 0, f"{step.name} does not run undisturbed: {said[-800:]}"
    names = re.findall(r"(?m)^(?:\d+ +)?(\w+)\(", trace)
    found = [(call, number) for call in CALLS for number in range(1, names.count(call) + 1)]
    rare = [place for place in found if place[0] != "pwrite64"]
    return found + rare * 4
