"""Fifty thousand made-up requests: every operation, as many people, on each database, at every edge of its form."""

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests import databases
from tests.doors.api import world
from tests.doors.api.fuzz import ROLES, fuzz
from tests.stories.world import filed, started


def main() -> int:
    """0 where every call was answered as described, and there were as many as were asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--calls", type=int, default=50_000)
    given = asked.parse_args()
    statuses: Counter[int] = Counter()
    faults: list[str] = []
    began, more = time.monotonic(), 0
    while statuses.total() < given.calls and not faults:
        for kind in databases.BOTH:
            for who in ROLES:  # on a new database each, so that nobody has taken the others' roles away
                if statuses.total() >= given.calls or faults:
                    break
                databases.current = kind
                for program in world.new(Path(tempfile.mkdtemp())):
                    started(program.desk, "r", "10-05", "2026-12-01")
                    filed(program.desk, "q", "10-06", "2026-12-01", who="two", sign="2")
                    found = fuzz(program, (who,), more=more)
                statuses += found.statuses
                faults += [f"{kind}: {fault}" for fault in found.faults]
                print(f"{kind} as {who}: {found.calls} calls, {len(found.faults)} faults", flush=True)
        more += 5
    print(*faults[:20], sep="\n")
    answered = ", ".join(f"{status}: {count}" for status, count in sorted(statuses.items()))
    print(f"{statuses.total()} calls in {time.monotonic() - began:.0f} s ({answered}): {len(faults)} faults")
    return int(bool(faults) or statuses.total() < given.calls)


if __name__ == "__main__":
    sys.exit(main())
