"""Letters that did not go out: set aside after too many attempts, or waiting after a failure."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from reviewflow.nouns.states import DeliveryStatus
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables.index import DELIVERY
from reviewflow.store.outbox import in_status

_PENDING, _ASIDE = in_status(DeliveryStatus.PENDING), in_status(DeliveryStatus.SET_ASIDE)
_TROUBLED = _ASIDE | (_PENDING & DELIVERY.c.error.is_not(None))
_READ = select(DELIVERY).order_by(DELIVERY.c.id)
_REQUEUE_ALL = (
    update(DELIVERY)
    .where(_TROUBLED, DELIVERY.c.holder.is_(None))
    .values(status=DeliveryStatus.PENDING, attempts=0, next_attempt_at=bindparam("now"))
)
_REQUEUE = _REQUEUE_ALL.where(DELIVERY.c.letter.in_(bindparam("letters", expanding=True)))


def unsent(connection: Connection, *, every: bool = False) -> list[Row]:
    """The copies that are set aside or wait after a failure; with `every` all that wait."""
    statement = _READ.where(_PENDING | _ASIDE) if every else _READ.where(_TROUBLED)
    return [dict(row) for row in connection.execute(statement).mappings()]


def requeue(connection: Connection, now: datetime, letters: Collection[str] | None = None) -> int:
    """Try letters again at once, None: all, from their first attempt on; returns how many copies.

    Only what did not go out, and is in nobody's hands, is touched.
    """
    if letters is None:
        return connection.execute(_REQUEUE_ALL, {"now": now}).rowcount
    return connection.execute(_REQUEUE, {"now": now, "letters": list(letters)}).rowcount
