"""How many reviews there are, by state and for every view at once: each is looked at once, and each fact found once."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Subquery,
    and_,
    case,
    cast,
    false,
    func,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)

from reviewflow.nouns.states import ReviewState, Role
from reviewflow.store import waiting
from reviewflow.store.queue import MINE
from reviewflow.store.reviews import Wanted
from reviewflow.store.waiting import REVIEW, Facts

Counts = dict[ReviewState, tuple[int, int]]
_NAMES = ("is_asked", "is_recommended", "has_reviewer", "is_mine", "runs_out")
_OF_ROLE = {
    Role.OFFICER: {"is_asked"}, Role.INTAKE: set[str](), Role.DECIDER: {"is_recommended", "runs_out"},
    Role.REVIEWER: {"is_asked", "is_recommended", "is_mine"},
}  # fmt: skip
_OF_MOVER = {"lab": {"is_asked"}, "agency": {"is_asked"}, "intake": set[str]()}
_SCOPES = ("among", "owners")  # of the reader's token, the same for all of his views


def counts(connection: Connection, wanted: Wanted, others: Sequence[Wanted] = ()) -> tuple[Counts, list[int]]:
    """By state, whichever is asked for, how many there are and how many of them are the reader's to do.

    `others` are of the same reader; of each how many there are.
    """
    every = [wanted, *others]
    filters = sorted({(name, value) for one in every for name, value in one.narrower.items() if name in _FLAGGED})
    found = [_found(name, value).label(f"{name}_{number}") for number, (name, value) in enumerate(filters)]
    days = [value[0] for name, value in filters if name == "due_before"]
    found += [_IS_OVER.label("is_over")] if any(on > wanted.soon[1] for on in days) else []
    found += [_MISSED_ON.label("missed_on")] if any(on <= wanted.soon[1] for on in days) else []
    needed = _needed(every)
    facts = [(getattr(wanted.facts, name) if name in needed else false()).label(name) for name in _NAMES]
    scopes = [waiting.narrowed(name, wanted.narrower[name]) for name in _SCOPES if name in wanted.narrower]
    every_one = [REVIEW.c.state, REVIEW.c.lab, *facts, *found]
    at = _cube(every_one, MINE[wanted.whose[0]], *scopes)
    flags = {key: _flag(at.c[f"{key[0]}_{number}"]) for number, key in enumerate(filters)}
    for name, value in filters:
        if name == "due_before":  # what is over was due before any date to come
            is_over = _flag(at.c.is_over) if value[0] > wanted.soon[1] else at.c.missed_on < value[0]
            flags[name, value] = or_(flags[name, value], is_over)
    told = Facts(state=at.c.state, **{name: _flag(at.c[name]) for name in _NAMES})
    own = _met(wanted, told, at.c.lab, flags, but="state")
    conditions = [own, and_(own, wanted.yours(told)), *(_met(one, told, at.c.lab, flags) for one in others)]
    numbers = [func.coalesce(func.sum(case((one, at.c.number))), 0) for one in conditions]
    rows = connection.execute(select(at.c.state, *numbers).group_by(at.c.state), wanted.values).all()
    by_state = {row[0]: (int(row[1]), int(row[2])) for row in rows if row[1]}
    return by_state, [int(sum(row[number] for row in rows)) for number in range(3, 3 + len(others))]


_FLAGGED = ("due_before", "assigned_to")
_MISSED_ON = case((REVIEW.c.state.in_(waiting.OWED_STILL), waiting.MISSED_ON))
_IS_OVER = or_(
    REVIEW.c.state == ReviewState.LAPSED,
    and_(REVIEW.c.state == ReviewState.SUBMITTED, waiting.MISSED_ON.is_not(None)),
)
Flags = Mapping[tuple[str, Any], ColumnElement[bool]]


def _cube(columns: Sequence[ColumnElement[Any]], *conditions: ColumnElement[bool]) -> Subquery:
    """How many are alike in all of it: few lines, of which each view is then counted; what is over waits for nothing.

    The rows lie in a query by themselves, so that no fact is found again where it is asked for.
    """
    first, rest = list(columns[:2]), columns[2:]
    kinds = [(REVIEW.c.state.not_in(waiting.FINAL), list(rest))]
    kinds += [(REVIEW.c.state.in_(waiting.FINAL), [_nothing(one) for one in rest])]
    parts = []
    for is_it, facts in kinds:
        rows = select(*first, *facts).where(is_it, *conditions).offset(0).subquery()
        parts.append(select(*rows.c, func.count().label("number")).group_by(*rows.c))
    return union_all(*parts).subquery("looked")


def _nothing(fact: ColumnElement[Any]) -> ColumnElement[Any]:
    """Of a review that is over; who looked at it is known all the same."""
    if fact.name.startswith("assigned_to"):
        return fact
    nothing = cast(null(), fact.type) if fact.name == "missed_on" else false()
    return nothing.label(fact.name)


def _found(name: str, value: Any) -> ColumnElement[bool]:
    return waiting.runs_before(*value) if name == "due_before" else waiting.narrowed(name, value)


def _flag(column: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(type_coerce(column, Boolean()))


def _needed(every: Sequence[Wanted]) -> set[str]:
    found = {name for role in every[0].roles for name in _OF_ROLE[role]}
    for one in every:
        if one.waiting_on:
            found |= _OF_MOVER.get(one.waiting_on, {"is_asked", "is_recommended", "has_reviewer"})
    return found


def _met(
    wanted: Wanted, facts: Facts, lab: ColumnElement[str], flags: Flags, but: str = ""
) -> ColumnElement[bool]:  # fmt: skip
    """The conditions of a question, of what was found of each review."""
    found = [*wanted.plain(facts, but=but)]
    for name, value in wanted.narrower.items():
        if name in _FLAGGED:
            found.append(flags[name, value])
        elif name == "lab":
            found.append(lab == value)
        elif name == "state" and but != "state":
            found.append(facts.state == value)
    return and_(*found) if found else ~false()
