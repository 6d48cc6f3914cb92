"""A worker as the others see it: a name, signs of life, and what it has done."""

import os
import secrets
import socket
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from reviewflow.nouns.subject import Row
from reviewflow.settings.settings import Settings
from reviewflow.store import workers
from reviewflow.store.database import Engine, transaction

SIGN_EVERY = timedelta(seconds=15)  # an idle worker writes its row no more often than this
SILENT_AFTER = timedelta(minutes=3)  # or three polls, where these are longer
TICKS = "tick@"  # how the name of a machine's ticks begins; no process has such a name


def name_of_process() -> str:
    """Host, process id and a random sign: no two processes ever have the same."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"


def name_of_ticks() -> str:
    """All the ticks that cron starts on this machine are one worker."""
    return f"{TICKS}{socket.gethostname()}"


@dataclass(frozen=True)
class Crew:
    """Workers of `run` by their last sign of life; `last` is of any of them or of any tick, None: never."""

    alive: dict[str, datetime]
    silent: dict[str, datetime]
    stopped: dict[str, datetime]
    last: datetime | None
    is_working: bool  # that last sign is young


def crew(rows: Sequence[Row], now: datetime, settings: Settings) -> Crew:
    """Who works, as of `now`; ticks are no worker that could fall silent, only a sign of life."""
    patience = max(SILENT_AFTER, timedelta(seconds=3 * settings.server.poll_seconds))
    signs = {row["name"]: row["ticked_at"] or row["started_at"] for row in rows if row["name"] != workers.PAST}
    over = {row["name"] for row in rows if row["stopped_at"]}
    stay = {name: at for name, at in signs.items() if not name.startswith(TICKS)}
    last = max(signs.values(), default=None)
    return Crew(
        alive={name: at for name, at in stay.items() if name not in over and now - at <= patience},
        silent={name: at for name, at in stay.items() if name not in over and now - at > patience},
        stopped={name: at for name, at in stay.items() if name in over},
        last=last,
        is_working=last is not None and now - last <= patience,
    )


class Worker:
    """Counts what is done; `sign` writes it down. Safe to use from several threads."""

    def __init__(self, engine: Engine, name: str) -> None:
        self.engine, self.name = engine, name
        self._lock = threading.Lock()
        self._unsaved: Counter[str] = Counter()
        self._signed_at: datetime | None = None

    def count(self, **done: int) -> None:
        """Add to what was done, by name."""
        with self._lock:
            self._unsaved.update({name: number for name, number in done.items() if number})

    def unsaved(self) -> dict[str, int]:
        """What was done and is not yet in the worker's row."""
        with self._lock:
            return dict(self._unsaved)

    def sign(self, now: datetime, *, is_over: bool = False) -> None:
        """Write a sign of life, if there is something to tell or the last one is old."""
        with self._lock:
            is_fresh = self._signed_at is not None and now - self._signed_at < SIGN_EVERY
            if is_fresh and not self._unsaved and not is_over:
                return
            telling, self._unsaved = self._unsaved, Counter()
        try:
            with transaction(self.engine) as connection:
                workers.note(connection, self.name, now, telling, is_over=is_over)
            self._signed_at = now
        except BaseException:
            self.count(**telling)
            raise
