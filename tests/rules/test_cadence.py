"""When letters go out, in local time: no day without its digest, no letter in quiet hours but what cannot wait."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewflow.nouns.contact import Cadence, Preferences, Weekday
from reviewflow.rules.cadence import CLOSES, WEEKDAYS, departure, digest_instant, next_digest, quiet_until

# Changes of clocks at midnight (Havana, Santiago, Beirut), of half an hour (Lord Howe), into the next date (Nuuk), back
# over midnight (Azores), around a fast (Casablanca), and a whole date that one zone never had (Apia, 2011-12-30).
ZONES = (
    "America/New_York", "Europe/London", "America/Havana", "America/Santiago", "Asia/Beirut", "Australia/Lord_Howe",
    "America/Nuuk", "Atlantic/Azores", "Africa/Casablanca", "Pacific/Apia", "Asia/Kolkata", "UTC",
)  # fmt: skip
YEARS = (2011, 2024, 2026)
CLOCKS = ("00:00", "01:30", "02:30", "08:00", "23:30")
INSTANTS = st.integers(1_230_768_000, 1_893_456_000).map(lambda at: datetime.fromtimestamp(at, UTC))  # 2009 to 2029
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def wishes(zone: str, at: str = "08:00", cadence: Cadence = Cadence.DAILY, **more: str) -> Preferences:
    """Preferences with a digest."""
    return Preferences(cadence=cadence, digest_at=at, time_zone=zone, **more)  # type: ignore[arg-type]


@cache
def dates(zone: str, year: int) -> list[date]:
    """The local dates of a year that there were, found without the rules: by every third hour of it."""
    first = datetime(year, 1, 1, tzinfo=UTC) - DAY
    seen = {(first + n * 180 * MINUTE).astimezone(ZoneInfo(zone)).date() for n in range(368 * 8)}
    return sorted(day for day in seen if day.year == year)


@pytest.mark.parametrize("zone", ZONES)
def test_every_local_day_has_one_digest(zone: str) -> None:
    """Of each date that there was, in order, and none between: also of the day after the clocks go forward."""
    for year in YEARS:
        for clock in ("00:00", "02:30", "23:30"):
            mine = wishes(zone, clock)
            wanted = [digest_instant(mine, day) for day in dates(zone, year)]
            assert wanted == sorted(set(wanted))
            at, found = wanted[0] - MINUTE, []
            while (at := next_digest(mine, at)) <= wanted[-1]:
                found.append(at)
            assert found == wanted, (zone, year, clock)


@pytest.mark.parametrize("zone", ZONES)
def test_digest_is_at_its_local_hour(zone: str) -> None:
    """On the clock of that day; where it never shows that hour, as long after the gap as it lay in it."""
    for year in YEARS:
        for clock in CLOCKS:
            for day in dates(zone, year):
                local = digest_instant(wishes(zone, clock), day).astimezone(ZoneInfo(zone))
                if (local.date(), f"{local:%H:%M}") != (day, clock):
                    wall = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo(zone))
                    assert wall.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(fold=0) != wall, (zone, day, clock)
                    assert timedelta(0) < local.replace(tzinfo=None) - wall.replace(tzinfo=None) <= 2 * 60 * MINUTE


def test_midnight_after_the_clocks_go_forward_is_not_skipped() -> None:
    """A well-known scheduler goes from Sunday 00:00 straight to Tuesday 00:00 in New York."""
    mine = wishes("America/New_York", "00:00")
    sunday = next_digest(mine, datetime(2026, 3, 7, 20, tzinfo=UTC))
    monday = next_digest(mine, sunday)
    assert (sunday, monday) == (datetime(2026, 3, 8, 5, tzinfo=UTC), datetime(2026, 3, 9, 4, tzinfo=UTC))


@given(
    st.sampled_from(ZONES), st.sampled_from(CLOCKS), st.sampled_from(Weekday),
    INSTANTS
)  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_weekly_digest_is_the_first_on_its_day(zone: str, clock: str, weekday: Weekday, after: datetime) -> None:
    """After the instant, of a date that is that day of the week, and at most eight days on."""
    mine = wishes(zone, clock, Cadence.WEEKLY, digest_on=weekday)
    at = next_digest(mine, after)
    assert after < at <= after + 8 * DAY
    day = min((at - n * DAY).astimezone(ZoneInfo(zone)).date() for n in range(8))
    named = [day + n * DAY for n in range(9) if WEEKDAYS[(day + n * DAY).weekday()] is weekday]
    assert at in {digest_instant(mine, each) for each in named}
    assert not [each for each in named if after < digest_instant(mine, each) < at]


QUIET = st.tuples(st.sampled_from(CLOCKS), st.sampled_from(CLOCKS)).filter(lambda pair: pair[0] != pair[1])


@given(st.sampled_from(ZONES), QUIET, INSTANTS)
@settings(max_examples=400, deadline=None)
def test_quiet_hours_end_and_are_read_off_the_local_clock(zone: str, quiet: tuple[str, str], at: datetime) -> None:
    """Within them the end lies ahead and outside of them; on a day without a change of clocks the clock decides."""
    mine = wishes(zone, quiet_from=quiet[0], quiet_to=quiet[1])
    ends = quiet_until(mine, at)
    if ends is not None:
        assert at < ends <= at + 2 * DAY
    local = at.astimezone(ZoneInfo(zone))
    around = {(local + n * DAY).utcoffset() for n in (-2, -1, 0, 1, 2)}
    if len(around) == 1:
        first, last = quiet
        clock = f"{local:%H:%M}"
        is_quiet = first <= clock < last if first < last else clock >= first or clock < last
        assert (ends is not None) == is_quiet
        assert ends is None or f"{ends.astimezone(ZoneInfo(zone)):%H:%M}" == last


NOW = datetime(2026, 7, 6, 14, tzinfo=UTC)  # a Monday, 10:00 in New York
NIGHT = datetime(2026, 7, 7, 3, tzinfo=UTC)  # 23:00
MORNING = datetime(2026, 7, 7, 11, tzinfo=UTC)  # 07:00
AT_8 = datetime(2026, 7, 7, 12, tzinfo=UTC)
DAILY = wishes("America/New_York", quiet_from="22:00", quiet_to="07:00")
AT_ONCE = Preferences(quiet_from="22:00", quiet_to="07:00")
WEEKLY = wishes("America/New_York", cadence=Cadence.WEEKLY)


@pytest.mark.parametrize(
    ("mine", "now", "due_at", "waits", "rests", "at"),
    [
        (Preferences(), NIGHT, None, True, True, NIGHT),
        (DAILY, NOW, None, True, True, AT_8),
        (DAILY, NOW, None, False, True, NOW),  # statutory waits for no digest
        (DAILY, NIGHT, None, False, True, MORNING),  # and lets its reader sleep
        (DAILY, NIGHT, NIGHT + timedelta(hours=2), False, True, NIGHT),  # unless something falls due before the morning
        (DAILY, NIGHT, MORNING, False, True, NIGHT),
        (DAILY, NIGHT, MORNING + MINUTE, False, True, MORNING),
        (DAILY, NIGHT, NIGHT - MINUTE, False, True, MORNING),  # nothing can be done any more about what is past
        (DAILY, NIGHT, None, False, False, NIGHT),  # a halt wakes everybody
        (DAILY, NOW, AT_8 + DAY, True, True, AT_8),
        (DAILY, NOW, AT_8 + DAY - MINUTE, True, True, NOW),  # less than a day would be left after the digest
        (WEEKLY, NOW, None, True, True, datetime(2026, 7, 13, 12, tzinfo=UTC)),
        (WEEKLY, NOW, NOW + 3 * DAY, True, True, NOW),  # a deadline of this week does not wait for the next
        (AT_ONCE, NIGHT, None, True, True, MORNING),
        (AT_ONCE, NOW, None, True, True, NOW),
        (DAILY, AT_8 - CLOSES, None, True, True, AT_8 + DAY),  # closed: what commits a moment later is not lost in it
        (DAILY, AT_8 - CLOSES - MINUTE, None, True, True, AT_8),
    ],
)
def test_departures(
    mine: Preferences, now: datetime, due_at: datetime | None, waits: bool, rests: bool, at: datetime
) -> None:
    """At once, with the digest, or when the quiet hours end; and what cannot wait, at once after all."""
    leaves = departure(mine, now, due_at=due_at, waits=waits, rests=rests)
    assert leaves.at == at
    assert leaves.is_digest == (waits and mine.cadence is not Cadence.AT_ONCE and at != now)
