"""How instants, days, spans of time and reminders are written in a letter."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from reviewflow.nouns.plural import plural
from reviewflow.nouns.policy import WEEKDAYS

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_OF_MACHINE = re.compile(
    rf"(?<![\w'\"`/.=-])(?:({'|'.join(WEEKDAYS)}) )?(\d{{4}}-\d\d-\d\d)(?![\w'\"`/-]|\.\w)( (?=\d\d:\d\d))?"
)
_UNITS = {"d": "day", "bd": "business day", "h": "hour"}
_SPANS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def long_day(day: date) -> str:
    """Friday 31 July 2026."""
    return f"{WEEKDAYS[day.weekday()]} {short_day(day)}"


def short_day(day: date) -> str:
    """31 July 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def brief_day(day: date) -> str:
    """Fri 31 Jul 2026."""
    return f"{WEEKDAYS[day.weekday()][:3]} {briefest_day(day)}"


def briefest_day(day: date) -> str:
    """31 Jul 2026."""
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def worded(text: str, named: Callable[[date], str] = long_day, bare: Callable[[date], str] = short_day) -> str:
    """A sentence of ours with its dates as they are read: `named` with a weekday where it has one, else `bare`."""

    def said(found: re.Match[str]) -> str:
        try:
            on = date.fromisoformat(found[2])
        except ValueError:
            return found[0]
        return (named(on) if found[1] else bare(on)) + (", " if found[3] else "")

    return _OF_MACHINE.sub(said, text)


def reminders(names: Iterable[str]) -> str:
    """Notices by their names: 14, 7 and 1 days before, when due, 1 day after."""
    parts: list[str] = []
    for (sign, unit), group in groupby(names, key=lambda name: ("", "") if name[0] not in "+-" else _sign_of(name)):
        numbers = [name.strip("+-bdh") for name in group]
        if not sign:
            parts += ["when due"]
            continue
        *first, last = numbers
        said = f"{', '.join(first)} and {last}" if first else last
        noun = unit if numbers == ["1"] else f"{unit}s"
        parts.append(f"{said} {noun} {'before' if sign == '-' else 'after'}")
    return ", ".join(parts)


def _sign_of(name: str) -> tuple[str, str]:
    return name[0], _UNITS[name[1:].lstrip("0123456789")]


def long_instant(at: datetime, zone: ZoneInfo) -> str:
    """Friday 31 July 2026, 23:59 EDT (UTC-04:00); seconds only where they are not zero."""
    there = at.astimezone(zone)
    clock = f"{there:%H:%M:%S}" if there.second else f"{there:%H:%M}"
    offset = there.isoformat()[-6:]
    name = there.tzname() or ""
    label = f"{name} (UTC{offset})" if name.isalpha() and name != "UTC" else f"UTC{offset}"
    return f"{long_day(there.date())}, {clock} {'UTC' if name == 'UTC' else label}"


def end_instant(at: datetime, on: date | None, zone: ZoneInfo) -> str:
    """An instant that ends the day `on`; midnight says whose end it is."""
    text = long_instant(at, zone)
    if on is not None and at.astimezone(zone).date() == on + timedelta(days=1):
        return f"{text}, the end of {long_day(on)}"
    return text


def days_between(first: datetime, last: date, zone: ZoneInfo) -> int:
    """Civil days from the date of `first` in the zone to `last`; below zero where it has gone by."""
    return (last - first.astimezone(zone).date()).days


def when(days: int) -> str:
    """today, tomorrow, in 3 days, yesterday, 3 days ago."""
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    return near.get(days) or (f"in {days} days" if days > 0 else f"{-days} days ago")


def lasting(seconds: int) -> str:
    """A span in its two largest units: 9 days and 4 hours."""
    parts: list[str] = []
    for size, noun in _SPANS:
        number, rest = divmod(seconds, size)
        if number:
            parts.append(plural(number, noun))
            following = next((n for s, n in _SPANS if s < size), "")
            below = next((s for s, _ in _SPANS if s < size), 0)
            if below and rest // below and size > 60:
                parts.append(plural(rest // below, following))
            break
    return " and ".join(parts) or "no time"
