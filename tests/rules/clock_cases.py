"""Random cases for the clock, and the harness that holds the rules against the oracle; used by the tests and the proof."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

import reviewflow.clock  # noqa: F401 - its import makes the tzdata package the only source of zones
from reviewflow.errors import Refused
from reviewflow.nouns import policy as nouns
from reviewflow.nouns.policy import Calendar, NamedDay, Policy, Unit
from reviewflow.rules import notices, planner, window
from reviewflow.rules.calendar import BusinessDays
from reviewflow.rules.tolls import Toll
from tests.rules import oracle

# Half-hour and two-hour changes, changes at midnight, skipped dates, negative summer time, changes around Ramadan.
ZONES = (
    "America/New_York", "Europe/London", "Europe/Brussels", "Europe/Dublin", "Australia/Lord_Howe", "Antarctica/Troll",
    "Africa/Casablanca", "Africa/Cairo", "Asia/Gaza", "Asia/Beirut", "Asia/Tehran", "Asia/Amman", "Asia/Pyongyang",
    "America/St_Johns", "America/Sao_Paulo", "America/Havana", "America/Asuncion", "America/Caracas", "America/Scoresbysund",
    "Pacific/Apia", "Pacific/Kwajalein", "Pacific/Kiritimati", "Pacific/Chatham", "Asia/Kathmandu", "UTC",
)  # fmt: skip
CLOCKS = ("00:00", "00:30", "01:30", "02:00", "02:30", "09:00", "12:15", "17:00", "23:00", "23:30", "23:59")
FIRST, LAST = date(1990, 1, 1), date(2060, 12, 31)
LEAP_DAYS = tuple(date(year, 2, 29) for year in range(1992, 2061, 4))
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Case:
    """One question to the clock; printing it is enough to ask it again."""

    policy: Policy
    calendar: Calendar
    start: date | datetime
    planned: date | None
    tolls: tuple[tuple[date | datetime, date | datetime | None], ...]
    extension: int


@cache
def changes(zone: str) -> tuple[date, ...]:
    """The dates around which the clocks of a zone change, and the dates that it skips."""
    place, hour = ZoneInfo(zone), timedelta(hours=12)
    looks = [datetime(1990, 1, 1, tzinfo=UTC) + n * hour for n in range(2 * 365 * 71)]
    shown = [(look.astimezone(place).utcoffset(), look) for look in looks]
    return tuple(late.date() for (before, _), (after, late) in pairwise(shown) if before != after) or (FIRST,)


@st.composite
def calendars(draw: st.DrawFn, near: date) -> Calendar:
    def days() -> tuple[NamedDay, ...]:
        offsets = draw(st.lists(st.integers(-5, 60), max_size=5, unique=True))
        return tuple(NamedDay(near + timedelta(days=offset), "a day") for offset in sorted(offsets))

    weekend = draw(st.sampled_from([(5, 6), (5, 6), (4, 5), (6,), (), (0, 2, 5, 6)]))
    base = draw(st.sampled_from(["none", "US", "GB-ENG", "IN"]))
    closed = days()
    opened = tuple(day for day in days() if day.on not in {other.on for other in closed})
    return Calendar("random", 1, weekend=weekend, base=base, closed=closed, open=opened)


@st.composite
def moments(draw: st.DrawFn, zone: str, near: date, spread: int, is_timed: bool) -> date | datetime:
    """A date, or an instant to the minute on it, at times where the clocks change."""
    day = near + timedelta(days=draw(st.integers(0, spread)))
    if not is_timed and draw(st.booleans()):
        return day
    clock = draw(st.sampled_from(CLOCKS))
    local = datetime(day.year, day.month, day.day, int(clock[:2]), int(clock[3:]), tzinfo=ZoneInfo(zone))
    return local.replace(fold=draw(st.integers(0, 1))).astimezone(UTC) + draw(st.sampled_from([0, 0, 1, -1])) * MINUTE


@st.composite
def policies(draw: st.DrawFn, zone: str, is_in_hours: bool) -> Policy:
    """Any policy that the loader would let pass."""
    is_backward = draw(st.integers(0, 4)) == 0
    units = [Unit.CALENDAR_DAYS, Unit.BUSINESS_DAYS]
    rule = nouns.WindowRule(
        length=draw(st.integers(1, 100 if is_in_hours else 45)),
        unit=Unit.HOURS if is_in_hours else draw(st.sampled_from(units)),
        time_zone=zone,
        direction=nouns.Direction.BACKWARD if is_backward else nouns.Direction.FORWARD,
        day_1=draw(st.sampled_from(list(nouns.Day1))),
        cutoff=None if is_backward or is_in_hours or draw(st.booleans()) else draw(st.sampled_from(CLOCKS)),
        ends_at=draw(st.sampled_from([*CLOCKS, "24:00"])),
        roll=draw(st.sampled_from(list(nouns.Roll))),
        calendar="random",
        cap=nouns.Cap.NONE if is_backward else draw(st.sampled_from(list(nouns.Cap))),
    )
    offsets = st.lists(st.sampled_from(["1d", "3d", "14d", "1bd", "3bd", "6h", "36h"]), max_size=3, unique=True)
    notice = nouns.NoticeRule(tuple(draw(offsets)), tuple(draw(offsets)), draw(st.sampled_from(CLOCKS)))
    forward = {} if is_backward else {"toll": nouns.TollRule((nouns.TollCause.GOVERNMENT_CLOSURE,))}
    extension = nouns.ExtensionRule(0 if is_backward else 10)
    return Policy("random", 1, "Random", "a test", rule, notices=notice, extension=extension, **forward)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    zone = draw(st.sampled_from(ZONES))
    is_in_hours = draw(st.integers(0, 9)) == 0
    policy = draw(policies(zone, is_in_hours))
    pool = st.sampled_from(changes(zone)) | st.sampled_from(LEAP_DAYS) | st.dates(FIRST, LAST)
    is_forward = policy.window.direction is nouns.Direction.FORWARD
    near = draw(pool) + timedelta(days=draw(st.integers(-45, 0) if is_forward else st.integers(0, 45)))
    start = draw(moments(zone, near, 3, is_in_hours))
    tolls, extension, planned = [], 0, None
    if is_forward:
        for _ in range(draw(st.sampled_from([0, 0, 1, 2, 3]))):
            began = draw(moments(zone, near - timedelta(days=4), 40, is_in_hours))
            ended = draw(st.none() | moments(zone, oracle.local_date(began, ZoneInfo(zone)), 12, is_in_hours))
            tolls.append(in_order(began, ended, zone))
        extension = draw(st.sampled_from([0, 0, 1, 10]))
        planned = draw(st.none() | st.integers(-2, 60).map(lambda offset: near + timedelta(days=offset)))
    calendar = draw(calendars(near if is_forward else near - timedelta(days=55)))
    return Case(policy, calendar, start, planned, tuple(tolls), extension)


def in_order(
    began: date | datetime, ended: date | datetime | None, zone: str
) -> tuple[date | datetime, date | datetime | None]:
    """A toll whose end is no earlier than its start, an impossible one as one that costs nothing."""
    place = ZoneInfo(zone)
    both = isinstance(began, datetime) and isinstance(ended, datetime)
    if ended is not None and (ended < began if both else oracle.local_date(ended, place) < oracle.local_date(began, place)):
        return began, began
    return began, ended


@lru_cache(maxsize=512)
def business_days(calendar: Calendar) -> BusinessDays:
    return BusinessDays(calendar)


def check(case: Case) -> None:
    """Raises AssertionError where the rules and the oracle differ in any date, instant, remainder, refusal or notice."""
    policy, days = case.policy, business_days(case.calendar)
    expected = oracle.reckon(policy, case.calendar, case.start, case.planned, list(case.tolls), case.extension)
    tolls = [Toll(*toll) for toll in case.tolls]
    try:
        found = window.compute(
            policy, days, case.start, planned_release_on=case.planned, tolls=tolls, extension=case.extension
        )
    except Refused as refusal:
        assert expected.refused_until is not None, f"refused without need: {refusal}"
        assert str(expected.refused_until) in str(refusal), f"names another earliest date: {refusal}"
        return
    assert expected.refused_until is None, "not refused"
    assert found.clock_start_on == expected.clock_start_on, "clock start"
    assert found.day_1_on == expected.day_1_on, "day 1"
    assert found.last_day_on == expected.last_day_on, "last day"
    assert found.due_at == expected.due_at, "due instant"
    if policy.window.unit is Unit.HOURS:
        assert found.remaining == expected.remaining, "remaining time"
    else:
        assert found.remaining_days == expected.remaining, "remaining days"
    check_basis(case, found)
    if found.due_at is not None:
        told = [tuple(notice) for notice in notices.notices(policy, days, found.due_at)]
        assert sorted(told) == sorted(oracle.reckon_notices(policy, case.calendar, found.due_at)), "notices"
        assert [at for _, at in told] == sorted(at for _, at in told), "order of the notices"


def check_basis(case: Case, found: window.Window) -> None:
    """The steps name the dates that a reader needs."""
    text = "\n".join(found.basis)
    assert found.day_1_on is None or str(found.day_1_on) in text, "basis without day 1"
    if found.due_at is None:
        assert "remain" in text, "basis without what remains"
    else:
        assert f"{found.due_at:%Y-%m-%d %H:%M:%S} UTC" in text, "basis without the due instant"


def check_latest_start(case: Case) -> None:
    """The planner's answer ends in time, and a start on the next date would not."""
    policy, days = case.policy, business_days(case.calendar)
    uncapped = replace(policy, window=replace(policy.window, cap=nouns.Cap.NONE))
    end_on = oracle.local_date(case.start, ZoneInfo(policy.window.time_zone)) + timedelta(days=20)
    found_on = planner.latest_start(policy, days, end_on)

    def ends_on(start_on: date) -> date:
        start: date | datetime = start_on
        if policy.window.unit is Unit.HOURS:
            start = oracle.end_of(start_on, "24:00", ZoneInfo(policy.window.time_zone)) - MINUTE
        last_on = oracle.reckon(uncapped, case.calendar, start, None, [], 0).last_day_on
        assert last_on is not None
        return last_on

    assert ends_on(found_on) <= end_on, "ends too late"
    assert ends_on(found_on + timedelta(days=1)) > end_on, "could start later"


CHECKS: tuple[Callable[[Case], None], ...] = (check, check_latest_start)
