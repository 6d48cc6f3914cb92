"""What the text of a letter may look at, and what it is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from reviewflow.notify.dates import days_between, end_instant, long_day, long_instant, when
from reviewflow.nouns.actor import Actor
from reviewflow.nouns.plural import plural
from reviewflow.nouns.states import DeadlineStatus, Kind, Role, Side
from reviewflow.nouns.subject import Row, Subject

KINDS = {Kind.COVERAGE: "coverage inquiry", Kind.PARTNER: "trusted partner"}
Facts = tuple[tuple[str, object], ...]
Step = tuple[str, str]  # what it does, the command line
Quote = tuple[str, str]  # whose words they are, the words


@dataclass(frozen=True)
class Telling:
    """One event in words; `essential` is said even where there is room for one line only; `rank` 0 presses most."""

    headline: str
    says: tuple[str, ...] = ()
    facts: Facts = ()
    quotes: tuple[Quote, ...] = ()
    basis: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    essential: str = ""
    rank: int = 5


@dataclass(frozen=True)
class Matter:
    """One event for one reader: its delivery row, its subject, and the zone in which times are given."""

    row: Row
    subject: Subject
    person: Actor
    zone: ZoneInfo
    title: str
    late_from: int  # seconds: what is recorded later than this is told as recorded late

    @property
    def ref(self) -> str:
        """The subject's reference."""
        return self.subject.ref

    @property
    def about(self) -> str:
        """Its title and its reference, once where they are the same."""
        return f"{self.title} ({self.ref})" if self.title != self.ref else self.ref

    @property
    def kind(self) -> str:
        """What the subject is, in words."""
        return KINDS.get(self.subject.kind, self.subject.kind.value)

    @property
    def effective_at(self) -> datetime:
        """When the event took effect."""
        at: datetime = self.row["effective_at"]
        return at

    @property
    def is_lab(self) -> bool:
        """Whether the reader is of the lab."""
        return self.person.side is Side.LAB

    def has(self, role: Role) -> bool:
        """Whether the reader has a role."""
        return role in self.person.roles

    def get(self, key: str, default: Any = None) -> Any:
        """What the event says."""
        return self.row["data"].get(key, default)

    def words(self, key: str, default: str = "") -> str:
        """A closed list's value as a person reads it."""
        return words(self.get(key) or default)

    def at(self, value: datetime | str | None) -> str:
        """An instant, or a civil date where only that is known; "" for none."""
        if value is None:
            return ""
        if isinstance(value, str):
            if len(value) == 10:
                return self.day(value)
            value = datetime.fromisoformat(value)
        return long_instant(value, self.zone)

    def day(self, value: date | str | None) -> str:
        """A civil date; "" for none."""
        found = _date(value)
        return long_day(found) if found else ""

    def part(self, table: str, no: int) -> Row:
        """A part of the subject; empty where there is none."""
        return self.subject.parts.get(table, {}).get(no, {})

    def deadline(self, kind: str, part_no: int = 0) -> Row | None:
        """The deadline of a kind as this event left it, also where it was superseded since."""
        rows = [row for row in self.subject.part("deadline") if row["kind"] == kind and row["part_no"] == part_no]
        own = [row for row in rows if row["generation"] == self.row["seq"]]
        held = [row for row in rows if row["generation"] < self.row["seq"] and row["reason"] != "rescinded"]
        return max(own or held, key=lambda row: (row["generation"], row["no"]), default=None)

    def live(self, kind: str) -> Row | None:
        """The deadline of a kind that stands now."""
        rows = [row for row in self.subject.part("deadline") if row["kind"] == kind]
        return next((row for row in rows if row["status"] in (DeadlineStatus.OPEN, DeadlineStatus.TOLLED)), None)

    def days_to(self, value: date | str | None) -> int | None:
        """Days from the date of this letter to a day."""
        found = _date(value)
        return None if found is None else days_between(self.row["made_at"], found, self.zone)

    def when(self, value: date | str | None) -> str:
        """today, in 3 days, 3 days ago: seen from the date of this letter."""
        days = self.days_to(value)
        return "" if days is None else when(days)

    def due(self, row: Row | None) -> str:
        """The instant at which a deadline falls; what remains while the clock stands."""
        if row is None:
            return ""
        if row["due_at"] is None:
            left = row["remaining_days"]
            return "the clock stands" if left is None else f"the clock stands with {plural(left, 'day')} left"
        at = row["due_at"]
        at = datetime.fromisoformat(at) if isinstance(at, str) else at
        return end_instant(at, _date(row["due_on"]), self.zone)

    def left(self, row: Row | None) -> str:
        """Days left beside a due date, seen from the date of this letter."""
        days = None if row is None or row["due_at"] is None else self.days_to(row["due_on"])
        if days is None:
            return ""
        if days < 0:
            return f"none: it was {when(days)}"
        return f"{days}: today is the last day" if days == 0 else str(days)

    def ends(self, row: Row | None) -> Facts:
        """When the window ends, and the days left."""
        return (("Window ends" if row and row["due_at"] else "Window", self.due(row)), ("Days left", self.left(row)))

    def show(self, ref: str | None = None, kind: str | None = None) -> Step:
        """How to read a subject."""
        name = kind or self.kind
        return f"Read the {name}", f"reviewflow {kind or self.subject.kind.value} show {ref or self.ref}"

    def run(self, verb: str, rest: str = "") -> str:
        """A command line on this subject."""
        return f"reviewflow {self.subject.kind.value} {verb} {self.ref}{' ' if rest else ''}{rest}"


Tell = Callable[[Matter], Telling]


def words(value: object) -> str:
    """A stored name as a person reads it."""
    return str(value).replace("_", " ")


def _date(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
