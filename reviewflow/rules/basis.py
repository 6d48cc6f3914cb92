"""The sentences of a basis, one function for each step of a count in days."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from reviewflow.nouns.plural import plural
from reviewflow.nouns.policy import WEEKDAYS, Cap, Day1, Policy, Roll, Unit, WindowRule
from reviewflow.rules.calendar import ONE_DAY, BusinessDays
from reviewflow.rules.counting import is_late, step_of
from reviewflow.rules.instants import civil_date, readings
from reviewflow.rules.tolls import Toll, dates_taken_out, toll_text
from reviewflow.rules.wording import amount, between, closed, named, span, timed


def policy_line(policy: Policy) -> str:
    return f"Policy {policy.id}, version {policy.version}: {policy.title}. Source: {policy.source}."


def start_lines(
    policy: Policy, business_days: BusinessDays, start: date | datetime, event_on: date, zone: ZoneInfo
) -> list[str]:
    """What was received when, what the cut-off made of it, and the event day."""
    rule, received_on = policy.window, civil_date(start, zone)
    moment = timed(start, zone) if isinstance(start, datetime) else f"{named(received_on)}, without a time of day"
    lines = [f"The event is on {moment}."]
    if rule.cutoff is None:
        return [*lines, f"There is no cut-off: {named(event_on)} is the event day, day 0."]
    late = is_late(rule, start, zone)
    if not late and event_on == received_on:
        return [*lines, f"It is in time for the cut-off at {rule.cutoff}: {named(event_on)} is the event day, day 0."]
    why = f"After the cut-off at {rule.cutoff}" if late else f"{named(received_on)} is no business day"
    passed = between(received_on + ONE_DAY * late, event_on)
    over = f", past {closed(business_days, passed)}" if passed else ""
    return [*lines, f"{why}: the event day, day 0, is the next business day{over}: {named(event_on)}."]


def day_1_line(policy: Policy, business_days: BusinessDays, event_on: date, day_1_on: date) -> str:
    rule, step = policy.window, step_of(policy.window)
    side = "after" if step > 0 else "before"
    if day_1_on == event_on:
        return f"Day 1 is the event day itself: {named(day_1_on)}."
    if rule.unit is Unit.CALENDAR_DAYS and rule.day_1 is Day1.NEXT_DAY:
        return f"Day 1 is the day {side} the event day: {named(day_1_on)}."
    side = "on or " + side if rule.day_1 is Day1.EVENT_DAY else side
    first = event_on if rule.day_1 is Day1.EVENT_DAY else event_on + step * ONE_DAY
    passed = between(first, day_1_on, step)
    over = f", past {closed(business_days, passed)}" if passed else ""
    return f"Day 1 is the first business day {side} the event day{over}: {named(day_1_on)}."


def count_lines(
    rule: WindowRule, business_days: BusinessDays, day_1_on: date, counted_on: date, extension: int
) -> list[str]:
    """The count from day 1, and every holiday or opened date that it met."""
    length = amount(rule.length + extension, rule.unit)
    of_it = f" ({rule.length} and an extension of {extension})" if extension else ""
    towards = "" if step_of(rule) > 0 else " towards the past"
    lines = [f"{length}{of_it} counted{towards} from day 1 end on {named(counted_on)}."]
    met = sorted([*between(day_1_on, counted_on, step_of(rule)), counted_on])
    holidays = [f"{named(day)} ({name})" for day in met if (name := business_days.holiday_name(day))]
    if rule.unit is Unit.BUSINESS_DAYS:
        weekend = " and ".join(f"{WEEKDAYS[number]}s" for number in business_days.calendar.weekend)
        lines.append(f"Not counted: {', '.join(filter(None, [weekend, *holidays])) or 'nothing'}.")
        opened = [f"{named(day)} ({name})" for day in met if (name := business_days.opened_name(day))]
        lines += [f"Counted, since the calendar opens it: {', '.join(opened)}."] if opened else []
    elif holidays:
        lines.append(f"Holidays within the count do count: {', '.join(holidays)}.")
    return lines


def toll_lines(tolls: Sequence[Toll], day_1_on: date, counted_on: date, zone: ZoneInfo) -> list[str]:
    """For each closed toll, in order, the dates that it takes out of the count, or why it takes none."""
    lines, out = [], set[date]()
    for toll in tolls:
        dates = list(dates_taken_out(toll, zone))
        new = [day for day in dates if day_1_on <= day <= counted_on and day not in out]
        out.update(new)
        said = f"Toll {toll_text(toll, zone)}"
        if new:
            lines.append(f"{said} takes out {span(new)}.")
        else:
            lines.append(f"{said} takes out nothing: {_why_nothing(dates, day_1_on, counted_on)}.")
    if day_1_on in out:
        lines.append(f"Day 1 stays {named(day_1_on)} although it is tolled: a toll stops the count, it moves no start.")
    return lines


def _why_nothing(dates: Sequence[date], day_1_on: date, counted_on: date) -> str:
    if not dates:
        return "it ended on the day it started"
    if dates[-1] < day_1_on:
        return "it ended before day 1"
    if dates[0] > counted_on:
        return "the count was complete before it"
    return "its dates are out already"


def roll_line(policy: Policy, business_days: BusinessDays, counted_on: date, rolled_on: date) -> str:
    if policy.window.roll is Roll.NONE:
        if business_days.is_business_day(counted_on):
            return "The policy has no roll."
        return f"The policy has no roll: {closed(business_days, [counted_on])} stays the last day."
    if rolled_on == counted_on:
        return f"{named(counted_on)} is a business day: no roll."
    step = step_of(policy.window)
    passed = between(counted_on, rolled_on, step)
    return f"No business day: {closed(business_days, passed)}; the last day rolls to {named(rolled_on)}."


def cap_lines(policy: Policy, planned_on: date | None, uncapped_on: date, last_day_on: date) -> list[str]:
    """What the planned first release does to the last day; nothing where neither the policy nor a date speaks of it."""
    if policy.window.cap is Cap.NONE:
        if planned_on is None:
            return []
        return [f"The policy has no cap: the first release planned for {named(planned_on)} moves nothing."]
    if planned_on is None:
        return ["No first release is planned, so no cap applies."]
    before = f"The first release is planned for {named(planned_on)}"
    if last_day_on < uncapped_on:
        return [f"{before}: the last day is capped at the day before it, {named(last_day_on)}, with no roll."]
    return [f"{before}: the cap, the day before it, moves nothing."]


def standing_lines(policy: Policy, toll: Toll, left: str, capped_on: date | None, zone: ZoneInfo) -> list[str]:
    """An open toll: what remains, and that no end can be told."""
    lines = [f"Toll {toll_text(toll, zone)} is open: the clock stands with {left} left, and there is no due time yet."]
    if policy.toll.max_days:
        lines.append(f"The policy ends a toll after {plural(policy.toll.max_days, 'day')}.")
    if capped_on is not None:
        lines.append(f"The window still ends on {named(capped_on)} at the latest: a toll moves no cap.")
    return lines


def late_toll_lines(tolls: Sequence[Toll], zone: ZoneInfo) -> list[str]:
    """Open tolls that begin only after the window has ended, and so stop nothing."""
    late = [toll_text(toll, zone) for toll in tolls if toll.ended is None]
    return [f"Toll {text} is ignored: it begins after the end." for text in late]


def due_line(last_day_on: date, clock: str, due_at: datetime, zone: ZoneInfo, what: str = "window") -> str:
    """The due instant in local time and in UTC, and what a change of clocks did to it."""
    line = f"The {what} ends at {clock} of {named(last_day_on)} in {zone.key}: {due_at:%Y-%m-%d %H:%M:%S} UTC."
    local = due_at.astimezone(zone)
    first, second = readings(local)
    if first < second:
        return f"{line} That local time occurs twice; the later one is meant."
    nominal = last_day_on + ONE_DAY if clock == "24:00" else last_day_on
    if (local.date(), f"{local:%H:%M}") != (nominal, clock if clock != "24:00" else "00:00"):
        return f"{line} That local time does not occur; the later of its readings is {timed(due_at, zone)}."
    return line


def source_lines(business_days: BusinessDays, first: date, last: date, tzdata: str) -> list[str]:
    """The calendar and zone data used, with a warning where the calendar's source does not reach."""
    calendar = business_days.calendar
    lines = [f"Calendar {calendar.id}, version {calendar.version}; time zones {tzdata}."]
    if not business_days.knows(first, last):
        since = f" from {calendar.known_from}" if calendar.known_from else ""
        until = f" to {calendar.known_to}" if calendar.known_to else ""
        lines.append(
            f"Warning: calendar {calendar.id} is known{since}{until}, and the dates looked at are {first} to {last}: "
            "closures may be missing."
        )
    return lines
