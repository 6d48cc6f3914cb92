"""One tick: a sweep and a delivery pass; idempotent, and harmless beside any number of others."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from reviewflow.engine import health
from reviewflow.engine.deliver import Delivered, deliver
from reviewflow.engine.sweep import Swept, sweep
from reviewflow.engine.worker import Worker, name_of_ticks
from reviewflow.settings.settings import Settings
from reviewflow.store.database import Engine

if TYPE_CHECKING:
    from reviewflow.notify.senders import Sender


def tick(engine: Engine, settings: Settings, senders: "Mapping[str, Sender]", now: datetime) -> tuple[Swept, Delivered]:
    """Raise everything due by `now`, then send every letter due by `now`; leaves a sign of life.

    OutOfService where this machine's clock is wrong: it would take letters over that others have in hand.
    """
    health.check_clock(engine)
    swept, delivered = sweep(engine, settings, now), deliver(engine, settings, senders, now)
    if delivered.sent:  # now and then is enough, and an idle tick looks for nothing
        from reviewflow.engine.answered import forget_old
        from reviewflow.engine.realign import realign_some

        forget_old(engine, settings, now)
        realign_some(engine)
    worker = Worker(engine, name_of_ticks())
    worker.count(events=swept.events, sweeps_failed=len(swept.failed), **delivered.counts())
    worker.sign(now)
    return swept, delivered
