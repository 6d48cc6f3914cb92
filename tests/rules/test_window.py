"""An example for every rule of the clock."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reviewflow.errors import Invalid, Refused
from reviewflow.nouns import policy as nouns
from reviewflow.nouns.policy import Calendar, NamedDay, Policy, Unit
from reviewflow.rules.calendar import BusinessDays
from reviewflow.rules.claims import check_claim
from reviewflow.rules.counting import day_number
from reviewflow.rules.instants import local_instant, read_day, read_when
from reviewflow.rules.notices import notices
from reviewflow.rules.planner import latest_start
from reviewflow.rules.tolls import Toll
from reviewflow.rules.window import Window, compute, end_of_day, within

NEW_YORK = ZoneInfo("America/New_York")
FEDERAL = BusinessDays(Calendar("us", 1, base="US"))
TOLLS = nouns.TollRule((nouns.TollCause.GOVERNMENT_CLOSURE,))


def policy(**window: Any) -> Policy:
    """30 calendar days in New York, changed as asked; tables of the policy are given beside the keys of the window."""
    tables = {key: window.pop(key) for key in ("toll", "extension", "notices", "request") if key in window}
    rule: dict[str, Any] = {
        "length": 30,
        "unit": Unit.CALENDAR_DAYS,
        "time_zone": "America/New_York",
        "calendar": "us",
        **window,
    }
    return Policy("test", 1, "Test", "a test", nouns.WindowRule(**rule), **tables)


def local(text: str) -> datetime:
    moment = read_when(text, NEW_YORK)
    assert isinstance(moment, datetime)
    return moment


def ends(asked: Policy, start: date | datetime | str, **options: Any) -> tuple[str, str]:
    """The last day and the local due time."""
    window = compute(asked, FEDERAL, read_when(start, NEW_YORK) if isinstance(start, str) else start, **options)
    assert window.due_local is not None
    return str(window.last_day_on), window.due_local.isoformat(timespec="minutes")


# ---------------------------------------------------------------------------- the event day


@pytest.mark.parametrize(
    ("start", "event_on"),
    [
        ("2026-07-02T16:59:59", "2026-07-02"),
        ("2026-07-02T17:00", "2026-07-02"),  # at the very cut-off
        ("2026-07-02T17:00:01", "2026-07-06"),  # past an observed holiday and a weekend
        ("2026-07-02", "2026-07-02"),  # a bare date is in time
        ("2026-07-04", "2026-07-06"),  # and a bare Saturday still moves
        ("2026-07-04T09:00", "2026-07-06"),
        ("2026-07-03T18:00", "2026-07-06"),
        ("2026-07-02T21:00Z", "2026-07-02"),  # the same instant as 17:00 in New York
        ("2026-07-02T21:00:01Z", "2026-07-06"),
    ],
)
def test_cut_off(start: str, event_on: str) -> None:
    """A receipt counts as its own date up to the cut-off, else, and on a day off, as the next business day."""
    window = compute(policy(cutoff="17:00"), FEDERAL, read_when(start, NEW_YORK))
    assert str(window.clock_start_on) == event_on


@pytest.mark.parametrize("start", ["2026-07-04", "2026-07-04T23:59", "2026-07-05T03:59Z"])
def test_no_cut_off(start: str) -> None:
    """Without a cut-off a receipt counts on its own date in the policy's zone, a Saturday or not."""
    assert str(compute(policy(), FEDERAL, read_when(start, NEW_YORK)).clock_start_on) == "2026-07-04"


def test_cut_off_that_occurs_twice_is_the_later_one() -> None:
    """At 01:30 on the night when clocks go back, the second 01:30 is still in time."""
    asked = policy(cutoff="01:30")
    days = BusinessDays(Calendar("all", 1, weekend=()))
    second = local("2026-11-01T01:30-05:00")
    assert compute(asked, days, second).clock_start_on == date(2026, 11, 1)
    assert compute(asked, days, second.astimezone(UTC) + timedelta(seconds=1)).clock_start_on == date(2026, 11, 2)


# ---------------------------------------------------------------------------- day 1 and the count


