"""Many histories of any command in any order: `python -m tests.engine.prove_machine --examples 1000`."""

import argparse
import random
import time
from collections import Counter

from tests import databases
from tests.engine import test_feed, test_machine, test_tick_property
from tests.engine import world as w

FEW = 5  # times fewer on PostgreSQL, where each look at the whole takes so much longer


def main() -> None:
    """Prints how many commands were done and refused; a history that breaks something is shown, the shortest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=1000)
    parser.add_argument("--steps", type=int, default=80)
    parser.add_argument("--seed", type=int, default=None, help="of the comparison with and without ticks")
    asked = parser.parse_args()
    first = asked.seed if asked.seed is not None else random.randrange(10**9)
    for kind, examples in ((databases.SQLITE, asked.examples), (databases.POSTGRESQL, asked.examples // FEW)):
        databases.current = kind
        print(f"{kind}:")
        _on(examples, asked.steps, first)


def _on(examples: int, steps: int, first: int) -> None:
    started = time.monotonic()
    test_machine.run(examples, steps)
    counts = test_machine.counts
    done = sum(many for name, many in counts.items() if " " not in name and name != "dated")
    refused = sum(many for name, many in counts.items() if name.endswith("refused"))
    seconds = time.monotonic() - started
    print(f"{examples:,} histories in {seconds:.0f} s: {done:,} commands done, {refused:,} refused")
    print(f"{counts.get('dated', 0):,} facts recorded late; each refusal changed nothing, every invariant held")
    started = time.monotonic()
    events = sum(test_tick_property.assert_ticks_change_nothing(first + i) for i in range(examples // 2))
    seconds = time.monotonic() - started
    print(f"{examples // 2:,} histories with and without ticks from seed {first} in {seconds:.0f} s: ", end="")
    print(f"the same {events:,} events")
    started, who = time.monotonic(), (w.OFFICER, w.INTAKE, w.DECIDER)
    seen = sum((test_feed.live(first + i, 40, who) for i in range(examples // 10)), Counter[str]())
    seconds = time.monotonic() - started
    print(f"{examples // 10:,} histories of calendars in {seconds:.0f} s: ", end="")
    print(f"{seen['moved']:,} dates moved, each numbered higher")


if __name__ == "__main__":
    main()
