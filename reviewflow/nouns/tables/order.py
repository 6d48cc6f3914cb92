"""Halts and commitments."""

from datetime import date, datetime
from typing import Any

from sqlmodel import SQLModel

from reviewflow.nouns.columns import choice, document, instant, link, number, owner
from reviewflow.nouns.states import CommitmentState, HaltState, Side


class Halt(SQLModel, table=True):
    """An order outside any review; its state is that of its least advanced model."""

    ref: str = owner()
    state: HaltState = choice(HaltState, "state")
    lab: str = link("organization.ref")
    agency: str = link("organization.ref")
    legal_basis: str
    issued_at: datetime = instant()
    ordered_scope: str
    implemented_scope: str | None = None
    implemented_at: datetime | None = instant(nullable=True)
    lifted_at: datetime | None = instant(nullable=True)
    source: str | None = None


class HaltModel(SQLModel, table=True):
    """ordered → narrowed* → lifted → restored, for one model; served again under a narrowing is `served_at`."""

    __tablename__ = "halt_model"

    subject: str = owner()
    no: int = number()
    model: str = link("model.ref")
    state: HaltState = choice(HaltState, "state")
    scope: str
    narrowed_at: datetime | None = instant(nullable=True)
    lifted_at: datetime | None = instant(nullable=True)
    served_at: datetime | None = instant(nullable=True)
    served_scope: str | None = None


class AllowList(SQLModel, table=True):
    """A version of the list of those whom a narrowed halt lets through."""

    __tablename__ = "allow_list"

    subject: str = owner()
    no: int = number()  # the version
    entities: Any = document()
    since_at: datetime = instant()
    source: str | None = None


class Commitment(SQLModel, table=True):
    """proposed → agreed → met | missed | waived | replaced; missed → met, late."""

    ref: str = owner()
    state: CommitmentState = choice(CommitmentState, "state")
    lab: str = link("organization.ref")
    agency: str = link("organization.ref")
    text: str
    owner: str
    due_on: date | None = None
    review: str | None = link("review.ref", nullable=True)
    halt: str | None = link("halt.ref", nullable=True)
    replaces: str | None = link("commitment.ref", nullable=True)
    proposed_by: str
    proposed_side: Side = choice(Side, "proposed_side")
    met_at: datetime | None = instant(nullable=True)
    evidence: str | None = None
