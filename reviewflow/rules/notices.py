"""The reminders of a deadline: which are raised, and when."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from reviewflow.nouns.policy import Policy
from reviewflow.rules.calendar import BusinessDays
from reviewflow.rules.instants import civil_date, local_instant

DUE = "due"


class Notice(NamedTuple):
    """A reminder by name, "-14d", "-3bd", "-6h", "due" or "+1d", and its instant in UTC."""

    name: str
    at: datetime


def notices(
    policy: Policy, business_days: BusinessDays, due_at: datetime, made_at: datetime | None = None
) -> tuple[Notice, ...]:
    """The notices of any deadline due at `due_at`, by their instants; equal ones before, "due", after.

    Dates are counted from the civil date of `due_at` in the policy's zone: an end at "24:00" is due on the next date.
    A notice at or before `made_at`, when the deadline was made, is void and left out: nobody was late with it.
    """
    zone, clock = ZoneInfo(policy.window.time_zone), policy.notices.at
    due_at = due_at.astimezone(UTC)
    planned = [Notice(f"-{text}", _at(text, -1, due_at, clock, zone, business_days)) for text in policy.notices.before]
    planned.append(Notice(DUE, due_at))
    planned += [Notice(f"+{text}", _at(text, 1, due_at, clock, zone, business_days)) for text in policy.notices.after]
    planned.sort(key=lambda notice: notice.at)
    return tuple(notice for notice in planned if made_at is None or notice.at > made_at)


def _at(offset: str, step: int, due_at: datetime, clock: str, zone: ZoneInfo, business_days: BusinessDays) -> datetime:
    if offset.endswith("h"):
        return due_at + step * timedelta(hours=int(offset[:-1]))
    due_on = civil_date(due_at, zone)
    if offset.endswith("bd"):
        return local_instant(_business_days_from(due_on, step * int(offset[:-2]), business_days), clock, zone)
    return local_instant(due_on + step * timedelta(days=int(offset[:-1])), clock, zone)


def _business_days_from(day: date, count: int, business_days: BusinessDays) -> date:
    step = 1 if count > 0 else -1
    for _ in range(abs(count)):
        day = business_days.next_after(day, step)
    return day
