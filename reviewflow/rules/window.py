"""The one formula for a window: from an event to a due instant, with the steps that lead there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tzdata import IANA_VERSION  # type: ignore[import-untyped]

from reviewflow.errors import Invalid, Refused
from reviewflow.nouns.policy import Policy, Unit, WindowRule
from reviewflow.rules import basis, counted, elapsed
from reviewflow.rules.calendar import BusinessDays
from reviewflow.rules.counting import day_1, nth_day
from reviewflow.rules.instants import as_utc, civil_date, local_instant
from reviewflow.rules.tolls import Toll, check_tolls, in_order
from reviewflow.rules.wording import amount, named, timed


@dataclass(frozen=True, slots=True)
class Window:
    """A window as computed; `due_at` and `last_day_on` are None while a toll is open, and then days remain.

    `remaining_days` counts in the window's unit: what still has to count after the date on which the clock stopped,
    before any roll or cap, for the day on which it goes on decides those. For a policy in hours it is the whole days in
    `remaining`, the exact time left. `day_1_on` is None for hours, which have no day 1; else no toll moves it, since
    both sides were told that date when the clock started. `due_at` is in UTC, `due_local` the same in `time_zone`.
    """

    clock_start_on: date
    day_1_on: date | None
    last_day_on: date | None
    due_at: datetime | None
    due_local: datetime | None
    time_zone: str
    remaining_days: int | None
    remaining: timedelta | None
    basis: tuple[str, ...]
    calendar_digest: str
    tzdata_version: str = IANA_VERSION


@dataclass(frozen=True, slots=True)
class Due:
    """When a term ends: the instant in UTC, the last civil day that counts, and the steps to it.

    With `ends_at` "24:00" `due_on` is the day that ends then, for that is what a letter must say.
    """

    due_at: datetime
    due_on: date
    basis: tuple[str, ...]


def compute(
    policy: Policy,
    business_days: BusinessDays,
    start: date | datetime,
    *,
    planned_release_on: date | None = None,
    tolls: Sequence[Toll] = (),
    extension: int = 0,
) -> Window:
    """The window of `policy` for an event at `start`, a date or an aware instant; `extension` in the window's unit.

    Raises Refused for a toll, an extension or a cap that the policy does not allow, Invalid for what makes no sense.
    Source of the steps and of their order: design.md, section 4.
    """
    zone = ZoneInfo(policy.window.time_zone)
    start, tolls = as_utc(start), in_order([toll.in_utc() for toll in tolls], zone)
    check_extension(policy, extension)
    check_tolls(policy, tolls, zone)
    if policy.window.unit is not Unit.HOURS:
        return _in_days(policy, business_days, start, planned_release_on, tolls, extension)
    if not isinstance(start, datetime):
        raise Invalid(
            f"Policy {policy.id} counts elapsed hours, and {start} has no time of day.",
            remedy="Give the start as a date and a time.",
        )
    return _in_hours(policy, business_days, start, planned_release_on, tolls, extension)


def end_of_day(policy: Policy, day: date) -> datetime:
    """The UTC instant at which `day` ends by the policy: its `ends_at` in its zone."""
    return local_instant(day, policy.window.ends_at, ZoneInfo(policy.window.time_zone))


def within(policy: Policy, business_days: BusinessDays, start: date | datetime, length: int, unit: str) -> Due:
    """The end of a term of `length` from an event at `start`: to check an intake, to answer, to file again.

    The event day does not count, the last day ends as the policy's days do, and nothing rolls; hours are elapsed. The
    policy's cut-off is for receipts and not for these. Raises Invalid for hours from a bare date.
    """
    zone, start = ZoneInfo(policy.window.time_zone), as_utc(start)
    if Unit(unit) is Unit.HOURS:
        if not isinstance(start, datetime):
            raise Invalid(f"A term in hours needs a time of day, and {start} has none.")
        due_at = start + timedelta(hours=length)
        line = f"{amount(length, Unit.HOURS)}, elapsed, from {timed(start, zone)} end at {timed(due_at, zone)}."
        return Due(due_at, civil_date(due_at, zone), (line,))
    rule = WindowRule(length=length, unit=Unit(unit), time_zone=zone.key, ends_at=policy.window.ends_at)
    event_on = civil_date(start, zone)
    day_1_on = day_1(rule, business_days, event_on)
    last_on = nth_day(rule, business_days, day_1_on, length)
    due_at = local_instant(last_on, rule.ends_at, zone)
    lines = [
        f"The event is on {named(event_on)}, which does not count.",
        *basis.count_lines(rule, business_days, day_1_on, last_on, extension=0),
        basis.due_line(last_on, rule.ends_at, due_at, zone, "term"),
        *basis.source_lines(business_days, event_on, last_on, IANA_VERSION),
    ]
    return Due(due_at, last_on, tuple(lines))


def check_extension(policy: Policy, extension: int) -> None:
    """Raises Refused for more than the policy's total, Invalid for less than nothing."""
    limit = policy.extension.max_days
    if extension < 0:
        raise Invalid(f"An extension of {extension} would shorten the window.")
    if extension and not limit:
        raise Refused(f"Policy {policy.id} does not allow an extension.")
    if extension > limit:
        most = amount(limit, policy.window.unit)
        raise Refused(f"An extension of {extension} is too long: policy {policy.id} allows {most} in total.")


