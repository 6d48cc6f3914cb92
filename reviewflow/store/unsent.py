"""Letters that did not go out: set aside after too many attempts, or waiting after a failure."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, select, update

from reviewflow.nouns.states import DeliveryStatus
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables.index import DELIVERY
from reviewflow.store.outbox import in_status

_PENDING, _ASIDE = in_status(DeliveryStatus.PENDING), in_status(DeliveryStatus.SET_ASIDE)
_TROUBLED = _ASIDE | (_PENDING & DELIVERY.c.error.is_not(None))
_READ = select(DELIVERY).order_by(DELIVERY.c.id)
_OTHER = DELIVERY.alias("other")
_IN_HAND = exists().where(_OTHER.c.letter == DELIVERY.c.letter, _OTHER.c.holder.is_not(None))
_REQUEUE_ALL = (
    update(DELIVERY)
    .where(_TROUBLED, ~_IN_HAND)
    .values(status=DeliveryStatus.PENDING, attempts=0, next_attempt_at=bindparam("now"))
    .returning(DELIVERY.c.letter)
)
_REQUEUE = _REQUEUE_ALL.where(DELIVERY.c.letter.in_(bindparam("letters", expanding=True)))


def unsent(connection: Connection, *, every: bool = False) -> list[Row]:
    """The copies that are set aside or wait after a failure; with `every` all that wait."""
    statement = _READ.where(_PENDING | _ASIDE) if every else _READ.where(_TROUBLED)
    return [dict(row) for row in connection.execute(statement).mappings()]


def requeue(connection: Connection, now: datetime, letters: Collection[str] | None = None) -> set[str]:
    """Try letters again at once, None: all, from their first attempt on; returns which are.

    Only what did not go out is touched, and no letter of which any copy is in somebody's hands.
    """
    if letters is None:
        return set(connection.execute(_REQUEUE_ALL, {"now": now}).scalars())
    return set(connection.execute(_REQUEUE, {"now": now, "letters": list(letters)}).scalars())
