"""Deliveries: put with the event, claimed with a lease and a fence, marked when sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, insert, select, update

from reviewflow.nouns.states import DeliveryStatus
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables.index import DELIVERY, EVENT

_PUT = insert(DELIVERY)
_PENDING = DELIVERY.c.status == DeliveryStatus.PENDING
_DUE = (
    select(DELIVERY.c.letter)
    .where(_PENDING, DELIVERY.c.next_attempt_at <= bindparam("now"))
    .group_by(DELIVERY.c.letter)
    .order_by(func.min(DELIVERY.c.id))
    .limit(bindparam("limit"))
)
_CLAIM = (
    update(DELIVERY)
    .where(_PENDING, DELIVERY.c.letter.in_(bindparam("letters", expanding=True)))
    .values(fence=DELIVERY.c.fence + 1, attempts=DELIVERY.c.attempts + 1, next_attempt_at=bindparam("until"))
)
_READ = (
    select(DELIVERY, EVENT.c.name, EVENT.c.actor, EVENT.c.effective_at, EVENT.c.recorded_at, EVENT.c.late_by)
    .add_columns(EVENT.c.data, EVENT.c.digest.label("event_digest"))
    .join(EVENT, (EVENT.c.subject == DELIVERY.c.subject) & (EVENT.c.seq == DELIVERY.c.seq))
    .order_by(DELIVERY.c.id)
)
_CLAIMED = _READ.where(  # what was sent already too: a letter that grew is sent again whole
    DELIVERY.c.letter.in_(bindparam("letters", expanding=True))
)
_OWN = (DELIVERY.c.id == bindparam("key_id")) & (DELIVERY.c.fence == bindparam("key_fence")) & _PENDING
_SENT = update(DELIVERY).where(_OWN).values(status=DeliveryStatus.SENT, sent_at=bindparam("at"), error=None)
_FAILED = (
    update(DELIVERY)
    .where(_OWN)
    .values(status=bindparam("to"), next_attempt_at=bindparam("again"), error=bindparam("why"))
)
_NEXT = select(func.min(DELIVERY.c.next_attempt_at)).where(_PENDING)

_COUNTS = select(DELIVERY.c.status, func.count()).group_by(DELIVERY.c.status)
_REQUEUE = (
    update(DELIVERY)
    .where(DELIVERY.c.status == DeliveryStatus.SET_ASIDE)
    .values(status=DeliveryStatus.PENDING, attempts=0, next_attempt_at=bindparam("now"))
)


def put(connection: Connection, rows: Sequence[Row]) -> None:
    """Owe copies, in the transaction of their event."""
    if rows:
        connection.execute(_PUT, list(rows))


def claim(connection: Connection, now: datetime, lease: timedelta, limit: int) -> dict[str, list[Row]]:
    """Letters due now with their deliveries and events, leased until `now + lease`; the fence of each has grown."""
    letters = list(connection.execute(_DUE, {"now": now, "limit": limit}).scalars())
    if not letters:
        return {}
    connection.execute(_CLAIM, {"letters": letters, "until": now + lease})
    claimed: dict[str, list[Row]] = {letter: [] for letter in letters}
    for row in connection.execute(_CLAIMED, {"letters": letters}).mappings():
        claimed[row["letter"]].append(dict(row))
    return claimed


def mark_sent(connection: Connection, rows: Sequence[Row], at: datetime) -> int:
    """How many were still ours; a sender whose lease was taken over changes nothing."""
    values = [{"key_id": row["id"], "key_fence": row["fence"], "at": at} for row in rows]
    return connection.execute(_SENT, values).rowcount


def mark_failed(connection: Connection, rows: Sequence[Row], why: str, again: datetime, *, set_aside: bool) -> int:
    """Try again later, or set aside after too many attempts."""
    to = DeliveryStatus.SET_ASIDE if set_aside else DeliveryStatus.PENDING
    values = [{"key_id": row["id"], "key_fence": row["fence"], "to": to, "again": again, "why": why} for row in rows]
    return connection.execute(_FAILED, values).rowcount


def next_attempt(connection: Connection) -> datetime | None:
    """When the next copy is due."""
    found: datetime | None = connection.execute(_NEXT).scalar()
    return found


def counts(connection: Connection) -> dict[str, int]:
    """How many copies are in each state."""
    return {str(status.value): number for status, number in connection.execute(_COUNTS)}


def requeue(connection: Connection, now: datetime) -> int:
    """Try again what was set aside; returns how many copies."""
    return connection.execute(_REQUEUE, {"now": now}).rowcount
