"""One tick: a sweep and a delivery pass; idempotent, and harmless beside any number of others."""

from collections.abc import Mapping
from datetime import datetime

from reviewflow.engine.deliver import Delivered, deliver
from reviewflow.engine.sweep import Swept, sweep
from reviewflow.notify.senders import Sender
from reviewflow.settings.settings import Settings
from reviewflow.store.database import Engine


def tick(engine: Engine, settings: Settings, senders: Mapping[str, Sender], now: datetime) -> tuple[Swept, Delivered]:
    """Raise everything due by `now`, then send every letter due by `now`."""
    return sweep(engine, settings, now), deliver(engine, settings, senders, now)
