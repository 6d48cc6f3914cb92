"""Deliveries: put with the event, claimed by the letter with a lease and a fence, marked in bulk."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Update,
    bindparam,
    exists,
    func,
    insert,
    literal,
    literal_column,
    select,
    update,
)

from reviewflow.nouns.states import DeliveryStatus
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables.index import DELIVERY, EVENT
from reviewflow.store.rows import Batch, Write


def in_status(status: DeliveryStatus, rows: FromClause = DELIVERY) -> ColumnElement[bool]:
    """Spelled out in the statement, so that both databases see that the partial index fits."""
    return rows.c.status == literal_column(f"'{status.value}'", rows.c.status.type)


_PENDING = in_status(DeliveryStatus.PENDING)
_PUT = Write(
    DELIVERY,
    (
        "subject", "seq", "recipient", "channel", "letter", "status", "made_at", "next_attempt_at", "attempts", "fence",
        "holder",
    ),
)  # fmt: skip
_BEFORE = DELIVERY.alias("before")
_DONE: list[ColumnElement[str]] = [
    literal_column(f"'{status.value}'") for status in DeliveryStatus if status is not DeliveryStatus.PENDING
]
# Right after downtime PostgreSQL still believes that nothing is pending, so it finds any one row through the partial
# index, among all the thousands that are due. Where a row is known by its id or letter, "not done" keeps it from that.
# Whoever locks the first pending copy of a letter has the letter: the others are only to be had through it. As it is
# no join (OFFSET), it is looked up in the index of letters, copy by copy, also where a letter has thousands of them.
_IS_FIRST = ~(
    select(literal_column("1"))
    .where(_BEFORE.c.letter == DELIVERY.c.letter, _BEFORE.c.id < DELIVERY.c.id, _BEFORE.c.status.not_in(_DONE))
    .offset(literal_column("0"))
    .exists()
)
_ENDPOINT = DELIVERY.c.recipient + " " + DELIVERY.c.channel
_DUE = (
    select(DELIVERY.c.letter, DELIVERY.c.holder)
    .where(_PENDING, DELIVERY.c.next_attempt_at <= bindparam("now"), _IS_FIRST)
    .where(_ENDPOINT.not_in(bindparam("busy", expanding=True)))
    .order_by(DELIVERY.c.next_attempt_at, DELIVERY.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_LETTERS = DELIVERY.c.letter.in_(bindparam("letters", expanding=True))
_CLAIM = (
    update(DELIVERY)
    .where(_PENDING, _LETTERS)
    .values(fence=DELIVERY.c.fence + 1, attempts=DELIVERY.c.attempts + 1)
    .values(next_attempt_at=bindparam("until"), holder=bindparam("by"))
)
_PUT_BACK = (
    update(DELIVERY)
    .where(_PENDING, _LETTERS, DELIVERY.c.holder == bindparam("by"), DELIVERY.c.next_attempt_at > bindparam("now"))
    .values(attempts=DELIVERY.c.attempts - 1, next_attempt_at=bindparam("now"), holder=None)
)
IS_DROPPED = in_status(DeliveryStatus.SENT) & DELIVERY.c.sent_at.is_(None)  # done, and never sent
_OF_EVENT = (EVENT.c.subject == DELIVERY.c.subject) & (EVENT.c.seq == DELIVERY.c.seq)
_READ = (
    select(DELIVERY, EVENT.c.name, EVENT.c.actor, EVENT.c.effective_at, EVENT.c.recorded_at, EVENT.c.late_by)
    .add_columns(EVENT.c.data, EVENT.c.is_internal, EVENT.c.digest.label("event_digest"))
    .join(EVENT, _OF_EVENT)
    .where(_LETTERS, ~IS_DROPPED)  # what was sent already too: a letter that grew is sent again whole
    .order_by(DELIVERY.c.id)
)

_HELD = (DELIVERY.c.id == bindparam("key_id")) & (DELIVERY.c.fence == bindparam("key_fence"))
_OWN = _HELD & DELIVERY.c.status.not_in(_DONE) & DELIVERY.c.holder.is_not(None)  # once, also if marked twice
_MARK = update(DELIVERY).where(_OWN).values(holder=None)
_SENT = _MARK.values(status=DeliveryStatus.SENT, sent_at=bindparam("at"), error=None)
_DROP = _MARK.values(status=DeliveryStatus.SENT, error=bindparam("why"))
_FAILED = _MARK.values(status=bindparam("to"), next_attempt_at=bindparam("again"), error=bindparam("why"))
_RELEASE = _MARK.values(
    attempts=DELIVERY.c.attempts - 1,
    next_attempt_at=bindparam("again"),
    error=func.coalesce(bindparam("why", type_=DELIVERY.c.error.type), DELIVERY.c.error),
)
_TWIN = DELIVERY.alias("twin")
_SAME = [_TWIN.c[name] == DELIVERY.c[name] for name in ("subject", "seq", "recipient")]
_REROUTED = {
    "subject": DELIVERY.c.subject, "seq": DELIVERY.c.seq, "recipient": DELIVERY.c.recipient,
    "channel": bindparam("to", type_=DELIVERY.c.channel.type),
    "letter": bindparam("new_letter", type_=DELIVERY.c.letter.type),
    "status": literal(DeliveryStatus.PENDING, DELIVERY.c.status.type), "made_at": DELIVERY.c.made_at,
    "next_attempt_at": bindparam("again", type_=DELIVERY.c.next_attempt_at.type), "attempts": literal(0),
    "fence": literal(0),
}  # fmt: skip
_REROUTE = insert(DELIVERY).from_select(
    list(_REROUTED),
    select(*(value.label(name) for name, value in _REROUTED.items())).where(
        _OWN, ~exists().where(*_SAME, _TWIN.c.channel == bindparam("to", type_=DELIVERY.c.channel.type))
    ),
)
_NEXT = select(func.min(DELIVERY.c.next_attempt_at)).where(_PENDING)


def put(batch: Batch, rows: Sequence[Row]) -> None:
    """Owe copies, in the transaction of their event."""
    batch.add(_PUT, rows)


def claim(
    connection: Connection, by: str, now: datetime, until: datetime, limit: int, busy: Collection[str] = ()
) -> dict[str, str | None]:
    """Letters due by `now`, leased `until` then: who had each in hand before, where a lease ran out.

    A letter is claimed whole, the longest due first, and its fence grows. What others have locked is left to them, and
    so are the letters of `busy` endpoints ("recipient channel").
    """
    values = {"now": now, "limit": limit, "busy": list(busy)}
    found = {row.letter: row.holder for row in connection.execute(_DUE, values)}
    if found:
        connection.execute(_CLAIM, {"letters": list(found), "until": until, "by": by})
    return found


def put_back(connection: Connection, letters: Collection[str], by: str, now: datetime) -> None:
    """What `by` has just claimed and could not even read is due again, as if it had never been claimed."""
    connection.execute(_PUT_BACK, {"letters": list(letters), "by": by, "now": now})


def copies_of(connection: Connection, letters: Collection[str]) -> dict[str, list[Row]]:
    """The copies of letters with their events; those that were dropped are not among them."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in connection.execute(_READ, {"letters": list(letters)}).mappings():
        found[row["letter"]].append(dict(row))
    return found


