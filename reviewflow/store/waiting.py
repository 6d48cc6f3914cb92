"""What a review waits for, and for whom: the conditions by which its line is found in the queue and counted."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, false, or_, select

from reviewflow.nouns.move import Move
from reviewflow.nouns.states import FINAL_STATES, LOOKED_AT, ReviewState, Role, Side
from reviewflow.nouns.tables import review
from reviewflow.nouns.tables.index import QUEUE_LINE, table
from reviewflow.store.queue import ALL, OF_AGENCY, OF_LAB, OF_PERSON

LINE = QUEUE_LINE.c
_ASSIGNMENT = table(review.Assignment)
_STILL_LOOKS = _ASSIGNMENT.c.ended_at.is_(None)

LABS_OWN = (Move.SUBMIT, Move.SUBMIT_AGAIN, Move.ANSWER, Move.RELEASE)
_WAITING_ON = {
    "lab": LABS_OWN,
    "agency": (Move.CHECK, Move.ASSIGN, Move.RECOMMEND, Move.DETERMINE, Move.LOOK),
    "intake": (Move.CHECK,),
    "reviewer": (Move.RECOMMEND,),
    "decider": (Move.ASSIGN, Move.DETERMINE),
}


def _looked_at_by(person: ColumnElement[str]) -> ColumnElement[bool]:
    return LINE.subject.in_(select(_ASSIGNMENT.c.subject).where(_ASSIGNMENT.c.person == person, _STILL_LOOKS))


_IS_MINE = _looked_at_by(bindparam("person"))
_OF_THE_AGENCY = LINE.side == Side.AGENCY
WHOSE: Mapping[str, ColumnElement[bool]] = {
    ALL: _OF_THE_AGENCY,
    OF_LAB: and_(LINE.side == Side.LAB, LINE.lab == bindparam("organization")),
    OF_AGENCY: and_(_OF_THE_AGENCY, or_(LINE.agency == bindparam("organization"), _IS_MINE)),
    OF_PERSON: and_(_OF_THE_AGENCY, _IS_MINE),
}
IS_OPEN = LINE.state.not_in(FINAL_STATES)
_IS_LOOKED_AT = LINE.state.in_(LOOKED_AT)
_IS_ENDING = or_(LINE.state == ReviewState.LAPSED, bindparam("soon_on") >= LINE.due_on)
_IS_OVERDUE = bindparam("now", type_=LINE.answer_due_at.type) >= LINE.answer_due_at
_YOURS = {
    Role.OFFICER: LINE.move.in_(LABS_OWN),
    Role.INTAKE: LINE.state == ReviewState.SUBMITTED,
    Role.REVIEWER: and_(
        _IS_LOOKED_AT, ~LINE.is_recommended, or_(_IS_ENDING, LINE.move != Move.ANSWER, _IS_OVERDUE), _IS_MINE,
    ),
    Role.DECIDER: and_(_IS_LOOKED_AT, or_(LINE.is_recommended, _IS_ENDING)),
}  # fmt: skip


def waiting_on(whom: str) -> ColumnElement[bool]:
    """A side or a role has the next move."""
    return LINE.move.in_(_WAITING_ON[whom])


def yours(roles: Iterable[Role]) -> ColumnElement[bool]:
    """What somebody with these roles is to do, or to see to; `rules.moves.is_yours` says the same of one."""
    return or_(false(), *(_YOURS[role] for role in sorted(roles)))


def narrowed(name: str, value: Any) -> ColumnElement[bool]:
    """The condition of one filter."""
    match name:
        case "state" | "lab":
            return and_(LINE[name] == value)
        case "assigned_to":
            return _looked_at_by(value)
        case "due_before":
            on: date = value
            return and_(on > LINE.due_on)
        case "among":
            return LINE.subject.in_(sorted(value))
        case "owners":
            return or_(LINE.lab.in_(sorted(value)), LINE.agency.in_(sorted(value)))
    raise AssertionError(name)