@pytest.mark.parametrize(
    ("unit", "day_1", "event", "first"),
    [
        (Unit.CALENDAR_DAYS, nouns.Day1.EVENT_DAY, "2026-07-04", "2026-07-04"),
        (Unit.CALENDAR_DAYS, nouns.Day1.NEXT_DAY, "2026-07-02", "2026-07-03"),
        (Unit.CALENDAR_DAYS, nouns.Day1.NEXT_BUSINESS_DAY, "2026-07-02", "2026-07-06"),
        (Unit.BUSINESS_DAYS, nouns.Day1.EVENT_DAY, "2026-07-02", "2026-07-02"),
        (Unit.BUSINESS_DAYS, nouns.Day1.EVENT_DAY, "2026-07-03", "2026-07-06"),
        (Unit.BUSINESS_DAYS, nouns.Day1.NEXT_DAY, "2026-07-02", "2026-07-06"),
        (Unit.BUSINESS_DAYS, nouns.Day1.NEXT_BUSINESS_DAY, "2026-07-02", "2026-07-06"),
    ],
)
def test_day_1(unit: Unit, day_1: nouns.Day1, event: str, first: str) -> None:
    """Day 1 by unit and choice, from a Thursday before a long weekend or a day within it; day 1 ends a length of 1."""
    window = compute(policy(unit=unit, day_1=day_1, length=1), FEDERAL, read_day(event))
    assert str(window.day_1_on) == first
    assert str(window.last_day_on) == first


def test_business_days_pass_over_holidays_and_say_so() -> None:
    """Three business days from a Wednesday over a long weekend; the basis names the holidays met."""
    window = compute(policy(unit=Unit.BUSINESS_DAYS, length=3), FEDERAL, date(2026, 7, 1))
    assert window.last_day_on == date(2026, 7, 7)
    assert any("Friday 2026-07-03 (Independence Day (observed))" in line for line in window.basis)


def test_holidays_inside_calendar_days_count() -> None:
    """They are named and counted."""
    window = compute(policy(), FEDERAL, date(2026, 6, 2))
    assert window.last_day_on == date(2026, 7, 2)
    assert any("do count: Friday 2026-06-19 (Juneteenth" in line for line in window.basis)


def test_days_end_at_the_same_local_time_over_a_change_of_clocks() -> None:
    """15 days over the end of summer time end at 23:59 and not at 22:59."""
    assert ends(policy(length=15), "2026-10-20") == ("2026-11-04", "2026-11-04T23:59-05:00")


def test_end_at_24_is_the_first_instant_of_the_next_date() -> None:
    """The last day stays the day that ends; only the instant is on the next date."""
    assert ends(policy(ends_at="24:00"), "2026-06-02") == ("2026-07-02", "2026-07-03T00:00-04:00")


def test_end_that_occurs_twice_is_the_later_one() -> None:
    """01:30 on the night when clocks go back, with the winter offset."""
    assert ends(policy(length=1, ends_at="01:30"), "2026-10-31") == ("2026-11-01", "2026-11-01T01:30-05:00")


def test_end_that_never_occurs_is_after_the_gap() -> None:
    """02:30 on the night when clocks go forward is read with the winter offset: the instant shown as 03:30."""
    assert ends(policy(length=1, ends_at="02:30"), "2026-03-07") == ("2026-03-08", "2026-03-08T03:30-04:00")


def test_end_on_a_date_that_was_skipped() -> None:
    """Samoa had no 30 December 2011: an end on it comes a day later, never earlier."""
    zone = ZoneInfo("Pacific/Apia")
    due_at = local_instant(date(2011, 12, 30), "23:59", zone)
    assert due_at.astimezone(zone).isoformat() == "2011-12-31T23:59:00+14:00"


# ---------------------------------------------------------------------------- roll and cap


@pytest.mark.parametrize(
    ("start", "last"), [("2026-06-04", "2026-07-06"), ("2026-06-03", "2026-07-06"), ("2026-06-02", "2026-07-02")]
)
def test_roll(start: str, last: str) -> None:
    """A last day on a Saturday or an observed holiday rolls forward; a business day stays."""
    assert ends(policy(roll=nouns.Roll.NEXT_BUSINESS_DAY), start)[0] == last


def test_no_roll_leaves_a_saturday() -> None:
    """The order's own 60 days ended on Saturday 2026-08-01."""
    assert ends(policy(length=60), "2026-06-02")[0] == "2026-08-01"


CAPPED = {"cap": nouns.Cap.PLANNED_RELEASE, "toll": TOLLS, "extension": nouns.ExtensionRule(10)}


