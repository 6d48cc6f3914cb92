"""Months and spans of civil dates, as screens show them: where they begin and end, and where a date lies in them."""

import re
from calendar import SUNDAY, Calendar, monthrange
from dataclasses import dataclass
from datetime import date

from reviewflow.errors import Invalid
from reviewflow.rules.calendar import ONE_DAY
from reviewflow.rules.instants import FIRST_YEAR, LAST_YEAR

LONGEST = 1100  # days that are drawn at once: three years


@dataclass(frozen=True, order=True)
class Month:
    """One month of one year."""

    year: int
    month: int

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    @property
    def text(self) -> str:
        """2026-11."""
        return f"{self.year}-{self.month:02}"

    @property
    def weeks(self) -> list[list[date]]:
        """The weeks that it touches, whole, each from its Sunday."""
        return Calendar(firstweekday=SUNDAY).monthdatescalendar(self.year, self.month)

    def plus(self, months: int) -> "Month":
        """So many months later."""
        number = self.year * 12 + self.month - 1 + months
        return Month(number // 12, number % 12 + 1)


def month_of(day: date) -> Month:
    """The month in which a date lies."""
    return Month(day.year, day.month)


def read_month(text: str) -> Month:
    """A month as it stands in an address, such as 2026-11; Invalid."""
    found = re.fullmatch(r"(\d{4})-(\d{2})", text.strip())
    if found is None or not 1 <= int(found[2]) <= 12 or not FIRST_YEAR < int(found[1]) < LAST_YEAR:
        raise Invalid(f"{text[:20]!r} is no month.", remedy="Write it as 2026-11.")
    return Month(int(found[1]), int(found[2]))


@dataclass(frozen=True)
class Span:
    """Civil dates from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def share(self, on: date) -> float:
        """Where the morning of a date lies: 0 at the beginning of the span, 1 at its end, beyond both outside."""
        return (on - self.first).days / self.days

    def overlaps(self, first: date, last: date | None) -> bool:
        """Whether it has a date in common with another; one without an end goes on."""
        return first <= self.last and (last is None or last >= self.first)

    @property
    def months(self) -> list[date]:
        """The first dates of the months that begin in it, and its own first date."""
        starts, month = [self.first], month_of(self.first).plus(1)
        while month.first <= self.last:
            starts.append(month.first)
            month = month.plus(1)
        return starts

    @property
    def sundays(self) -> list[date]:
        """Where its weeks begin."""
        ordinals = range(self.first.toordinal(), self.last.toordinal() + 1)
        return [day for day in map(date.fromordinal, ordinals) if day.isoweekday() == 7]

    @property
    def whole_months(self) -> int:
        """How many months it is, where it is whole ones; else 0."""
        first, last = month_of(self.first), month_of(self.last)
        count = (last.year - first.year) * 12 + last.month - first.month + 1
        return count if self == span_of(first, count) else 0

    def beside(self, step: int) -> "Span":
        """The span of the same length before (-1) or after it (1), in whole months where it is whole ones."""
        if count := self.whole_months:
            return span_of(month_of(self.first).plus(step * count), count)
        by = self.days * step * ONE_DAY
        return Span(self.first + by, self.last + by)


def span_of(first: Month, months: int) -> Span:
    """So many whole months."""
    return Span(first.first, first.plus(months - 1).last)


def around(today: date, months: int = 3) -> Span:
    """So many months, of which the first is the one before today's; of a single one, today's."""
    return span_of(month_of(today).plus(-1 if months > 1 else 0), months)


def span(first: date, last: date) -> Span:
    """From one date to another; Invalid where that is backward, or longer than can be drawn."""
    if last < first:
        raise Invalid(f"The span ends on {last}, before it begins on {first}.", remedy="Give the earlier date first.")
    found = Span(first, last)
    if found.days > LONGEST:
        raise Invalid(f"From {first} to {last} are {found.days} days; {LONGEST} are drawn at the most.")
    return found


def day_after(on: date) -> date:
    """The next date."""
    return on + ONE_DAY
