"""The clock against the oracle in random cases, and the harness against seeded faults."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from reviewflow.nouns.policy import Roll, Unit
from reviewflow.rules import counted, counting, elapsed, instants, notices, tolls, window
from reviewflow.rules.calendar import BusinessDays
from tests.rules.clock_cases import Case, cases, check, check_latest_start

PLAIN = settings(
    max_examples=1800,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@PLAIN
@given(cases())
def test_clock_agrees_with_the_oracle(case: Case) -> None:
    """Every date, due instant, remainder, refusal and notice is that of the slow reckoning."""
    check(case)


@settings(PLAIN, max_examples=200)
@given(cases())
def test_latest_start_is_the_last_one_in_time(case: Case) -> None:
    """The planner's answer ends in time, and the next date would not."""
    check_latest_start(case)


def caught(case_check, monkeypatch, *faults: tuple[object, str, object]) -> str:
    """What the harness says of the seeded faults."""
    for where, name, fault in faults:
        monkeypatch.setattr(where, name, fault)

    @settings(PLAIN, max_examples=1500, phases=[Phase.generate], report_multiple_bugs=False)
    @given(cases())
    def run(case: Case) -> None:
        case_check(case)

    with pytest.raises(AssertionError) as objection:
        run()
    return str(objection.value)


def test_harness_objects_to_an_early_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of two readings of a local time is found out."""

    def early(day: date, clock: str, zone: ZoneInfo) -> datetime:
        late = instants.local_instant(day, clock, zone)
        return min(late, *instants.readings(late.astimezone(zone)))

    caught(check, monkeypatch, (counted, "local_instant", early))


def test_harness_objects_to_a_reading_within_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    """The earlier of the readings of a local time that never occurs is found out."""

    def early(day: date, clock: str, zone: ZoneInfo) -> datetime:
        day, hour = (day + timedelta(days=1), 0) if clock == "24:00" else (day, int(clock[:2]))
        local = datetime(day.year, day.month, day.day, hour, int(clock[3:]), tzinfo=zone)
        first, second = instants.readings(local)
        return second if first > second else max(first, second)

    caught(check, monkeypatch, (counted, "local_instant", early))


def test_harness_objects_to_a_roll_that_is_off_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A roll that stops one date early is found out."""

    class Short(BusinessDays):
        def on_or_next(self, day: date, step: int = 1) -> date:
            found = super().on_or_next(day, step)
            return found if found == day else found - timedelta(days=step)

    real = counted.count

    def count(policy, days, *rest):
        return real(policy, Short(days.calendar) if policy.window.roll is Roll.NEXT_BUSINESS_DAY else days, *rest)

    caught(check, monkeypatch, (counted, "count", count))


@pytest.mark.parametrize(
    ("where", "name", "fault"),
    [
        (counted, "tolled_dates", lambda tolls, zone: set()),
        (counting, "is_late", lambda rule, start, zone: False),
        (counted, "open_since", lambda tolls, zone, last_on, due_at: None),
        (elapsed, "merged_spans", lambda all: sorted((t.started, t.ended) for t in all if t.ended)),
        (tolls, "civil_date", lambda moment, zone: moment.date() if isinstance(moment, datetime) else moment),
        (notices, "civil_date", lambda moment, zone: moment.date()),
        (window, "IANA_VERSION", "x"),
    ],
    ids=["tolls", "cut-off", "open toll", "overlap", "date in UTC", "notice in UTC", "harmless"],
)
def test_harness_objects_to_a_seeded_fault(monkeypatch: pytest.MonkeyPatch, where, name: str, fault) -> None:
    """Each seeded fault is found, and a change that is none is let pass."""
    if name == "IANA_VERSION":
        with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
            caught(check, monkeypatch, (where, name, fault))
    else:
        caught(check, monkeypatch, (where, name, fault))


def test_harness_objects_to_a_cut_off_that_is_exclusive(monkeypatch: pytest.MonkeyPatch) -> None:
    """A receipt at the very cut-off that is taken for late is found out."""

    def is_late(rule, start, zone) -> bool:
        if rule.cutoff is None or not isinstance(start, datetime):
            return False
        return start >= instants.local_instant(start.astimezone(zone).date(), rule.cutoff, zone)

    caught(check, monkeypatch, (counting, "is_late", is_late))


def test_harness_objects_to_a_planner_that_is_a_day_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A latest start that is a day early is found out."""
    from reviewflow.rules import planner

    real = planner.latest_start
    late = (planner, "latest_start", lambda *asked: real(*asked) - timedelta(days=1))
    caught(check_latest_start, monkeypatch, late)


def test_cases_reach_every_rule() -> None:
    """The random cases have each unit, direction, toll, cap, roll and cut-off: none is proved by absence."""
    seen: set[str] = set()

    @settings(PLAIN, max_examples=300)
    @given(cases())
    def look(case: Case) -> None:
        rule = case.policy.window
        seen.update([rule.unit, rule.direction, rule.day_1, f"roll {rule.roll}", f"cap {rule.cap}"])
        seen.update(["cut-off"] if rule.cutoff else [])
        seen.update("open toll" if ended is None else "toll" for _, ended in case.tolls)

    look()
    days = {"event_day", "next_day", "next_business_day"}
    rest = {"forward", "backward", "toll", "open toll", "cut-off", "roll next_business_day", "cap planned_release"}
    assert {*Unit, *days, *rest} <= seen
