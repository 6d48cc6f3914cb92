"""The steps of a count in days: event day, day 1, the n-th counted day, the roll."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from reviewflow.nouns.policy import Day1, Direction, Unit, WindowRule
from reviewflow.rules.calendar import ONE_DAY, BusinessDays
from reviewflow.rules.instants import civil_date, local_instant


def step_of(rule: WindowRule) -> int:
    """1 towards the future, -1 towards the past: "next" always means next in that direction (FRCP 6(a)(5))."""
    return -1 if rule.direction is Direction.BACKWARD else 1


def is_late(rule: WindowRule, start: date | datetime, zone: ZoneInfo) -> bool:
    """Whether a receipt came after its date's cut-off; at the very cut-off it is in time, and so is a bare date.

    16 CFR 803.10(c)(1)(i) for the HSR policies: what comes after 17:00 Eastern counts as the next regular business day.
    """
    if rule.cutoff is None or not isinstance(start, datetime):
        return False
    return start > local_instant(civil_date(start, zone), rule.cutoff, zone)


def event_day(rule: WindowRule, business_days: BusinessDays, start: date | datetime, zone: ZoneInfo) -> date:
    """The date as which a receipt counts, day 0; without a cut-off its own date, whatever day of the week that is."""
    received_on = civil_date(start, zone)
    if is_late(rule, start, zone):
        return business_days.next_after(received_on)
    return business_days.on_or_next(received_on) if rule.cutoff is not None else received_on


def day_1(rule: WindowRule, business_days: BusinessDays, event_on: date) -> date:
    """The first date that may count.

    In business days `next_day` and `next_business_day` are one: the first business day after the event day. In calendar
    days only the choice of day 1 may look at the calendar; from there every date counts.
    """
    step = step_of(rule)
    if rule.day_1 is Day1.EVENT_DAY:
        return business_days.on_or_next(event_on, step) if rule.unit is Unit.BUSINESS_DAYS else event_on
    if rule.unit is Unit.BUSINESS_DAYS or rule.day_1 is Day1.NEXT_BUSINESS_DAY:
        return business_days.next_after(event_on, step)
    return event_on + step * ONE_DAY


def nth_day(
    rule: WindowRule, business_days: BusinessDays, day_1_on: date, length: int, tolled: Collection[date] = ()
) -> date:
    """The `length`-th counted date from day 1 on, where tolled dates do not count."""
    is_in_business_days = rule.unit is Unit.BUSINESS_DAYS
    if not is_in_business_days and not tolled:
        return day_1_on + timedelta(days=step_of(rule) * (length - 1))
    step, day, left = step_of(rule) * ONE_DAY, day_1_on, length
    while True:
        if day not in tolled and (not is_in_business_days or business_days.is_business_day(day)):
            left -= 1
            if left == 0:
                return day
        day += step


def counted_days(
    rule: WindowRule, business_days: BusinessDays, day_1_on: date, on: date, tolled: Collection[date] = ()
) -> int:
    """How many dates count from day 1 up to and with `on`; 0 where `on` lies before day 1."""
    step = step_of(rule)
    dates = (date.fromordinal(n) for n in range(day_1_on.toordinal(), on.toordinal() + step, step))
    is_in_business_days = rule.unit is Unit.BUSINESS_DAYS
    return sum(day not in tolled and (not is_in_business_days or business_days.is_business_day(day)) for day in dates)


def days_left(last_day_on: date, on: date) -> int:
    """Dates from `on` to the last day: 0 on the last day itself, negative after it."""
    return (last_day_on - on).days


def elapsed_whole_days(since: date | datetime, until: date | datetime, zone: ZoneInfo) -> int:
    """Civil dates in `zone` between two moments, as reports count them: from 12 June, 17:21, to 1 July are 19."""
    return (civil_date(until, zone) - civil_date(since, zone)).days


def day_number(
    rule: WindowRule, business_days: BusinessDays, day_1_on: date, on: date, tolled: Collection[date] = ()
) -> int:
    """The N of "day N of 30": 0 on the event day and before day 1; a date that does not count keeps the last number."""
    return counted_days(rule, business_days, day_1_on, on, tolled)
