"""What is found, recommended, determined and noted in a review; parts of it as all others."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import SQLModel

from reviewflow.nouns.columns import choice, instant, number, owner
from reviewflow.nouns.states import Outcome, Side


class Finding(SQLModel, table=True):
    """Internal to the agency until it is shared."""

    subject: str = owner()
    no: int = number()
    domain: str
    severity: str
    title: str
    text: str = ""
    is_shared: bool = False
    handoff: str | None = None
    found_by: str
    found_at: datetime = instant()


class Recommendation(SQLModel, table=True):
    """Internal to the agency; `statement` has the words that it recommends to sign."""

    subject: str = owner()
    no: int = number()
    outcome: Outcome = choice(Outcome, "outcome")
    text: str
    statement: str | None = None  # None: of before there was any
    about: str | None = None  # digest of checkpoint, policy and submission; None: of before it was kept
    recommended_by: str
    recommended_at: datetime = instant()
    determination: int | None = None  # the one that rests on it


class Determination(SQLModel, table=True):
    """The authority's signed outcome; a later one supersedes it, in the same row order."""

    __table_args__ = (
        CheckConstraint(
            "persons < 2 OR (recommended_by IS NOT NULL AND recommended_by <> signed_by)", name="two_persons"
        ),
    )

    subject: str = owner()
    no: int = number()
    outcome: Outcome = choice(Outcome, "outcome")
    text: str
    persons: int
    recommended_by: str | None = None
    signed_by: str
    signed_at: datetime = instant()
    is_on_time: bool


class Note(SQLModel, table=True):
    """Read by its own side, or by both."""

    subject: str = owner()
    no: int = number()
    side: Side = choice(Side, "side")
    text: str
    is_shared: bool = False
    noted_by: str
    noted_at: datetime = instant()
