"""A worker as the others see it: a name, signs of life, and what it has done."""

import os
import secrets
import socket
import threading
from collections import Counter
from datetime import datetime, timedelta

from reviewflow.store import workers
from reviewflow.store.database import Engine, transaction

SIGN_EVERY = timedelta(seconds=15)  # an idle worker writes its row no more often than this


def name_of_process() -> str:
    """Host, process id and a random sign: no two processes ever have the same."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"


def name_of_ticks() -> str:
    """All the ticks that cron starts on this machine are one worker."""
    return f"tick@{socket.gethostname()}"


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
