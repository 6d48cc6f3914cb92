"""What a review waits for, and for whom: the conditions by which the queue is found, ordered and counted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    text,
    type_coerce,
)  # fmt: skip

from reviewflow.nouns.states import DeadlineKind, DeadlineStatus, RequestState, ReviewState, Role
from reviewflow.nouns.tables import looking, review
from reviewflow.nouns.tables.index import DEADLINE, SUBJECT, table

REVIEW, ASSIGNMENT, REQUEST = table(review.Review), table(review.Assignment), table(review.Request)
RECOMMENDATION = table(looking.Recommendation)
DUE = DEADLINE.alias("due")  # the one deadline that a review waits for, by its state
_ENDING, _SPINE = DEADLINE.alias("ending"), SUBJECT.alias("spine")

LOOKED_AT = (ReviewState.UNDER_REVIEW, ReviewState.TOLLED, ReviewState.LAPSED)
WITH_THE_LAB = (ReviewState.DRAFT, ReviewState.RETURNED, ReviewState.CLEARED, ReviewState.CONCERNS)
FINAL = (ReviewState.RELEASED, ReviewState.WITHDRAWN)
_IS_LOOKED_AT = REVIEW.c.state.in_(LOOKED_AT)


def _kind(kind: DeadlineKind) -> ColumnElement[DeadlineKind]:
    return literal(kind, DEADLINE.c.kind.type)


RESCINDED = "rescinded"  # as `rules.deadlines` calls one that only a rescinded event had made
WAITED_FOR = case(
    (_IS_LOOKED_AT, _kind(DeadlineKind.WINDOW)),
    (REVIEW.c.state == ReviewState.SUBMITTED, _kind(DeadlineKind.INTAKE)),
    else_=_kind(DeadlineKind.PLANNED_RELEASE),
)
IS_OF_IT = and_(DUE.c.subject == REVIEW.c.ref, DUE.c.kind == WAITED_FOR)
# In letters, since an index over some rows is only taken where the statement itself says that it asks for those.
_OPEN = "{0}.status = 'open' AND {0}.kind IN ('window', 'intake', 'planned_release')"
IS_RUNNING = text(_OPEN.format("due"))
_LATER = DEADLINE.alias("later")
_LATEST = (
    select(func.max(_LATER.c.no))
    .where(_LATER.c.subject == REVIEW.c.ref, _LATER.c.kind == WAITED_FOR)
    .where(func.coalesce(_LATER.c.reason, "") != RESCINDED)
    .correlate(REVIEW)
    .scalar_subquery()
)
OWED_STILL = (ReviewState.SUBMITTED, ReviewState.LAPSED)  # though the time is over
IS_MISSED = and_(
    REVIEW.c.state.in_(OWED_STILL), text("due.status = 'missed' AND due.kind IN ('window', 'intake')"),
    DUE.c.no == _LATEST,
)  # fmt: skip
IS_DUE = and_(IS_OF_IT, or_(DUE.c.status.in_((DeadlineStatus.OPEN, DeadlineStatus.TOLLED)), IS_MISSED))


@dataclass(frozen=True)
class Facts:
    """What is asked of each review: EACH as a question about one, WHOLE as a set that is found once."""

    state: ColumnElement[ReviewState]
    is_asked: ColumnElement[bool]  # the lab owes an answer
    is_recommended: ColumnElement[bool]
    has_reviewer: ColumnElement[bool]  # one who may recommend
    is_mine: ColumnElement[bool]  # the person looks at it
    runs_out: ColumnElement[bool]  # what it waits for is about to be due

    @property
    def is_looked_at(self) -> ColumnElement[bool]:  # by the agency
        return self.state.in_(LOOKED_AT)

    @property
    def is_waited_for(self) -> ColumnElement[bool]:  # the lab, for its answer: as `rules.moves` has it
        return and_(self.is_asked, self.state != ReviewState.LAPSED)


_IS_ASKED = REQUEST.c.state.in_((RequestState.OPEN, RequestState.OVERDUE))
_STILL_LOOKS = ASSIGNMENT.c.ended_at.is_(None)
_LEADS = and_(_STILL_LOOKS, ASSIGNMENT.c.is_consulted == false())
_IS_ME = and_(_STILL_LOOKS, ASSIGNMENT.c.person == bindparam("person"))
_UNSPENT = and_(  # as `rules.standing` has it: of this filing, not used up, by somebody who still looks
    RECOMMENDATION.c.subject == REVIEW.c.ref, RECOMMENDATION.c.recommended_at >= REVIEW.c.submitted_at,
    RECOMMENDATION.c.determination.is_(None),
    exists(
        select(ASSIGNMENT.c.no).where(
            _STILL_LOOKS, ASSIGNMENT.c.subject == RECOMMENDATION.c.subject,
            ASSIGNMENT.c.person == RECOMMENDATION.c.recommended_by,
        )
    ),
)  # fmt: skip
_ENDS_SOON = and_(
    text(_OPEN.format("ending")), _ENDING.c.due_at < bindparam("soon_at", type_=DEADLINE.c.due_at.type),
    bindparam("soon_on") >= _ENDING.c.due_on,
)  # fmt: skip


def _of(part: Select[Any], subject: ColumnElement[str]) -> ColumnElement[bool]:
    return exists(part.where(subject == REVIEW.c.ref))


_REQUESTS = select(REQUEST.c.subject).where(_IS_ASKED)
_LEADERS, _MY_OWN = (select(ASSIGNMENT.c.subject).where(who) for who in (_LEADS, _IS_ME))
_AWAITED = REVIEW.c.ref + type_coerce(WAITED_FOR, String())  # as one text, since SQLite looks pairs up one by one
_ENDING_OF = _ENDING.c.subject + type_coerce(_ENDING.c.kind, String())
_ENDINGS = select(_ENDING.c.no).where(_ENDS_SOON)
EACH = Facts(
    state=REVIEW.c.state,
    is_asked=_of(_REQUESTS, REQUEST.c.subject),
    is_recommended=exists(select(RECOMMENDATION.c.no).where(_UNSPENT)),
    has_reviewer=_of(_LEADERS, ASSIGNMENT.c.subject),
    is_mine=_of(_MY_OWN, ASSIGNMENT.c.subject),
    runs_out=exists(_ENDINGS.where(_ENDING.c.subject == REVIEW.c.ref, _ENDING.c.kind == WAITED_FOR)),
)
_NAMED = select(RECOMMENDATION.c.subject).where(RECOMMENDATION.c.determination.is_(None))
WHOLE = Facts(
    state=REVIEW.c.state,
    is_asked=REVIEW.c.ref.in_(_REQUESTS),
    is_recommended=and_(REVIEW.c.ref.in_(_NAMED), EACH.is_recommended),  # few are asked the longer question
    has_reviewer=REVIEW.c.ref.in_(_LEADERS),
    is_mine=REVIEW.c.ref.in_(_MY_OWN),
    runs_out=_AWAITED.in_(select(_ENDING_OF).where(_ENDS_SOON)),
)


def waiting_on(facts: Facts) -> Mapping[str, ColumnElement[bool]]:
    """Who has the next move, as `views.queue` says it of each: a side, or within the agency a role."""
    theirs = and_(facts.is_looked_at, not_(facts.is_waited_for))
    is_filed = facts.state == ReviewState.SUBMITTED
    is_ready = or_(facts.is_recommended, not_(facts.has_reviewer))
    return {
        "lab": or_(facts.state.in_(WITH_THE_LAB), and_(facts.is_looked_at, facts.is_waited_for)),
        "agency": or_(is_filed, theirs),
        "intake": is_filed,
        "reviewer": and_(theirs, not_(is_ready)),
        "decider": and_(theirs, is_ready),
    }


def yours(roles: Iterable[Role], facts: Facts) -> ColumnElement[bool]:
    """What somebody with these roles is to do, or to see to."""
    to_sign = and_(facts.is_looked_at, facts.is_recommended)
    left_alone = or_(facts.state == ReviewState.LAPSED, facts.runs_out)
    of_role = {
        Role.OFFICER: waiting_on(facts)["lab"],
        Role.INTAKE: facts.state == ReviewState.SUBMITTED,
        Role.REVIEWER: and_(
            facts.is_looked_at, facts.is_mine, not_(facts.is_recommended), or_(left_alone, not_(facts.is_waited_for))
        ),
        Role.DECIDER: or_(to_sign, and_(facts.is_looked_at, left_alone)),
    }
    return or_(false(), *(of_role[role] for role in roles))


def narrowed(name: str, value: Any) -> ColumnElement[bool]:
    """The condition of one filter; `due_before` is a civil date, and an instant before which all of that is due."""
    match name:
        case "state" | "lab":
            return and_(REVIEW.c[name] == value)
        case "assigned_to":
            looks = select(ASSIGNMENT.c.subject).where(_STILL_LOOKS, ASSIGNMENT.c.person == value)
            return REVIEW.c.ref.in_(looks)
        case "due_before":
            return _due_before(*value)
        case "among":
            return REVIEW.c.ref.in_(sorted(value))
        case "owners":
            owned = or_(_SPINE.c.lab.in_(sorted(value)), _SPINE.c.agency.in_(sorted(value)))
            return REVIEW.c.ref.in_(select(_SPINE.c.ref).where(owned))
    raise AssertionError(name)


def runs_before(on: date, at: datetime) -> ColumnElement[bool]:
    """Whether what runs is due before a date, and so before an instant."""
    is_before = and_(text(_OPEN.format("ending")), _ENDING.c.due_at < at, _ENDING.c.due_on < on)
    return _AWAITED.in_(select(_ENDING_OF).where(is_before))


def _due_before(on: date, at: datetime) -> ColumnElement[bool]:
    return or_(runs_before(on, at), and_(REVIEW.c.state.in_(OWED_STILL), on > MISSED_ON))


MISSED_ON = select(DUE.c.due_on).where(IS_OF_IT, IS_MISSED).correlate(REVIEW).scalar_subquery()
LEADERS = select(func.aggregate_strings(ASSIGNMENT.c.person, "\n")).where(ASSIGNMENT.c.subject == REVIEW.c.ref, _LEADS)
CONSULTED = select(func.aggregate_strings(ASSIGNMENT.c.person, "\n")).where(
    ASSIGNMENT.c.subject == REVIEW.c.ref, _STILL_LOOKS, ASSIGNMENT.c.is_consulted != false()
)
