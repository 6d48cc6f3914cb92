"""A window in days: event day, day 1, count, roll, cap, in this order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from reviewflow.errors import Refused
from reviewflow.nouns.policy import Cap, Policy, Roll
from reviewflow.rules import basis
from reviewflow.rules.calendar import ONE_DAY, BusinessDays
from reviewflow.rules.counting import counted_days, day_1, event_day, nth_day, step_of
from reviewflow.rules.instants import civil_date, local_instant
from reviewflow.rules.tolls import Toll, open_since, tolled_dates
from reviewflow.rules.wording import amount, named


@dataclass(frozen=True, slots=True)
class Counted:
    """The dates of each step; `standing` is the open toll that keeps the window from ending, `left` the days kept."""

    event_on: date
    day_1_on: date
    counted_on: date
    rolled_on: date
    capped_on: date | None
    last_day_on: date
    due_at: datetime
    standing: Toll | None
    left: int


def count(
    policy: Policy,
    business_days: BusinessDays,
    start: date | datetime,
    planned_on: date | None,
    tolls: Sequence[Toll],
    extension: int,
) -> Counted:
    """All steps for a policy in days; raises Refused where the cap leaves no day."""
    rule, zone = policy.window, ZoneInfo(policy.window.time_zone)
    length, out = rule.length + extension, tolled_dates(tolls, zone)
    event_on = event_day(rule, business_days, start, zone)
    day_1_on = day_1(rule, business_days, event_on)
    capped_on = cap(policy, planned_on, day_1_on)
    counted_on = rolled_on = nth_day(rule, business_days, day_1_on, length, out)
    if rule.roll is Roll.NEXT_BUSINESS_DAY:
        rolled_on = business_days.on_or_next(counted_on, step_of(rule))
    last_day_on = rolled_on if capped_on is None else min(rolled_on, capped_on)
    due_at = local_instant(last_day_on, rule.ends_at, zone)
    standing, left = open_since(tolls, zone, last_day_on, due_at), 0
    if standing is not None:
        ran = counted_days(rule, business_days, day_1_on, civil_date(standing.started, zone), out)
        left = max(0, length - ran)  # the dates of a roll are none of the length
    return Counted(event_on, day_1_on, counted_on, rolled_on, capped_on, last_day_on, due_at, standing, left)


def cap(policy: Policy, planned_on: date | None, day_1_on: date) -> date | None:
    """The last day that the planned first release allows: the day before it (EO 14409, sec. 3(b)(ii)); None: no cap.

    Raises Refused where that day comes before day 1, and names the earliest date that leaves one day.
    """
    if policy.window.cap is Cap.NONE or planned_on is None:
        return None
    capped_on = planned_on - ONE_DAY
    if capped_on < day_1_on:
        earliest_on = day_1_on + ONE_DAY
        raise Refused(
            f"The first release is planned for {named(planned_on)}, so the window would end before its day 1, "
            f"{named(day_1_on)}. The earliest possible date of the first release is {named(earliest_on)}.",
            remedy=f"Plan the first release for {earliest_on} or later.",
        )
    return capped_on


def explain(
    policy: Policy,
    business_days: BusinessDays,
    start: date | datetime,
    planned_on: date | None,
    tolls: Sequence[Toll],
    extension: int,
    days: Counted,
) -> list[str]:
    """The sentences behind the dates of `days`, in the order of the steps."""
    zone = ZoneInfo(policy.window.time_zone)
    lines = [
        *basis.start_lines(policy, business_days, start, days.event_on, zone),
        basis.day_1_line(policy, business_days, days.event_on, days.day_1_on),
        *basis.toll_lines([toll for toll in tolls if toll.ended], days.day_1_on, days.counted_on, zone),
    ]
    if days.standing is not None:
        left = amount(days.left, policy.window.unit)
        return [*lines, *basis.standing_lines(policy, days.standing, left, days.capped_on, zone)]
    return [
        *lines,
        *basis.count_lines(policy.window, business_days, days.day_1_on, days.counted_on, extension),
        *basis.late_toll_lines(tolls, zone),
        basis.roll_line(policy, business_days, days.counted_on, days.rolled_on),
        *basis.cap_lines(policy, planned_on, days.rolled_on, days.last_day_on),
        basis.due_line(days.last_day_on, policy.window.ends_at, days.due_at, zone),
    ]
