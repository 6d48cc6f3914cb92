"""The orders in which the queue is shown, each with the place of a row in it, after which a page begins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_

from reviewflow.nouns.states import ReviewState
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables import programme
from reviewflow.nouns.tables.index import QUEUE_LINE, table

Place = tuple[Any, ...]
MODEL = table(programme.Model)
_LINE = QUEUE_LINE.c
TIME_LEFT = "time_left"
_INSTANT = _LINE.submitted_at.type
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # of a draft, which is the newest of all
NEWEST = func.coalesce(_LINE.submitted_at, literal(_NEVER, _INSTANT), type_=_INSTANT)
STEP = case({state.value: number for number, state in enumerate(ReviewState)}, value=_LINE.state, else_=99)


@dataclass(frozen=True)
class Key:
    """One thing to order by, the last being the reference; of a row its value stands under `name`."""

    name: str
    column: ColumnElement[Any]
    is_falling: bool = False


_REF = Key("ref", _LINE.subject)
ORDERS: Mapping[str, tuple[Key, ...]] = {
    TIME_LEFT: (Key("rank", _LINE.rank), _REF),
    "model": (Key("model_name", MODEL.c.name), _REF),
    "state": (Key("step", STEP), Key("newest", NEWEST), _REF),
    "lab": (Key("lab", _LINE.lab), Key("newest", NEWEST), _REF),
    "newest": (Key("newest", NEWEST, is_falling=True), _REF),
}


def place_of(sort: str, row: Row) -> Place:
    """Of JSON values."""
    return tuple(_plain(row[key.name]) for key in ORDERS[sort])


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def order(sort: str) -> list[ColumnElement[Any]]:
    """As ORDER BY takes it."""
    return [key.column.desc() if key.is_falling else key.column for key in ORDERS[sort]]


def after(sort: str, place: Place) -> ColumnElement[bool]:
    """The rows behind a place."""
    return _behind(ORDERS[sort], [_read(key, value) for key, value in zip(ORDERS[sort], place, strict=True)])


def _read(key: Key, value: Any) -> Any:
    return datetime.fromisoformat(value) if key.name == "newest" else value


def _behind(keys: Sequence[Key], values: Sequence[Any]) -> ColumnElement[bool]:
    key, value = keys[0], values[0]
    beyond = key.column < value if key.is_falling else key.column > value
    return or_(beyond, and_(key.column == value, _behind(keys[1:], values[1:]))) if keys[1:] else beyond
