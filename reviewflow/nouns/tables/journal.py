"""The spine of every subject: its row, its append-only events, and the pinned documents."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from reviewflow.nouns.columns import choice, document, instant, link, sequence
from reviewflow.nouns.states import Kind


class Database(SQLModel, table=True):
    """What this database is; the digest chains begin with it, so that a simulation never becomes real."""

    __tablename__ = "database"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(default=1, primary_key=True)
    nonce: str  # random; every dossier tells it
    genesis: str  # of the nonce and what it is; the first link of every chain hangs on it
    is_simulation: bool
    made_at: datetime = instant()
    simulated_at: datetime | None = instant(nullable=True)  # where the clock of a simulation stands
    cursor_secret: str | None = None  # 32 random bytes in hex, which no document tells; NULL for the release before


class Document(SQLModel, table=True):
    """A policy or calendar as it was when something was pinned to it; content-addressed."""

    digest: str = Field(primary_key=True)
    type: str  # policy | calendar
    name: str
    version: int
    body: Any = document()
    kept_at: datetime = instant()


class Subject(SQLModel, table=True):
    """What has a journal: locked first, always; `seq` and `head` are those of its last event."""

    __table_args__ = (CheckConstraint("seq >= 1", name="has_events"),)

    ref: str = Field(primary_key=True)
    kind: Kind = choice(Kind, "kind")
    seq: int
    head: str
    recorded_at: datetime = instant()
    lab: str | None = Field(default=None, index=True)  # whose it is; the filter of every query
    agency: str | None = Field(default=None, index=True)  # of a review only once it is filed


class Event(SQLModel, table=True):
    """A fact; never edited, never deleted. `sets` is what it changed in the rows of its subject."""

    __table_args__ = (
        UniqueConstraint("subject", "seq", name="uq_event_subject_seq"),  # nothing is recorded twice
        UniqueConstraint("subject", "prev", name="uq_event_subject_prev"),  # the chain never forks
        CheckConstraint("seq >= 1", name="seq"),
        Index("ix_event_recorded_at", "recorded_at"),
    )

    position: int | None = sequence()
    subject: str = link("subject.ref")
    seq: int
    name: str
    actor: str
    effective_at: datetime = instant()
    recorded_at: datetime = instant()
    late_by: int | None = None  # seconds between the two, of what the system should have done in time
    is_internal: bool = False
    salt: str | None = None  # of internal events, so that their digest tells nothing about their text
    data: Any = document()
    sets: Any = document()
    prev: str
    digest: str


class Answer(SQLModel, table=True):
    """What a command was answered, by its idempotency key, so that asking again does nothing twice."""

    key: str = Field(primary_key=True)
    actor: str
    digest: str  # of the command; the same key with another command is refused
    made_at: datetime = instant()
    done: Any = document()
