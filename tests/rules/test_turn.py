"""Until when an act opens the same window, and which release leaves it whole."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, assume, given, settings

from reviewflow.errors import Refused
from reviewflow.nouns.policy import Calendar, Cap, Direction, IntakeRule, NoticeRule, Unit, WindowRule
from reviewflow.nouns.policy import Policy as P
from reviewflow.rules import planner
from reviewflow.rules.turn import turn
from reviewflow.rules.window import compute
from tests.rules.clock_cases import Case, business_days, cases

PLAIN = settings(
    max_examples=120, derandomize=True, database=None, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)  # fmt: skip
INSTANT = timedelta(microseconds=1)
WEEKENDS = Calendar("weekends", 1)
NEW_YORK = WindowRule(length=30, unit=Unit.CALENDAR_DAYS, time_zone="America/New_York")


def policy(rule: WindowRule = NEW_YORK, **more: object) -> P:
    return P("a-policy", 1, "A policy", "a test", rule, notices=NoticeRule(), **more)  # type: ignore[arg-type]


@PLAIN
@given(cases())
def test_day_1_is_the_same_until_the_turn_and_another_after_it(case: Case) -> None:
    """At every look between an event and the turn it has one day 1; just after the turn it has the one that is told."""
    assume(case.policy.window.unit is not Unit.HOURS)
    days, zone = business_days(case.calendar), ZoneInfo(case.policy.window.time_zone)
    start = case.start
    if not isinstance(start, datetime):
        start = datetime(start.year, start.month, start.day, 15, 30, tzinfo=zone).astimezone(UTC)

    def day_1(at: datetime) -> date | None:
        return compute(case.policy, days, at).day_1_on

    found = turn(case.policy, days, start)
    assert found is not None and found.at >= start
    looks = [start + (found.at - start) * part / 16 for part in range(16)]
    assert {day_1(at) for at in looks if at < found.at} <= {day_1(start)}
    assert day_1(found.at + INSTANT) == found.day_1_on != day_1(start)
    assert found.at == start or day_1(found.at - INSTANT) == day_1(start)


def test_turn_is_at_midnight_of_the_zone_or_at_the_cut_off() -> None:
    """A receipt at the very cut-off is in time; on a Friday evening the day stays until Monday's cut-off."""
    days = business_days(WEEKENDS)
    at = datetime(2026, 11, 6, 14, 48, tzinfo=UTC)
    plain = turn(policy(), days, at)
    assert plain == (datetime(2026, 11, 7, 5, tzinfo=UTC), date(2026, 11, 8))
    cut = turn(policy(replace(NEW_YORK, cutoff="17:00")), days, at)
    assert cut == (datetime(2026, 11, 6, 22, tzinfo=UTC), date(2026, 11, 10))
    late = turn(policy(replace(NEW_YORK, cutoff="17:00")), days, datetime(2026, 11, 7, 1, tzinfo=UTC))
    assert late == (datetime(2026, 11, 9, 22, tzinfo=UTC), date(2026, 11, 11))


def test_turn_is_unknown_without_a_time_of_day() -> None:
    """A bare date says no time, and hours have no day 1."""
    days = business_days(WEEKENDS)
    assert turn(policy(), days, date(2026, 11, 6)) is None
    hours = policy(replace(NEW_YORK, unit=Unit.HOURS))
    assert turn(hours, days, datetime(2026, 11, 6, tzinfo=UTC)) is None


@PLAIN
@given(cases())
def test_earliest_and_whole_release_are_the_first_of_their_kind(case: Case) -> None:
    """From the earliest release on the cap leaves time, the day before it is refused; the whole one loses nothing."""
    assume(case.policy.window.direction is Direction.FORWARD)
    capped = replace(case.policy, window=replace(case.policy.window, cap=Cap.PLANNED_RELEASE))
    days = business_days(case.calendar)
    free = compute(capped, days, case.start)
    earliest_on, whole_on = planner.earliest_release(capped, free, case.start), planner.whole_release(capped, free)
    assert earliest_on is not None and whole_on is not None
    compute(capped, days, case.start, planned_release_on=earliest_on)
    try:
        compute(capped, days, case.start, planned_release_on=planner.day_before(earliest_on))
        raise AssertionError("an earlier release leaves time as well")
    except Refused as refused:
        assert str(earliest_on) in refused.reasons[0]
    assert compute(capped, days, case.start, planned_release_on=whole_on).due_at == free.due_at
    if whole_on > earliest_on:
        eve = planner.day_before(whole_on)
        due_at = compute(capped, days, case.start, planned_release_on=eve).due_at
        assert due_at is not None and free.due_at is not None and due_at < free.due_at


def test_latest_filing_is_checked_in_time_and_one_day_later_is_not() -> None:
    """Two business days of intake before a start on a Monday: filed by Thursday."""
    days, checked = business_days(WEEKENDS), policy(intake=IntakeRule(2))
    monday = date(2026, 11, 9)
    filed_on = planner.latest_filing(checked, days, monday)
    assert filed_on == date(2026, 11, 5)
    assert planner.intake_due(checked, days, filed_on) == monday
    late_on = planner.intake_due(checked, days, filed_on + timedelta(days=1))
    assert late_on is not None and late_on > monday
    assert planner.latest_filing(policy(), days, monday) is None
    assert planner.intake_due(policy(intake=IntakeRule(30, Unit.HOURS)), days, monday) == date(2026, 11, 11)
