"""A window in hours: elapsed time on a stopwatch, whatever the clocks on the wall do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from reviewflow.errors import Refused
from reviewflow.nouns.policy import Cap, Policy, Roll, Unit
from reviewflow.rules import basis
from reviewflow.rules.calendar import ONE_DAY, BusinessDays
from reviewflow.rules.counting import step_of
from reviewflow.rules.instants import civil_date, local_instant, readings
from reviewflow.rules.tolls import Toll, merged_spans, open_since, toll_text
from reviewflow.rules.wording import amount, closed, lasting, named, timed


@dataclass(frozen=True, slots=True)
class Elapsed:
    """The instant after each step, in UTC; `tolled` is what the tolls took out, `left` what an open one keeps."""

    ran_out_at: datetime
    tolled: timedelta
    rolled_at: datetime
    capped_at: datetime | None
    due_at: datetime
    standing: Toll | None
    left: timedelta


def elapse(
    policy: Policy,
    business_days: BusinessDays,
    start: datetime,
    planned_on: date | None,
    tolls: Sequence[Toll],
    extension: int,
) -> Elapsed:
    """All steps for a policy in hours, FRCP 6(a)(2) fashion: count every hour, roll to the same time of a business day.

    Backward, which the contract leaves open, is the same towards the past.
    """
    rule, zone = policy.window, ZoneInfo(policy.window.time_zone)
    capped_at = cap(policy, planned_on, start, zone)
    bare = start + step_of(rule) * timedelta(hours=rule.length + extension)
    ran_out_at = run_out(bare, start, merged_spans(tolls))
    rolled_at = roll(policy, business_days, ran_out_at, zone)
    due_at = rolled_at if capped_at is None else min(rolled_at, capped_at)
    standing, left = open_since(tolls, zone, civil_date(due_at, zone), due_at), timedelta(0)
    if standing is not None and isinstance(standing.started, datetime):
        left = max(timedelta(0), ran_out_before(bare, start, standing.started, merged_spans(tolls)))
    return Elapsed(ran_out_at, ran_out_at - bare, rolled_at, capped_at, due_at, standing, left)


def run_out(bare: datetime, start: datetime, spans: Sequence[tuple[datetime, datetime]]) -> datetime:
    """When the time has run out that would end at `bare` without the tolled spans, which are in order and apart."""
    end = bare
    for began, ended in spans:
        if began < end and ended > start:
            end += ended - max(began, start)
    return end


def ran_out_before(
    bare: datetime, start: datetime, stopped: datetime, spans: Sequence[tuple[datetime, datetime]]
) -> timedelta:
    """What is left of the time at the instant at which an open toll stops the clock."""
    stopped = max(stopped, start)
    ran = stopped - start
    for began, ended in spans:
        ran -= max(timedelta(0), min(ended, stopped) - max(began, start))
    return (bare - start) - ran


def roll(policy: Policy, business_days: BusinessDays, ran_out_at: datetime, zone: ZoneInfo) -> datetime:
    """The same local time on the next business day; the later reading where a change of clocks makes two."""
    local = ran_out_at.astimezone(zone)
    rolled_on = business_days.on_or_next(local.date(), step_of(policy.window))
    if policy.window.roll is Roll.NONE or rolled_on == local.date():
        return ran_out_at
    return max(readings(local.replace(year=rolled_on.year, month=rolled_on.month, day=rolled_on.day)))


def cap(policy: Policy, planned_on: date | None, start: datetime, zone: ZoneInfo) -> datetime | None:
    """The end of the day before the planned first release; None: no cap. Raises Refused where it leaves no time."""
    if policy.window.cap is Cap.NONE or planned_on is None:
        return None
    capped_at = local_instant(planned_on - ONE_DAY, policy.window.ends_at, zone)
    if capped_at <= start:
        earliest_on = civil_date(start, zone)
        while local_instant(earliest_on - ONE_DAY, policy.window.ends_at, zone) <= start:
            earliest_on += ONE_DAY
        raise Refused(
            f"The first release is planned for {named(planned_on)}, so the window would end before it starts, "
            f"{timed(start, zone)}. The earliest possible date of the first release is {named(earliest_on)}.",
            remedy=f"Plan the first release for {earliest_on} or later.",
        )
    return capped_at


def explain(
    policy: Policy,
    business_days: BusinessDays,
    start: datetime,
    planned_on: date | None,
    tolls: Sequence[Toll],
    extension: int,
    time: Elapsed,
) -> list[str]:
    """The sentences behind the instants of `time`, in the order of the steps."""
    rule, zone = policy.window, ZoneInfo(policy.window.time_zone)
    length = amount(rule.length + extension, Unit.HOURS)
    of_it = f" ({rule.length} and an extension of {extension})" if extension else ""
    towards = "before" if step_of(rule) < 0 else "from"
    lines = [
        f"The event is at {timed(start, zone)}.",
        "Hours are elapsed time: day 1 and the time of day at which a day ends are not used.",
        *(toll_line(toll, start, time.ran_out_at, zone) for toll in tolls if toll.ended),
    ]
    if time.standing is not None:
        capped_on = planned_on - ONE_DAY if time.capped_at is not None and planned_on else None
        return [*lines, *basis.standing_lines(policy, time.standing, lasting(time.left), capped_on, zone)]
    tolled = f", with {lasting(time.tolled)} tolled," if time.tolled else ""
    lines.append(f"{length}{of_it} {towards} the event{tolled} end at {timed(time.ran_out_at, zone)}.")
    lines += basis.late_toll_lines(tolls, zone)
    ran_out_on = civil_date(time.ran_out_at, zone)
    if rule.roll is Roll.NEXT_BUSINESS_DAY and time.rolled_at != time.ran_out_at:
        why = closed(business_days, [ran_out_on])
        lines.append(f"No business day: {why}; it rolls to the same local time, {timed(time.rolled_at, zone)}.")
    elif rule.roll is Roll.NEXT_BUSINESS_DAY:
        lines.append(f"{named(ran_out_on)} is a business day: no roll.")
    lines += basis.cap_lines(policy, planned_on, civil_date(time.rolled_at, zone), civil_date(time.due_at, zone))
    return [*lines, f"The window ends at {timed(time.due_at, zone)}: {time.due_at:%Y-%m-%d %H:%M:%S} UTC."]


def toll_line(toll: Toll, start: datetime, ran_out_at: datetime, zone: ZoneInfo) -> str:
    """What one closed toll takes out; time in two tolls is taken out once, and the total says so."""
    if isinstance(toll.started, datetime) and isinstance(toll.ended, datetime):
        time = min(toll.ended, ran_out_at) - max(toll.started, start)
        if time > timedelta(0):
            return f"Toll {toll_text(toll, zone)} takes out {lasting(time)}; overlapping tolls count once."
    return f"Toll {toll_text(toll, zone)} takes out nothing: it lies outside the window or lasts no time."