def mark_sent(connection: Connection, marks: Sequence[Row]) -> int:
    """How many were still ours: whose lease was taken over changes nothing. A mark has key_id, key_fence and `at`."""
    return _mark(connection, _SENT, marks)


def mark_failed(connection: Connection, marks: Sequence[Row]) -> int:
    """Tried `again` then, or set aside; with `to` (the status) and `why`."""
    return _mark(connection, _FAILED, marks)


def release(connection: Connection, marks: Sequence[Row]) -> int:
    """Hand back, due `again` then, as if it had never been claimed; `why` may be None."""
    return _mark(connection, _RELEASE, marks)


def drop(connection: Connection, marks: Sequence[Row]) -> int:
    """Done without being sent, for the reason `why`."""
    return _mark(connection, _DROP, marks)


def reroute(connection: Connection, marks: Sequence[Row]) -> None:
    """Owe the same on the channel `to` in the letter `new_letter`, where it is not owed there yet; before the drop."""
    if marks:
        connection.execute(_REROUTE, list(marks))


def _mark(connection: Connection, statement: Update, values: Sequence[Row]) -> int:
    return connection.execute(statement, list(values)).rowcount if values else 0


def next_attempt(connection: Connection) -> datetime | None:
    """When the next copy is due."""
    found: datetime | None = connection.execute(_NEXT).scalar()
    return found
