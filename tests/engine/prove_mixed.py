"""Crons and runs at once for a while: `python -m tests.engine.prove_mixed --seconds=60 --seed=1`."""

import argparse
import tempfile
from pathlib import Path

from tests import databases
from tests.databases import POSTGRESQL
from tests.engine import mixed, rivals


def main() -> None:
    """Prints what ran and how late it was, on both databases; fails where anything was doubled, lost or early."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="on each database")
    parser.add_argument("--seed", type=int, default=1)
    asked, faults = parser.parse_args(), 0
    shared = databases.empty(POSTGRESQL)
    with tempfile.TemporaryDirectory() as folder:
        twice = rivals.run_twice(shared.url, Path(folder))
    shared.drop()
    print(f"seeded fault, 4 schedulers of APScheduler on one job store: {twice} of 100 jobs ran twice", flush=True)
    for kind in databases.BOTH:
        with tempfile.TemporaryDirectory() as folder:
            seen = mixed.mix(Path(folder), kind, asked.seconds, asked.seed)
        late = seen.lateness
        print(f"seed {asked.seed}, {kind}: {mixed.RUNS} runs, {mixed.CRONS} crons with {seen.ticks:,} ticks", end="")
        print(f" and {seen.lines_of_ticks} on the command line")
        print(", ".join(f"{number:,} {name}" for name, number in seen.found.counts.items()), end="")
        print(f"; {len(late)} windows ended, late by {_ms(late, 0.5)}, p99 {_ms(late, 0.99)}, at most {_ms(late, 1)}")
        for fault in seen.faults[:20]:
            print("FAULT", fault)
        faults += len(seen.faults)
    print(f"again: scripts/prove mixed --seconds={asked.seconds:g} --seed={asked.seed}")
    raise SystemExit(1 if faults or not twice else 0)


def _ms(late: list[float], share: float) -> str:
    return f"{late[min(len(late) - 1, int(share * len(late)))] * 1000:.0f} ms" if late else "?"


if __name__ == "__main__":
    main()
