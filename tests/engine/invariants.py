"""The whole invariant of a database, read from its rows and its journal; nothing here is taken from the rules."""

import json
from collections.abc import Sequence
from typing import Any

from reviewflow.ledger.chain import verify
from reviewflow.nouns.subject import Row, Subject
from reviewflow.rules.hindsight import rebuild
from reviewflow.store import deadlines, journal, lookups, subjects
from reviewflow.store.database import reading
from tests.engine.closing import assert_closed_out
from tests.engine.world import World

NOTICES = {"deadline_approaching", "deadline_reached", "deadline_missed"}
# Design, 5: what may move a window, by the event that says so.
CAUSES = {
    "clock_started", "start_corrected", "window_recomputed", "release_planned", "extended", "toll_started",
    "toll_ended", "information_requested", "answered", "answer_rejected", "request_withdrawn", "request_overdue",
    "cleared", "concerns_raised",  # which end a toll
}  # fmt: skip
SIGNED = {  # what a person does by signing it
    "cleared", "concerns_raised", "extended", "agreement_opened", "agreement_signed_by_one_side", "agreement_signed",
    "agreement_amended", "agreement_ended", "agreement_declined", "halt_ordered", "halt_implemented", "halt_narrowed",
    "halt_lifted", "model_restored",
}  # fmt: skip


def assert_invariants(world: World, *, is_ticked: bool = False) -> None:
    """What must hold after every step; `is_ticked`: nothing is due. Subjects that did not change are skipped."""
    with reading(world.engine) as connection:
        if is_ticked:
            at = deadlines.next_due(connection)
            assert at is None or at > world.now, "due after a tick"
        changed = _changed(world)
        if not changed:
            return
        row = lookups.database_row(connection)
        assert row is not None
        spines = {spine["ref"]: spine for spine in journal.spines(connection)}
        found = subjects.load(connection, list(changed))
        for ref, mark in changed.items():
            events = journal.events_of(connection, ref)
            broken = verify(row["genesis"], spines[ref]["head"], spines[ref]["seq"], events)
            assert broken is None, broken
            assert_subject(world, found[ref], events)
            world.checked.add((ref, mark))
    _assert_deliveries(world)


def _changed(world: World) -> dict[str, int]:
    """Subjects of which any row or event differs from when it was last checked."""
    rows: dict[str, list[object]] = {}
    for table, found in world.dump().items():
        if table in ("database", "document", "delivery"):
            continue
        at = 1 if table == "event" else 0  # events have a position before their subject
        for row in found:
            rows.setdefault(str(row[at]), []).append((table, row))
    marks = {ref: hash(tuple(group)) for ref, group in rows.items()}
    gone = world.seen - marks.keys()
    assert not gone, f"subjects that were there are gone: {gone}"
    world.seen |= marks.keys()
    return {ref: mark for ref, mark in marks.items() if (ref, mark) not in world.checked}


def assert_subject(world: World, subject: Subject, events: Sequence[Row]) -> None:
    """One subject and its journal."""
    built = rebuild(subject, events)
    stored = {key: value for key, value in subject.row.items() if key != "ref"}
    assert built.row == stored, f"{subject.ref}: {_differences(built.row, stored)}"
    for table in built.parts.keys() | subject.parts.keys():
        replayed, parts = built.parts.get(table, {}), subject.parts.get(table, {})
        assert replayed.keys() == parts.keys(), f"{subject.ref} {table}: {replayed.keys()} {parts.keys()}"
        for no, part in parts.items():
            assert replayed[no] == part, f"{subject.ref} {table} {no}: {_differences(replayed[no], part)}"
    _assert_events(world, subject, events)
    _assert_deadlines(world, subject, events)
    if subject.kind == "review":
        _assert_review(world, subject)
        assert_closed_out(subject)


def _differences(left: Row, right: Row) -> dict[str, tuple[Any, Any]]:
    return {
        key: (left.get(key), right.get(key)) for key in left.keys() | right.keys() if left.get(key) != right.get(key)
    }