@pytest.mark.parametrize(
    ("planned", "last"),
    [
        ("2026-06-15", "2026-06-14"),
        ("2026-07-03", "2026-07-02"),
        ("2026-07-10", "2026-07-02"),
        ("2026-06-04", "2026-06-03"),
    ],
)
def test_cap(planned: str, last: str) -> None:
    """The last day is at most the day before the planned release, a Sunday too."""
    asked = policy(**CAPPED, roll=nouns.Roll.NEXT_BUSINESS_DAY)
    assert ends(asked, "2026-06-02", planned_release_on=read_day(planned))[0] == last


def test_cap_ignores_tolls_and_extension() -> None:
    """Neither moves a capped end."""
    tolls = [Toll(date(2026, 6, 5), date(2026, 6, 12))]
    planned = date(2026, 6, 20)
    assert ends(policy(**CAPPED), "2026-06-02", planned_release_on=planned, tolls=tolls, extension=5)[0] == "2026-06-19"


@pytest.mark.parametrize("planned", [date(2026, 6, 3), date(2026, 6, 2), date(2026, 1, 1)])
def test_cap_before_day_1_is_refused(planned: date) -> None:
    """The refusal names the earliest possible date."""
    with pytest.raises(Refused, match="earliest possible date of the first release is Thursday 2026-06-04"):
        compute(policy(**CAPPED), FEDERAL, date(2026, 6, 2), planned_release_on=planned)


def test_no_planned_release_no_cap_and_the_basis_says_so() -> None:
    """A cap without a date, and a date without a cap, are each told."""
    assert (
        "No first release is planned, so no cap applies." in compute(policy(**CAPPED), FEDERAL, date(2026, 6, 2)).basis
    )
    uncapped = compute(policy(), FEDERAL, date(2026, 6, 2), planned_release_on=date(2026, 6, 10))
    assert uncapped.last_day_on == date(2026, 7, 2)
    assert any("has no cap" in line for line in uncapped.basis)


# ---------------------------------------------------------------------------- tolls and extensions


@pytest.mark.parametrize(
    ("tolls", "last"),
    [
        ([("2026-06-10", "2026-06-15")], "2026-07-07"),  # 11 to 15 June
        ([("2026-06-10", "2026-06-10")], "2026-07-02"),  # ends the day it starts
        ([("2026-06-10", "2026-06-15"), ("2026-06-12", "2026-06-18")], "2026-07-10"),  # overlap
        ([("2026-06-10", "2026-06-15"), ("2026-06-10", "2026-06-15")], "2026-07-07"),
        ([("2026-05-20", "2026-06-02")], "2026-07-02"),  # before day 1
        ([("2026-05-20", "2026-06-05")], "2026-07-05"),  # 3 to 5 June
        ([("2026-07-02", "2026-07-09")], "2026-07-02"),  # the last day counts before it
        ([("2026-07-01", "2026-07-09")], "2026-07-10"),
        ([("2026-06-02", "2026-12-31")], "2027-01-30"),  # over the whole window
    ],
)
def test_tolls_in_days(tolls: list[tuple[str, str]], last: str) -> None:
    """A toll takes out each date after its first up to its last; dates that do not count cost nothing."""
    given = [Toll(read_day(began), read_day(ended)) for began, ended in tolls]
    window = compute(policy(toll=TOLLS), FEDERAL, date(2026, 6, 2), tolls=given)
    assert str(window.last_day_on) == last
    assert window.day_1_on == date(2026, 6, 3)  # a toll moves no day 1


def test_toll_dates_are_local() -> None:
    """A toll from 23:30 to 00:30 in New York takes out one date, although both are one date in UTC."""
    toll = Toll(local("2026-06-10T23:30"), local("2026-06-11T00:30"))
    assert ends(policy(toll=TOLLS), "2026-06-02", tolls=[toll])[0] == "2026-07-03"


def test_tolls_and_business_days() -> None:
    """Only business days within the toll are lost."""
    asked = policy(unit=Unit.BUSINESS_DAYS, length=5, toll=TOLLS)
    assert ends(asked, "2026-07-01", tolls=[Toll(date(2026, 7, 2), date(2026, 7, 6))])[0] == "2026-07-10"


def test_open_toll_keeps_what_remains() -> None:
    """There is no end, and the days after the first date of the toll remain."""
    window = compute(policy(toll=TOLLS), FEDERAL, date(2026, 6, 2), tolls=[Toll(date(2026, 6, 10))])
    assert (window.due_at, window.due_local, window.last_day_on) == (None, None, None)
    assert window.remaining_days == 22
    assert any("is open: the clock stands with 22 calendar days left" in line for line in window.basis)


