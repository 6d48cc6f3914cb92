"""The window of a review as it is stored, and the day on which the reader looks."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from reviewflow.nouns.policy import Unit
from reviewflow.nouns.subject import Row, Subject
from reviewflow.rules.counting import counted_days, day_number, days_left
from reviewflow.rules.deadlines import LIVE
from reviewflow.rules.instants import rfc3339
from reviewflow.rules.tolls import Toll
from reviewflow.rules.tolls import tolled_dates as dates
from reviewflow.views.look import Document, Look


def window_row(subject: Subject) -> Row | None:
    """The window deadline that counts: the live one, else the last that was not superseded."""
    rows = [row for row in subject.part("deadline") if row["kind"] == "window"]
    live = [row for row in rows if row["status"] in LIVE]
    kept = [row for row in rows if row["status"] != "superseded"]
    return next(iter(live or kept[-1:] or rows[-1:]), None)


def bare(rows: Iterable[Row]) -> list[Row]:
    """Parts without the name of their subject, which stands above them."""
    return [{key: value for key, value in row.items() if key != "subject"} for row in rows]


def policy_of(look: Look, subject: Subject) -> Document:
    """The policy to which a review is pinned, and the zone of its dates."""
    row, policy = subject.row, look.pin(subject.row).policy
    return {
        "id": row["policy"],
        "version": row["policy_version"],
        "title": policy.title,
        "time_zone": policy.window.time_zone,
        "digest": row["policy_digest"],
        "calendar_digest": row["calendar_digest"],
    }


def tolled_dates(look: Look, subject: Subject) -> set[date]:
    """The dates that tolls took out up to now, an open one included."""
    tolls = [(row["started_at"], row["ended_at"] or look.now) for row in subject.part("toll")]
    return dates([Toll(started, ended) for started, ended in tolls if started <= ended], look.zone(subject.row))


def window(look: Look, subject: Subject) -> Document | None:
    """Event day, day 1, last day, day N of how many, days left; None before the clock starts."""
    row, due = subject.row, window_row(subject)
    if row["clock_start_on"] is None:
        return None
    zone, rule = look.zone(row), look.pin(row).policy.window
    today, last, due_at = look.now.astimezone(zone).date(), row["last_day_on"], due and due["due_at"]
    tolled = tolled_dates(look, subject)
    number, of = _days(look, row, today, tolled)
    return {
        "start": row["start"],
        "clock_start_on": row["clock_start_on"],
        "day_1_on": row["day_1_on"],
        "last_day_on": last,
        "due_at": due_at,
        "due_local": due_at and rfc3339(due_at, zone),
        "status": due and due["status"],
        "time_zone": rule.time_zone,
        "length": rule.length,
        "unit": rule.unit,
        "extension": row["extension"],
        "day": number,
        "of": of,
        "days_left": days_left(last, today) if last else None,
        "remaining_days": row["remaining_days"],
        "tolled_on": sorted(tolled),
        "notices": _notices(due, zone),
    }


def _days(look: Look, row: Row, today: date, tolled: set[date]) -> tuple[int | None, int | None]:
    """Day N, and of how many; hours have none."""
    pin, zone, first, last = look.pin(row), look.zone(row), row["day_1_on"], row["last_day_on"]
    rule = pin.policy.window
    if rule.unit is Unit.HOURS or first is None:
        return None, None
    of = counted_days(rule, pin.business_days, first, last, tolled) if last else rule.length + row["extension"]
    on = min([day for day in (today, last, *_ends(row, zone)) if day])
    return day_number(rule, pin.business_days, first, on, tolled) if on >= first else 0, of


def _ends(row: Row, zone: ZoneInfo) -> list[date]:
    """The days on which a determination, a release or a withdrawal ended it: no later day is counted."""
    ends = (row["determined_at"], row["released_at"], row["withdrawn_at"])
    return [at.astimezone(zone).date() for at in ends if at is not None]


def _notices(due: Row | None, zone: ZoneInfo) -> list[Document]:
    """Every notice of the window, in order; those that were raised come first."""
    told = [] if due is None else [(name, datetime.fromisoformat(at)) for name, at in due["notices"]]
    return [
        {"notice": name, "due_at": at, "due_local": rfc3339(at, zone), "is_raised": number < due["raised"]}
        for number, (name, at) in enumerate(told)
        if due is not None
    ]


def deadlines(look: Look, subject: Subject) -> list[Document]:
    """The live deadlines, the nearest first, with days left."""
    zone = look.zone(subject.row)
    today = look.now.astimezone(zone).date()
    live = [row for row in subject.part("deadline") if row["status"] in LIVE]
    live.sort(key=lambda row: (row["due_at"] is None, row["due_at"] or look.now, row["no"]))
    keys = ("no", "kind", "part_no", "status", "due_at", "due_on", "remaining_days", "next_notice_at")
    return [
        {key: row[key] for key in keys}
        | {"due_local": row["due_at"] and rfc3339(row["due_at"], zone)}
        | {"days_left": days_left(row["due_on"], today) if row["due_on"] else None}
        for row in live
    ]
