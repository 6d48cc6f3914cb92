"""Everything at once on one PostgreSQL, while processes, links and the server itself are killed at random."""

import contextlib
import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg

from reviewflow.engine.setup import prepare
from reviewflow.engine.tick import tick
from reviewflow.store.database import connect
from tests import postgres
from tests.databases import Base
from tests.engine import world as w
from tests.engine.crew import LEASE, POLICY, ROLES, Stage, config
from tests.engine.diary import Diary
from tests.engine.reviews import start_review

EACH = 4  # workers, and clients
LEAST, PATIENCE = 12, 30.0  # blows, and the seconds that a busy machine may need for them beyond its time
STOP = 1.5 * LEASE  # how long a process stands still
_HELD = "SELECT DISTINCT letter FROM delivery WHERE status = 'pending' AND split_part(holder, ':', 2) = %s"
_STILL = "SELECT count(*) FROM delivery WHERE status = 'pending' AND split_part(holder, ':', 2) = %s"
_TERMINATE = """SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity
    WHERE application_name = 'reviewflow' ORDER BY random() LIMIT %s) AS chosen"""


class Own(Base):
    """A database of a server that only this run has, and may kill."""

    def __init__(self, server: postgres.Server) -> None:
        self.server = server
        with patch.object(postgres, "shared", lambda: server):
            super().__init__("chaos")

    @property
    def _raw(self) -> "psycopg.Connection[tuple[Any, ...]]":
        with patch.object(postgres, "shared", lambda: self.server):
            return super()._raw

    def let_go(self) -> None:
        """Look into it over a new connection from now on."""
        if self._made is not None:
            self._made.close()
            self._made = None


@contextlib.contextmanager
def theatre(seed: int) -> Iterator[tuple[w.World, postgres.Server]]:
    """A world on a server of its own, on the disk, with its fsync."""
    with postgres.server(["max_connections=100", "recovery_init_sync_method=syncfs"], on_disk=True) as server:
        with server.raw() as raw:
            assert raw.execute("SHOW fsync").fetchone() == ("on",)
            raw.execute("CREATE DATABASE chaos")
        place = Own(server)
        engine = connect(place.url)
        prepare(engine, config(), w.START, is_simulation=True)
        engine.dispose()
        world = w.World(place, config(), seed)
        w._furnish(world)
        yield world, server
        world.engine.dispose()
        place.let_go()


@dataclass
class Tally:
    """What was done to whom, and what was seen of it."""

    blows: Counter[str] = field(default_factory=Counter)
    takeovers: list[float] = field(default_factory=list)  # seconds from a kill until others had all its letters
    faults: list[str] = field(default_factory=list)