@pytest.mark.parametrize(
    ("started", "remaining"),
    [("2026-06-01", 30), ("2026-06-02", 30), ("2026-06-03", 29), ("2026-07-02", 0), ("2026-07-02T23:58", 0)],
)
def test_open_toll_at_the_edges(started: str, remaining: int) -> None:
    """From before the start to the last minute."""
    toll = Toll(read_when(started, NEW_YORK))
    assert compute(policy(toll=TOLLS), FEDERAL, date(2026, 6, 2), tolls=[toll]).remaining_days == remaining


@pytest.mark.parametrize("started", ["2026-07-02T23:59", "2026-07-03", "2026-08-01"])
def test_open_toll_after_the_end_is_ignored(started: str) -> None:
    """What has ended cannot be stopped; the basis says so."""
    window = compute(policy(toll=TOLLS), FEDERAL, date(2026, 6, 2), tolls=[Toll(read_when(started, NEW_YORK))])
    assert window.last_day_on == date(2026, 7, 2)
    assert any("is ignored: it begins after the end" in line for line in window.basis)


def test_open_toll_after_closed_ones() -> None:
    """Dates that a closed toll took out have not counted when the next one begins."""
    tolls = [Toll(date(2026, 6, 25)), Toll(date(2026, 6, 10), date(2026, 6, 15))]
    assert compute(policy(toll=TOLLS), FEDERAL, date(2026, 6, 2), tolls=tolls).remaining_days == 12


def test_open_toll_on_the_days_of_a_roll_leaves_none() -> None:
    """The 30 days are over on Saturday; a toll on Sunday stands before the rolled end with nothing left."""
    asked = policy(toll=TOLLS, roll=nouns.Roll.NEXT_BUSINESS_DAY)
    assert compute(asked, FEDERAL, date(2026, 6, 4), tolls=[Toll(date(2026, 7, 5))]).remaining_days == 0


def test_tolls_that_are_not_allowed() -> None:
    """Without a cause there is none; a missed answer that tolls is a cause."""
    toll = [Toll(date(2026, 6, 10), date(2026, 6, 12))]
    with pytest.raises(Refused, match="does not allow a toll"):
        compute(policy(), FEDERAL, date(2026, 6, 2), tolls=toll)
    by_miss = policy(request=nouns.RequestRule(3, if_missed=nouns.IfMissed.TOLL))
    assert ends(by_miss, "2026-06-02", tolls=toll)[0] == "2026-07-04"


def test_toll_that_ends_first_is_invalid() -> None:
    """By date, and by instant within a date over a change of clocks."""
    with pytest.raises(Invalid, match="ends before it starts"):
        compute(policy(toll=TOLLS), FEDERAL, date(2026, 6, 2), tolls=[Toll(date(2026, 6, 12), date(2026, 6, 10))])
    backwards = Toll(local("2026-11-01T01:10-05:00"), local("2026-11-01T01:50-04:00"))
    with pytest.raises(Invalid, match="ends before it starts"):
        compute(policy(toll=TOLLS), FEDERAL, date(2026, 10, 20), tolls=[backwards])


def test_toll_is_no_longer_than_the_policy_lets_it() -> None:
    """A toll of as many days as the limit is allowed, however it was ended; one more day is refused."""
    asked = policy(toll=replace(TOLLS, max_days=5))
    assert ends(asked, "2026-06-02", tolls=[Toll(date(2026, 6, 10), date(2026, 6, 15))])[0] == "2026-07-07"
    late = local("2026-03-05T23:30")  # five times 24 hours later it is past midnight, a date further
    assert ends(asked, "2026-03-01", tolls=[Toll(late, late.astimezone(UTC) + timedelta(days=5))])
    with pytest.raises(Refused, match="lasts 6 days; policy test ends one after 5"):
        compute(asked, FEDERAL, date(2026, 6, 2), tolls=[Toll(date(2026, 6, 10), date(2026, 6, 16))])


