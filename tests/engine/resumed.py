"""The same restart by `reviewflow run`: several workers at once, with threads of their own for sweeps and letters."""

import threading
import time
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial

from reviewflow.engine.heartbeat import Heartbeat
from reviewflow.store.database import reading
from reviewflow.store.deadlines import next_due
from reviewflow.store.outbox import next_attempt
from tests.engine.outboxes import Post
from tests.engine.restarted import Restarted, look
from tests.engine.stopped import Stopped

APART = timedelta(milliseconds=7)  # the workers' clocks
LOOK = 0.05  # seconds


def _same(now: datetime) -> datetime:
    return now


def resume(stopped: Stopped, length: timedelta, workers: int) -> Restarted:
    """Let that many workers do what is to be done, all begun at once."""
    found, post = Restarted(length), Post()
    nows = [stopped.at + length + number * APART for number in range(workers)]
    with closing(stopped.open()) as world:
        world.now = nows[-1]
        beats = [Heartbeat(world.engine, world.settings, post.senders, partial(_same, now)) for now in nows]
        threads = [threading.Thread(target=beat.run, daemon=True) for beat in beats]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        while time.monotonic() - began < 300 and any(thread.is_alive() for thread in threads):
            with reading(world.engine) as connection:
                due, owed = next_due(connection), next_attempt(connection)
            took = time.monotonic() - began
            is_recorded = due is None or due > nows[0]
            found.recorded_in = found.recorded_in or took * is_recorded
            if is_recorded and owed is None:
                found.told_in = took
                break
            time.sleep(LOOK)
        for beat in beats:
            beat.stop()
        for thread in threads:
            thread.join()
        look(stopped, world, post, found, nows, is_audited=False)
    return found
