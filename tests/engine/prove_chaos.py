"""Chaos for a while: `python -m tests.engine.prove_chaos --seconds=1200 --seed=1`."""

import argparse
import time

from tests.engine import finale, rehearsal


def main() -> None:
    """Prints what was struck and what was found; fails with the first fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=1200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    rehearsed = dict(rehearsal.rehearse())
    for name, is_seen in rehearsed.items():
        print(f"seeded fault, {name}: {'seen' if is_seen else 'NOT SEEN'}", flush=True)
    started = time.monotonic()
    played = finale.play(asked.seconds, asked.seed)
    print(f"seed {asked.seed}, {asked.seconds:g} s of chaos, {time.monotonic() - started:.0f} s in all")
    print(*played.said(), sep="\n")
    for fault in played.faults[:20]:
        print("FAULT", fault)
    print(f"again: scripts/prove chaos --seconds={asked.seconds:g} --seed={asked.seed}")
    raise SystemExit(1 if played.faults or not all(rehearsed.values()) else 0)


if __name__ == "__main__":
    main()
