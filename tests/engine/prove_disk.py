"""Disks that fill up and break: `python -m tests.engine.prove_disk --cycles=200 --seed=1`."""

import argparse
import subprocess
import time
from collections import Counter

from tests.engine.places import DISKS, MOUNTED, hasty, piecemeal, suffer

ROUND = 10  # failures in a row on one database; then it is another
SEEDED = (
    ("page cap", piecemeal, "no transaction"),
    ("file-size limit on the log", hasty, "acknowledged before the log"),
)


def main() -> None:
    """Prints what was refused and what went on; fails where anything was lost, half written or not said plainly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycles", type=int, default=200, help="failures of each kind of disk")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--disks", nargs="+", default=list(DISKS), choices=DISKS)
    asked, faults, began = parser.parse_args(), list[str](), time.monotonic()
    for name, sabotage, what in SEEDED:
        found = suffer(name, ROUND, asked.seed, sabotage).faults
        print(f"seeded fault, {what}, on {name}: {found[0] if found else 'NOT FOUND'}", flush=True)
        faults += [] if found else [f"the seeded fault on {name} was not found"]
    for name in asked.disks:
        try:
            faults += _suffer(name, asked.cycles, asked.seed)
        except subprocess.CalledProcessError:
            if name not in MOUNTED:
                raise
            print(f"{name}: left out, as no file system may be mounted here")
    for fault in faults[:20]:
        print("FAULT", fault[:500])
    print(f"seed {asked.seed}, {time.monotonic() - began:.0f} s, {len(faults)} faults")
    disks = " ".join(f"'{name}'" for name in asked.disks)
    print(f"again: scripts/prove disk --cycles={asked.cycles} --seed={asked.seed} --disks {disks}")
    raise SystemExit(1 if faults else 0)


def _suffer(name: str, cycles: int, seed: int) -> list[str]:
    """All rounds on one kind of disk."""
    counts: Counter[str] = Counter()
    faults: list[str] = []
    for number in range(-(-cycles // ROUND)):
        told = suffer(name, ROUND, seed * 1000 + number)
        counts += told.counts
        faults += [f"{name}, seed {seed * 1000 + number}: {fault}" for fault in told.faults]
    said = ", ".join(f"{many:,} {what}" for what, many in sorted(counts.items()))
    print(f"{name}, failed {cycles} times: {said}", flush=True)
    return faults


if __name__ == "__main__":
    main()