def _assert_events(world: World, subject: Subject, events: Sequence[Row]) -> None:
    recorded = [event["recorded_at"] for event in events]
    assert recorded == sorted(recorded), f"{subject.ref}: written in another order than numbered"
    gone = [
        event["data"]["rescinds"]
        for event in events
        if event["name"].endswith("_rescinded") and "rescinds" in event["data"]
    ]
    assert len(gone) == len(set(gone)), f"{subject.ref}: rescinded twice"
    by_seq = {event["seq"]: event for event in events}
    raised = set()
    for event in events:
        assert event["effective_at"] <= event["recorded_at"], f"{subject.ref}/{event['seq']} in effect before its time"
        is_system = event["actor"] == "system"
        is_signed = event["name"] in SIGNED and event["actor"] != "record"
        assert ("signature" in event["data"]) == is_signed, f"{subject.ref}/{event['seq']}: {event['name']}"
        assert (event["late_by"] is not None) == is_system
        if event["name"] in NOTICES:
            said = event["data"]
            key = (said["deadline"], said["notice"])
            assert key not in raised, f"{subject.ref}: notice {key} twice"
            raised.add(key)
            assert is_system
            if said["notice"] == "due" or said["notice"].startswith("+"):
                assert _instant(event["effective_at"]) >= said["due_at"], f"{subject.ref}/{event['seq']} early"
            made = next(e for e in events if "due_at" in e["sets"].get(f"deadline/{said['deadline']}", {}))
            assert said["due_at"] == made["sets"][f"deadline/{said['deadline']}"]["due_at"]
    for seq in gone:
        assert by_seq[seq]["actor"] == "system", f"{subject.ref}: a person's act {seq} was rescinded"
    noted = world.query("SELECT deadline_no, name FROM notice WHERE subject = ?", subject.ref)
    assert sorted(noted) == sorted(raised), f"{subject.ref}: notices and events differ"


def _instant(at: Any) -> str:
    return str(at.isoformat().replace("+00:00", "Z"))


def _assert_deadlines(world: World, subject: Subject, events: Sequence[Row]) -> None:
    by_seq = {event["seq"]: event for event in events}
    seen: set[tuple[str, int]] = set()
    for row in subject.part("deadline"):
        name = f"{subject.ref} {row['kind']} {row['no']}"
        if row["status"] in ("open", "tolled"):
            assert (row["kind"], row["part_no"]) not in seen, f"{name}: two are live"
            seen.add((row["kind"], row["part_no"]))
        else:
            is_after = row["status"] == "missed" and row["next_notice_at"] is not None
            assert row["next_notice_at"] is None or is_after, f"{name} is {row['status']} and still raises notices"
        assert row["status"] != "open" or row["next_notice_at"] is not None, f"{name} is open and never falls due"
        assert row["status"] != "tolled" or (row["due_at"], row["next_notice_at"]) == (None, None), name
        maker = by_seq[row["generation"]]
        assert "due_at" in maker["sets"].get(f"deadline/{row['no']}", {}), f"{name}: generation names another event"
        if row["kind"] == "window":
            assert maker["name"] in CAUSES, f"{name} moved by {maker['name']}"
        said = tuple(
            json.dumps(row[key], default=str) for key in ("kind", "part_no", "due_at", "due_on", "basis", "notices")
        )
        assert world.dues.setdefault((subject.ref, row["no"]), said) == said, f"{name}: a date was overwritten"


def _assert_review(world: World, subject: Subject) -> None:
    row = subject.row
    ended = world.final.get(subject.ref)
    assert ended is None or row["state"] == ended, f"{subject.ref} was {ended} and is {row['state']}"
    if row["state"] in ("released", "withdrawn"):
        world.final[subject.ref] = row["state"]
    assert (row["state"] == "released") == (row["released_at"] is not None)
    assert (row["state"] == "withdrawn") == (row["withdrawn_at"] is not None)
    if row["state"] == "released":
        assert row["preceded_by"] in ("cleared", "concerns", "lapse", "nothing"), row["preceded_by"]
    made = subject.part("determination")
    assert row["determination"] == (made[-1]["outcome"] if made else None), subject.ref
    recommended = {found["recommended_by"] for found in subject.part("recommendation")}
    for signed in made:
        if signed["persons"] >= 2:
            assert signed["recommended_by"] in recommended, subject.ref
            assert signed["recommended_by"] != signed["signed_by"], f"{subject.ref}: one person did both"
    if row["state"] == "lapsed":
        assert row["is_lapsed"] and not made, subject.ref


def _assert_deliveries(world: World) -> None:
    twice = world.query("SELECT subject, seq, recipient, channel FROM delivery GROUP BY 1, 2, 3, 4 HAVING count(*) > 1")
    assert not twice, twice
    mixed = world.query("SELECT letter FROM delivery GROUP BY 1 HAVING count(DISTINCT recipient || channel) > 1")
    assert not mixed, f"one letter to two people: {mixed}"
