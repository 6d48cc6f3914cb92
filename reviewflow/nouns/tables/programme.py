"""Organizations, people, models, agreements, coverage and partners."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from reviewflow.nouns.columns import choice, document, instant, link, number, owner
from reviewflow.nouns.states import (
    AgreementState,
    CoverageState,
    ModelState,
    PartnerState,
    ReleaseKind,
    Side,
    Stage,
    Standing,
)


class Organization(SQLModel, table=True):
    """active ⇄ inactive; keeps its key, and has names with dates."""

    ref: str = owner()
    state: Standing = choice(Standing, "state")
    side: Side = choice(Side, "side")
    name: str
    powers: Any = document(default=[])


class OrganizationName(SQLModel, table=True):
    """A name and the day from which it holds."""

    __tablename__ = "organization_name"

    subject: str = owner()
    no: int = number()
    name: str
    since_on: date | None = None
    source: str | None = None


class Person(SQLModel, table=True):
    """active ⇄ inactive; a role mailbox."""

    ref: str = owner()
    state: Standing = choice(Standing, "state")
    name: str
    organization: str = link("organization.ref")
    roles: Any = document(default=[])
    channels: Any = document()  # how he is told; None: as the installation says
    preferences: Any = document()  # what, when and how often; None: everything, at once


class Model(SQLModel, table=True):
    """One version of a lab's model, identified by its checkpoint digest."""

    __table_args__ = (
        UniqueConstraint("lab", "name", name="uq_model_name"),
        UniqueConstraint("lab", "checkpoint_digest", name="uq_model_digest"),
    )

    ref: str = owner()
    state: ModelState = choice(ModelState, "state")
    lab: str = link("organization.ref")
    name: str
    checkpoint_digest: str | None = None
    release_kind: ReleaseKind = choice(ReleaseKind, "release_kind")
    source: str | None = None


class ModelRelease(SQLModel, table=True):
    """A stage of release as a dated fact."""

    __tablename__ = "model_release"

    subject: str = owner()
    no: int = number()
    stage: Stage = choice(Stage, "stage")
    released_at: datetime = instant()
    scope: str = ""
    source: str


class Holder(SQLModel, table=True):
    """Who holds a copy of published weights, and can only be told."""

    subject: str = owner()
    no: int = number()
    name: str
    contact: str | None = None
    source: str | None = None


class Agreement(SQLModel, table=True):
    """negotiating → signed → ended; negotiating → declined."""

    __table_args__ = (
        Index(  # one agreement of a lab with an agency at a time
            "uq_agreement_live",
            "lab",
            "agency",
            unique=True,
            sqlite_where=text("state IN ('negotiating', 'signed')"),
            postgresql_where=text("state IN ('negotiating', 'signed')"),
        ),
    )

    ref: str = owner()
    state: AgreementState = choice(AgreementState, "state")
    lab: str = link("organization.ref")
    agency: str = link("organization.ref")
    note: str = ""
    source: str | None = None
    lab_signed_by: str | None = None
    agency_signed_by: str | None = None
    signed_at: datetime | None = instant(nullable=True)
    since: str | None = None  # as precisely as the source knows it, such as "August 2024"
    ended_at: datetime | None = instant(nullable=True)


class Coverage(SQLModel, table=True):
    """asked → covered | not_covered; a pointer only."""

    ref: str = owner()
    state: CoverageState = choice(CoverageState, "state")
    lab: str = link("organization.ref")
    agency: str = link("organization.ref")
    model: str = link("model.ref")
    text: str = ""
    pointer: str | None = None
    decided_by: str | None = None


class Partner(SQLModel, table=True):
    """proposed by one side → agreed or refused by the other."""

    ref: str = owner()
    state: PartnerState = choice(PartnerState, "state")
    review: str = link("review.ref")
    lab: str = link("organization.ref")
    agency: str = link("organization.ref")
    name: str = Field()
    stage: Stage = choice(Stage, "stage")
    proposed_by: str
    proposed_side: Side = choice(Side, "proposed_side")
