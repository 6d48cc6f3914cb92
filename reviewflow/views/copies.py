"""The clock rules as they were: every kept copy of a policy and its calendar, and what changed between two."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from reviewflow.ledger.canonical import digest
from reviewflow.settings.documents import calendar_document, policy_document
from reviewflow.settings.settings import Settings
from reviewflow.store import lookups
from reviewflow.store.database import Engine, reading
from reviewflow.views.look import Document

AROUND = 2  # lines that stay, shown before and after one that changed


class Line(NamedTuple):
    """One line of a comparison: `mark` is added, removed, same or apart (lines between are left out)."""

    mark: str
    text: str


def copies(engine: Engine, settings: Settings, policy: str) -> list[Document]:
    """Of a policy and its calendar, the newest first: what is configured, then every copy that is kept.

    `is_configured` is what new reviews get; `is_kept` what some review is, or was, bound to.
    """
    found = settings.pin(policy).policy
    calendar = settings.calendars[found.window.calendar]
    now = {
        "policy": (found.id, found.version, policy_document(found)),
        "calendar": (calendar.id, calendar.version, calendar_document(calendar)),
    }
    with reading(engine) as connection:
        kept = lookups.documents(connection)
    return [one for type, configured in now.items() for one in _of(type, configured, kept)]


def _of(type: str, configured: tuple[str, int, Any], kept: list[Document]) -> list[Document]:
    name, version, body = configured
    said = digest(body)
    own = [row for row in kept if (row["type"], row["name"]) == (type, name)]
    if said not in {row["digest"] for row in own}:
        own.append({"type": type, "name": name, "version": version, "digest": said, "body": body, "kept_at": None})
    rows = [
        {**row, "is_configured": row["digest"] == said, "is_kept": row["kept_at"] is not None} for row in own
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row["is_configured"], row["version"], str(row["kept_at"])), reverse=True)


def changed(before: Any, after: Any) -> list[Line]:
    """What one has and the other has not, as lines of `place: value`; empty where they say the same."""
    told = list(difflib.unified_diff(list(lines(before)), list(lines(after)), n=AROUND, lineterm=""))[2:]
    marks = {"+": "added", "-": "removed", " ": "same", "@": "apart"}
    found = [Line(marks[line[0]], "" if line[0] == "@" else line[1:]) for line in told]
    return found[1:] if found and found[0].mark == "apart" else found


def lines(document: Any, place: str = "") -> Iterator[str]:
    """A document as one line a value, each with the names that lead to it."""
    if isinstance(document, Mapping) and document:
        for name in sorted(document):
            yield from lines(document[name], f"{place}.{name}" if place else str(name))
    elif isinstance(document, list) and any(isinstance(one, Mapping | list) for one in document):
        for number, one in enumerate(document, 1):
            yield from lines(one, f"{place} {number}")
    else:
        yield f"{place}: {_value(document)}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping | list):
        return ", ".join(str(one) for one in value) or "none"
    return "none" if value is None or value == "" else str(value)
