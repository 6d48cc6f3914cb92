"""What the queue is found, ordered and counted by: a narrow line a review and side, derived from its row and parts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

from reviewflow.nouns.columns import choice, document, instant, link, owner
from reviewflow.nouns.move import Move
from reviewflow.nouns.states import DeadlineKind, ReviewState, Side, Stage


class QueueLine(SQLModel, table=True):
    """As a side may know it: whose move it is within the agency, and what was recommended, no lab is told.

    Written with every event of its review, by `rules/lines.py`; `seq` is the event that it was derived at.
    """

    __tablename__ = "queue_line"
    __table_args__ = (
        Index("ix_queue_line_rank", "side", "rank", "subject"),
        Index(  # all that counts are made of, by the state
            "ix_queue_line_state", "side", "state", "lab", "agency", "move", "is_recommended", "due_on", "subject",
        ),
    )  # fmt: skip

    subject: str = owner()
    side: Side = choice(Side, "side", key=True)
    seq: int
    state: ReviewState = choice(ReviewState, "state")
    lab: str = link("organization.ref")
    agency: str | None = link("organization.ref", nullable=True)  # once it is filed
    model: str = link("model.ref")
    submitted_at: datetime | None = instant(nullable=True)
    move: Move | None = choice(Move, "move", nullable=True)
    is_asked: bool = False  # the lab owes an answer
    answer_due_at: datetime | None = instant(nullable=True)  # of the first that it owes
    answer_due_on: date | None = None
    is_recommended: bool = False
    leaders: Any = document(nullable=False)  # who looks and may recommend; no lab is told
    consulted: Any = document(nullable=False)
    stage: Stage | None = choice(Stage, "stage", nullable=True)  # that of the release, or of the next planned one
    due_kind: DeadlineKind | None = choice(DeadlineKind, "due_kind", nullable=True)  # of the one that it waits for
    due_at: datetime | None = instant(nullable=True)
    due_on: date | None = None
    rank: int = Field(sa_type=BigInteger)  # its place by the time that is left
