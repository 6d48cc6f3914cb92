"""What waits with an endpoint that failed: a few letters for the next attempt, all others for the first that arrives.

So no attempt at a dead endpoint, and no answer of a living one, writes more rows than a few, however many wait there;
but for the first failure, which finds them all due.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, Update, bindparam, case, select, update

from reviewflow.nouns.states import DeliveryStatus
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables.index import DELIVERY
from reviewflow.store.outbox import in_status

FEW = 100

_AT = bindparam("at", type_=DELIVERY.c.next_attempt_at.type)
_WAITING = (
    select(DELIVERY.c.id)
    .where(in_status(DeliveryStatus.PENDING), DELIVERY.c.holder.is_(None))
    .where(DELIVERY.c.recipient == bindparam("to"), DELIVERY.c.channel == bindparam("on"))
    .with_for_update(skip_locked=True)
)
_DUE = _WAITING.where(DELIVERY.c.next_attempt_at < bindparam("again"))
_FIRST = _DUE.order_by(DELIVERY.c.next_attempt_at, DELIVERY.c.id).limit(bindparam("few"))
_NEXT = (
    _WAITING.where(DELIVERY.c.next_attempt_at > _AT, DELIVERY.c.error.like(bindparam("behind")))
    .order_by(DELIVERY.c.made_at, DELIVERY.c.id)
    .limit(bindparam("few"))
)
_POSTPONE = (
    update(DELIVERY).where(DELIVERY.c.id.in_(_FIRST)).values(next_attempt_at=bindparam("again"), error=bindparam("why"))
)
_PUT_OFF = (
    update(DELIVERY).where(DELIVERY.c.id.in_(_DUE)).values(next_attempt_at=bindparam("at_last"), error=bindparam("why"))
)
_RESUME = (
    update(DELIVERY)
    .where(DELIVERY.c.id.in_(_NEXT))
    .values(next_attempt_at=case((DELIVERY.c.made_at > _AT, DELIVERY.c.made_at), else_=_AT))
)


def postpone(connection: Connection, endpoints: Sequence[Row]) -> None:
    """What nobody holds for the person `to` and the channel `on` waits, for the reason `why`.

    A few until `again`; the others until one of these is answered for, and until `at_last` where none ever is.
    """
    if _write(connection, _POSTPONE, endpoints) >= FEW:
        _write(connection, _PUT_OFF, endpoints)


def resume(connection: Connection, endpoints: Sequence[Row]) -> None:
    """A few more are due at the instant `at`, of those that waited `behind` (a pattern), none before its own time."""
    _write(connection, _RESUME, endpoints)


def _write(connection: Connection, statement: Update, endpoints: Sequence[Row]) -> int:
    rows = [{**endpoint, "few": FEW} for endpoint in endpoints]
    return connection.execute(statement, rows).rowcount if rows else 0
