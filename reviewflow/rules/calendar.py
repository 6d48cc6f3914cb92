"""Which dates are business days, and why the others are not."""

import hashlib
import warnings
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from reviewflow.errors import Invalid
from reviewflow.nouns.policy import WEEKDAYS, Calendar

if TYPE_CHECKING:
    from holidays import HolidayBase

ONE_DAY = timedelta(days=1)


class BusinessDays:
    """A calendar resolved to dates: `open` wins over `closed`, that over the weekend and the base's holidays.

    Holidays of the base come from the `holidays` package one year at a time and are kept, *observed* ones included: an
    observed Monday is closed to the public as the holiday itself is (5 USC 6103(b) for the United States).
    """

    def __init__(self, calendar: Calendar) -> None:
        """Raises Invalid where the weekend leaves no business day."""
        if len(set(calendar.weekend)) > 6:
            raise Invalid(f"Calendar {calendar.id} leaves no business day: its weekend has seven days.")
        self.calendar = calendar
        self._weekend = frozenset(calendar.weekend)
        self._closed = {day.on: day.name or "closed" for day in calendar.closed}
        self._open = {day.on: day.name or "open" for day in calendar.open}
        self._holidays: dict[int, dict[date, str]] = {}

    def is_business_day(self, day: date) -> bool:
        if day in self._open:
            return True
        if day.weekday() in self._weekend or day in self._closed:
            return False
        return day not in self._holidays_of(day.year)

    def holiday_name(self, day: date) -> str | None:
        """The name of the holiday or closure on this date, weekends aside; None where there is none."""
        if day in self._open:
            return None
        return self._closed.get(day) or self._holidays_of(day.year).get(day)

    def opened_name(self, day: date) -> str | None:
        """Why a date counts although it would be a weekend day or a holiday; None for every other date."""
        return self._open.get(day)

    def why_closed(self, day: date) -> str | None:
        """The reasons why a date is no business day, such as "Saturday" or "Independence Day (observed)"; else None."""
        if self.is_business_day(day):
            return None
        weekend = WEEKDAYS[day.weekday()] if day.weekday() in self._weekend else None
        return ", ".join(reason for reason in (weekend, self.holiday_name(day)) if reason)

    def next_after(self, day: date, step: int = 1) -> date:
        """The first business day strictly after `day`, or strictly before it with a `step` of -1."""
        day += step * ONE_DAY
        return self.on_or_next(day, step)

    def on_or_next(self, day: date, step: int = 1) -> date:
        """`day` itself where it is a business day, else the first one after it, or before it with a `step` of -1."""
        while not self.is_business_day(day):
            day += step * ONE_DAY
        return day

    def previous_before(self, day: date) -> date:
        """The last business day strictly before `day`."""
        return self.next_after(day, -1)

    def non_business_days(self, first: date, last: date) -> Iterator[date]:
        """The closed dates from `first` to `last`, both included, in order."""
        ordinals = range(first.toordinal(), last.toordinal() + 1)
        return (day for day in map(date.fromordinal, ordinals) if not self.is_business_day(day))

    def named(self, first: date, before: date) -> Iterator[tuple[date, str]]:
        """The holidays and closures from `first` to the date before `before`, each with its name, in order."""
        dates = map(date.fromordinal, range(first.toordinal(), before.toordinal()))
        return ((day, name) for day in dates if (name := self.holiday_name(day)))

    def digest(self, first: date, last: date) -> str:
        """SHA-256, in hex, of the lines "first/last" and one ISO date for each closed date of that span.

        Names are left out: a library that renames a holiday has not moved a deadline.
        """
        lines = [f"{first}/{last}", *map(str, self.non_business_days(first, last))]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def knows(self, first: date, last: date) -> bool:
        """Whether the span lies within the dates for which the calendar and the holidays of its base are known."""
        calendar = self.calendar
        if calendar.known_from is not None and first < calendar.known_from:
            return False
        if calendar.known_to is not None and last > calendar.known_to:
            return False
        since, until = known_years(calendar.base)
        return since <= first.year and last.year <= until

    def _holidays_of(self, year: int) -> dict[date, str]:
        if year not in self._holidays:
            self._holidays[year] = holidays_of(self.calendar.base, year)
        return self._holidays[year]


def holidays_of(base: str, year: int) -> dict[date, str]:
    """The public holidays of a country or subdivision code in one year, by date; raises Invalid for an unknown code."""
    if base == "none":
        return {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of years that the package does not know: `knows` tells those to the reader
        found = _package(base, year)
    return {day: name for day, name in sorted(found.items()) if day.year == year}


@lru_cache(maxsize=32)
def known_years(base: str) -> tuple[int, int]:
    """The first and the last year for which the `holidays` package knows a base."""
    if base == "none":
        return date.min.year, date.max.year
    found = _package(base, None)
    return found.start_year, found.end_year


def _package(base: str, year: int | None) -> "HolidayBase":
    import holidays  # 0.1 s to import: only where a base asks for it

    country, _, subdivision = base.partition("-")
    try:
        return holidays.country_holidays(country, subdiv=subdivision or None, years=year, observed=True)
    except NotImplementedError as unknown:
        raise Invalid(f"The holidays package has no calendar {base!r}.") from unknown
