"""What the person on call asks: how late the sweep is, and how old the outbox; from index ranges alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, func, select

from reviewflow.nouns.states import DeliveryStatus
from reviewflow.nouns.tables.index import DEADLINE, DELIVERY
from reviewflow.store.outbox import in_status

BUCKETS = {"under_1s": 1, "under_10s": 10, "under_1m": 60, "under_10m": 600}  # seconds; beyond the last: "more"
_next = DEADLINE.c.next_notice_at
_OVERDUE = select(
    func.min(_next),
    func.count(),
    *(func.count(case((_next > bindparam(name), 1))).label(name) for name in BUCKETS),
).where(_next.is_not(None), _next <= bindparam("now"))


def _copies(*where: ColumnElement[bool]) -> Select[Any, Any]:
    return select(func.min(DELIVERY.c.next_attempt_at), func.count()).where(*where)


_OWED = _copies(in_status(DeliveryStatus.PENDING), DELIVERY.c.next_attempt_at <= bindparam("now"))
_WAITING = _copies(in_status(DeliveryStatus.PENDING), DELIVERY.c.next_attempt_at > bindparam("now"))
_ASIDE = select(func.count()).where(in_status(DeliveryStatus.SET_ASIDE))


@dataclass(frozen=True)
class Measured:
    """`overdue` counts deadlines by bucket; ages are of the oldest, and zero where there is none."""

    overdue: dict[str, int]
    oldest_deadline: timedelta
    owed: int
    oldest_copy: timedelta
    waiting: int
    set_aside: int


def measure(connection: Connection, now: datetime) -> Measured:
    """As of `now`: what should have been raised or sent by then and is not, what waits, what was set aside."""
    bounds = {name: now - timedelta(seconds=seconds) for name, seconds in BUCKETS.items()}
    oldest, total, *within = connection.execute(_OVERDUE, {"now": now, **bounds}).one()
    below = [0, *within, total]
    overdue = {name: below[i + 1] - below[i] for i, name in enumerate((*BUCKETS, "more"))}
    first, owed = connection.execute(_OWED, {"now": now}).one()
    _, waiting = connection.execute(_WAITING, {"now": now}).one()
    aside = connection.execute(_ASIDE).scalar_one()
    return Measured(overdue, now - (oldest or now), owed, now - (first or now), waiting, aside)