def _in_days(
    policy: Policy,
    business_days: BusinessDays,
    start: date | datetime,
    planned_on: date | None,
    tolls: Sequence[Toll],
    extension: int,
) -> Window:
    zone = ZoneInfo(policy.window.time_zone)
    days = counted.count(policy, business_days, start, planned_on, tolls, extension)
    lines = counted.explain(policy, business_days, start, planned_on, tolls, extension, days)
    looked_at = (civil_date(start, zone), days.event_on, days.day_1_on, days.counted_on, days.rolled_on)
    is_open = days.standing is not None
    return Window(
        clock_start_on=days.event_on,
        day_1_on=days.day_1_on,
        last_day_on=None if is_open else days.last_day_on,
        due_at=None if is_open else days.due_at,
        due_local=None if is_open else days.due_at.astimezone(zone),
        time_zone=zone.key,
        remaining_days=days.left if is_open else None,
        remaining=None,
        basis=_whole_basis(policy, business_days, looked_at, lines),
        calendar_digest=business_days.digest(min(looked_at), max(looked_at)),
    )


def _in_hours(
    policy: Policy,
    business_days: BusinessDays,
    start: datetime,
    planned_on: date | None,
    tolls: Sequence[Toll],
    extension: int,
) -> Window:
    zone = ZoneInfo(policy.window.time_zone)
    time = elapsed.elapse(policy, business_days, start, planned_on, tolls, extension)
    lines = elapsed.explain(policy, business_days, start, planned_on, tolls, extension, time)
    looked_at = tuple(civil_date(moment, zone) for moment in (start, time.ran_out_at, time.rolled_at))
    is_open = time.standing is not None
    return Window(
        clock_start_on=civil_date(start, zone),
        day_1_on=None,
        last_day_on=None if is_open else civil_date(time.due_at, zone),
        due_at=None if is_open else time.due_at,
        due_local=None if is_open else time.due_at.astimezone(zone),
        time_zone=zone.key,
        remaining_days=time.left.days if is_open else None,
        remaining=time.left if is_open else None,
        basis=_whole_basis(policy, business_days, looked_at, lines),
        calendar_digest=business_days.digest(min(looked_at), max(looked_at)),
    )


def _whole_basis(
    policy: Policy, business_days: BusinessDays, looked_at: Sequence[date], lines: Sequence[str]
) -> tuple[str, ...]:
    sources = basis.source_lines(business_days, min(looked_at), max(looked_at), IANA_VERSION)
    return (basis.policy_line(policy), *lines, *sources)
