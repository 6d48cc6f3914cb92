"""The orders in which the queue is shown, each with the place of a row in it, after which a page begins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_

from reviewflow.nouns.states import ReviewState
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables import programme
from reviewflow.nouns.tables.index import table
from reviewflow.store.waiting import DUE, REVIEW

Place = tuple[Any, ...]
MODEL = table(programme.Model)
TIME_LEFT = "time_left"
_INSTANT = REVIEW.c.submitted_at.type
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # of a draft, which is the newest of all
ENDED_AT = func.coalesce(REVIEW.c.released_at, REVIEW.c.withdrawn_at, type_=_INSTANT)
BAND = case((DUE.c.due_at.is_not(None), 0), (REVIEW.c.remaining_days.is_not(None), 1), else_=2)
NEWEST = func.coalesce(REVIEW.c.submitted_at, literal(_NEVER, _INSTANT), type_=_INSTANT)
RANK = case({state.value: number for number, state in enumerate(ReviewState)}, value=REVIEW.c.state, else_=99)


@dataclass(frozen=True)
class Key:
    """One thing to order by, the last being the reference; of a row its value stands under `name`."""

    name: str
    column: ColumnElement[Any]
    is_falling: bool = False


_REF = Key("ref", REVIEW.c.ref)
ORDERS: Mapping[str, tuple[Key, ...]] = {
    "model": (Key("model_name", MODEL.c.name), _REF),
    "state": (Key("rank", RANK), Key("newest", NEWEST), _REF),
    "lab": (Key("lab", REVIEW.c.lab), Key("newest", NEWEST), _REF),
    "newest": (Key("newest", NEWEST, is_falling=True), _REF),
}
SORTS = (TIME_LEFT, *ORDERS)


def place_of(sort: str, row: Row) -> Place:
    """Of JSON values; by the time left: when it is due, then the days left to a window that stands, then newest end.

    No place has to do with the time it is, so that none moves from one page to the next.
    """
    if sort != TIME_LEFT:
        return tuple(_plain(row[key.name]) for key in ORDERS[sort])
    if row["due_at"] is not None:
        return 0, _plain(row["due_at"]), row["ref"]
    if row["remaining_days"] is not None:
        return 1, row["remaining_days"], row["ref"]
    return 2, _plain(row["released_at"] or row["withdrawn_at"]), row["ref"]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def order(sort: str) -> list[ColumnElement[Any]]:
    """As ORDER BY takes it."""
    if sort == TIME_LEFT:
        stands, ended = case((BAND == 1, REVIEW.c.remaining_days)), case((BAND == 2, ENDED_AT))
        return [BAND, DUE.c.due_at, stands, ended.desc().nullslast(), REVIEW.c.ref]
    return [key.column.desc() if key.is_falling else key.column for key in ORDERS[sort]]


def after(sort: str, place: Place) -> ColumnElement[bool]:
    """The rows behind a place."""
    if sort != TIME_LEFT:
        values = [_read(key, value) for key, value in zip(ORDERS[sort], place, strict=True)]
        return _behind(ORDERS[sort], values)
    band, value, ref = place
    if band == 0:
        return or_(BAND > 0, and_(BAND == 0, behind_due(place)))
    if band == 1:
        left = REVIEW.c.remaining_days
        return or_(BAND == 2, and_(BAND == 1, or_(left > value, and_(left == value, REVIEW.c.ref > ref))))
    if value is None:
        return and_(BAND == 2, ENDED_AT.is_(None), REVIEW.c.ref > ref)
    ended = datetime.fromisoformat(value)
    before = or_(ended > ENDED_AT, ENDED_AT.is_(None))
    return and_(BAND == 2, or_(before, and_(ENDED_AT.is_not_distinct_from(ended), REVIEW.c.ref > ref)))


def behind_due(place: Place) -> ColumnElement[bool]:
    """Due later, or at the same instant by the reference."""
    at = datetime.fromisoformat(place[1])
    return and_(DUE.c.due_at >= at, or_(DUE.c.due_at > at, DUE.c.subject > place[2]))


def _read(key: Key, value: Any) -> Any:
    return datetime.fromisoformat(value) if key.name == "newest" else value


def _behind(keys: Sequence[Key], values: Sequence[Any]) -> ColumnElement[bool]:
    key, value = keys[0], values[0]
    beyond = key.column < value if key.is_falling else key.column > value
    return or_(beyond, and_(key.column == value, _behind(keys[1:], values[1:]))) if keys[1:] else beyond
