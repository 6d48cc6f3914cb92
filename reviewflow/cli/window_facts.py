"""The window of a review as it is stored, and the day on which the reader looks."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from reviewflow.cli.reader import Reader

if TYPE_CHECKING:
    from reviewflow.nouns.subject import Row, Subject


def window_row(subject: "Subject") -> "Row | None":
    """The window deadline that counts: the live one, else the last that was not superseded."""
    rows = [row for row in subject.part("deadline") if row["kind"] == "window"]
    live = [row for row in rows if row["status"] in ("open", "tolled")]
    kept = [row for row in rows if row["status"] != "superseded"]
    return next(iter(live or kept[-1:] or rows[-1:]), None)


def tolled_dates(look: Reader, subject: "Subject") -> set[Any]:
    """The dates that tolls took out up to now, an open one included."""
    from reviewflow.rules.tolls import Toll
    from reviewflow.rules.tolls import tolled_dates as dates

    tolls = [Toll(row["started_at"], row["ended_at"] or look.now) for row in subject.part("toll")]
    return dates([toll for toll in tolls if toll.started <= toll.ended], look.zone(subject.row))  # type: ignore[operator]


def window(look: Reader, subject: "Subject") -> dict[str, Any] | None:
    """Event day, day 1, last day, day N of how many, days left; None before the clock starts."""
    from reviewflow.nouns.policy import Unit
    from reviewflow.rules.counting import counted_days, day_number, days_left

    row, due = subject.row, window_row(subject)
    if row["clock_start_on"] is None:
        return None
    pin, zone = look.pin(row), look.zone(row)
    today, rule = look.now.astimezone(zone).date(), pin.policy.window
    tolled, first, last = tolled_dates(look, subject), row["day_1_on"], row["last_day_on"]
    is_counted = rule.unit is not Unit.HOURS and first is not None
    number = of = None
    if is_counted:
        of = counted_days(rule, pin.business_days, first, last, tolled) if last else rule.length + row["extension"]
        on = min([day for day in (today, last, *_ends(row, zone)) if day])
        number = day_number(rule, pin.business_days, first, on, tolled) if on >= first else 0
    return {
        "start": row["start"],
        "clock_start_on": row["clock_start_on"],
        "day_1_on": first,
        "last_day_on": last,
        "due_at": due and due["due_at"],
        "status": due and due["status"],
        "time_zone": rule.time_zone,
        "length": rule.length,
        "unit": rule.unit,
        "extension": row["extension"],
        "day": number,
        "of": of,
        "days_left": days_left(last, today) if last else None,
        "remaining_days": row["remaining_days"],
    }


def _ends(row: "Row", zone: ZoneInfo) -> list[date]:
    """The days on which a determination, a release or a withdrawal ended it: no later day is counted."""
    ends = (row["determined_at"], row["released_at"], row["withdrawn_at"])
    return [at.astimezone(zone).date() for at in ends if at is not None]


def deadlines(look: Reader, subject: "Subject") -> list[dict[str, Any]]:
    """The live deadlines, the nearest first, with days left."""
    from reviewflow.rules.counting import days_left
    from reviewflow.rules.deadlines import LIVE

    today = look.now.astimezone(look.zone(subject.row)).date()
    live = [row for row in subject.part("deadline") if row["status"] in LIVE]
    live.sort(key=lambda row: (row["due_at"] is None, row["due_at"] or look.now, row["no"]))
    keys = ("no", "kind", "part_no", "status", "due_at", "due_on", "remaining_days", "next_notice_at")
    return [
        {key: row[key] for key in keys} | {"days_left": days_left(row["due_on"], today) if row["due_on"] else None}
        for row in live
    ]


def is_over(at: datetime | None, now: datetime) -> bool:
    """Whether an instant has come."""
    return at is not None and at <= now
