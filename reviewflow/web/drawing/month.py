"""One month as weeks of days, each with what is due on it and why it is no business day."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from reviewflow.notify.dates import MONTHS
from reviewflow.nouns.paths import PLURALS
from reviewflow.nouns.states import Kind
from reviewflow.rules.months import Month
from reviewflow.web.door import Document

FIRST = 4  # of what is due on a day, so many stand in its cell
LISTED = 40  # and so many in the list below
WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_SAYS = {
    "intake": "Intake check due", "answer": "Answer due", "toll": "Toll ends", "window": "Window ends",
    "access": "Access ends", "commitment": "Commitment due", "planned_release": "Planned release",
    "refile": "Last day to file again",
}  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One thing that is due."""

    href: str
    says: str
    of: str
    row: Document


@dataclass(frozen=True)
class Day:
    """One day of the month; `closed` is the name of its holiday or closure."""

    on: date
    items: list[Item]
    closed: str
    is_today: bool
    is_inside: bool

    @property
    def shown(self) -> list[Item]:
        """Those that stand in its cell."""
        return self.items if len(self.items) <= FIRST + 1 else self.items[:FIRST]

    @property
    def listed(self) -> list[Item]:
        """Those that stand in the list below."""
        return self.items[:LISTED]

    @property
    def more(self) -> int:
        """How many more there are."""
        return len(self.items) - len(self.shown)


def named(month: Month) -> str:
    """November 2026."""
    return f"{MONTHS[month.month - 1]} {month.year}"


def weeks(month: Month, rows: Iterable[Document], closed: Iterable[Document], today: date) -> list[list[Day]]:
    """The month from Sunday to Saturday, with days of the months beside it where a week is shared."""
    due, names = defaultdict[date, list[Item]](list), {date.fromisoformat(one["on"]): one["name"] for one in closed}
    for row in rows:
        if row["due_on"]:
            due[date.fromisoformat(row["due_on"])].append(_item(row))
    return [
        [Day(on, due[on], names.get(on, ""), on == today, on.month == month.month) for on in week]
        for week in month.weeks
    ]


def _item(row: Document) -> Item:
    kind = Kind(row["subject_kind"])
    return Item(f"/{PLURALS[kind]}/{row['ref']}", _SAYS[row["kind"]], row["model_name"] or row["ref"], row)
