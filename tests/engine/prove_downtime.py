"""Stops of 0 hours to 45 days: `python -m tests.engine.prove_downtime --reviews=10000 --seed=1`."""

import argparse
import random
import time
from collections.abc import Iterable
from datetime import timedelta

from tests import databases
from tests.engine.restarted import Restarted, forgetful, restart, talkative
from tests.engine.resumed import resume
from tests.engine.stopped import LONGEST, MOMENT, Stopped, stopped

FEW = 40  # reviews with which each threshold is tried
MONTH = timedelta(days=30)
WORKERS = 2


class Tally:
    """What is said of all restarts."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def take(self, what: str, restarts: Iterable[Restarted]) -> None:
        """Try them all; a line of figures."""
        number = events = letters = 0
        recorded = told = pace = 0.0
        for found in restarts:
            number, events, letters = number + 1, events + found.events, letters + found.letters
            recorded, told = max(recorded, found.recorded_in), max(told, found.told_in)
            pace = max(pace, found.events / found.recorded_in if found.recorded_in else 0.0)
            self.faults += [f"after {found.length}: {fault}" for fault in found.faults]
        print(
            f"  {what}: {number} restarts, {events:,} events, {letters:,} letters; at most {recorded:.1f} s until all"
            f" was recorded ({pace:,.0f} events/s where it was fastest), {told:.1f} s until all was told",
            flush=True,
        )


def main() -> None:
    """Prints what was stopped and what the restarts took; fails where anything was forgotten, doubled or told twice."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reviews", type=int, default=10_000)
    parser.add_argument("--stops", type=int, default=6, help="with all the reviews")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--databases", nargs="+", default=list(databases.BOTH), choices=databases.BOTH)
    asked, tally, began = parser.parse_args(), Tally(), time.monotonic()
    for kind in asked.databases:
        databases.current = kind
        print(f"{kind}:")
        few = stopped(FEW, asked.seed)
        tally.faults += _seeded(few)
        edges = [at + by for at in few.thresholds for by in (-MOMENT, timedelta(0), MOMENT)]
        others = few.lengths(random.Random(asked.seed), 100)
        tally.take(f"{FEW} reviews, at each threshold and anywhere", (restart(few, by) for by in [*edges, *others]))
        many = stopped(asked.reviews, asked.seed)
        lengths = _lengths(many, random.Random(asked.seed), asked.stops)
        tally.take(f"{asked.reviews:,} reviews", (restart(many, by, is_audited=by == LONGEST) for by in lengths))
        tally.take(f"{asked.reviews:,} reviews, {WORKERS} workers at once", [resume(many, MONTH, WORKERS)])
    for fault in tally.faults[:20]:
        print("FAULT", fault[:500])
    print(f"seed {asked.seed}, {time.monotonic() - began:.0f} s, {len(tally.faults)} faults")
    names = " ".join(asked.databases)
    print(f"again: scripts/prove downtime --reviews={asked.reviews} --stops={asked.stops} --seed={asked.seed}", end=" ")
    print(f"--databases {names}")
    raise SystemExit(1 if tally.faults else 0)


def _lengths(many: Stopped, rng: random.Random, count: int) -> list[timedelta]:
    """The longest always, and some of the others."""
    return [*sorted(rng.sample(many.lengths(rng, max(count, 8))[:-1], count - 1)), LONGEST]


def _seeded(few: Stopped) -> list[str]:
    """What the seeded faults are missing."""
    forgotten, many = restart(few, MONTH, sabotage=forgetful).faults, talkative(few, MONTH).faults
    reviews, people = sum("recorded" in fault for fault in forgotten), sum("catch-up" in fault for fault in many)
    print(f"  seeded fault, a scheduler with a grace time: {reviews} reviews are not as they should be")
    print(f"  seeded fault, a letter a batch: {people} people have more than one", flush=True)
    return [] if reviews and people else ["a seeded fault was not found"]


if __name__ == "__main__":
    main()
