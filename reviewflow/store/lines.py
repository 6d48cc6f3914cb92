"""The lines of the queue in, and those found that are not of their review's last event."""

from collections.abc import Sequence

from sqlalchemy import Connection, and_, func, select

from reviewflow.nouns.states import Side
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables import review
from reviewflow.nouns.tables.index import QUEUE_LINE, SUBJECT, table
from reviewflow.store.rows import Batch, Write

_REVIEW = table(review.Review)
_KEYS = {key.name: key.name for key in QUEUE_LINE.primary_key.columns}
_PUT = Write(QUEUE_LINE, tuple(QUEUE_LINE.columns.keys()), _KEYS, is_put=True)
_OF_NOW = and_(QUEUE_LINE.c.subject == SUBJECT.c.ref, QUEUE_LINE.c.seq == SUBJECT.c.seq)
_ALL = select(QUEUE_LINE).order_by(QUEUE_LINE.c.subject, QUEUE_LINE.c.side)
_STALE = (
    select(SUBJECT.c.ref)
    .join(_REVIEW, _REVIEW.c.ref == SUBJECT.c.ref)
    .where(select(func.count()).where(_OF_NOW).scalar_subquery() < len(Side))
    .order_by(SUBJECT.c.ref)
)


def put(batch: Batch, lines: Sequence[Row]) -> None:
    """In place of those that are there."""
    batch.add(_PUT, lines)


def stale(connection: Connection, limit: int | None = None, after: str = "") -> list[str]:
    """So many reviews, behind one, whose lines are missing or older: a release that knows of none wrote last."""
    return list(connection.execute(_STALE.where(SUBJECT.c.ref > after).limit(limit)).scalars())


def by_review(connection: Connection) -> dict[str, list[Row]]:
    """All of them, of each review in the order of the sides."""
    found = dict[str, list[Row]]()
    for row in connection.execute(_ALL).mappings():
        found.setdefault(row["subject"], []).append(dict(row))
    return found
