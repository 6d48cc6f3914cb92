"""What a reminder says in a journal, in the words of the letters."""

from datetime import date
from typing import Any

from reviewflow.notify.dates import brief_day, reminders
from reviewflow.notify.tellings.notices import ENDS, NAMES
from reviewflow.nouns.states import DeadlineKind

Data = dict[str, Any]


def on_day(text: str | None) -> str:
    """A civil date as it is read: Fri 31 Jul 2026; what is none stays as it is."""
    try:
        return brief_day(date.fromisoformat(text)) if text else ""
    except ValueError:
        return text or ""


def approaching(data: Data) -> str:
    """Before it is due."""
    verb = _verb(data, "ends on", "is on", "is due on")
    return f"reminder, {reminders([data['notice']])}: {_named(data)} {verb} {on_day(data['due_on'])}"


def reached(data: Data) -> str:
    """At the instant."""
    return f"{_named(data)} {_verb(data, 'has ended', 'is over', 'fell due')}"


def missed(data: Data) -> str:
    """Some time after it."""
    verb = _verb(data, "ended on", "was on", "was due on")
    return f"reminder, {reminders([data['notice']])}: {_named(data)} {verb} {on_day(data['due_on'])}"


def _named(data: Data) -> str:
    name = NAMES[DeadlineKind(data["kind"])].format(no=data.get("part_no"))
    return f"{name[:1].lower()}{name[1:]}"


def _verb(data: Data, ends: str, planned: str, due: str) -> str:
    kind = DeadlineKind(data["kind"])
    return ends if kind in ENDS else planned if kind is DeadlineKind.PLANNED_RELEASE else due
