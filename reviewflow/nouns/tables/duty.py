"""What is owed to whom and when: deadlines, the notices raised for them, deliveries; and who works on it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from reviewflow.nouns.columns import choice, document, instant, link, number, owner, sequence
from reviewflow.nouns.states import DeadlineKind, DeadlineStatus, DeliveryStatus


class Deadline(SQLModel, table=True):
    """open → met | missed | closed; open ⇄ tolled only by a new row that supersedes this one."""

    __table_args__ = (
        CheckConstraint("status <> 'tolled' OR due_at IS NULL", name="tolled_has_no_due"),
        CheckConstraint("status <> 'open' OR due_at IS NOT NULL", name="open_has_due"),
        Index(  # one live deadline of a kind
            "uq_deadline_live",
            "subject",
            "kind",
            "part_no",
            unique=True,
            sqlite_where=text("status IN ('open', 'tolled')"),
            postgresql_where=text("status IN ('open', 'tolled')"),
        ),
        Index(  # what the sweep looks for
            "ix_deadline_next_notice_at",
            "next_notice_at",
            sqlite_where=text("next_notice_at IS NOT NULL"),
            postgresql_where=text("next_notice_at IS NOT NULL"),
        ),
    )

    subject: str = owner()
    no: int = number()
    kind: DeadlineKind = choice(DeadlineKind, "kind")
    part_no: int = 0  # the request, grant or toll it belongs to; 0: the subject itself
    status: DeadlineStatus = choice(DeadlineStatus, "status")
    due_at: datetime | None = instant(nullable=True)
    due_on: date | None = None
    remaining_days: int | None = None
    made_at: datetime = instant()
    generation: int  # seq of the event that made it
    reason: str | None = None  # why it is no longer live
    basis: Any = document()
    pinned: Any = document()  # policy, version, digests, tzdata
    notices: Any = document()  # all of them, in order: [[name, at], ...]
    raised: int = 0  # how many of them were raised
    next_notice_at: datetime | None = instant(nullable=True)


class Notice(SQLModel, table=True):
    """A notice that was raised: once, ever."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["subject", "deadline_no"], ["deadline.subject", "deadline.no"], name="fk_notice_deadline"
        ),
        ForeignKeyConstraint(["subject", "seq"], ["event.subject", "event.seq"], name="fk_notice_event"),
    )

    subject: str = Field(primary_key=True)
    deadline_no: int = number()
    name: str = Field(primary_key=True)
    seq: int  # the event that recorded it


class Delivery(SQLModel, table=True):
    """pending → sent | set_aside → pending; one copy, to one person, on one channel.

    `sent` without `sent_at` is a copy that was dropped, for the reason in `error`: nobody needs it any more, or it
    goes by another channel.
    """

    __table_args__ = (
        UniqueConstraint("subject", "seq", "recipient", "channel", name="uq_delivery_once"),
        ForeignKeyConstraint(["subject", "seq"], ["event.subject", "event.seq"], name="fk_delivery_event"),
        Index(
            "ix_delivery_next_attempt_at",
            "next_attempt_at",
            sqlite_where=text("status = 'pending'"),
            postgresql_where=text("status = 'pending'"),
        ),
        Index(  # what waits for a person to look at it
            "ix_delivery_set_aside",
            "id",
            sqlite_where=text("status = 'set_aside'"),
            postgresql_where=text("status = 'set_aside'"),
        ),
        Index("ix_delivery_letter", "letter", "id"),
        Index("ix_delivery_recipient", "recipient"),
    )

    id: int | None = sequence()
    subject: str
    seq: int
    recipient: str = link("person.ref")
    channel: str
    letter: str  # constant on every attempt; several deliveries may share one letter
    status: DeliveryStatus = choice(DeliveryStatus, "status")
    made_at: datetime = instant()
    next_attempt_at: datetime = instant()
    attempts: int = 0
    fence: int = 0  # grows with every claim; a late sender of an old claim changes nothing
    holder: str | None = None  # the worker that has it in hand, until next_attempt_at
    sent_at: datetime | None = instant(nullable=True)
    error: str | None = None
    seen_at: datetime | None = instant(nullable=True)
    acknowledged_at: datetime | None = instant(nullable=True)


class Worker(SQLModel, table=True):
    """A process that ticks: alive while `ticked_at` is young, ended where `stopped_at` says so."""

    name: str = Field(primary_key=True)  # host, process id, and a random sign
    started_at: datetime = instant()
    ticked_at: datetime | None = instant(nullable=True)
    stopped_at: datetime | None = instant(nullable=True)
    counts: Any = document(default={})  # what it did since it started, by name
