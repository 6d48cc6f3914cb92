"""The calendar of one person as an iCalendar file: one entry for each thing owed, with nobody's words in it.

An entry is made from the deadline rows of one subject, kind and part, which supersede each other. It says nothing that
depends on the time at which it is read, so that the file stays the same, byte for byte, until something changes.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from reviewflow.notify.dates import end_instant, short_day
from reviewflow.nouns.plural import plural
from reviewflow.nouns.states import DeadlineKind, DeadlineStatus, Kind
from reviewflow.nouns.subject import Row

if TYPE_CHECKING:
    from icalendar import Event

SIMULATION = "[SIMULATION] "
PRODUCT = "-//reviewflow//deadlines//EN"
REFRESH = "PT1H"  # how often a phone may ask
LIVE = (DeadlineStatus.OPEN, DeadlineStatus.TOLLED)
DISPROVED = "rescinded"  # the reason of a row that only a rescinded event had made
CONFIRMED, CANCELLED = "CONFIRMED", "CANCELLED"
TITLES = {
    DeadlineKind.INTAKE: "Intake check due",
    DeadlineKind.ANSWER: "Answer due",
    DeadlineKind.TOLL: "Toll ends",
    DeadlineKind.WINDOW: "Window ends",
    DeadlineKind.ACCESS: "Access ends",
    DeadlineKind.COMMITMENT: "Commitment due",
    DeadlineKind.PLANNED_RELEASE: "Planned release",
    DeadlineKind.REFILE: "Last day to file again",
}
PARTS = {DeadlineKind.ANSWER: "request", DeadlineKind.TOLL: "toll", DeadlineKind.ACCESS: "grant"}
MARKS = {DeadlineStatus.TOLLED: "Tolled: ", DeadlineStatus.MET: "Met: "}  # before the title of what is cancelled


@dataclass(frozen=True)
class Entry:
    """One thing owed. `uid` never changes; `sequence` and `changed_at` are those of the event that last changed it."""

    uid: str
    sequence: int
    changed_at: datetime
    ref: str
    kind: str
    part_no: int
    status: str
    due_at: datetime  # while it is cancelled, the last that was known
    title: str
    text: str
    alarms: tuple[datetime, ...]


def entry(rows: Sequence[Row], zone: ZoneInfo, genesis: str, *, is_simulation: bool) -> Entry | None:
    """The entry of all the rows of one subject, kind and part, by `no`; None for what never had a date."""
    row, dated = _standing(rows), _dated(rows)
    if dated is None:
        return None
    ref, kind, part_no = row["subject"], DeadlineKind(row["kind"]), int(row["part_no"])
    changed = max(rows, key=lambda r: int(r["changed_seq"]))
    is_on = row["status"] == DeadlineStatus.OPEN or _fell(row)
    mark = "" if is_on else MARKS.get(row["status"], "Cancelled: ")
    return Entry(
        uid=str(uuid.uuid5(uuid.NAMESPACE_URL, f"reviewflow:{genesis}/{ref}/{kind.value}/{part_no}")),
        sequence=changed["changed_seq"],
        changed_at=changed["changed_at"],
        ref=ref,
        kind=kind.value,
        part_no=part_no,
        status=CONFIRMED if is_on else CANCELLED,
        due_at=dated["due_at"],
        title=f"{SIMULATION if is_simulation else ''}{mark}{_title(dated, zone)} - {ref}",
        text="\n".join(_lines(row, dated, changed, zone)),
        alarms=_alarms(row) if is_on else (),
    )


def _standing(rows: Sequence[Row]) -> Row:
    """The row that holds now, else the one that held last."""
    return max(rows, key=lambda r: (r["status"] in LIVE, r["reason"] != DISPROVED, r["no"]))


def _dated(rows: Sequence[Row]) -> Row | None:
    """The row whose date is shown: the one that holds, or while the clock stands the one before it."""
    dated = [row for row in rows if row["due_at"] is not None]
    return _standing(dated) if dated else None


def _fell(row: Row) -> bool:
    """Whether its instant came while it was owed: it stays where it was in the past."""
    raised = [name for name, _ in row["notices"][: row["raised"]]]
    return "due" in raised and row["status"] != DeadlineStatus.SUPERSEDED and row["reason"] != DISPROVED


def _alarms(row: Row) -> tuple[datetime, ...]:
    """The reminders before it, all of them: a phone rings for none that is past."""
    return tuple(datetime.fromisoformat(at) for name, at in row["notices"] if name.startswith("-"))


def _title(row: Row, zone: ZoneInfo) -> str:
    kind, at, on = DeadlineKind(row["kind"]), row["due_at"], row["due_on"]
    part = f" ({PARTS[kind]} {row['part_no']})" if kind in PARTS and row["part_no"] else ""
    # What ends at midnight stands on the next day of a calendar: the title says whose end it is.
    last = f" at the end of {short_day(on)}" if on and at.astimezone(zone).date() != on else ""
    return f"{TITLES[kind]}{part}{last}"


def _lines(row: Row, dated: Row, changed: Row, zone: ZoneInfo) -> Iterable[str]:
    ref, kind = row["subject"], row["subject_kind"]
    yield _sentence(row, end_instant(dated["due_at"], dated["due_on"], zone))
    yield f"How it was counted: reviewflow {kind} {'explain' if kind == Kind.REVIEW else 'show'} {ref}"
    yield f"On record as entry {changed['changed_seq']} of {ref}, where the chain head is {changed['changed_digest']}."


def _sentence(row: Row, due: str) -> str:
    match row["status"]:
        case DeadlineStatus.OPEN:
            return f"Due {due}."
        case DeadlineStatus.TOLLED:
            left = row["remaining_days"]
            rest = "" if left is None else f" with {plural(left, 'day')} left"
            return f"The clock stands{rest}: no date is due until it runs on. The last that was known: {due}."
        case DeadlineStatus.MISSED:
            return f"It was due {due}, and its day went by."
        case DeadlineStatus.MET:
            return f"It was met. It was due {due}."
        case _ if _fell(row):
            return f"It was due {due}."
        case _:
            return f"Nothing is due any more. It would have been due {due}."


def written(entries: Iterable[Entry], person: str, *, is_simulation: bool) -> bytes:
    """The file that a calendar program subscribes to. No METHOD: it is published, nobody is invited."""
    from icalendar import Calendar, vText

    name = f"{SIMULATION if is_simulation else ''}reviewflow deadlines of {person}"
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    for key in ("name", "x-wr-calname"):  # RFC 7986, and what most programs know
        calendar.add(key, vText(name))
    calendar.add("refresh-interval", vText(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vText(REFRESH))
    for one in entries:
        calendar.add_component(_event(one))
    text: bytes = calendar.to_ical(sorted=False)
    return text


def _event(one: Entry) -> "Event":
    from icalendar import Alarm, Event

    event = Event()
    event.add("uid", one.uid)
    event.add("sequence", one.sequence)
    event.add("dtstamp", one.changed_at)  # without a METHOD, when the entry was last changed: RFC 5545, 3.8.7.2
    event.add("last-modified", one.changed_at)
    event.add(
        "dtstart", one.due_at
    )  # an instant, in UTC: a civil date would be over too late west of the policy's zone
    event.add("status", one.status)
    event.add("summary", one.title)
    event.add("description", one.text)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    for at in one.alarms:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", one.title)
        alarm.add("trigger", at, parameters={"VALUE": "DATE-TIME"})
        event.add_component(alarm)
    return event
