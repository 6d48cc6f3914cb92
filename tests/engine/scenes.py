"""Moments of chaos one at a time, each with what must come of it; `sabotage` takes away what makes it so."""

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any
from unittest.mock import patch

from reviewflow.engine import handle as writing
from reviewflow.engine import sweep as sweeping
from reviewflow.engine.deliver import deliver
from reviewflow.engine.sweep import Swept, sweep
from reviewflow.engine.transaction import Transaction
from reviewflow.notify.letters import Letter
from reviewflow.notify.senders import Undeliverable
from reviewflow.store.database import connect
from reviewflow.store.deadlines import claim_due
from tests.engine import world as w
from tests.engine.chaos import models_of_lab
from tests.engine.crew import LEASE, Client, Stage, begin, config
from tests.engine.diary import Diary, lines
from tests.engine.reviews import start_review

Sabotage = Callable[[], AbstractContextManager[None]]
WINDOW = timedelta(days=4)  # after it every window of these scenes has ended


def child(body: Callable[..., None], *given: Any) -> BaseProcess:
    """A process of its own that may be killed."""
    process = multiprocessing.get_context("fork").Process(target=body, args=given, daemon=True)
    process.start()
    return process


def wait_until_it_stands(process: BaseProcess) -> int:
    """Until a process stopped itself; its id."""
    assert process.pid is not None
    _, status = os.waitpid(process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status), f"it ended with {status}"
    return process.pid


def stand_still() -> None:
    """As if somebody had stopped this process, here and for as long as he likes."""
    os.kill(os.getpid(), signal.SIGSTOP)


def on(world: w.World, folder: Path) -> Stage:
    """A stage on a database of the shared server, on which some reviews run."""
    world.settings = config()
    refs = tuple(start_review(world, "hours", model, has_access=False) for model in models_of_lab(world))
    world.engine.dispose()
    return Stage(connect(world.database.url, config().server.pool), folder, refs, time.monotonic())


# ---------------------------------------------------------------------------- a sender that sleeps over its lease


def _sleeping_sender(stage: Stage, sabotage: Sabotage) -> None:
    begin()

    asleep: list[Letter] = []

    def send(letter: Letter) -> None:
        asleep.append(letter)
        if len(asleep) == 1:
            stand_still()

    with sabotage():
        found = deliver(stage.engine, config(), {"folder": send, "log": send}, w.START)
    Diary(stage.folder / "worker-0").write(delivered=found.counts())


def sleep_over_the_lease(world: w.World, stage: Stage, sabotage: Sabotage) -> tuple[list[Any], list[Any], int]:
    """The copies as the next worker left them, as they are when the sleeper has woken, and marks refused to him.

    The next one could not deliver them: so each is owed again, and says why.
    """

    def send(_: Letter) -> None:
        raise Undeliverable("Nobody is at home.")

    def copies() -> list[Any]:
        return world.query(
            "SELECT id, status, attempts, fence, next_attempt_at, sent_at, error FROM delivery ORDER BY id"
        )

    sleeper = child(_sleeping_sender, stage, sabotage)
    pid = wait_until_it_stands(sleeper)
    over = w.START + timedelta(seconds=config().server.lease_seconds + 1)
    deliver(stage.engine, config(), {"folder": send, "log": send}, over)
    left = copies()
    os.kill(pid, signal.SIGCONT)
    sleeper.join(30)
    found = list(lines(stage.folder / "worker-0"))
    return left, copies(), found[0]["delivered"]["refused"] if found else -1


# ---------------------------------------------------------------------------- a caller killed when it is told


def _deaf_caller(stage: Stage, sabotage: Sabotage) -> None:
    begin()
    acting = Client(stage, 0, random.Random(0))
    acting.step = 4  # a note
    write = acting.diary.write

    def die(**line: Any) -> None:
        if "done" in line:
            os.kill(os.getpid(), signal.SIGKILL)
        write(**line)

    acting.diary.write = die  # type: ignore[method-assign]
    acting.review = stage.refs[0]
    with sabotage():
        acting.act()


def ask_again(stage: Stage, sabotage: Sabotage) -> None:
    """It is done, and he who asked dies before he hears of it; his successor asks again."""
    child(_deaf_caller, stage, sabotage).join(30)
    successor = Client(stage, 0, random.Random(0))
    assert successor.open is not None, "the first was not killed in time"
    with sabotage():
        successor.act()
    successor.engine.dispose()


# ---------------------------------------------------------------------------- a sweep that stands still, and dies


def _standing_sweep(stage: Stage, many: int) -> None:
    begin()
    sweeping.BATCH = {"postgresql": many}
    write = Transaction._write

    def stand(self: Transaction, works: Any) -> Any:
        stand_still()
        return write(self, works)

    with patch.object(Transaction, "_write", stand):
        sweep(stage.engine, config(), w.START + WINDOW)


def die_in_a_sweep(stage: Stage, sabotage: Sabotage) -> tuple[Swept, Swept, float]:
    """What another raises meanwhile; what it raises after the kill, and how many seconds that took."""
    sweeper = child(_standing_sweep, stage, 1)
    wait_until_it_stands(sweeper)
    try:
        with sabotage():
            meanwhile = sweep(stage.engine, config(), w.START + WINDOW)
    finally:
        sweeper.kill()
        killed = time.monotonic()
        sweeper.join()
    after = Swept()
    while not after.done and time.monotonic() < killed + LEASE:
        after = sweep(stage.engine, config(), w.START + WINDOW)
    return meanwhile, after, time.monotonic() - killed


# ---------------------------------------------------------------------------- two sweeps of the same


def _meeting_sweep(stage: Stage, meeting: Any, sabotage: Sabotage, number: int) -> None:
    begin()
    seen: list[str] = []

    def meet(*given: Any) -> list[str]:
        found = claim_due(*given)
        if not seen:
            seen.append("something")
            meeting.wait(20)
        return found

    with sabotage(), patch.object(writing, "claim_due", meet):
        swept = sweep(stage.engine, config(), w.START + WINDOW)
    Diary(stage.folder / f"worker-{number}").write(done=len(swept.done), failed=[str(f.error) for f in swept.failed])


def sweep_together(stage: Stage, sabotage: Sabotage) -> None:
    """Two workers who have both looked at what is due before either has written anything."""
    meeting = multiprocessing.get_context("fork").Barrier(2)
    for process in [child(_meeting_sweep, stage, meeting, sabotage, number) for number in range(2)]:
        process.join(60)
