"""How many letters one worker writes and hands to a sender that does nothing, of as many subjects."""

import sys
import time
from collections.abc import Iterator

from reviewflow.engine.deliver import Courier
from reviewflow.engine.sweep import sweep
from tests.databases import POSTGRESQL, SQLITE
from tests.engine import world as w
from tests.engine.bench_herd import about_to_end
from tests.engine.measuring import Ground, Measured, main
from tests.engine.outboxes import Post
from tests.engine.policies import settings

AT_LEAST = 1_500.0  # a second


def measure(ground: Ground) -> Iterator[Measured]:
    """The letters of a herd of lapses: each a text of its own."""
    rounds, reviews = (3, 400) if ground.is_quick else (7, 1_000)
    for kind in (SQLITE, POSTGRESQL):
        world = ground.world(kind)
        now = about_to_end(world, reviews)
        world.query("DELETE FROM delivery")
        sweep(world.engine, world.settings, now)
        rates = []
        for _ in range(rounds):
            again, sender = w.World(ground.copy(world), settings()), Post()
            courier = Courier(again.engine, again.settings, sender.senders)
            began = time.perf_counter()
            done = courier.deliver(now)
            rates.append(len(done.sent) / (time.perf_counter() - began))
            assert len(sender.sent) == len(set(done.sent)) >= reviews
            courier.close()
            again.close()
        yield Measured(f"delivery, {kind}", "one worker", rates, 1.0, rate_at_least=AT_LEAST)
        world.close()


if __name__ == "__main__":
    sys.exit(main(measure, __doc__))