def test_extension() -> None:
    """It adds to the length, up to the policy's total."""
    asked = policy(extension=nouns.ExtensionRule(10))
    assert ends(asked, "2026-06-02", extension=10)[0] == "2026-07-12"
    with pytest.raises(Refused, match="allows 10 calendar days in total"):
        compute(asked, FEDERAL, date(2026, 6, 2), extension=11)
    with pytest.raises(Refused, match="does not allow an extension"):
        compute(policy(), FEDERAL, date(2026, 6, 2), extension=1)
    with pytest.raises(Invalid, match="shorten"):
        compute(asked, FEDERAL, date(2026, 6, 2), extension=-1)


# ---------------------------------------------------------------------------- hours


def hours(length: int = 72, **rest: Any) -> Policy:
    return policy(unit=Unit.HOURS, length=length, **rest)


def test_hours_are_elapsed() -> None:
    """72 hours over the end of summer time end one hour earlier on the wall."""
    window = compute(hours(), FEDERAL, local("2026-10-30T12:00"))
    assert window.due_local is not None
    assert window.due_local.isoformat() == "2026-11-02T11:00:00-05:00"
    assert window.day_1_on is None
    assert any("not used" in line for line in window.basis)


def test_hours_refuse_bare_dates() -> None:
    """Neither a start nor a toll without a time of day can be counted in hours."""
    with pytest.raises(Invalid, match="no time of day"):
        compute(hours(), FEDERAL, date(2026, 6, 2))
    with pytest.raises(Invalid, match="bare date"):
        compute(hours(toll=TOLLS), FEDERAL, local("2026-06-02T12:00"), tolls=[Toll(date(2026, 6, 3), date(2026, 6, 4))])


def test_hours_roll_to_the_same_time_of_the_next_business_day() -> None:
    """From Friday noon 24 hours end on Saturday noon, and roll to Monday noon; over a change of clocks too."""
    asked = hours(24, roll=nouns.Roll.NEXT_BUSINESS_DAY)
    assert ends(asked, "2026-06-05T12:00") == ("2026-06-08", "2026-06-08T12:00-04:00")
    assert ends(asked, "2026-10-30T12:00") == ("2026-11-02", "2026-11-02T12:00-05:00")


def test_hours_lose_the_union_of_their_tolls() -> None:
    """Overlapping tolls count once, and only what lies after the start."""
    tolls = [
        Toll(local("2026-06-02T06:00"), local("2026-06-02T13:00")),
        Toll(local("2026-06-02T20:00"), local("2026-06-02T22:00")),
        Toll(local("2026-06-02T21:00"), local("2026-06-02T23:30")),
    ]
    assert ends(hours(24, toll=TOLLS), "2026-06-02T12:00", tolls=tolls)[1] == "2026-06-03T16:30-04:00"


def test_hours_keep_what_remains() -> None:
    """Whole days in remaining_days, the exact time beside it."""
    window = compute(hours(toll=TOLLS), FEDERAL, local("2026-06-02T12:00"), tolls=[Toll(local("2026-06-02T21:30"))])
    assert (window.due_at, window.remaining_days, window.remaining) == (None, 2, timedelta(hours=62, minutes=30))


def test_hours_are_capped_at_the_end_of_the_day_before() -> None:
    """Not after ends_at of the day before the planned release, and refused where that leaves no time."""
    asked = hours(cap=nouns.Cap.PLANNED_RELEASE)
    assert ends(asked, "2026-06-02T12:00", planned_release_on=date(2026, 6, 4))[1] == "2026-06-03T23:59-04:00"
    with pytest.raises(Refused, match="Wednesday 2026-06-03"):
        compute(asked, FEDERAL, local("2026-06-02T12:00"), planned_release_on=date(2026, 6, 2))


# ---------------------------------------------------------------------------- backward


def backward(**window: Any) -> Policy:
    return policy(direction=nouns.Direction.BACKWARD, **window)


@pytest.mark.parametrize(
    ("window", "last"),
    [
        ({"length": 14}, "2026-07-05"),  # a Sunday stays
        ({"length": 14, "roll": nouns.Roll.NEXT_BUSINESS_DAY}, "2026-07-02"),  # further towards the past
        ({"length": 3, "unit": Unit.BUSINESS_DAYS}, "2026-07-14"),
        ({"length": 1, "day_1": nouns.Day1.EVENT_DAY}, "2026-07-19"),
        ({"length": 1, "day_1": nouns.Day1.NEXT_BUSINESS_DAY}, "2026-07-17"),
    ],
)
def test_backward(window: dict[str, Any], last: str) -> None:
    """Everything goes towards the past, from Sunday 2026-07-19."""
    expected = {"2026-07-14": "2026-07-15"}.get(last, last)
    assert ends(backward(**window), "2026-07-19")[0] == expected
    assert ends(backward(**window), "2026-07-19")[1] == f"{expected}T23:59-04:00"


