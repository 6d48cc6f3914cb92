"""Random cases for the clock, and the harness that holds the rules against the oracle."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

import reviewflow.clock  # noqa: F401 - its import makes the tzdata package the only source of zones
from reviewflow.errors import Invalid, Refused
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
    "America/St_Johns", "America/Sao_Paulo", "America/Havana", "America/Asuncion", "America/Caracas",
    "Pacific/Apia", "Pacific/Kwajalein", "Pacific/Kiritimati", "Pacific/Chatham", "Asia/Kathmandu",
    "UTC", "America/Scoresbysund",
)  # fmt: skip
CLOCKS = ("23:59", "00:00", "00:30", "01:30", "02:00", "02:30", "09:00", "12:15", "17:00", "23:00", "23:30")
OFFSETS = ((), ("1d",), ("3d", "14d"), ("1bd",), ("3bd", "1d"), ("6h",), ("36h", "1d", "1bd"))
WEEKENDS = ((5, 6), (4, 5), (6,), (), (0, 2, 5, 6))
FIRST, LAST = date(1990, 1, 1), date(2060, 12, 31)
LEAP_DAYS = tuple(date(year, 2, 29) for year in range(1992, 2061, 4))
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
LARGE = st.binary(min_size=12, max_size=12)  # even; large integers of Hypothesis are mostly small


@dataclass(frozen=True)
class Case:
    """One question to the clock; printing it is enough to ask it again."""

    policy: Policy
    calendar: Calendar
    start: date | datetime
    planned: date | None
    tolls: tuple[tuple[date | datetime, date | datetime | None], ...]
    extension: int


class Dice:
    """Many choices from one number, the first of each from 0: a case drawn in few numbers is drawn fast."""

    def __init__(self, number: bytes) -> None:
        self.number = int.from_bytes(number, "big")

    def pick(self, options: Sequence[Any]) -> Any:
        self.number, chosen = divmod(self.number, len(options))
        return options[chosen]

    def between(self, first: int, last: int) -> int:
        return self.pick(range(first, last + 1))


@cache
def changes(zone: str) -> tuple[tuple[date, str], ...]:
    """Every change of clocks of a zone: the date and a local time that occurs twice or never on it."""
    place, found = ZoneInfo(zone), []

    def offset(at: datetime) -> timedelta:
        return at.astimezone(place).utcoffset() or timedelta(0)

    weeks = [datetime(1990, 1, 1, tzinfo=UTC) + timedelta(days=7 * n) for n in range(71 * 52)]
    for early, late in pairwise(weeks):
        if offset(early) != offset(late):
            before, after = offset(early), offset(late)
            while late - early > MINUTE:
                middle = early + (late - early) // 2
                early, late = (middle, late) if offset(middle) == before else (early, middle)
            local = late + (before + after) / 2
            found.append((local.date(), f"{local:%H:%M}"))
    return tuple(found) or ((FIRST, "00:00"),)


def moment(dice: Dice, zone: str, near: date, spread: int, is_timed: bool, clocks: Sequence[str] = CLOCKS) -> Any:
    """A date, or an instant to the minute at times at which clocks change somewhere."""
    day = near + timedelta(days=dice.between(0, spread))
    if not is_timed and dice.pick((True, False)):
        return day
    clock, fold, minutes = dice.pick(clocks), dice.pick((0, 1)), dice.pick((0, 0, 1, -1))
    local = datetime(day.year, day.month, day.day, int(clock[:2]), int(clock[3:]), tzinfo=ZoneInfo(zone), fold=fold)
    return local.astimezone(UTC) + minutes * MINUTE


def random_calendar(dice: Dice, near: date, closed: bytes, opened: bytes) -> Calendar:
    """A calendar with some dates near a date closed or opened by name."""
    shut = {near + timedelta(days=byte % 66 - 5) for byte in closed}
    free = {near + timedelta(days=byte % 66 - 5) for byte in opened} - shut
    names = [tuple(NamedDay(day, "a day") for day in sorted(days)) for days in (shut, free)]
    base = dice.pick(("none", "US", "GB-ENG", "JP"))
    return Calendar("random", 1, weekend=dice.pick(WEEKENDS), base=base, closed=names[0], open=names[1])


def random_policy(dice: Dice, zone: str) -> Policy:
    """Any policy that the loader would let pass."""
    unit = dice.pick((*([Unit.CALENDAR_DAYS, Unit.BUSINESS_DAYS] * 3), Unit.HOURS))
    is_backward = dice.pick((False, False, False, False, True))
    can_be_late = not is_backward and unit is not Unit.HOURS
    rule = nouns.WindowRule(
        length=dice.between(1, 45),
        unit=unit,
        time_zone=zone,
        direction=nouns.Direction.BACKWARD if is_backward else nouns.Direction.FORWARD,
        day_1=dice.pick(list(nouns.Day1)),
        cutoff=dice.pick((None, *CLOCKS)) if can_be_late and dice.pick((False, True)) else None,
        ends_at=dice.pick((*CLOCKS, "24:00")),
        roll=dice.pick(list(nouns.Roll)),
        calendar="random",
        cap=nouns.Cap.NONE if is_backward else dice.pick(list(nouns.Cap)),
    )
    notice = nouns.NoticeRule(dice.pick(OFFSETS), dice.pick(OFFSETS), dice.pick(CLOCKS))
    on = () if is_backward else (nouns.TollCause.GOVERNMENT_CLOSURE,)
    extension = nouns.ExtensionRule(0 if is_backward else 10)
    return Policy("random", 1, "Random", "a test", rule, nouns.TollRule(on), extension, notices=notice)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Two in seven are aimed at a change of clocks by their end or cut-off, two begin near one, the rest anywhere."""
    dice = Dice(draw(LARGE))
    zone = dice.pick(ZONES)
    aim = dice.pick(("anywhere", "leap", "near", "at the end", "anywhere", "near", "at the start"))
    policy = random_policy(Dice(draw(LARGE)), zone)
    calendar_dice, closed, opened = Dice(draw(LARGE)), draw(st.binary(max_size=5)), draw(st.binary(max_size=5))
    if aim.startswith("at"):
        return aimed_case(dice, zone, policy, aim, lambda near: random_calendar(calendar_dice, near, closed, opened))
    is_forward, is_timed = policy.window.direction is nouns.Direction.FORWARD, policy.window.unit is Unit.HOURS
    some_day = FIRST + timedelta(days=dice.between(0, (LAST - FIRST).days))
    pool = {"anywhere": some_day, "leap": dice.pick(LEAP_DAYS), "near": dice.pick(changes(zone))[0]}
    near = pool[aim] - dice.between(0, 45) * (DAY if is_forward else -DAY)
    start = moment(dice, zone, near, 3, is_timed)
    tolls, extension, planned = [], 0, None
    if is_forward:
        toll_dice = Dice(draw(LARGE))
        early, spread, longest = (0, 2, 2) if is_timed else (4, 40, 12)  # days; hours are soon over
        for _ in range(toll_dice.pick((0, 1, 2, 3))):
            began = moment(toll_dice, zone, near - timedelta(days=early), spread, is_timed)
            since_on = oracle.local_date(began, ZoneInfo(zone))
            ended = (
                moment(toll_dice, zone, since_on, longest, is_timed) if toll_dice.pick((True, True, False)) else None
            )
            tolls.append(in_order(began, ended, zone))
        extension = toll_dice.pick((0, 0, 1, 10))
        planned = near + timedelta(days=toll_dice.between(-2, 60)) if toll_dice.pick((False, True)) else None
    calendar = random_calendar(calendar_dice, near if is_forward else near - timedelta(days=55), closed, opened)
    return Case(policy, calendar, start, planned, tuple(tolls), extension)


