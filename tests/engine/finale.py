"""Chaos from beginning to end: the crew at work under blows, then quiet, then the reckoning."""

import random
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from reviewflow.engine.deliver import deliver
from reviewflow.engine.sweep import sweep
from reviewflow.notify.letters import Letter
from tests.engine import reckoning
from tests.engine.chaos import EACH, Conductor, Tally, stage, theatre
from tests.engine.crew import Client, Stage, config
from tests.engine.diary import Diary
from tests.engine.reckoning import Reckoning


@dataclass
class Played:
    """One run: what was done to whom, and what was found."""

    tally: Tally
    found: Reckoning

    @property
    def faults(self) -> list[str]:
        """All of them."""
        return [*self.tally.faults, *self.found.faults]

    def said(self) -> list[str]:
        """As a person wants to read it."""
        taken = sorted(self.tally.takeovers)
        lines = [", ".join(f"{number:,} {name}" for name, number in sorted(self.tally.blows.items()))]
        lines += [", ".join(f"{number:,} {name}" for name, number in self.found.counts.items())]
        if taken:
            lines.append(
                f"letters of {len(taken)} killed workers were taken over by others by themselves:"
                f" median {taken[len(taken) // 2]:.2f} s, longest {taken[-1]:.2f} s after the kill"
            )
        return lines


def play(seconds: float, seed: int, pace: float = 0.01) -> Played:
    """Chaos for so long; `pace` is how many seconds a letter takes, and a client thinks."""
    with tempfile.TemporaryDirectory() as folder, theatre(seed) as (world, server):
        own = stage(world, Path(folder))
        tally = Conductor(server, own, seed, pace).run(seconds)
        _quieten(own)
        found = Reckoning()
        database, clients, workers = world.database, own.diaries("client"), own.diaries("worker")
        reckoning.notices(database, found)
        reckoning.commands(database, clients, found)
        reckoning.letters(database, own.diaries("letters"), workers, found)
        reckoning.chains(world.engine, found)
        return Played(tally, found)


def _quieten(own: Stage) -> None:
    """What nobody was answered is asked again; what is due is raised, and what is owed is sent."""
    for number in range(EACH):
        acting, until = Client(own, number, random.Random(0)), time.monotonic() + 60
        while acting.open is not None and time.monotonic() < until:
            acting.act()
        acting.engine.dispose()
    diary, settings = Diary(own.folder / "letters-last"), config()

    def send(letter: Letter) -> None:
        diary.write(id=letter.id)

    engine, now = own.engine, own.now() + timedelta(days=30)
    assert not sweep(engine, settings, now).failed
    deliver(engine, settings, {"folder": send}, now)
    engine.dispose()
