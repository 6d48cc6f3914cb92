"""The queue of reviews and the list of live deadlines: one statement each, narrowed to the reader first."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, exists, false, func, or_, select, true

from reviewflow.nouns.states import DeadlineKind, DeadlineStatus, RequestState, ReviewState
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables import looking, order, programme, review
from reviewflow.nouns.tables.index import DEADLINE, SUBJECT, table

_REVIEW, _MODEL = table(review.Review), table(programme.Model)
_ASSIGNMENT, _REQUEST = table(review.Assignment), table(review.Request)
_RECOMMENDATION, _COMMITMENT = table(looking.Recommendation), table(order.Commitment)

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
_WINDOW, _INTAKE, _PLANNED = (DEADLINE.alias(name) for name in ("window", "intake", "planned"))
_BY_WINDOW = (ReviewState.UNDER_REVIEW, ReviewState.TOLLED, ReviewState.LAPSED)


def _joined(found: Select[Any]) -> Select[Any]:
    """What each review waits for: its window, the check of its submission, else its planned release."""
    lapsed = and_(_REVIEW.c.state == ReviewState.LAPSED, _WINDOW.c.status == DeadlineStatus.MISSED)
    window = and_(
        _WINDOW.c.subject == _REVIEW.c.ref, _WINDOW.c.kind == DeadlineKind.WINDOW, _REVIEW.c.state.in_(_BY_WINDOW),
        or_(_WINDOW.c.status.in_(_LIVE), lapsed),
    )  # fmt: skip
    intake = and_(
        _INTAKE.c.subject == _REVIEW.c.ref, _INTAKE.c.kind == DeadlineKind.INTAKE, _INTAKE.c.status.in_(_LIVE),
        _REVIEW.c.state == ReviewState.SUBMITTED,
    )  # fmt: skip
    planned = and_(
        _PLANNED.c.subject == _REVIEW.c.ref, _PLANNED.c.kind == DeadlineKind.PLANNED_RELEASE,
        _PLANNED.c.status.in_(_LIVE), _REVIEW.c.state.not_in((*_BY_WINDOW, ReviewState.SUBMITTED)),
    )  # fmt: skip
    return (
        found.outerjoin(_WINDOW, window)
        .outerjoin(_INTAKE, intake)
        .outerjoin(_PLANNED, planned)
        .add_columns(
            *(
                func.coalesce(_WINDOW.c[name], _INTAKE.c[name], _PLANNED.c[name]).label(name)
                for name in ("due_at", "due_on")
            ),
            func.coalesce(_WINDOW.c.kind, _INTAKE.c.kind, _PLANNED.c.kind).label("due_kind"),
            _WINDOW.c.made_at.label("window_made_at"),
        )
    )


def _on(part: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(part.c.no).where(part.c.subject == _REVIEW.c.ref, *conditions))


_UNANSWERED = _REQUEST.c.state.in_((RequestState.OPEN, RequestState.OVERDUE))
_LOOKING = and_(_ASSIGNMENT.c.subject == _REVIEW.c.ref, _ASSIGNMENT.c.ended_at.is_(None))
_UNSPENT = and_(  # as `rules.standing` has it: of this filing, not used up, by somebody who still looks
    _RECOMMENDATION.c.recommended_at >= _REVIEW.c.submitted_at, _RECOMMENDATION.c.determination.is_(None),
    exists(select(_ASSIGNMENT.c.no).where(_LOOKING, _ASSIGNMENT.c.person == _RECOMMENDATION.c.recommended_by)),
)  # fmt: skip
_QUEUE = _joined(
    select(
        *(_REVIEW.c[n] for n in ("ref", "state", "lab", "agency", "model", "policy", "policy_version")),
        *(_REVIEW.c[n] for n in ("policy_digest", "calendar_digest", "clock_start_on", "day_1_on", "last_day_on")),
        *(_REVIEW.c[n] for n in ("remaining_days", "determination", "released_at", "withdrawn_at")),
        _MODEL.c.name.label("model_name"),
        SUBJECT.c.seq.label("version"),
        SUBJECT.c.head,
        _on(_REQUEST, _UNANSWERED).label("has_open_request"),
        _on(_RECOMMENDATION, _UNSPENT).label("has_recommendation"),
        select(func.min(_ASSIGNMENT.c.person)).where(_LOOKING, _ASSIGNMENT.c.is_consulted == false())
        .scalar_subquery().label("reviewer"),
    )
    .join(SUBJECT, SUBJECT.c.ref == _REVIEW.c.ref)
    .join(_MODEL, _MODEL.c.ref == _REVIEW.c.model)
)  # fmt: skip
_OPEN = _REVIEW.c.state.not_in((ReviewState.RELEASED, ReviewState.WITHDRAWN))
_REVIEWS = {(whose, False): _QUEUE.where(mine, _OPEN) for whose, mine in MINE.items()} | {
    (whose, True): _QUEUE.where(mine) for whose, mine in MINE.items()
}
_DUE_ON = func.coalesce(*(deadline.c.due_on for deadline in (_WINDOW, _INTAKE, _PLANNED)))
LOOKED_AT_BY = select(_ASSIGNMENT.c.subject).where(
    _ASSIGNMENT.c.person == bindparam("assigned_to"), _ASSIGNMENT.c.ended_at.is_(None)
)
_NARROWER = {
    "state": _REVIEW.c.state == bindparam("state"),
    "lab": _REVIEW.c.lab == bindparam("lab"),
    "due_before": bindparam("due_before") > _DUE_ON,
    "assigned_to": _REVIEW.c.ref.in_(LOOKED_AT_BY),
}
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


def reviews(
    connection: Connection, whose: str, organization: str = "", person: str = "", *, all_states: bool = False,
    **narrower: object,
) -> list[Row]:  # fmt: skip
    """Reviews with model, lab, what they wait for and when it is due; released and withdrawn only with `all_states`.

    `narrower`: state, lab, due_before (a civil date), assigned_to (a person); None leaves one out.
    """
    values = values_of(whose, organization, person)
    return _narrowed(connection, _REVIEWS[whose, all_states], values, _NARROWER, narrower)


def has_reviews(connection: Connection, whose: str, organization: str = "", person: str = "") -> bool:
    """Whether there is any review at all for a reader."""
    return connection.execute(_ANY[whose], values_of(whose, organization, person)).first() is not None


def deadlines(
    connection: Connection, whose: str, organization: str = "", person: str = "", *, with_missed: bool = False,
    **narrower: object,
) -> list[Row]:  # fmt: skip
    """The live deadlines of all that a reader sees, the nearest first, tolled ones last; or the missed ones too.

    `narrower` as of reviews, and due_from (a civil date); the state is that of the deadline itself.
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
