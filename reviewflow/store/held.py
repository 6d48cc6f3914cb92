"""Catch-up letters, which the sweep holds back until nothing late is left: one a person, however many workers swept."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, func, select, update

from reviewflow.nouns.states import DeliveryStatus
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables.index import DEADLINE, DELIVERY, EVENT
from reviewflow.store.outbox import in_status

BY_SWEEP = "sweep"  # the holder; should the sweep die, its lease runs out as any other
_IS_HELD = in_status(DeliveryStatus.PENDING) & (DELIVERY.c.holder == BY_SWEEP)
_IS_ANY = select(exists().where(_IS_HELD))
_IS_LEFT = select(
    exists().where(
        DEADLINE.c.next_notice_at.is_not(None),
        DEADLINE.c.next_notice_at <= bindparam("now"),
        DEADLINE.c.subject.not_in(bindparam("but", expanding=True)),
    )
)
_LETTERS = (
    select(DELIVERY.c.letter, DELIVERY.c.recipient, DELIVERY.c.channel, func.max(DELIVERY.c.made_at).label("made_at"))
    .add_columns(func.min(DELIVERY.c.id).label("first"), func.max(EVENT.c.recorded_at).label("recorded_at"))
    .join(EVENT, (EVENT.c.subject == DELIVERY.c.subject) & (EVENT.c.seq == DELIVERY.c.seq))
    .where(_IS_HELD)
    .group_by(DELIVERY.c.letter, DELIVERY.c.recipient, DELIVERY.c.channel)
    .order_by("first")
)
_JOIN = (
    update(DELIVERY).where(_IS_HELD, DELIVERY.c.letter == bindparam("of")).values(letter=bindparam("to"), holder=None)
)
_FREE = (
    update(DELIVERY)
    .where(_IS_HELD, DELIVERY.c.id == bindparam("first"))
    .values(next_attempt_at=bindparam("at"), holder=None)
)


def is_holding(connection: Connection) -> bool:
    """Something is held back, by whichever transaction recorded it."""
    return bool(connection.execute(_IS_ANY).scalar())


def release(connection: Connection, now: datetime, but: list[str]) -> bool:
    """Let them go, those to one person joined to one; False while another worker has something late in hand.

    `but` are subjects that cannot be settled. A letter is claimed through its first copy, so only that is made due.
    """
    if connection.execute(_IS_LEFT, {"now": now, "but": but}).scalar():
        return False
    same: dict[tuple[str, str, datetime | None], list[Row]] = defaultdict(list)
    for row in connection.execute(_LETTERS).mappings():
        rests_until = row["made_at"] if row["made_at"] > row["recorded_at"] else None  # not by `now`: sweeps overlap
        same[row["recipient"], row["channel"], rests_until].append(dict(row))
    joined = [{"of": row["letter"], "to": rows[0]["letter"]} for rows in same.values() for row in rows]
    freed = [{"first": rows[0]["first"], "at": min(row["made_at"] for row in rows)} for rows in same.values()]
    if freed:
        connection.execute(_FREE, freed)
        connection.execute(_JOIN, joined)
    return True
