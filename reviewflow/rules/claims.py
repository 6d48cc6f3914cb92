"""Whether a date that somebody claims can be right."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from reviewflow.nouns.plural import plural
from reviewflow.nouns.policy import Policy, Unit
from reviewflow.rules.calendar import BusinessDays
from reviewflow.rules.counting import days_left
from reviewflow.rules.instants import as_utc, civil_date
from reviewflow.rules.planner import last_day_from, latest_start
from reviewflow.rules.window import Window
from reviewflow.rules.wording import named, timed


def check_claim(
    policy: Policy, business_days: BusinessDays, window: Window, claimed: date | datetime, *, extension: int = 0
) -> tuple[str, ...]:
    """The reasons why a window cannot end as claimed; none where it does.

    A date is compared with the last day, a time with the due instant to the minute.
    """
    zone = ZoneInfo(window.time_zone)
    if window.due_at is None or window.last_day_on is None:
        return (f"The clock stands: no end is due, and {claimed.isoformat()} is claimed.",)
    claimed = as_utc(claimed)
    if isinstance(claimed, datetime):
        if _to_the_minute(claimed) == _to_the_minute(window.due_at):
            return ()
        claim, found = timed(claimed, zone), timed(window.due_at, zone)
    else:
        if claimed == window.last_day_on:
            return ()
        claim, found = named(claimed), named(window.last_day_on)
    off = _off(window.last_day_on, civil_date(claimed, zone))
    reasons = [f"The claimed end, {claim}, is wrong: the window ends on {found}{off}."]
    if policy.window.unit is not Unit.HOURS:
        reasons.append(_what_would_fit(policy, business_days, civil_date(claimed, zone), extension))
    return tuple(reasons)


def check_act(window: Window, act: str, on: date | datetime) -> tuple[str, ...]:
    """The reasons why an act within the window, such as "a second request", cannot have been made then; none if it can.

    It cannot precede the clock start, and not follow the end: "open" is before due_at, a bare date up to the last day.
    """
    zone, on = ZoneInfo(window.time_zone), as_utc(on)
    when = timed(on, zone) if isinstance(on, datetime) else named(on)
    if civil_date(on, zone) < window.clock_start_on:
        return (f"{act} on {when} is impossible: the clock started on {named(window.clock_start_on)}.",)
    if window.due_at is None or window.last_day_on is None:
        return ()
    is_after = on >= window.due_at if isinstance(on, datetime) else on > window.last_day_on
    if is_after:
        return (f"{act} on {when} is impossible: the window had ended on {timed(window.due_at, zone)}.",)
    return ()


def _off(last_day_on: date, claimed_on: date) -> str:
    days = days_left(claimed_on, last_day_on)
    if days == 0:
        return ""
    return f", {plural(abs(days), 'day')} {'earlier' if days > 0 else 'later'}"


def _what_would_fit(policy: Policy, business_days: BusinessDays, end_on: date, extension: int) -> str:
    start_on = latest_start(policy, business_days, end_on, extension=extension)
    if last_day_from(policy, business_days, start_on, extension) == end_on:
        return f"Without toll or cap, a window from an event on {named(start_on)} would end on {named(end_on)}."
    return f"No window of this policy without toll or cap ends on {named(end_on)}."


def _to_the_minute(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(second=0, microsecond=0)