class Conductor:
    """Keeps the crew at work for a while and strikes at it; every process that falls is set up again."""

    def __init__(self, server: postgres.Server, stage: Stage, seed: int, pace: float) -> None:
        self.server, self.stage, self.pace = server, stage, pace
        self.rng, self.tally, self._eye = random.Random(seed), Tally(), server.raw("chaos")
        self._processes: dict[tuple[str, int], BaseProcess] = {}
        self._standing: dict[tuple[str, int], float] = {}  # who was stopped, and until when
        self._watched: dict[int, float] = {}  # killed workers that held letters, and since when they are dead
        self._deck: list[Callable[[], None]] = []

    def run(self, seconds: float) -> Tally:
        """Strike about three times a second; on a busy machine for longer, until there were enough blows."""
        began = time.monotonic()
        try:
            for role, _ in ROLES:
                for number in range(EACH):
                    self._begin(role, number)
            while self._goes_on(time.monotonic() - began, seconds) and len(self.tally.faults) < 20:
                blow = time.monotonic() + self.rng.expovariate(3)
                while time.monotonic() < blow:
                    self._tend()
                    time.sleep(0.02)
                self._draw()()
        finally:
            for process in self._processes.values():
                process.kill()
                process.join()
            self._eye.close()
        return self.tally

    def _goes_on(self, passed: float, seconds: float) -> bool:
        is_enough = self.tally.blows.total() > LEAST and self.tally.blows["kill -9 of the server"]
        return passed < seconds or (not is_enough and passed < seconds + PATIENCE)

    def _draw(self) -> Callable[[], None]:
        """The next blow, of a shuffled deck in which each has its share."""
        if not self._deck:
            kills = [partial(self._kill, role) for role, _ in ROLES]
            self._deck = [*kills * 4, *[self._stop] * 3, *[self._terminate] * 4, self._crash]
            self.rng.shuffle(self._deck)
        return self._deck.pop()

    def _begin(self, role: str, number: int) -> None:
        body, fork = dict(ROLES)[role], multiprocessing.get_context("fork")
        given: tuple[Any, ...] = (self.stage, number, self.pace)
        if role == "client":
            given = (self.stage, number, self.rng.getrandbits(32), self.pace)
        process = fork.Process(target=body, args=given, daemon=True)
        process.start()
        self._processes[role, number] = process

    def _tend(self) -> None:
        """Wake who stood long enough, replace who died unasked, and see whose letters others have by now."""
        now = time.monotonic()
        for who in [who for who, until in self._standing.items() if until <= now]:
            del self._standing[who]
            os.kill(self._pid(who), signal.SIGCONT)
        for who, process in list(self._processes.items()):
            if not process.is_alive():
                self.tally.faults.append(f"{who[0]} {who[1]} ended by itself with {process.exitcode}")
                self._begin(*who)
        if self._watched:
            for pid in [pid for pid in self._watched if self._eye.execute(_STILL, [str(pid)]).fetchone() == (0,)]:
                self.tally.takeovers.append(time.monotonic() - self._watched.pop(pid))

    def _pid(self, who: tuple[str, int]) -> int:
        pid = self._processes[who].pid
        assert pid is not None
        return pid

    def _kill(self, role: str) -> None:
        who = (role, self.rng.randrange(EACH))
        process, pid = self._processes[who], self._pid(who)
        os.kill(pid, signal.SIGSTOP)  # so that what it holds is what it holds when it dies
        if self._eye.execute(_HELD, [str(pid)]).fetchone():
            self._watched[pid] = time.monotonic()
            self.tally.blows["SIGKILL of a worker that held letters"] += 1
        self.tally.blows[f"SIGKILL of a {role}"] += 1
        process.kill()
        process.join()
        self._standing.pop(who, None)
        self._begin(*who)

    def _stop(self) -> None:
        who = (self.rng.choice(["worker", "worker", "client"]), self.rng.randrange(EACH))
        if who not in self._standing:
            os.kill(self._pid(who), signal.SIGSTOP)
            self._standing[who] = time.monotonic() + STOP
            self.tally.blows["SIGSTOP beyond the lease"] += 1

    def _terminate(self) -> None:
        found = self._eye.execute(_TERMINATE, [self.rng.randint(1, 3)]).fetchall()
        self.tally.blows["backends terminated"] += len(found)

    def _crash(self) -> None:
        self.server.kill()
        self._watched.clear()  # nobody takes anything over while there is no server
        time.sleep(self.rng.random() / 2)
        self.server.start()
        self._eye = self.server.raw("chaos")
        self.tally.blows["kill -9 of the server"] += 1


def models_of_lab(world: w.World) -> list[str]:
    """Those that are there from the start, of the lab that opens reviews here."""
    return [str(ref) for (ref,) in world.query("SELECT ref FROM model WHERE lab = 'lab-a' ORDER BY name")]


def stage(world: w.World, folder: Path) -> Stage:
    """Some reviews on which everybody writes; then the fast clock begins."""
    refs = tuple(start_review(world, POLICY, model, has_access=False) for model in models_of_lab(world))
    letters = Diary(folder / "letters-first")
    tick(world.engine, world.settings, {"folder": lambda letter: letters.write(id=letter.id)}, w.START)  # and compiled
    world.engine.dispose()
    assert isinstance(world.database, Own)
    world.database.let_go()
    return Stage(world.engine, folder, refs, time.monotonic())
