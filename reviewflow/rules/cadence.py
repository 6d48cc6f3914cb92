"""When a letter goes out: at once, with a digest, or after quiet hours; counted in each person's own local time."""

from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from reviewflow.nouns.contact import Cadence, Preferences, Weekday
from reviewflow.rules.instants import local_instant

DAY = timedelta(days=1)
WEEKDAYS = tuple(Weekday)
CLOSES = timedelta(minutes=2)  # a digest is closed before it goes: a transaction that began earlier may still commit


class Departure(NamedTuple):
    """When a letter may first go out, and whether it waits for what else falls due by then."""

    at: datetime
    is_digest: bool = False


def departure(
    wishes: Preferences, now: datetime, *, due_at: datetime | None = None, waits: bool, rests: bool = True
) -> Departure:
    """When a letter made `now` goes out; `waits`: it may wait for a digest; `rests`: it keeps quiet hours.

    Nothing waits for a digest that leaves less than a day before `due_at`, and nothing rests over `due_at`.
    """
    if waits and wishes.cadence is not Cadence.AT_ONCE:
        at = next_digest(wishes, now + CLOSES)
        if due_at is None or at <= due_at - DAY:
            return Departure(at, is_digest=True)
    ends = quiet_until(wishes, now) if rests and wishes.quiet_from else None
    if ends is None or (due_at is not None and now < due_at <= ends):
        return Departure(now)
    return Departure(ends)


def digest_instant(wishes: Preferences, day: date) -> datetime:
    """The instant of the digest of a local date, as any local time is read here: after a gap, or the second of two."""
    return local_instant(day, wishes.digest_at, ZoneInfo(wishes.time_zone))


def next_digest(wishes: Preferences, after: datetime) -> datetime:
    """The first digest after an instant.

    Days are counted on the calendar and each is read on its own, so that no change of clocks loses one or doubles it.
    """
    day = after.astimezone(ZoneInfo(wishes.time_zone)).date() - DAY  # its instant may fall on the next date, in a gap
    while True:
        if wishes.cadence is not Cadence.WEEKLY or WEEKDAYS[day.weekday()] is wishes.digest_on:
            at = digest_instant(wishes, day)
            if at > after:
                return at
        day += DAY


def quiet_until(wishes: Preferences, at: datetime) -> datetime | None:
    """When the quiet hours end in which `at` lies; None outside of them."""
    zone = ZoneInfo(wishes.time_zone)
    today = at.astimezone(zone).date()
    over = DAY if wishes.quiet_to <= wishes.quiet_from else timedelta()
    for day in (today - 2 * DAY, today - DAY, today):  # a zone that skips a date makes two of them one
        ends = local_instant(day + over, wishes.quiet_to, zone)
        if local_instant(day, wishes.quiet_from, zone) <= at < ends:
            return ends
    return None


def is_within(clock: str, first: str, last: str) -> bool:
    """Whether a local time lies from `first` up to `last`, which may be over midnight."""
    return first <= clock < last if first < last else clock >= first or clock < last
