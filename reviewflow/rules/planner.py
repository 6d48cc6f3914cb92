"""The planner's questions: the last day to start, so that a window ends in time, and which release leaves it whole."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from reviewflow.nouns.policy import Cap, Direction, Policy, Unit
from reviewflow.rules.calendar import ONE_DAY, BusinessDays
from reviewflow.rules.counted import count
from reviewflow.rules.elapsed import elapse
from reviewflow.rules.instants import civil_date, local_instant
from reviewflow.rules.window import Window, end_of_day, within


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


def day_before(release_on: date) -> date:
    """The last day that may count before a release (EO 14409, sec. 3(b)(ii))."""
    return release_on - ONE_DAY


def earliest_release(policy: Policy, found: Window, start: date | datetime) -> date | None:
    """The first date of a release whose cap leaves the window any time at all; None where the policy has no cap."""
    if policy.window.cap is Cap.NONE:
        return None
    if found.day_1_on is not None:
        return found.day_1_on + ONE_DAY
    assert isinstance(start, datetime)
    return _first_after(policy, start)


def whole_release(policy: Policy, uncapped: Window) -> date | None:
    """The first date of a release after the whole window; None towards the past, and while the clock stands."""
    if policy.window.direction is Direction.BACKWARD or uncapped.due_at is None or uncapped.last_day_on is None:
        return None
    if policy.window.unit is Unit.HOURS:
        return _first_after(policy, uncapped.due_at - timedelta(microseconds=1))
    return uncapped.last_day_on + ONE_DAY


def _first_after(policy: Policy, at: datetime) -> date:
    """The first date whose eve ends after an instant."""
    day = civil_date(at, ZoneInfo(policy.window.time_zone))
    while end_of_day(policy, day_before(day)) <= at:
        day += ONE_DAY
    return day


def intake_due(policy: Policy, business_days: BusinessDays, filed: date | datetime) -> date | None:
    """The day by which a submission is checked; None where the policy has no such check."""
    rule = policy.intake
    if rule is None:
        return None
    if rule.unit is Unit.HOURS and not isinstance(filed, datetime):
        filed = last_instant_of(policy, filed)
    return within(policy, business_days, filed, rule.check_within, rule.unit).due_on


def latest_filing(policy: Policy, business_days: BusinessDays, start_on: date) -> date | None:
    """The last date of a submission that is checked by `start_on`, so that what is missing can still come in that day.

    None where the policy has no check, or counts towards the past.
    """
    if policy.intake is None or policy.window.direction is Direction.BACKWARD:
        return None
    day = start_on
    while (due_on := intake_due(policy, business_days, day)) is not None and due_on > start_on:
        day -= ONE_DAY
    return day
