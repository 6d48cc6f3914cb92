"""A caller whom the clock overtook: what was due is put on record all the same, so that he can read it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from reviewflow.engine.call import Call
from reviewflow.engine.handle import handle
from reviewflow.errors import Stale
from reviewflow.nouns.events import SYSTEM
from reviewflow.settings.settings import Settings
from reviewflow.store.database import Engine


@contextmanager
def caught_up(
    engine: Engine, settings: Settings, call: Call, now: Callable[[], datetime], stand: Callable[[datetime], None]
) -> Iterator[None]:
    """Around a call. Stale takes back what was settled for it; done again by itself, it stays, and the clock stands.

    Else who reads the version before what is due, and acts on it, would be refused for ever where nothing sweeps.
    """
    try:
        yield
    except Stale:
        at = now()
        if handle(engine, settings, Call(call.ref, None, SYSTEM), at).events:
            stand(at)
        raise
