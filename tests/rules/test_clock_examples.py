"""Windows whose dates were published; what is published and impossible is found out."""

import csv
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from reviewflow.nouns.policy import Day1, Policy, Roll, Unit, WindowRule
from reviewflow.rules.calendar import BusinessDays
from reviewflow.rules.claims import check_act, check_claim
from reviewflow.rules.counting import days_left, elapsed_whole_days
from reviewflow.rules.instants import read_when
from reviewflow.rules.window import Window, compute

TABLE = Path(__file__).parent / "clock_examples.csv"
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
NEW_YORK = ZoneInfo("America/New_York")


def policy_of(row: dict[str, str], policies: dict[str, Policy]) -> Policy:
    """The shipped policy of a row, or one that the row describes."""
    if row["policy"]:
        return policies[row["policy"]]
    rule = WindowRule(
        length=int(row["length"]),
        unit=Unit(row["unit"]),
        day_1=Day1(row["day_1"]),
        roll=Roll(row["roll"]),
        calendar=row["calendar"],
        time_zone=row["zone"],
    )
    return Policy(row["id"], 1, row["id"], row["source"], rule)


def reasons_against(row: dict[str, str], shelf) -> tuple[Window, tuple[str, ...]]:
    """The window of a row, and what speaks against its published end."""
    policies, calendars = shelf
    policy = policy_of(row, policies)
    days, zone = BusinessDays(calendars[policy.window.calendar]), ZoneInfo(policy.window.time_zone)
    extension = int(row["extension"] or 0)
    window = compute(policy, days, read_when(row["start"], zone), extension=extension)
    return window, check_claim(policy, days, window, read_when(row["end"], zone), extension=extension)


@pytest.mark.parametrize("row", [row for row in ROWS if row["tier"] != "X"], ids=lambda row: row["id"])
def test_window_ends_as_published(row: dict[str, str], shelf) -> None:
    """The computed end is the published one, to the minute where a time is published."""
    window, reasons = reasons_against(row, shelf)
    assert reasons == ()
    assert window.last_day_on == date.fromisoformat(row["end"][:10])


@pytest.mark.parametrize(
    ("name", "right", "fitting"),
    [("HSR-019", "2022-03-07", "2022-02-07"), ("HSR-021", "2025-12-31", "2026-01-05")],
)
def test_impossible_dates_are_refused(name: str, right: str, fitting: str, shelf) -> None:
    """The reason names the end that the rules give, and a start from which the claimed end would follow."""
    row = next(row for row in ROWS if row["id"] == name)
    window, reasons = reasons_against(row, shelf)
    assert row["tier"] == "X"
    assert str(window.last_day_on) == right
    assert row["end"][:10] in reasons[0]
    assert right in reasons[0]
    assert fitting in reasons[1]


def test_second_request_after_the_end_is_impossible(shelf) -> None:
    """The tracker of HSR-021 also has a second request on a Sunday six weeks after the expiry."""
    window, _ = reasons_against(next(row for row in ROWS if row["id"] == "HSR-021"), shelf)
    reasons = check_act(window, "A second request", date(2026, 2, 15))
    ended = "the window had ended on Wednesday 2025-12-31 23:59 -05:00."
    assert reasons == (f"A second request on Sunday 2026-02-15 is impossible: {ended}",)
    assert check_act(window, "A second request", date(2025, 12, 31)) == ()
    assert check_act(window, "A second request", datetime(2025, 12, 31, 23, 59, tzinfo=NEW_YORK)) != ()
    assert check_act(window, "A second request", date(2025, 11, 30)) != ()


def test_days_left_are_those_of_the_headline() -> None:
    """EO-004: on 2026-06-06 a countdown to 2026-07-02 said 26 days; the last day has none left."""
    assert days_left(date(2026, 7, 2), date(2026, 6, 6)) == 26
    assert days_left(date(2026, 7, 2), date(2026, 7, 2)) == 0


def test_elapsed_days_are_those_of_the_report() -> None:
    """HALT-001: suspended on 2026-06-12 at 17:21, restored on 2026-07-01: 19 days."""
    assert elapsed_whole_days(datetime(2026, 6, 12, 17, 21, tzinfo=NEW_YORK), date(2026, 7, 1), NEW_YORK) == 19