# ---------------------------------------------------------------------------- the planner, claims, notices, terms


def test_latest_start() -> None:
    """A law firm's last filing day, and a lab's: 30 days that end the day before the release."""
    filing = policy(cutoff="17:00", roll=nouns.Roll.NEXT_BUSINESS_DAY)
    assert latest_start(filing, FEDERAL, date(2013, 12, 31)) == date(2013, 11, 29)
    assert latest_start(policy(**CAPPED), FEDERAL, date(2026, 7, 31)) == date(2026, 7, 1)
    assert latest_start(backward(length=10), FEDERAL, date(2026, 7, 10)) == date(2026, 7, 20)
    assert latest_start(hours(24), FEDERAL, date(2026, 7, 10)) == date(2026, 7, 9)


def test_claims_are_checked_to_the_minute() -> None:
    """A date against the last day, a time against the due instant; a window that stands has no end to claim."""
    asked = policy(toll=TOLLS)
    window = compute(asked, FEDERAL, date(2026, 6, 2))

    def reasons(text: str, of: Window = window) -> tuple[str, ...]:
        return check_claim(asked, FEDERAL, of, read_when(text, NEW_YORK))

    assert reasons("2026-07-02") == reasons("2026-07-02T23:59") == reasons("2026-07-03T03:59:30Z") == ()
    assert "ends on Thursday 2026-07-02 23:59" in reasons("2026-07-02T23:58")[0]
    assert "1 day earlier" in reasons("2026-07-03")[0]
    assert "2 days later" in reasons("2026-06-30")[0]
    standing = compute(asked, FEDERAL, date(2026, 6, 2), tolls=[Toll(date(2026, 6, 10))])
    assert "stands" in reasons("2026-07-02", standing)[0]


def test_notices() -> None:
    """Dates and business days at the hour of notices, elapsed hours from the end, each name once, in order."""
    rule = nouns.NoticeRule(("3d", "1d", "2bd", "36h"), ("1d", "1bd"), "09:00")
    found = notices(policy(notices=rule), FEDERAL, local("2026-07-06T23:59"))
    assert [(notice.name, f"{notice.at.astimezone(NEW_YORK):%m-%d %H:%M}") for notice in found] == [
        ("-2bd", "07-01 09:00"),
        ("-3d", "07-03 09:00"),
        ("-1d", "07-05 09:00"),
        ("-36h", "07-05 11:59"),
        ("due", "07-06 23:59"),
        ("+1d", "07-07 09:00"),
        ("+1bd", "07-07 09:00"),
    ]


def test_notices_from_before_the_deadline_was_made_are_void() -> None:
    """What falls at the making or before it is left out, what falls a second after it is not."""
    asked, due_at = policy(notices=nouns.NoticeRule(("3d", "1d"))), local("2026-07-06T23:59")
    at = local("2026-07-05T09:00")
    assert [notice.name for notice in notices(asked, FEDERAL, due_at, at)] == ["due"]
    assert [notice.name for notice in notices(asked, FEDERAL, due_at, at - timedelta(seconds=1))] == ["-1d", "due"]


def test_terms() -> None:
    """The event day does not count, the end is that of the policy's days, nothing rolls; hours are elapsed."""
    asked = policy(ends_at="24:00", cutoff="17:00")
    due = within(asked, FEDERAL, local("2026-07-01T22:00"), 3, "business_days")
    assert (due.due_on, due.due_at) == (date(2026, 7, 7), local("2026-07-08T00:00"))
    assert within(asked, FEDERAL, date(2026, 7, 1), 3, "calendar_days").due_on == date(2026, 7, 4)
    assert within(asked, FEDERAL, local("2026-07-01T22:00"), 6, "hours").due_at == local("2026-07-02T04:00")
    with pytest.raises(Invalid):
        within(asked, FEDERAL, date(2026, 7, 1), 6, "hours")


def test_end_of_day() -> None:
    """The instant at which a date ends by the policy."""
    assert end_of_day(policy(), date(2026, 7, 2)) == local("2026-07-02T23:59")


