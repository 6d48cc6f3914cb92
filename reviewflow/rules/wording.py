"""How dates, instants, amounts and spans are written in a basis."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from reviewflow.nouns.plural import plural
from reviewflow.nouns.policy import WEEKDAYS, Unit
from reviewflow.rules.calendar import BusinessDays

UNITS = {Unit.CALENDAR_DAYS: "calendar day", Unit.BUSINESS_DAYS: "business day", Unit.HOURS: "hour"}


def named(day: date) -> str:
    """A date as it is read aloud: "Friday 2026-07-03"."""
    return f"{WEEKDAYS[day.weekday()]} {day.isoformat()}"


def timed(moment: datetime, zone: ZoneInfo) -> str:
    """An instant in the zone with its offset: "Friday 2026-07-03 17:00 -04:00"."""
    local = moment.astimezone(zone)
    clock = f"{local:%H:%M:%S}" if local.second or local.microsecond else f"{local:%H:%M}"
    return f"{named(local.date())} {clock} {local.isoformat()[-6:]}"


def amount(count: int, unit: Unit) -> str:
    """A number with its unit: "1 business day", "30 calendar days"."""
    return plural(count, UNITS[unit])


def closed(business_days: BusinessDays, days: Iterable[date]) -> str:
    """Dates, each with the reason why it is no business day."""
    return ", ".join(f"{named(day)} ({business_days.holiday_name(day) or 'weekend'})" for day in days)


def between(first: date, last: date, step: int = 1) -> list[date]:
    """The dates from `first` up to `last`, not included."""
    return [date.fromordinal(n) for n in range(first.toordinal(), last.toordinal(), step)]


def span(days: Sequence[date]) -> str:
    """How many dates, the first and the last of them."""
    if len(days) == 1:
        return f"1 date, {named(days[0])}"
    return f"{len(days)} dates, {named(days[0])} to {named(days[-1])}"


def lasting(time: timedelta) -> str:
    """Elapsed time in hours, minutes and seconds: "71 h 30 min"."""
    minutes, seconds = divmod(int(time.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{count} {unit}" for count, unit in ((hours, "h"), (minutes, "min"), (seconds, "s")) if count]
    return " ".join(parts) or "0 h"
