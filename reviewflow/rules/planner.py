"""The planner's question: the last day to start, so that a window ends in time."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from reviewflow.nouns.policy import Policy, Unit
from reviewflow.rules.calendar import ONE_DAY, BusinessDays
from reviewflow.rules.counted import count
from reviewflow.rules.elapsed import elapse
from reviewflow.rules.instants import civil_date, local_instant


def latest_start(policy: Policy, business_days: BusinessDays, end_on: date, *, extension: int = 0) -> date:
    """The last date on which the event may fall so that the window's last day is `end_on` or before, without any cap.

    The cap is ignored because it is no plan but a loss of days: what is asked for is the whole window. For a policy in
    hours the answer holds for an event at any time of that date. The last day never comes earlier for a later start, so
    the search may halve.
    """
    step = ONE_DAY
    early = end_on
    while last_day_from(policy, business_days, early, extension) > end_on:
        early, step = early - step, step * 2
    late, step = early + ONE_DAY, ONE_DAY
    while last_day_from(policy, business_days, late, extension) <= end_on:
        early, late, step = late, late + step, step * 2
    while late - early > ONE_DAY:
        middle = early + timedelta(days=(late - early).days // 2)
        if last_day_from(policy, business_days, middle, extension) <= end_on:
            early = middle
        else:
            late = middle
    return early


def last_day_from(policy: Policy, business_days: BusinessDays, start_on: date, extension: int = 0) -> date:
    """The last day of the uncapped window of an event on a date; for hours, at the last instant of that date."""
    if policy.window.unit is not Unit.HOURS:
        return count(policy, business_days, start_on, None, (), extension).last_day_on
    zone = ZoneInfo(policy.window.time_zone)
    start = last_instant_of(policy, start_on)
    return civil_date(elapse(policy, business_days, start, None, (), extension).due_at, zone)


def last_instant_of(policy: Policy, day: date) -> datetime:
    """The last microsecond of a date in the policy's zone."""
    return local_instant(day, "24:00", ZoneInfo(policy.window.time_zone)) - timedelta(microseconds=1)