@pytest.mark.parametrize(
    ("unit", "on", "number"),
    [
        (Unit.CALENDAR_DAYS, date(2026, 7, 1), 0),
        (Unit.CALENDAR_DAYS, date(2026, 7, 2), 1),
        (Unit.CALENDAR_DAYS, date(2026, 7, 6), 3),  # two of the five dates are tolled
        (Unit.BUSINESS_DAYS, date(2026, 7, 5), 1),
        (Unit.BUSINESS_DAYS, date(2026, 7, 7), 3),
    ],
)
def test_day_number(unit: Unit, on: date, number: int) -> None:
    """Day N counts what counts, from day 1 on Thursday 2026-07-02, with 3 and 4 July tolled."""
    tolled = {date(2026, 7, 3), date(2026, 7, 4)}
    assert day_number(policy(unit=unit).window, FEDERAL, date(2026, 7, 2), on, tolled) == number


# ---------------------------------------------------------------------------- what a person types


@pytest.mark.parametrize(
    "text", ["2026-11-01T01:30", "2026-03-08T02:30", "2026-13-01", "2026-02-29", "tomorrow", "20260702", "2026-W27-4",
             "2026-07-02T25:00", "1850-01-01", "9999-12-31", "2026-07-02T17", ""],
)  # fmt: skip
def test_what_cannot_be_read_is_invalid(text: str) -> None:
    """A local time that occurs twice or never, and everything that is no date."""
    with pytest.raises(Invalid):
        read_when(text, NEW_YORK)


def test_what_can_be_read() -> None:
    """A date, a local time, and times with an offset, also in the gap and the fold."""
    assert read_when("2026-07-02", NEW_YORK) == date(2026, 7, 2)
    assert local("2026-07-02 17:00").isoformat() == "2026-07-02T17:00:00-04:00"
    assert local("2026-11-01T01:30-04:00").astimezone(UTC).hour == 5
    assert local("2026-11-01T01:30-05:00").astimezone(UTC).hour == 6
    assert local("2026-07-02T17:00:30z") == datetime(2026, 7, 2, 17, 0, 30, tzinfo=UTC)


def test_remedy_offers_both_offsets() -> None:
    """Who is asked for the offset is shown the two."""
    with pytest.raises(Invalid, match="occurs twice") as refusal:
        read_when("2026-11-01T01:30", NEW_YORK)
    assert "01:30:00-04:00 or 2026-11-01T01:30:00-05:00" in str(refusal.value.remedy)


def test_naive_start_is_invalid() -> None:
    """An instant without a zone is refused by the rules themselves."""
    naive = datetime.fromisoformat("2026-07-02T17:00")
    with pytest.raises(Invalid, match="no time zone"):
        compute(policy(), FEDERAL, naive)


# ---------------------------------------------------------------------------- basis and provenance


def test_basis_warns_outside_the_known_dates() -> None:
    """A span that leaves the calendar's known dates is named with them."""
    days = BusinessDays(Calendar("c", 1, known_to=date(2026, 6, 30)))
    assert any("known to 2026-06-30" in line for line in compute(policy(), days, date(2026, 6, 2)).basis)
    assert not any("Warning" in line for line in compute(policy(), days, date(2026, 5, 2)).basis)


def test_basis_tells_of_opened_days() -> None:
    """A Saturday that counts is named."""
    days = BusinessDays(Calendar("c", 1, open=(NamedDay(date(2026, 6, 6), "a working Saturday"),)))
    window = compute(policy(unit=Unit.BUSINESS_DAYS, length=5), days, date(2026, 6, 2))
    assert window.last_day_on == date(2026, 6, 8)
    assert any("Saturday 2026-06-06 (a working Saturday)" in line for line in window.basis)


def test_digest_follows_the_days_of_the_span() -> None:
    """Another holiday inside the span changes it, one far outside does not."""

    def digest(day: date) -> str:
        days = BusinessDays(Calendar("c", 1, closed=(NamedDay(day),)))
        return compute(policy(), days, date(2026, 6, 2)).calendar_digest

    assert digest(date(2026, 6, 10)) != digest(date(2026, 9, 10)) == digest(date(2026, 9, 11))


def test_window_says_its_sources() -> None:
    """The zone data's version stands beside every window, and the calendar's in its basis."""
    window = compute(policy(), FEDERAL, date(2026, 6, 2))
    assert window.tzdata_version.startswith("20")
    assert f"Calendar us, version 1; time zones {window.tzdata_version}." in window.basis
