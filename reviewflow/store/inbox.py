"""The letters of one person: their copies but for those that were dropped, and when they were seen and acknowledged."""

from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, exists, func, select, update

from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables.index import DELIVERY, EVENT, ROWS
from reviewflow.store.outbox import IS_DROPPED

_LETTER, _TO = DELIVERY.c.letter == bindparam("key_letter"), DELIVERY.c.recipient == bindparam("key_recipient")
_ON = (EVENT.c.subject == DELIVERY.c.subject) & (EVENT.c.seq == DELIVERY.c.seq)
_READ = (
    select(DELIVERY, EVENT.c.name, EVENT.c.actor, EVENT.c.effective_at, EVENT.c.recorded_at, EVENT.c.late_by)
    .add_columns(EVENT.c.data, EVENT.c.digest.label("event_digest"))
    .join(EVENT, _ON)
    .where(~IS_DROPPED)
    .order_by(DELIVERY.c.id)
)
_INBOX = _READ.where(_TO)
_LETTERS_LIKE = (
    select(DELIVERY.c.letter, DELIVERY.c.recipient, func.min(DELIVERY.c.id))
    .where(DELIVERY.c.letter.like(bindparam("prefix")))
    .group_by(DELIVERY.c.letter, DELIVERY.c.recipient)
    .limit(3)
)
_OWN_LIKE = _LETTERS_LIKE.where(_TO)
_NAMED = DELIVERY.alias("named")
_SAME = [_NAMED.c[name] == DELIVERY.c[name] for name in ("subject", "seq", "recipient")]
_TWINS = _READ.join(_NAMED, and_(*_SAME)).where(_NAMED.c.letter == bindparam("key_letter"))
_ABOUT = (
    select(DELIVERY)
    .join(ROWS[Kind.PERSON], ROWS[Kind.PERSON].c.ref == DELIVERY.c.recipient)
    .where(DELIVERY.c.subject == bindparam("key_subject"), ~IS_DROPPED)
    .order_by(DELIVERY.c.id)
)
_ABOUT_OWN = _ABOUT.where(ROWS[Kind.PERSON].c.organization == bindparam("key_organization"))
_SEEN = (
    update(DELIVERY).where(_LETTER, _TO, DELIVERY.c.seen_at.is_(None)).values(seen_at=bindparam("at"))
)  # fmt: skip
_ACKNOWLEDGED = (
    update(DELIVERY)
    .where(_LETTER, _TO, DELIVERY.c.acknowledged_at.is_(None))
    .values(acknowledged_at=bindparam("at"), seen_at=func.coalesce(DELIVERY.c.seen_at, bindparam("at")))
)

_TWIN = DELIVERY.alias("twin")
_SAME_TOLD = and_(*(_TWIN.c[name] == DELIVERY.c[name] for name in ("subject", "seq", "recipient")))
_WAITING = (  # by any channel: where one of the twins is acknowledged, the others are
    select(DELIVERY.c.letter, DELIVERY.c.subject, DELIVERY.c.seq)
    .where(_TO, DELIVERY.c.acknowledged_at.is_(None), ~IS_DROPPED)
    .where(~exists().where(_SAME_TOLD, _TWIN.c.acknowledged_at.is_not(None)))
    .order_by(DELIVERY.c.id.desc())
    .limit(2_000)
)
COUNTED = 100  # more are not told apart


def how_many_wait(connection: Connection, recipient: str) -> int:
    """The letters to a person that he has not acknowledged, up to COUNTED, without reading them; twins are one."""
    found: dict[str, set[tuple[str, int]]] = {}
    for row in connection.execute(_WAITING, {"key_recipient": recipient}):
        found.setdefault(row.letter, set()).add((row.subject, row.seq))
        if len(found) > 4 * COUNTED:
            break
    return min(COUNTED, len(set(map(frozenset, found.values()))))


def letters_to(connection: Connection, recipient: str) -> list[Row]:
    """Every copy to a person with its event, in the order of writing; several may be one letter."""
    return [dict(row) for row in connection.execute(_INBOX, {"key_recipient": recipient}).mappings()]


def letters_like(connection: Connection, prefix: str, recipient: str | None = None) -> list[str]:
    """Up to three letters whose id begins with `prefix` (hex digits and hyphens); with `recipient` only theirs."""
    statement = _LETTERS_LIKE if recipient is None else _OWN_LIKE
    values = {"prefix": f"{prefix}%"} | ({"key_recipient": recipient} if recipient is not None else {})
    return [row.letter for row in connection.execute(statement, values)]


def twins(connection: Connection, letter_id: str) -> list[Row]:
    """The copies of what a letter tells its reader, on every channel; also where it was dropped on its own."""
    return [dict(row) for row in connection.execute(_TWINS, {"key_letter": letter_id}).mappings()]


def letters_about(connection: Connection, subject: str, organization: str | None) -> list[Row]:
    """Every copy that tells of a subject, in the order of writing, to people of one organization (None: to all)."""
    if organization is None:
        return [dict(row) for row in connection.execute(_ABOUT, {"key_subject": subject}).mappings()]
    values = {"key_subject": subject, "key_organization": organization}
    return [dict(row) for row in connection.execute(_ABOUT_OWN, values).mappings()]


def mark_seen(connection: Connection, letter_id: str, recipient: str, at: datetime) -> int:
    """Note once when the recipient first read it; returns how many copies were new to him."""
    values = {"key_letter": letter_id, "key_recipient": recipient, "at": at}
    return connection.execute(_SEEN, values).rowcount


def mark_acknowledged(connection: Connection, letter_id: str, recipient: str, at: datetime) -> int:
    """Note once that the recipient acknowledged it; returns how many copies were not acknowledged before."""
    values = {"key_letter": letter_id, "key_recipient": recipient, "at": at}
    return connection.execute(_ACKNOWLEDGED, values).rowcount
