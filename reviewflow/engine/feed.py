"""The calendar of one person: of what he sees, the deadlines of which he would be reminded."""

from collections.abc import Iterator
from itertools import groupby
from zoneinfo import ZoneInfo

from reviewflow.engine.stage import Stage
from reviewflow.notify.feed import Entry, entry
from reviewflow.nouns.actor import Actor
from reviewflow.nouns.states import Kind, Side
from reviewflow.nouns.subject import Row, Subject
from reviewflow.rules.permissions import SEE_ALL, sees
from reviewflow.rules.recipients import NOTICE_AUDIENCE
from reviewflow.store import feed


def entries(stage: Stage, person: Actor, genesis: str, *, is_simulation: bool) -> list[Entry]:
    """By subject and kind; the same until something changes, whatever the time is."""
    return list(_entries(stage, person, genesis, is_simulation))


def _entries(stage: Stage, person: Actor, genesis: str, is_simulation: bool) -> Iterator[Entry]:
    is_broad = person.side is Side.LAB or bool(person.roles & SEE_ALL)
    rows = feed.deadlines(stage.connection, person.organization if is_broad else "", person.ref)
    for _, slot in groupby(rows, key=lambda row: (row["subject"], row["kind"], row["part_no"])):
        owed = list(slot)
        if not concerns(person, owed[0]):
            continue
        found = entry(owed, _zone(stage, owed[0]), genesis, is_simulation=is_simulation)
        if found is not None:
            yield found


def concerns(person: Actor, row: Row) -> bool:
    """Whether a person is reminded of a deadline; a draft is the lab's own."""
    known = {name: row[name] for name in ("lab", "agency", "submitted_at")}
    subject = Subject(row["subject_kind"], row["subject"], row=known)
    if row["is_assigned"]:
        subject.parts["assignment"] = {1: {"person": person.ref, "ended_at": None}}
    return sees(person, subject) and any(group(person, subject) for group in NOTICE_AUDIENCE[row["kind"]])


def _zone(stage: Stage, row: Row) -> ZoneInfo:
    is_pinned = bool(row["policy_digest"] and row["calendar_digest"])
    pin = stage.pin(Subject(Kind.REVIEW, row["subject"], int(is_pinned), row=row), None)
    return ZoneInfo(pin.policy.window.time_zone)
