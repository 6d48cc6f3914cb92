"""Whose reviews a reader sees, and the live deadlines of all that he sees, narrowed to him first."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, or_, select, true

from reviewflow.nouns.states import DeadlineStatus
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables import order, programme, review
from reviewflow.nouns.tables.index import DEADLINE, SUBJECT, table

_REVIEW, _MODEL = table(review.Review), table(programme.Model)
_ASSIGNMENT = table(review.Assignment)
_COMMITMENT = table(order.Commitment)

ALL, OF_LAB, OF_AGENCY, OF_PERSON = "all", "lab", "agency", "person"  # whose reviews a reader sees

_ASSIGNED = _REVIEW.c.ref.in_(
    select(_ASSIGNMENT.c.subject).where(_ASSIGNMENT.c.person == bindparam("person"), _ASSIGNMENT.c.ended_at.is_(None))
)
_IS_FILED = _REVIEW.c.submitted_at.is_not(None)  # a draft is the lab's own
MINE: dict[str, ColumnElement[bool]] = {
    ALL: true(),
    OF_LAB: _REVIEW.c.lab == bindparam("organization"),
    OF_AGENCY: or_(and_(_REVIEW.c.agency == bindparam("organization"), _IS_FILED), _ASSIGNED),
    OF_PERSON: _ASSIGNED,
}

_LIVE = (DeadlineStatus.OPEN, DeadlineStatus.TOLLED)
LOOKED_AT_BY = select(_ASSIGNMENT.c.subject).where(
    _ASSIGNMENT.c.person == bindparam("assigned_to"), _ASSIGNMENT.c.ended_at.is_(None)
)
_NARROWER_OWED = {
    "state": DEADLINE.c.status == bindparam("state"),
    "lab": SUBJECT.c.lab == bindparam("lab"),
    "due_before": bindparam("due_before") > DEADLINE.c.due_on,
    "due_from": bindparam("due_from") <= DEADLINE.c.due_on,
    "assigned_to": DEADLINE.c.subject.in_(LOOKED_AT_BY),
}
_ANY = {whose: select(_REVIEW.c.ref).where(mine).limit(1) for whose, mine in MINE.items()}

_OWED = (
    select(*(DEADLINE.c[n] for n in ("subject", "no", "kind", "part_no", "status", "due_at", "due_on")))
    .add_columns(DEADLINE.c.remaining_days, _MODEL.c.name.label("model_name"))
    .add_columns(SUBJECT.c.kind.label("subject_kind"), SUBJECT.c.lab)
    .add_columns(func.coalesce(_REVIEW.c.agency, SUBJECT.c.agency).label("agency"))
    .add_columns(SUBJECT.c.seq.label("version"), SUBJECT.c.head)
    .add_columns(_REVIEW.c.policy_digest, _REVIEW.c.calendar_digest, _COMMITMENT.c.text.label("commitment"))
    .join(SUBJECT, SUBJECT.c.ref == DEADLINE.c.subject)
    .outerjoin(_REVIEW, _REVIEW.c.ref == DEADLINE.c.subject)
    .outerjoin(_COMMITMENT, _COMMITMENT.c.ref == DEADLINE.c.subject)
    .outerjoin(_MODEL, _MODEL.c.ref == _REVIEW.c.model)
    .order_by(DEADLINE.c.due_at.is_(None), DEADLINE.c.due_at, DEADLINE.c.subject, DEADLINE.c.no)
)
_THEIRS: dict[str, ColumnElement[bool]] = {
    ALL: true(),
    OF_LAB: SUBJECT.c.lab == bindparam("organization"),
    OF_AGENCY: or_(and_(SUBJECT.c.agency == bindparam("organization"), _IS_FILED), _REVIEW.c.ref.is_(None), _ASSIGNED),
    OF_PERSON: or_(_REVIEW.c.ref.is_(None), _ASSIGNED),
}
_IS_LIVE = DEADLINE.c.status.in_(_LIVE)
_MISSED_TOO = or_(_IS_LIVE, DEADLINE.c.status == DeadlineStatus.MISSED)
_DEADLINES = {(whose, False): _OWED.where(mine, _IS_LIVE) for whose, mine in _THEIRS.items()} | {
    (whose, True): _OWED.where(mine, _MISSED_TOO) for whose, mine in _THEIRS.items()
}


def values_of(whose: str, organization: str, person: str) -> dict[str, str]:
    """What the condition of MINE asks for."""
    wanted = {ALL: (), OF_LAB: ("organization",), OF_AGENCY: ("organization", "person"), OF_PERSON: ("person",)}[whose]
    return {name: value for name, value in (("organization", organization), ("person", person)) if name in wanted}


def has_reviews(connection: Connection, whose: str, organization: str = "", person: str = "") -> bool:
    """Whether there is any review at all for a reader."""
    return connection.execute(_ANY[whose], values_of(whose, organization, person)).first() is not None


def deadlines(
    connection: Connection, whose: str, organization: str = "", person: str = "", *, with_missed: bool = False,
    **narrower: object,
) -> list[Row]:  # fmt: skip
    """The live deadlines of all that a reader sees, the nearest first, tolled ones last; or the missed ones too.

    `narrower`: lab, due_before and due_from (civil dates), assigned_to, and state, that of the deadline itself.
    """
    values = values_of(whose, organization, person)
    return _narrowed(connection, _DEADLINES[whose, with_missed], values, _NARROWER_OWED, narrower)


def _narrowed(
    connection: Connection, statement: Select[Any], values: Mapping[str, object],
    conditions: Mapping[str, ColumnElement[bool]], narrower: Mapping[str, object],
) -> list[Row]:  # fmt: skip
    asked = {name: value for name, value in narrower.items() if value is not None}
    found = connection.execute(statement.where(*(conditions[name] for name in asked)), {**values, **asked})
    return [dict(row) for row in found.mappings()]