def aimed_case(dice: Dice, zone: str, policy: Policy, aim: str, calendar: Callable[[date], Calendar]) -> Case:
    """A plain window whose cut-off, or else whose end or notices, fall on a local time that occurs twice or never."""
    on, clock = dice.pick(changes(zone))
    notices_at = replace(policy.notices, at=clock)
    plain: dict[str, Any] = {"unit": Unit.CALENDAR_DAYS, "direction": nouns.Direction.FORWARD, "cap": nouns.Cap.NONE}
    if aim == "at the start":
        rule = replace(policy.window, **plain, cutoff=clock)
        start = moment(dice, zone, on, 0, True, (clock,))
        return Case(replace(policy, window=rule, notices=notices_at), calendar(on), start, None, (), 0)
    rule = replace(policy.window, **plain, cutoff=None, ends_at=clock, day_1=nouns.Day1.NEXT_DAY)
    rule = replace(rule, roll=nouns.Roll.NONE)
    near = on + timedelta(days=dice.pick((0, 0, 1, 3))) - timedelta(days=rule.length)
    start = moment(dice, zone, near, 0, False, ("12:15",))
    return Case(replace(policy, window=rule, notices=notices_at), calendar(near), start, None, (), 0)


def in_order(
    began: date | datetime, ended: date | datetime | None, zone: str
) -> tuple[date | datetime, date | datetime | None]:
    """A toll whose end is no earlier than its start, an impossible one as one that costs nothing."""
    place = ZoneInfo(zone)
    if ended is None:
        return began, ended
    if isinstance(began, datetime) and isinstance(ended, datetime):
        return began, max(began, ended)
    return began, ended if oracle.local_date(began, place) <= oracle.local_date(ended, place) else began


@lru_cache(maxsize=512)
def business_days(calendar: Calendar) -> BusinessDays:
    return BusinessDays(calendar)


def check(case: Case) -> None:
    """Raises AssertionError where the rules and the oracle differ in any date, instant, remainder, refusal, notice."""
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
    except Invalid as objection:
        raise AssertionError(f"not understood: {objection}") from objection
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
        told = [(notice.name, notice.at) for notice in notices.notices(policy, days, found.due_at)]
        assert sorted(told) == sorted(oracle.reckon_notices(policy, case.calendar, found.due_at)), "notices"
        assert [at for _, at in told] == sorted(at for _, at in told), "order of the notices"


def check_basis(case: Case, found: window.Window) -> None:
    """The steps name the dates that a reader needs."""
    text = "\n".join(found.basis)
    assert found.day_1_on is None or str(found.day_1_on) in text, "basis without day 1"
    if found.due_at is None:
        assert " left, and" in text, "basis without what remains"
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
