"""Several processes on one database for a while, on each in turn: `python -m tests.engine.prove_herd --seconds=60`."""

import argparse

from tests import databases
from tests.engine import herd


def main() -> None:
    """Prints what was done, and fails where anything was lost, doubled or locked out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="on each database")
    parser.add_argument("--processes", type=int, default=4)
    asked = parser.parse_args()
    for kind in databases.BOTH:
        databases.current = kind
        _on(kind, asked)


def _on(kind: str, asked: argparse.Namespace) -> None:
    world = herd.shared_world()
    before = herd.last_position(world)
    reports = herd.stampede(world, asked.seconds, asked.processes)
    done, ticks = sum(len(report.done) for report in reports), sum(report.ticks for report in reports)
    refused, locked = sum(report.refused for report in reports), sum(len(report.unavailable) for report in reports)
    events = world.query("SELECT count(*) FROM event WHERE position > ?", before)[0][0]
    notices = world.query("SELECT count(*) FROM notice")[0][0]
    print(
        f"{kind}, {asked.processes} processes, {asked.seconds:g} s: ",
        f"{done:,} acknowledged, {refused:,} refused, {ticks:,} ticks",
        sep="",
    )
    print(f"{events:,} events, {notices:,} notices; told of a lock: {locked}")
    herd.assert_nothing_lost(world, before, reports, asked.seconds)
    print("nothing lost, nothing twice, every chain whole")
    world.close()


if __name__ == "__main__":
    main()
