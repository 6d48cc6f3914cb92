"""Many reviews at which nobody looks from some instant on, and what time will do to each of them, told by its clock."""

import json
import random
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from reviewflow.engine.deliver import deliver
from reviewflow.nouns.events import NOTICES
from reviewflow.settings.settings import Settings
from reviewflow.store.database import reading
from reviewflow.store.deadlines import next_due
from tests.databases import Database
from tests.engine import world as w
from tests.engine.multitude import begin, multiply
from tests.engine.outboxes import Post
from tests.engine.policies import settings

LONGEST = timedelta(days=45)
MOMENT = timedelta(seconds=1)
SEED = 1000  # apart from those of the templates
Raised = tuple[str, str, Any]  # an event: its name, when it takes effect as that is stored, what it says


@dataclass(frozen=True)
class Stopped:
    """A database that was left alone at `at`; what is `expected` of each group is what prompt ticks recorded."""

    database: Database
    seed: int
    at: datetime
    position: int  # of the last event before
    groups: Sequence[Sequence[str]]  # an original first, then its copies
    expected: Sequence[Sequence[Raised]] = ()

    def open(self) -> w.World:
        """A copy of its own, as it was left."""
        made = w.World(self.database.copy(), config(), SEED + self.seed)
        made.now = self.at
        return made

    def due_by(self, group: int, now: datetime) -> list[Raised]:
        """What must be on record of each of a group."""
        return [raised for raised in self.expected[group] if datetime.fromisoformat(raised[1]) <= now]

    @property
    def thresholds(self) -> list[timedelta]:
        """How long a stop lasts at whose very end something falls due."""
        return sorted({datetime.fromisoformat(at) - self.at for raised in self.expected for _, at, _ in raised})

    def lengths(self, rng: random.Random, count: int) -> list[timedelta]:
        """None, the longest, and between them: half just before, at and after something falls due, half anywhere."""
        edges = [at + by for at in self.thresholds for by in (-MOMENT, timedelta(0), MOMENT) if at + by <= LONGEST]
        drawn = rng.sample(edges, min(len(edges), count // 2))
        drawn += [timedelta(seconds=rng.randrange(int(LONGEST.total_seconds()))) for _ in range(count - 2 - len(drawn))]
        return [timedelta(0), *sorted(drawn), LONGEST]


def config() -> Settings:
    """One channel, as an installation has: mail, or the folder."""
    made = settings()
    return replace(made, server=replace(made.server, channels=("folder",)))


def stopped(reviews: int, seed: int) -> Stopped:
    """So many reviews in progress, every letter out, on the current kind of database."""
    world = w.new_world(SEED + seed)
    world.settings = config()
    originals = begin(world)
    deliver(world.engine, world.settings, Post().senders, world.now)
    at, position = world.now, _last(world)
    small = Stopped(_frozen(world), seed, at, position, [[ref] for ref in originals])
    with closing(small.open()) as prompt:
        _tick_promptly(prompt)
        expected = [_recorded(prompt, ref, small.position) for ref in originals]
        wrong = list(_against_rows(small, prompt, dict(zip(originals, expected, strict=True))))
        assert not wrong, wrong
    crowd = small.open()
    groups, position = multiply(crowd, originals, reviews, seed), _last(crowd)
    return Stopped(_frozen(crowd), seed, at, position, groups, expected)


def _last(world: w.World) -> int:
    return int(world.query("SELECT max(position) FROM event")[0][0])


def _frozen(world: w.World) -> Database:
    world.engine.dispose()
    world.database.freeze()
    return world.database


def _tick_promptly(world: w.World) -> None:
    """At each due instant, for as long as the longest stop."""
    end = world.now + LONGEST
    while True:
        with reading(world.engine) as connection:
            at = next_due(connection)
        if at is None or at > end:
            return
        world.tick(at)


def _recorded(world: w.World, ref: str, position: int) -> list[Raised]:
    events = world.query(
        "SELECT name, effective_at, data, late_by FROM event WHERE subject = ? AND position > ? ORDER BY seq",
        ref,
        position,
    )
    assert all(late_by == 0 for *_, late_by in events)
    return [(str(name), str(at), json.loads(data)) for name, at, data, _ in events]


def _against_rows(small: Stopped, prompt: w.World, expected: dict[str, list[Raised]]) -> Iterator[str]:
    """Each notice in the row of a deadline when all was left is expected, unless its deadline ends before."""
    ended = {(ref, no): status for ref, no, status in prompt.query("SELECT subject, no, status FROM deadline")}
    with closing(small.open()) as left:
        rows = left.query("SELECT subject, no, notices, raised FROM deadline WHERE next_notice_at IS NOT NULL")
    for ref, no, notices, raised in rows:
        owed = [(name, datetime.fromisoformat(at)) for name, at in json.loads(notices)[raised:]]
        told = [
            (data["notice"], datetime.fromisoformat(at))
            for name, at, data in expected[ref]
            if name in NOTICES and data["deadline"] == no
        ]
        owed = [(name, at) for name, at in owed if at <= small.at + LONGEST]
        is_cut_short = ended[ref, no] in ("superseded", "closed")
        if told != owed[: len(told)] or (len(told) != len(owed) and not is_cut_short):
            yield f"{ref} deadline {no}: owed {owed}, recorded {told}"
