"""When the same act would open another window: the cut-off of the policy, or the midnight of its zone."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import count
from typing import NamedTuple
from zoneinfo import ZoneInfo

from reviewflow.nouns.policy import Policy, Unit
from reviewflow.rules.calendar import ONE_DAY, BusinessDays
from reviewflow.rules.counting import day_1, event_day
from reviewflow.rules.instants import as_utc, civil_date, local_instant, readings

TICK = timedelta(microseconds=1)


class Turn(NamedTuple):
    """Just before `at` an event has the day 1 that it has now, just after it `day_1_on`.

    At `at` itself a midnight is the new day, and a receipt at the very cut-off is still in time.
    """

    at: datetime
    day_1_on: date


def turn(policy: Policy, business_days: BusinessDays, start: date | datetime) -> Turn | None:
    """The first one after an event at `start`; None without a time of day, and for hours, which have no day 1."""
    start, zone = as_utc(start), ZoneInfo(policy.window.time_zone)
    if policy.window.unit is Unit.HOURS or not isinstance(start, datetime):
        return None

    def first_day(at: datetime) -> date:
        return day_1(policy.window, business_days, event_day(policy.window, business_days, at, zone))

    same, day = start, civil_date(start, zone) - ONE_DAY  # a clock put back over midnight shows the eve once more
    for far in count():
        for other in _edges(policy, day + far * ONE_DAY, zone):
            if other <= same:
                continue
            if first_day(other) != first_day(start):
                at = _between(same, other, lambda middle: first_day(middle) == first_day(start))
                return Turn(at, first_day(at + TICK))
            same = other
    raise AssertionError("days do not end")


def _edges(policy: Policy, day: date, zone: ZoneInfo) -> list[datetime]:
    """The instants just after which the event day may be another: of the cut-off on a date, and of its end."""
    next_on = day + ONE_DAY
    found = list(readings(datetime(next_on.year, next_on.month, next_on.day, tzinfo=zone)))
    if policy.window.cutoff is not None:
        found.append(local_instant(day, policy.window.cutoff, zone))
    return sorted(at + TICK for at in found)


def _between(same: datetime, other: datetime, is_same: Callable[[datetime], bool]) -> datetime:
    """Where it turns, on the whole second: a date begins with one, and a cut-off is passed just after one."""
    while other - same > TICK:
        middle = same + (other - same) // 2
        same, other = (middle, other) if is_same(middle) else (same, middle)
    return same if same.microsecond == 0 else other
