"""The long proof of the clock: random cases against the oracle, in two processes, until the first that differs.

python -m tests.rules.prove_clock --cases 250000 [--seed 1] [--processes 2]
"""

import argparse
import sys
import time
from collections.abc import Iterator
from multiprocessing import get_context

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.rules.clock_cases import Case, cases, check, check_latest_start

BATCH = 1000  # Hypothesis remembers every case of a run: short runs keep it fast
EACH_PLAN = 10  # the planner's search asks the oracle often


def run_batch(number: int, examples: int) -> str | None:
    """Try some cases from a seed of their own; the first that differs, shrunk and written out, or None."""

    @seed(number)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(cases())
    def agree(case: Case) -> None:
        check(case)
        if case.start.toordinal() % EACH_PLAN == 0:
            check_latest_start(case)

    try:
        agree()
    except Exception as difference:  # noqa: BLE001 - an error in the middle of a case is a difference too
        notes = "\n".join(getattr(difference, "__notes__", ()))
        return f"seed {number}: {difference!r}\n{notes}"
    return None


def batches(total: int, first: int) -> Iterator[tuple[int, int]]:
    """Seeds and sizes that add up to the total."""
    for number, done in enumerate(range(0, total, BATCH)):
        yield first + number, min(BATCH, total - done)


def attempt(batch: tuple[int, int]) -> tuple[int, str | None]:
    number, examples = batch
    return examples, run_batch(number, examples)


def prove(total: int, first: int, processes: int) -> int:
    """0 when every case agrees, 1 at the first that does not."""
    began, done = time.monotonic(), 0
    with get_context("spawn").Pool(processes) as pool:
        for examples, difference in pool.imap_unordered(attempt, batches(total, first)):
            if difference is not None:
                print(f"\nThe clock and the oracle differ after {done} cases.\n{difference}")
                pool.terminate()
                return 1
            done += examples
            rate = done / (time.monotonic() - began)
            print(f"\r{done} of {total} cases agree, {rate:.0f} a second", end="", flush=True)
    print(f"\n{total} cases agree with the oracle; {time.monotonic() - began:.0f} s with {processes} processes.")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Hold the clock against an independent reckoning.")
    parser.add_argument("--cases", type=int, default=250_000)
    parser.add_argument("--seed", type=int, default=1, help="of the first batch; each next one has the next number")
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    return prove(asked.cases, asked.seed, asked.processes)


if __name__ == "__main__":
    sys.exit(main())
