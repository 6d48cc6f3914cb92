"""Nodes with wrong clocks for a while: `python -m tests.engine.prove_clock_steps --seconds=60 --seed=1`."""

import argparse
import tempfile
from pathlib import Path
from unittest.mock import patch

from reviewflow.engine import timekeeping
from tests import databases
from tests.databases import POSTGRESQL
from tests.engine import clock_steps

SEEDED = 4.0  # seconds with the seeded fault


def main() -> None:
    """Prints what each node did and was refused; fails where anything was doubled, early, or stopped a right node."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="on each database")
    parser.add_argument("--seed", type=int, default=1)
    asked, faults = parser.parse_args(), 0
    with tempfile.TemporaryDirectory() as folder, patch.object(timekeeping, "agreed", lambda _, now, __: now):
        seeded = clock_steps.step(Path(folder), POSTGRESQL, SEEDED, asked.seed)
    print(f"seeded fault, no comparison with the server's clock: {len(seeded.faults)} faults,", end="")
    print(f" windows ended up to {seeded.early:.0f} s early", flush=True)
    for kind in databases.BOTH:
        with tempfile.TemporaryDirectory() as folder:
            seen = clock_steps.step(Path(folder), kind, asked.seconds, asked.seed)
        print(f"seed {asked.seed}, {kind}, {asked.seconds:g} s: ", end="")
        print(", ".join(f"{number:,} {name}" for name, number in seen.found.counts.items()))
        for name, outcomes in seen.outcomes.items():
            print(f"  {name}: {', '.join(f'{number:,} {what}' for what, number in sorted(outcomes.items()))}")
            if name in seen.reasons:
                print(f"    last told: {seen.reasons[name]}")
        print(f"  earliest end of a window by the server's clock: {seen.early:.2f} s" if kind == POSTGRESQL else "")
        for fault in seen.faults[:20]:
            print("FAULT", fault)
        faults += len(seen.faults)
    print(f"again: scripts/prove clock-steps --seconds={asked.seconds:g} --seed={asked.seed}")
    raise SystemExit(1 if faults or not seeded.faults else 0)


if __name__ == "__main__":
    main()
