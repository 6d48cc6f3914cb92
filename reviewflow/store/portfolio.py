"""Reviews over time: those of which something lies in a span, with what is drawn of them."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, and_, bindparam, exists, func, or_, select

from reviewflow.nouns.states import DeadlineKind, DeadlineStatus, ReviewState
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables import programme, review
from reviewflow.nouns.tables.index import DEADLINE, SUBJECT, table
from reviewflow.store.queue import LOOKED_AT_BY, MINE, values_of

_REVIEW, _MODEL = table(review.Review), table(programme.Model)
_PLANNED, _TOLL = table(review.PlannedRelease), table(review.Toll)
_KEYS = (
    "ref", "state", "lab", "agency", "model", "policy", "policy_version", "policy_digest", "calendar_digest",
    "submitted_at", "clock_start_on", "day_1_on", "last_day_on", "remaining_days", "is_lapsed", "determination",
    "determined_at", "released_at", "released_stage", "withdrawn_at",
)  # fmt: skip
_DUE_AT = (
    select(func.min(DEADLINE.c.due_at))
    .where(DEADLINE.c.subject == _REVIEW.c.ref, DEADLINE.c.kind == DeadlineKind.WINDOW)
    .where(DEADLINE.c.status == DeadlineStatus.OPEN)
    .scalar_subquery()
)
_PLANNED_ON = select(func.min(_PLANNED.c.planned_on)).where(_PLANNED.c.subject == _REVIEW.c.ref).scalar_subquery()
_IS_PLANNED = exists(
    select(_PLANNED.c.no).where(
        _PLANNED.c.subject == _REVIEW.c.ref, _PLANNED.c.planned_on.between(bindparam("first_on"), bindparam("last_on"))
    )
)
_ENDED_AT = func.coalesce(_REVIEW.c.released_at, _REVIEW.c.withdrawn_at)
_BEGAN = and_(_REVIEW.c.submitted_at.is_not(None), _REVIEW.c.submitted_at < bindparam("until"))
_GOES_ON = or_(_ENDED_AT.is_(None), bindparam("since") <= _ENDED_AT)
_IS_PLANNED_STILL = and_(_IS_PLANNED, _REVIEW.c.state != ReviewState.WITHDRAWN)
_ALL = (
    select(*(_REVIEW.c[name] for name in _KEYS), _MODEL.c.name.label("model_name"))
    .add_columns(SUBJECT.c.seq.label("version"), SUBJECT.c.head)
    .add_columns(_DUE_AT.label("due_at"), _PLANNED_ON.label("planned_on"))
    .join(SUBJECT, SUBJECT.c.ref == _REVIEW.c.ref)
    .join(_MODEL, _MODEL.c.ref == _REVIEW.c.model)
    .where(or_(and_(_BEGAN, _GOES_ON), _IS_PLANNED_STILL))
)
_REVIEWS = {whose: _ALL.where(mine) for whose, mine in MINE.items()}
_NARROWER = {
    "state": _REVIEW.c.state == bindparam("state"),
    "lab": _REVIEW.c.lab == bindparam("lab"),
    "assigned_to": _REVIEW.c.ref.in_(LOOKED_AT_BY),
}
_THESE: BindParameter[list[str]] = bindparam("refs", expanding=True)
_PLANS_OF = select(_PLANNED).where(_PLANNED.c.subject.in_(_THESE)).order_by(_PLANNED.c.subject, _PLANNED.c.planned_on)
_TOLLS_OF = select(_TOLL).where(_TOLL.c.subject.in_(_THESE)).order_by(_TOLL.c.subject, _TOLL.c.no)


def reviews(
    connection: Connection, whose: tuple[str, str, str], since: datetime, until: datetime, first_on: date,
    last_on: date, **narrower: object,
) -> list[Row]:  # fmt: skip
    """Reviews that were filed before `until` and did not end before `since`, or are planned for a date between.

    `since` and `until` are the instants at which `first_on` begins and `last_on` ends. `whose` as of the queue;
    `narrower`: state, lab, assigned_to; None leaves one out.
    """
    asked = {name: value for name, value in narrower.items() if value is not None}
    statement: Select[Any] = _REVIEWS[whose[0]].where(*(_NARROWER[name] for name in asked))
    span = {"since": since, "until": until, "first_on": first_on, "last_on": last_on}
    return [dict(row) for row in connection.execute(statement, {**values_of(*whose), **span, **asked}).mappings()]


def plans_of(connection: Connection, refs: Collection[str]) -> list[Row]:
    """The planned releases of some reviews, by date."""
    return [dict(row) for row in connection.execute(_PLANS_OF, {"refs": list(refs)}).mappings()]


def tolls_of(connection: Connection, refs: Collection[str]) -> list[Row]:
    """The tolls of some reviews, in order."""
    return [dict(row) for row in connection.execute(_TOLLS_OF, {"refs": list(refs)}).mappings()]
