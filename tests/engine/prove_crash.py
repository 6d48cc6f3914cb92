"""Kills commands many times: `python -m tests.engine.prove_crash --kills=10000`."""

import argparse
import multiprocessing
import os
import time

from tests.engine import crash
from tests.engine.aftermath import story
from tests.engine.crash_cli import crash_cli
from tests.engine.victim import strace


def _kill(kills: int, tracer: str | None, turn: int) -> crash.Tally:
    return crash.crash(story(), kills, tracer=tracer, turn=turn)


def _sum(tallies: list[crash.Tally]) -> crash.Tally:
    total = crash.Tally()
    for tally in tallies:
        total.kills += tally.kills
        total.survived += tally.survived
        total.kept += tally.kept
        total.faults += tally.faults
        for call, many in tally.by_call.items():
            total.by_call[call] = total.by_call.get(call, 0) + many
    return total


def main() -> None:
    """Prints how many kills there were, at which calls, and how many came after the commit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=10_000)
    parser.add_argument("--typed", type=int, default=200, help="kills of the command line, a process each")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--random", action="store_true", help="without strace, at random times")
    asked = parser.parse_args()
    tracer = None if asked.random else strace()
    started = time.monotonic()
    story()  # lived through once; every job starts from its snapshots
    parts = [
        (asked.kills * (i + 1) // asked.jobs - asked.kills * i // asked.jobs, tracer, i) for i in range(asked.jobs)
    ]
    with multiprocessing.get_context("fork").Pool(asked.jobs) as pool:
        tally = _sum(pool.starmap(_kill, parts))
    seconds = time.monotonic() - started
    how = "at every write in turn" if tracer else "at random times (no strace here)"
    print(f"{tally.kills:,} kills {how} in {seconds:.0f} s ({tally.kills / seconds:.0f} a second)")
    print(f"{tally.kept:,} were found recorded; {tally.survived:,} commands ended before the signal came")
    print("by call:", ", ".join(f"{name} {many:,}" for name, many in sorted(tally.by_call.items())))
    started, typed = time.monotonic(), crash_cli(tracer, asked.typed)
    print(f"{typed.kills:,} kills of the command line in {time.monotonic() - started:.0f} s, ", end="")
    print(f"{typed.kept:,} found recorded; {typed.survived:,} ended before the signal came")
    faults = tally.faults + typed.faults
    for fault in faults:
        print("FAULT", fault)
    raise SystemExit(1 if faults or typed.kills < asked.typed else 0)


if __name__ == "__main__":
    main()
