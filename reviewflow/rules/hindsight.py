"""A fact from outside that is dated before what the system has recorded: what it disproves is rescinded.

The state as of the fact is built from the journal, the command is decided there, and time is let run again. What
the system had recorded and would record again stays; what it would not is rescinded by an event; what it now
records in addition is added. Nothing on record is changed.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from reviewflow.errors import Refused
from reviewflow.nouns.actor import THE_SYSTEM
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.events import NOTICES, RESCINDED, SYSTEM, Fact
from reviewflow.nouns.plain import plain
from reviewflow.nouns.states import DeadlineStatus
from reviewflow.nouns.subject import Row, Subject
from reviewflow.rules.deadlines import RESCINDED as REASON
from reviewflow.rules.decide import decide
from reviewflow.rules.scene import Scene
from reviewflow.rules.settle import settle
from reviewflow.rules.work import Work, replay

AS_OF = "as_of"  # in a fact's data: the number of the event after which it took effect


def in_effect(events: Sequence[Row]) -> list[Row]:
    """The events that still hold, in the order in which they took effect; their `sets` in this order give the rows."""
    order: list[Row] = []
    for event in events:
        at = len(order)
        if AS_OF in event["data"]:
            at = 1 + next(i for i, before in enumerate(order) if before["seq"] == event["data"][AS_OF])
        order.insert(at, event)
    rescinded = _rescinded(events)
    return [event for event in order if event["seq"] not in rescinded]


def _rescinded(events: Sequence[Row]) -> set[int]:
    gone: set[int] = set()
    for event in events:
        if event["name"].endswith(RESCINDED):
            named = event["data"].get("rescinds")
            gone |= {named} if named else set()
    return gone


def rebuild(subject: Subject, events: Sequence[Row]) -> Subject:
    """The rows of a subject, from nothing but its journal."""
    built = Subject(subject.kind, subject.ref, subject.seq, subject.head, subject.recorded_at)
    for event in in_effect(events):
        replay(built, event["sets"])
    return built


def amend(w: Work, command: Command, scene: Scene, events: Sequence[Row], now: datetime) -> Work:
    """Decide `command` as of `w.effective_at`, before events that only the system recorded; a new Work."""
    order = in_effect(events)
    cut = next((i for i, event in enumerate(order) if event["effective_at"] > w.effective_at), len(order))
    earlier, later = order[:cut], order[cut:]
    _only_system(w, later)
    current = w.subject
    past = Subject(current.kind, current.ref, current.seq, current.head, current.recorded_at)
    for event in earlier:
        replay(past, event["sets"])
    again = Work(past, w.actor, w.effective_at, w.recorded_at)
    again.signature = w.signature
    again.floors = {table: max(parts, default=0) for table, parts in current.parts.items()}
    decide(again, command, scene)
    done = len(again.facts)
    after = [earlier[-1]["seq"], *range(again.subject.seq + 1, again.subject.seq + done)]
    again.facts = [_as_of(fact, seq) for fact, seq in zip(again.facts, after, strict=True)]
    settle(again, scene, now)
    _reconcile(again, current, later, done)
    return again


def _only_system(w: Work, later: Sequence[Row]) -> None:
    for event in later:
        if event["actor"] != SYSTEM:
            raise Refused(
                f"{plain(w.effective_at)} is before event {event['seq']} ({event['name']}, {event['actor']}, "
                f"{plain(event['effective_at'])}); a fact may precede what the system recorded, never a person's act.",
                remedy="Give a later --at.",
            )


def _as_of(fact: Fact, seq: int) -> Fact:
    return replace(fact, data={**fact.data, AS_OF: seq})


def _mark(name: str, effective_at: datetime, data: Row, sets: Row) -> tuple[Any, ...]:
    """What makes two recordings the same: of a notice its deadline and name, else everything."""
    if name in NOTICES:
        return name, data["deadline"], data["notice"]
    said = sorted((key, value) for key, value in data.items() if key != AS_OF)
    return name, effective_at, repr(said), repr(sorted(sets.items()))


def _reconcile(w: Work, current: Subject, later: Sequence[Row], done: int) -> None:
    known = {_mark(e["name"], e["effective_at"], e["data"], e["sets"]): e for e in later}
    known = {mark: event for mark, event in known.items() if not event["name"].endswith(RESCINDED)}
    settled = [
        (fact, known.pop(_mark(fact.name, fact.effective_at, fact.data, fact.sets), None)) for fact in w.facts[done:]
    ]
    gone = list(known.values())
    added, before = [], w.subject.seq + done
    for fact, recorded in settled:
        if recorded is None:
            added.append(_as_of(fact, before))
            before = w.subject.seq + done + len(gone) + len(added)
        else:
            before = recorded["seq"]
    w.as_of(THE_SYSTEM, w.recorded_at)
    del w.facts[done:]
    for event in gone:
        if event is gone[0]:
            _neutralize(w, current)
        why = {"rescinds": event["seq"], "reason": "a fact dated earlier disproves it"}
        w.record(f"{event['name']}{RESCINDED}", why, is_internal=event["is_internal"])
    w.facts += added
    _renumber(w)
    _compare(w, current)


def _neutralize(w: Work, current: Subject) -> None:
    """Rows that only a rescinded event had made stay on record, without effect."""
    for table, parts in current.parts.items():
        for no, row in parts.items():
            if no in w.subject.parts.get(table, {}):
                continue
            idle = dict(row)
            if table == "deadline":
                idle |= {"status": DeadlineStatus.CLOSED, "reason": REASON, "next_notice_at": None}
            if table == "toll":
                idle |= {"ended_at": row["started_at"], "reason": REASON}
            w.restate(table, no, **{key: value for key, value in idle.items() if key not in ("subject", "no")})


def _renumber(w: Work) -> None:
    for i, fact in enumerate(w.facts):
        for place, columns in fact.sets.items():
            if "generation" in columns and columns["reason"] != REASON:
                columns["generation"] = w.subject.seq + i + 1
                w.part("deadline", int(place.partition("/")[2]))["generation"] = columns["generation"]


def _compare(w: Work, current: Subject) -> None:
    """What has to be written is every row that differs from what is stored."""
    w.touched = {}
    if changed := _differing(current.row, w.subject.row):
        w.touched[w.subject.kind.value, 0] = changed
    for table, parts in w.subject.parts.items():
        for no, row in parts.items():
            stored = current.parts.get(table, {}).get(no)
            if stored != row:
                w.touched[table, no] = None if stored is None else _differing(stored, row)


def _differing(before: Row, row: Row) -> frozenset[str]:
    return frozenset(name for name, value in row.items() if name not in before or before[name] != value)
