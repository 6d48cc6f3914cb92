"""Corrupts stored documents many times: `python -m tests.engine.prove_documents --cases=100000 --seed=1`."""

import argparse
import tempfile
import time
from pathlib import Path

from tests import databases
from tests.engine import corruption
from tests.engine.corruption import KINDS
from tests.engine.shelf import Shelf

SIZES = (1, 100, 65_535, 65_536, 65_537, 200_000, 1 << 20, (1 << 20) + 17, 3_000_000)
SEEDED = 200  # cases with each seeded fault, before it is proved that without them there is none


def main() -> None:
    """Prints what was tried; fails where less was, anything corrupted was given, or a seeded fault was not found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000, help="on each database")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--databases", default=",".join(databases.BOTH))
    asked = parser.parse_args()
    is_bad = False
    kinds = asked.databases.split(",")
    for kind in kinds:
        databases.current = kind
        with tempfile.TemporaryDirectory() as folder:
            is_bad = _on(kind, asked.cases, asked.seed, Path(folder)) or is_bad
    print(f"again: scripts/prove documents --cases={asked.cases} --seed={asked.seed} --databases={asked.databases}")
    raise SystemExit(1 if is_bad else 0)


def _on(kind: str, cases: int, seed: int, folder: Path) -> bool:
    shelf, found = Shelf(seed, folder, SIZES), []
    for fault in (corruption.unauthenticated, corruption.undigested):
        with fault():
            found.append(len(corruption.corrupt(shelf, SEEDED, seed).faults))
        print(f"{kind}: seeded fault, {fault.__name__}: {found[-1]} of {SEEDED} corrupted documents given", flush=True)
    started = time.monotonic()
    tally = corruption.corrupt(shelf, cases, seed)
    seconds = time.monotonic() - started
    print(f"{kind}, seed {seed}: {tally.tried.total():,} corruptions in {seconds:.0f} s, {tally.late:,} while reading")
    print("; ".join(f"{number:,} {name}" for name, number in sorted(tally.tried.items())))
    print(f"{len(tally.faults)} given", flush=True)
    for fault_found in tally.faults[:20]:
        print("FAULT", fault_found)
    shelf.world.close()
    return bool(tally.faults) or not all(found) or tally.tried.total() < cases or tally.tried.keys() != KINDS.keys()


if __name__ == "__main__":
    main()
