"""A review and its parts; a part has a state of its own, but the review's lock, version and journal."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import SQLModel

from reviewflow.nouns.columns import choice, document, instant, link, number, owner
from reviewflow.nouns.states import GrantState, Outcome, RequestState, ReviewState, Stage

_OPEN = text("state NOT IN ('released', 'withdrawn')")


class Review(SQLModel, table=True):
    """The states and their arrows stand in `rules/lifecycle.py`."""

    __table_args__ = (
        Index("uq_review_open", "model", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),  # one open review
        Index("ix_review_checkpoint", "lab", "checkpoint_digest"),
        CheckConstraint("state <> 'cleared' OR coalesce(determination, '') = 'cleared'", name="cleared"),
        CheckConstraint("state <> 'concerns' OR coalesce(determination, '') = 'concerns'", name="concerns"),
        CheckConstraint("(state = 'released') = (released_at IS NOT NULL)", name="released"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn"),
        CheckConstraint(
            "state NOT IN ('under_review', 'tolled', 'lapsed') OR clock_start_on IS NOT NULL", name="clock"
        ),
    )

    ref: str = owner()
    state: ReviewState = choice(ReviewState, "state")
    lab: str = link("organization.ref")
    agency: str = link("organization.ref")
    model: str = link("model.ref")
    refiles: str | None = link("review.ref", nullable=True)
    follows: str | None = link("review.ref", nullable=True)
    policy: str
    policy_version: int
    policy_digest: str = link("document.digest")
    calendar_digest: str | None = link("document.digest", nullable=True)
    checkpoint_digest: str | None = None
    submitted_at: datetime | None = instant(nullable=True)
    start: str | None = None  # what the window was counted from: a civil date, or an instant
    clock_start_on: date | None = None
    day_1_on: date | None = None
    last_day_on: date | None = None
    remaining_days: int | None = None  # while tolled
    extension: int = 0
    extended_times: int = 0
    is_lapsed: bool = False  # a lapse stands on record
    determination: Outcome | None = choice(Outcome, "determination", nullable=True)
    determined_at: datetime | None = instant(nullable=True)
    is_on_time: bool | None = None
    released_at: datetime | None = instant(nullable=True)
    released_stage: Stage | None = choice(Stage, "released_stage", nullable=True)
    released_digest: str | None = None
    preceded_by: str | None = None  # cleared | concerns | lapse | nothing
    acknowledged: Any = document()
    is_in_breach: bool = False
    withdrawn_at: datetime | None = instant(nullable=True)


class SubmissionItem(SQLModel, table=True):
    """A gate or checklist item; a later one of the same name replaces it in force, not on record."""

    __tablename__ = "submission_item"

    subject: str = owner()
    no: int = number()
    item: str
    digest: str | None = None
    text: str | None = None
    supplied_at: datetime = instant()
    supplied_by: str


class PlannedRelease(SQLModel, table=True):
    """The day on which the lab plans a stage; one row a stage."""

    __tablename__ = "planned_release"

    subject: str = owner()
    no: int = number()
    stage: Stage = choice(Stage, "stage")
    planned_on: date


class Assignment(SQLModel, table=True):
    """Who reviews; ended when `ended_at` is set."""

    __table_args__ = (Index("ix_assignment_person", "person"),)

    subject: str = owner()
    no: int = number()
    person: str = link("person.ref")
    is_consulted: bool = False
    assigned_at: datetime = instant()
    ended_at: datetime | None = instant(nullable=True)


class Request(SQLModel, table=True):
    """open → answered | overdue | withdrawn | moot | closed; answered → open when the answer is rejected."""

    subject: str = owner()
    no: int = number()
    state: RequestState = choice(RequestState, "state")
    text: str
    asked_by: str
    asked_at: datetime = instant()
    is_tolling: bool = False
    answer: str | None = None
    answer_digest: str | None = None
    answered_at: datetime | None = instant(nullable=True)
    is_late: bool = False


class Toll(SQLModel, table=True):
    """A time in which the clock stands; open while `ended_at` is null."""

    subject: str = owner()
    no: int = number()
    cause: str
    request_no: int | None = None
    reason: str = ""
    started_at: datetime = instant()
    ended_at: datetime | None = instant(nullable=True)


class AccessGrant(SQLModel, table=True):
    """active → suspended | ended | revoked; suspended → active when the submission is filed again."""

    __tablename__ = "access_grant"

    subject: str = owner()
    no: int = number()
    state: GrantState = choice(GrantState, "state")
    grantee: str
    how: str
    terms: Any = document()
    started_at: datetime = instant()
    until_on: date | None = None  # the end that the lab named; none: the window's last day
    ended_at: datetime | None = instant(nullable=True)
    is_after_release: bool = False
