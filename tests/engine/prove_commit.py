"""Cuts links around COMMIT many times: `python -m tests.engine.prove_commit --cuts=10000 --seed=1`."""

import argparse
import time

from tests import databases
from tests.engine import commit, sabotage
from tests.engine import world as w

SEEDED = 200  # cuts with the seeded fault, before it is proved that without it there is none


def main() -> None:
    """Prints where links were cut and what callers were told; fails where anything was doubled, lost or untrue."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--callers", type=int, default=2)
    asked = parser.parse_args()
    databases.current = databases.POSTGRESQL
    world = w.new_world(asked.seed)
    seeded = commit.cut(world, SEEDED, asked.seed, asked.callers, sabotage.without_keys)
    world.close()
    many = commit.duplicates(seeded)
    print(f"seeded fault, no idempotency keys: {many} commands done twice in {seeded.cuts.total()} cuts", flush=True)
    world, started = w.new_world(asked.seed), time.monotonic()
    tally = commit.cut(world, asked.cuts, asked.seed, asked.callers)
    seconds = time.monotonic() - started
    print(f"seed {asked.seed}: {tally.cuts.total():,} cuts in {seconds:.0f} s, {asked.callers} callers")
    print("; ".join(f"{number:,} {place}" for place, number in sorted(tally.cuts.items())))
    print(f"{len(tally.done):,} commands done, {len(tally.refused):,} refused; {commit.duplicates(tally)} done twice")
    print(
        f"{tally.recalled:,} were done though the link broke, and the caller was told so; {tally.unknown:,} asked again"
    )
    for fault in tally.faults[:20]:
        print("FAULT", fault)
    print(f"again: scripts/prove commit --cuts={asked.cuts} --seed={asked.seed} --callers={asked.callers}")
    raise SystemExit(1 if tally.faults or not many else 0)


if __name__ == "__main__":
    main()
