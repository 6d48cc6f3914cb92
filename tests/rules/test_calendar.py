"""Business days: weekends, holidays and the days on which they are observed, closures, openings, digests."""

from datetime import date

import pytest

from reviewflow.errors import Invalid
from reviewflow.nouns.policy import Calendar, NamedDay
from reviewflow.rules.calendar import BusinessDays
from reviewflow.settings.calendar_tables import WITHOUT_WEEKENDS


@pytest.fixture
def federal(shelf) -> BusinessDays:
    return BusinessDays(shelf[1]["us-federal"])


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2021, 7, 5), "Independence Day (observed)"),
        (date(2021, 12, 31), "New Year's Day (observed)"),  # of a year that has not begun
        (date(2026, 7, 3), "Independence Day (observed)"),
        (date(2026, 7, 4), "Saturday, Independence Day"),
        (date(2026, 7, 5), "Sunday"),
        (date(2024, 12, 24), "closed by Executive Order 14129"),
        (date(2025, 1, 9), "closed for the mourning of President Carter"),
    ],
)
def test_closed_days_say_why(federal: BusinessDays, day: date, why: str) -> None:
    """A date that does not count names each reason."""
    assert not federal.is_business_day(day)
    assert federal.why_closed(day) == why


def test_business_day_has_no_reason(federal: BusinessDays) -> None:
    """A date that counts is closed for no reason."""
    assert federal.is_business_day(date(2026, 7, 2))
    assert federal.why_closed(date(2026, 7, 2)) is None


def test_next_and_previous_pass_over_what_is_closed(federal: BusinessDays) -> None:
    """Both are strict: a business day is never its own next."""
    assert federal.next_after(date(2026, 7, 2)) == date(2026, 7, 6)
    assert federal.previous_before(date(2026, 7, 6)) == date(2026, 7, 2)
    assert federal.on_or_next(date(2026, 7, 2)) == date(2026, 7, 2)
    assert federal.on_or_next(date(2026, 7, 4), -1) == date(2026, 7, 2)


def test_england_has_days_that_britain_lacks() -> None:
    """Easter Monday is closed in England, and not in the days that all of Britain shares."""
    easter_monday = date(2022, 4, 18)
    assert not BusinessDays(Calendar("a", 1, base="GB-ENG")).is_business_day(easter_monday)
    assert BusinessDays(Calendar("b", 1, base="GB")).is_business_day(easter_monday)


def test_commission_has_days_of_its_own(shelf) -> None:
    """1 and 2 November 2022 were closed; 11 November, a holiday in Belgium, was not."""
    commission = BusinessDays(shelf[1]["european-commission"])
    assert [commission.is_business_day(date(2022, 11, day)) for day in (1, 2, 3, 11)] == [False, False, True, True]


def test_open_wins_over_everything() -> None:
    """An opened date counts on a weekend, on a holiday, and names itself."""
    days = BusinessDays(Calendar("a", 1, base="US", open=(NamedDay(date(2026, 7, 4), "a working Saturday"),)))
    assert days.is_business_day(date(2026, 7, 4))
    assert days.holiday_name(date(2026, 7, 4)) is None
    assert days.opened_name(date(2026, 7, 4)) == "a working Saturday"


def test_digest_is_of_the_days_and_not_of_their_names() -> None:
    """It changes with a date within the span, and neither with a name nor with a date outside."""
    span = date(2026, 7, 1), date(2026, 7, 31)
    plain = BusinessDays(Calendar("a", 1, closed=(NamedDay(date(2026, 7, 8), "a"),)))
    renamed = BusinessDays(Calendar("b", 2, closed=(NamedDay(date(2026, 7, 8), "b"), NamedDay(date(2026, 8, 3)))))
    other = BusinessDays(Calendar("a", 1, closed=(NamedDay(date(2026, 7, 9), "a"),)))
    assert plain.digest(*span) == renamed.digest(*span)
    assert plain.digest(*span) != other.digest(*span)
    assert plain.digest(*span) != plain.digest(span[0], date(2026, 8, 1))
    assert len(plain.digest(*span)) == 64


def test_known_span_has_two_ends() -> None:
    """Known are the dates from known_from to known_to, both included, and the years of the base."""
    days = BusinessDays(Calendar("a", 1, known_from=date(2022, 1, 1), known_to=date(2022, 12, 31)))
    assert days.knows(date(2022, 1, 1), date(2022, 12, 31))
    assert not days.knows(date(2021, 12, 31), date(2022, 1, 1))
    assert not days.knows(date(2022, 12, 31), date(2023, 1, 1))
    assert not BusinessDays(Calendar("a", 1, base="JP")).knows(date(2098, 1, 1), date(2150, 1, 1))


def test_unknown_base_and_endless_weekend_are_invalid() -> None:
    """Neither a base without holidays nor a week without business days can be computed with."""
    with pytest.raises(Invalid, match="ZZ"):
        BusinessDays(Calendar("a", 1, base="ZZ")).is_business_day(date(2026, 7, 2))
    with pytest.raises(Invalid, match="no business day"):
        BusinessDays(Calendar("a", 1, weekend=(0, 1, 2, 3, 4, 5, 6)))


def test_every_day_counts_without_a_calendar() -> None:
    """The calendar of policies that name none closes nothing."""
    assert BusinessDays(WITHOUT_WEEKENDS).is_business_day(date(2026, 7, 4))
