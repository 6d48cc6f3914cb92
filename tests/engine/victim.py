"""A forked child that does one step of the story, and the ways in which it is killed."""

import ctypes
import gc
import os
import re
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from reviewflow.engine.call import Call

CALLS = ("write", "pwrite64", "pwritev", "fsync", "fdatasync", "rename", "ftruncate", "unlink")
PR_SET_PTRACER, ANYBODY = 0x59616D61, -1


@dataclass(frozen=True)
class Step:
    """One command of the story, or the tick; `call` None is the tick."""

    name: str
    call: Call | None
    at_days: float
    before: Path  # the database before it
    rows: object  # what every table holds before it,
    done: object  # and after it


Attempt = Callable[[Path, Step, Callable[[], None], int], None]


class Child:
    """A forked process that waits for the word, does one step and reports on a pipe."""

    def __init__(self, file: Path, step: Step, doing: Attempt, seed: int) -> None:
        self.go_out, self.go_in = os.pipe()
        self.said_out, self.said_in = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            self._run(file, step, doing, seed)
        os.close(self.go_out)
        os.close(self.said_in)

    def _run(self, file: Path, step: Step, doing: Attempt, seed: int) -> None:
        code = 1
        gc.disable()  # it would copy the parent's memory
        try:
            with suppress(OSError):
                ctypes.CDLL(None).prctl(PR_SET_PTRACER, ANYBODY, 0, 0, 0)
            os.close(self.go_in)
            os.read(self.go_out, 1)
            doing(file, step, self._acknowledge, seed)
            code = 0
        finally:
            os._exit(code)

    def _acknowledge(self) -> None:
        os.write(self.said_in, b"recorded")

    def go(self) -> None:
        """Let it begin."""
        os.write(self.go_in, b"!")

    def end(self) -> tuple[bool, int]:
        """Whether it said that the step is recorded, and its exit status."""
        _, status = os.waitpid(self.pid, 0)
        ready, _, _ = select.select([self.said_out], [], [], 0)
        said = os.read(self.said_out, 100) if ready else b""
        for pipe in (self.go_in, self.said_out):
            os.close(pipe)
        return said == b"recorded", status


def strace() -> str | None:
    """Where strace is, if it may be used here."""
    found = shutil.which("strace")
    if found is None:
        return None
    probe = subprocess.run([found, "-e", "trace=none", "true"], capture_output=True, check=False)
    return found if probe.returncode == 0 else None


def attach(tracer: str, pid: int, *arguments: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [tracer, "-f", *arguments, "-p", str(pid)], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    assert process.stderr is not None
    line = process.stderr.readline()
    assert b"attached" in line, line
    return process


def count_calls(tracer: str, file: Path, step: Step, doing: Attempt, seed: int) -> dict[str, int]:
    """How often a step makes each of the calls; the last `write` is its report, and counts."""
    child = Child(file, step, doing, seed)
    process = attach(tracer, child.pid, "-e", f"trace={','.join(CALLS)}", "-e", "signal=none")
    child.go()
    said, status = child.end()
    _, text = process.communicate(timeout=30)
    assert said and status == 0, f"{step.name} does not run undisturbed: {text.decode()[-500:]}"
    names = re.findall(r"(?m)^(?:\[pid +\d+\] )?(\w+)\(", text.decode())
    return {name: names.count(name) for name in CALLS if name in names}


def kill_at(tracer: str, call: str, number: int, file: Path, step: Step, doing: Attempt, seed: int) -> tuple[bool, int]:
    """Run a step that dies as its `number`th `call` begins."""
    child = Child(file, step, doing, seed)
    inject = f"inject={call}:signal=SIGKILL:when={number}"
    process = attach(tracer, child.pid, "-e", f"trace={call}", "-e", inject)
    child.go()
    answer = child.end()
    process.communicate(timeout=30)
    return answer


def kill_after(seconds: float, file: Path, step: Step, doing: Attempt, seed: int) -> tuple[bool, int]:
    """Run a step that dies after a time."""
    child = Child(file, step, doing, seed)
    child.go()
    time.sleep(seconds)
    with suppress(ProcessLookupError):
        os.kill(child.pid, signal.SIGKILL)
    return child.end()
