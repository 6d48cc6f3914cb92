"""What is due, and when the next thing will be."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from reviewflow.nouns.tables.index import DEADLINE

_DUE = (
    select(DEADLINE.c.subject)
    .where(DEADLINE.c.next_notice_at.is_not(None), DEADLINE.c.next_notice_at <= bindparam("now"))
    .group_by(DEADLINE.c.subject)
    .having(DEADLINE.c.subject.not_in(bindparam("but", expanding=True)))
    .order_by(func.min(DEADLINE.c.next_notice_at), DEADLINE.c.subject)
    .limit(bindparam("limit"))
)
_NEXT = select(func.min(DEADLINE.c.next_notice_at)).where(DEADLINE.c.next_notice_at.is_not(None))


def due_subjects(connection: Connection, now: datetime, limit: int, but: Sequence[str] = ()) -> list[str]:
    """Subjects with something due by `now`, the most overdue first."""
    return list(connection.execute(_DUE, {"now": now, "limit": limit, "but": list(but)}).scalars())


def next_due(connection: Connection) -> datetime | None:
    """The next due instant of all; a hint for the heartbeat."""
    found: datetime | None = connection.execute(_NEXT).scalar()
    return found
