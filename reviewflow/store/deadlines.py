"""What is due, and when the next thing will be."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from reviewflow.nouns.tables.index import DEADLINE, SUBJECT

_CLAIM = (
    select(DEADLINE.c.subject)
    .join(SUBJECT, SUBJECT.c.ref == DEADLINE.c.subject)
    .where(DEADLINE.c.next_notice_at.is_not(None), DEADLINE.c.next_notice_at <= bindparam("now"))
    .where(DEADLINE.c.subject.not_in(bindparam("but", expanding=True)))
    .order_by(DEADLINE.c.next_notice_at, DEADLINE.c.subject)
    .limit(bindparam("limit"))
    .with_for_update(of=SUBJECT, skip_locked=True)
)
_NEXT = select(func.min(DEADLINE.c.next_notice_at)).where(DEADLINE.c.next_notice_at.is_not(None))
_LATER = _NEXT.where(DEADLINE.c.next_notice_at > bindparam("after"))


def claim_due(connection: Connection, now: datetime, limit: int, but: Sequence[str] = ()) -> list[str]:
    """Subjects with something due by `now`, the most overdue first, locked; whom another has locked is left to him."""
    found = connection.execute(_CLAIM, {"now": now, "limit": limit, "but": list(but)}).scalars()
    return list(dict.fromkeys(found))


def next_due(connection: Connection) -> datetime | None:
    """The next due instant of all; a hint for the heartbeat."""
    found: datetime | None = connection.execute(_NEXT).scalar()
    return found


def next_after(connection: Connection, after: datetime) -> datetime | None:
    """The next due instant later than `after`, whatever is left undone before it."""
    found: datetime | None = connection.execute(_LATER, {"after": after}).scalar()
    return found
