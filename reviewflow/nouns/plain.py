"""Values as plain JSON and back; the name of a column tells its type (`_at` an instant, `_on` a civil date)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from types import NoneType
from typing import Any

_BARE = frozenset({NoneType, bool, int, float})  # most values of a long list are these, or text


def instant_text(at: datetime) -> str:
    """RFC 3339 in UTC with a Z, to the second where nothing finer is there."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def plain(value: Any) -> Any:
    """A value that JSON has: instants and dates become text, closed lists their value."""
    kind = type(value)
    if kind is str or kind in _BARE:
        return value
    match value:
        case Enum():
            return value.value
        case str() | int():
            return value
        case datetime():
            return instant_text(value)
        case date():
            return value.isoformat()
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case Sequence():
            return [plain(item) for item in value]
    raise TypeError(f"no plain form of {value!r}")


def revive(column: str, value: Any) -> Any:
    """The value that `plain` was given, told by the column's name."""
    if isinstance(value, str) and column.endswith("_at"):
        return datetime.fromisoformat(value)
    if isinstance(value, str) and column.endswith("_on"):
        return date.fromisoformat(value)
    return value


def revived(value: Any, key: str = "") -> Any:
    """A whole document as it was before `plain`; a time of day, or a word, under the name of a date stays text."""
    if type(value) in _BARE:
        return value
    match value:
        case str():
            return _dated(key, value) if key.endswith(("_at", "_on")) else value
        case Mapping():
            return {name: revived(item, name) for name, item in value.items()}
        case Sequence():
            return [revived(item, key) for item in value]
    return value


def _dated(key: str, text: str) -> Any:
    try:
        found = revive(key, text)
    except ValueError:
        return text
    return text if isinstance(found, datetime) and found.tzinfo is None else found
