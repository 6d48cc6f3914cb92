"""What keeps a promise, taken away: the seeded faults that a proof must find before it counts."""

import contextlib
from collections.abc import Iterator
from unittest.mock import patch

from sqlalchemy import bindparam, update

from reviewflow.engine import answered
from reviewflow.nouns.states import DeliveryStatus
from reviewflow.nouns.tables.index import DELIVERY, SUBJECT
from reviewflow.store import deadlines, outbox, subjects
from reviewflow.store.rows import Write
from tests.databases import Database

ONCE = {  # what the database itself holds against a second notice
    "notice": ("pk_notice",),
    "event": ("uq_event_subject_seq", "uq_event_subject_prev"),
    "delivery": ("uq_delivery_once",),
}


@contextlib.contextmanager
def nothing() -> Iterator[None]:
    """All is in its place."""
    yield


@contextlib.contextmanager
def without_fence() -> Iterator[None]:
    """Whoever comes late with his mark writes it all the same."""
    mark = update(DELIVERY).where(DELIVERY.c.id == bindparam("key_id")).values(holder=None)
    sent = mark.values(status=DeliveryStatus.SENT, sent_at=bindparam("at"), error=None)
    with patch.object(outbox, "_SENT", sent):
        yield


@contextlib.contextmanager
def without_keys() -> Iterator[None]:
    """Nothing is kept under an idempotency key, and nothing is asked."""
    with (
        patch.object(answered, "keep", lambda *_: None),
        patch.object(answered, "answer_before", lambda *_: None),
    ):
        yield


@contextlib.contextmanager
def without_skipping() -> Iterator[None]:
    """The sweep waits for subjects that another has in hand."""
    with patch.object(deadlines, "_CLAIM", deadlines._CLAIM.with_for_update(of=SUBJECT, skip_locked=False)):
        yield


@contextlib.contextmanager
def without_locks() -> Iterator[None]:
    """Nobody locks what he works on, or looks whether it moved meanwhile."""
    claim = deadlines._CLAIM._generate()
    claim._for_update_arg = None
    move = Write(SUBJECT, ("seq", "head", "recorded_at"), {"ref": "ref"})
    with (
        patch.object(deadlines, "_CLAIM", claim),
        patch.object(subjects, "_LOCK", subjects._LOOK),
        patch.object(subjects, "_MOVE", move),
    ):
        yield


def drop_rules(database: Database) -> None:
    """PostgreSQL forgets that a thing happens once."""
    for table, names in ONCE.items():
        for name in names:
            database.query(f"ALTER TABLE {table} DROP CONSTRAINT {name} CASCADE")
