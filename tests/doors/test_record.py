"""The record as proof: every change to the past is found and named, by either side, offline too."""

import contextlib
import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from reviewflow.cli.look import views
from reviewflow.ledger.chain import Break, genesis_of, link, text_digest, verify
from reviewflow.nouns.states import Kind
from tests.stories.world import Desk

Row = dict[str, Any]


@contextlib.contextmanager
def tampering(desk: Desk) -> Iterator[sqlite3.Connection]:
    """What someone with the file in hand can do: no triggers, no foreign keys."""
    with contextlib.closing(sqlite3.connect(desk.file, isolation_level=None)) as raw:
        raw.execute("PRAGMA foreign_keys=0")
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        yield raw


def broken(desk: Desk) -> list[tuple[str, int, str]]:
    """What `verify` says, to a program; it ends with 1 then."""
    answer = desk.line("verify", None, None, "--json")
    found = [(one["subject"], one["event"], one["reason"]) for one in answer.json["broken"]]
    assert answer.code == (1 if found else 0)
    return found


def number(desk: Desk, name: str) -> int:
    """The number of an event of the running review."""
    return int(desk.last("r", name)["seq"])


def test_a_whole_record(desk: Desk) -> None:
    """Nothing is broken; the digest of all heads moves with every event."""
    first = desk(None, "verify")
    assert (first["broken"], len(first["head"])) == ([], 64)
    assert first["events"] == desk.query("SELECT count(*) AS n FROM event")[0]["n"]
    assert "none broken" in desk.line("verify").out
    desk("one", "review plan {r} 2026-12-02", "10-12 12:01")
    assert desk(None, "verify")["head"] != first["head"]


def test_the_database_itself_refuses(desk: Desk) -> None:
    """Whoever opens the file with SQL meets the triggers first."""
    with contextlib.closing(sqlite3.connect(desk.file)) as raw:
        for statement in (
            "UPDATE event SET actor = 'x'", "DELETE FROM event", "UPDATE notice SET seq = 1", "DELETE FROM notice",
            "UPDATE document SET body = '{}'", "DELETE FROM document", "UPDATE database SET is_simulation = 0",
            "DELETE FROM database",
        ):  # fmt: skip
            with pytest.raises(sqlite3.IntegrityError, match=r"append-only|never changes"):
                raw.execute(statement)


CHANGES = {
    "data = replace(data, 'Why?', 'Who?')": "information_requested",
    "actor = 'decider@example-office.example'": "clock_started",
    "actor = 'system'": "submitted",
    "recorded_at = '2026-10-04T00:00:00.000000Z'": "submitted",
    "effective_at = '2026-10-04T00:00:00.000000Z'": "clock_started",
    "name = 'returned'": "submitted",
    "is_internal = 0": "finding_recorded",
    "salt = 'ab'": "finding_recorded",
    "late_by = 7": "clock_started",
    "sets = '{}'": "clock_started",
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_event_is_named(desk: Desk, change: str) -> None:
    """Text, actor, times, secrecy: whatever is changed, its own number is named, and nothing else."""
    seq = number(desk, name := CHANGES[change])
    with tampering(desk) as raw:
        raw.execute(f"UPDATE event SET {change} WHERE subject = ? AND seq = ?", (desk.refs["r"], seq))
    [(subject, event, reason)] = broken(desk)
    assert (subject, event) == (desk.refs["r"], seq)
    assert "was changed after it was recorded" in reason
    assert name in reason or change.startswith("name")
    said = desk.line("verify")
    assert said.code == 1
    assert f"{desk.refs['r']}, event {seq}" in said.out


def test_a_changed_event_with_new_digests_is_named(desk: Desk) -> None:
    """Whoever recomputes the digest of one event must recompute all that follow, and the head."""
    seq = number(desk, "submitted")
    event = next(event for event in desk.export("r") if event["seq"] == seq)
    event["actor"] = "someone@example-lab-one.example"
    with tampering(desk) as raw:
        raw.execute(
            "UPDATE event SET actor = ?, digest = ? WHERE subject = ? AND seq = ?",
            (event["actor"], link(event["prev"], text_digest(event), is_internal=False), desk.refs["r"], seq),
        )
    [(_, found, reason)] = broken(desk)
    assert (found, "does not follow" in reason) == (seq + 1, True)


@pytest.mark.parametrize("seq", [1, 5, 9])
def test_a_removed_event_is_named(desk: Desk, seq: int) -> None:
    """The first one that is missing."""
    with tampering(desk) as raw:
        raw.execute("DELETE FROM event WHERE subject = ? AND seq = ?", (desk.refs["r"], seq))
    assert [found[:2] for found in broken(desk)] == [(desk.refs["r"], seq)]
    assert f"event {seq} is missing" in broken(desk)[0][2]


def test_reordered_events_are_named(desk: Desk) -> None:
    """The first one that is out of its place."""
    with tampering(desk) as raw:
        for old, new in ((5, 999), (6, 5), (999, 6)):
            raw.execute("UPDATE event SET seq = ? WHERE subject = ? AND seq = ?", (new, desk.refs["r"], old))
    [(_, seq, reason)] = broken(desk)
    assert (seq, "reordered" in reason) == (5, True)


def test_a_deleted_tail_is_named(desk: Desk) -> None:
    """The subject says how many events there were; where that is set back too, its rows tell."""
    events = desk.export("r")
    with tampering(desk) as raw:
        raw.execute("DELETE FROM event WHERE subject = ? AND seq = ?", (desk.refs["r"], len(events)))
        [(_, seq, reason)] = broken(desk)
        assert (seq, f"{len(events)} events on record, {len(events) - 1} are left" in reason) == (len(events), True)
        raw.execute(
            "UPDATE subject SET seq = ?, head = ? WHERE ref = ?",
            (len(events) - 1, events[-2]["digest"], desk.refs["r"]),
        )
    assert "not what the journal says" in broken(desk)[0][2]


def test_a_lost_journal_and_a_lost_row_are_named(desk: Desk) -> None:
    """A subject without its journal, a journal without its subject, a subject without its row."""
    with tampering(desk) as raw:
        raw.execute("DELETE FROM event WHERE subject = ?", (desk.refs["q"],))
        raw.execute("DELETE FROM subject WHERE ref = ?", (desk.refs["x"],))
        raw.execute("DELETE FROM review WHERE ref = ?", (desk.refs["d"],))
    found = {subject: reason for subject, _, reason in broken(desk)}
    assert set(found) == {desk.refs["q"], desk.refs["x"], desk.refs["d"]}
    assert "journal of this subject is gone" in found[desk.refs["q"]]
    assert "its own row is gone" in found[desk.refs["x"]]


@pytest.mark.parametrize(
    ("statement", "event", "says"),
    [
        ("UPDATE review SET last_day_on = '2026-12-31' WHERE ref = ?", "clock_started", "last_day_on"),
        ("UPDATE review SET state = 'tolled' WHERE ref = ?", "clock_started", "state"),
        ("UPDATE request SET text = 'Who?' WHERE subject = ?", "information_requested", "request rows"),
        ("DELETE FROM finding WHERE subject = ?", "finding_recorded", "finding rows"),
        ("UPDATE note SET is_shared = 1 WHERE subject = ?", "note_added", "note rows"),
    ],
)
def test_a_row_changed_by_sql_is_named(desk: Desk, statement: str, event: str, says: str) -> None:
    """The row is compared with what its journal says; the event that last set it is named."""
    with tampering(desk) as raw:
        raw.execute(statement, (desk.refs["r"],))
    [(subject, seq, reason)] = broken(desk)
    assert (subject, seq, says in reason) == (desk.refs["r"], number(desk, event), True)


def test_a_moved_deadline_is_named(desk: Desk) -> None:
    """Nobody gains a day by SQL."""
    with tampering(desk) as raw:
        raw.execute(
            "UPDATE deadline SET due_on = '2026-12-31' WHERE subject = ? AND kind = 'window'", (desk.refs["r"],)
        )
    assert [(found[0], "deadline rows" in found[2]) for found in broken(desk)] == [(desk.refs["r"], True)]


def test_a_simulation_that_is_passed_off_as_real(desk: Desk) -> None:
    """The flag alone is caught by the origin; with a new origin no chain hangs together any more."""
    with tampering(desk) as raw:
        raw.execute("UPDATE database SET is_simulation = 0")
        [(subject, seq, reason)] = broken(desk)
        assert (subject, seq, "real or simulation" in reason) == ("database", 0, True)
        [(nonce,)] = raw.execute("SELECT nonce FROM database").fetchall()
        raw.execute("UPDATE database SET genesis = ?", (genesis_of(nonce, is_simulation=False),))
    found = broken(desk)
    assert {seq for _, seq, _ in found} == {1}
    assert len(found) == desk.query("SELECT count(*) AS n FROM subject")[0]["n"]


def test_a_changed_policy_copy_is_named(desk: Desk) -> None:
    """What a review was pinned to stays what it was."""
    with tampering(desk) as raw:
        raw.execute("UPDATE document SET body = replace(body, '30', '31') WHERE name = 'eo-14409'")
    assert [found[:2] for found in broken(desk)] == [("document", 0)]
    assert "policy eo-14409 version 2" in broken(desk)[0][2]


# ---------------------------------------------------------------------------- handed out


def offline(desk: Desk, lines: list[Row]) -> Break | None:
    """What a reader of an export finds with ledger/chain alone."""
    origin = desk.query("SELECT genesis FROM database")[0]["genesis"]
    return verify(origin, lines[-1]["digest"], len(lines), lines)


def test_an_export_verifies_offline(desk: Desk) -> None:
    """Line by line, with nothing but the chain's functions; and a change to any line is found."""
    for name in ("r", "q", "x", "d", "mr"):
        assert offline(desk, desk.export(name)) is None
    lines = desk.export("r")
    for place in range(len(lines)):
        changed = json.loads(json.dumps(lines))
        changed[place]["actor"] += "x"
        found = offline(desk, changed)
        assert found is not None
        assert found.seq == place + 1
    assert all(event["is_simulation"] is True for event in lines)


def test_a_labs_export_hides_what_is_internal(desk: Desk) -> None:
    """Of internal events only the links are there; the chain still verifies, and its head is the office's."""
    office, lab = desk.export("r", "decider"), desk.export("r", "one")
    hidden = [event["name"] for event in office if event["is_internal"]]
    assert hidden == ["assigned", "finding_recorded", "note_added"]
    assert sum(event.get("is_redacted", False) for event in lab) == len(hidden)
    assert offline(desk, lab) is None
    assert lab[-1]["digest"] == office[-1]["digest"]
    assert [text for text in ("Odd", "For us only.", "biosecurity") if text in json.dumps(lab)] == []
    assert [text for text in ("Odd", "For us only.") if text not in json.dumps(office)] == []
    for event in lab:
        if event.get("is_redacted"):
            assert set(event) == {
                "subject",
                "seq",
                "prev",
                "digest",
                "is_redacted",
                "text_digest",
                "origin",
                "is_simulation",
            }
            break
    redacted = next(event for event in lab if event.get("is_redacted"))
    redacted["text_digest"] = "0" * 64
    found = offline(desk, lab)
    assert found is not None
    assert found.seq == redacted["seq"]


def test_a_lab_reads_nothing_internal_in_any_view(desk: Desk) -> None:
    """Assignments, recommendations, findings and notes of the office are in none of the lab's pages."""
    desk("rev", 'review recommend {r} cleared --text "Between us." --statement "For everybody."', "10-12 12:01")
    desk("decider", 'review clear {r} --text "For everybody."', "10-12 12:02")
    others = [view for view in views(Kind.REVIEW) if view not in ("list", "document")]  # test_documents has its bytes
    looks = ["review list", *(f"review {view} {{r}}" for view in others)]
    for line in (*looks, "export {r}", "deadlines", "roster", "inbox"):
        for who, options in ((who, options) for who in ("one", "viewer") for options in ((), ("--json",))):
            answer = desk.line(line, who, "10-12 12:03", *options)
            assert (answer.code, answer.err) == (0, ""), (line, answer)
            internal = ("Odd", "For us only.", "Between us.", "biosecurity", "assigned to")
            assert [text for text in internal if text in answer.out] == [], line
    shown = desk("decider", "review show {r}", "10-12 12:03")
    assert [len(shown[part]) for part in ("findings", "notes", "recommendations", "assignments")] == [1, 1, 1, 1]


def test_internal_events_are_salted(desk: Desk) -> None:
    """Two internal events of the same text have different digests, so that nobody guesses a text from its digest."""
    for at in ("10-12 12:01", "10-12 12:02"):
        desk("rev", 'review note {r} --text "the same"', at)
    notes = [event for event in desk.export("r") if event["name"] == "note_added"][-2:]
    assert len({event["salt"] for event in notes}) == 2
    assert all(len(event["salt"]) == 32 for event in notes)


# ---------------------------------------------------------------------------- check


def finding(desk: Desk, what: str, at: str | None = None) -> Row:
    """The findings of `check` about one thing that are not in order; exactly one, and exit 1."""
    answer = desk.line("check", None, at, "--json")
    assert (answer.code, answer.json["in_order"]) == (1, False), answer
    [found] = [one for one in answer.json["findings"] if not one["is_ok"]]
    assert found["what"] == what
    assert found["remedy"]
    human = desk.line("check", None, at)
    assert (human.code, found["says"] in human.out) == (1, True)
    return dict(found)


def test_everything_is_in_order(desk: Desk) -> None:
    """Exit 0, and each thing that was looked at."""
    found = desk(None, "check")
    assert found["in_order"] is True
    assert {one["what"] for one in found["findings"]} >= {
        "config", "migrations", "pragma", "file", "policies", "clock", "deadlines", "letters",
    }  # fmt: skip


def test_check_tells_of_overdue_deadlines(desk: Desk) -> None:
    """Something was due, and no tick has run since."""
    found = finding(desk, "deadlines", "10-20 09:00")
    assert "no tick has run" in found["says"]
    assert "reviewflow tick" in found["remedy"]
    desk.tick("10-20 09:00")
    assert desk.line("check").code == 0


def test_check_tells_of_letters_that_are_set_aside(desk: Desk) -> None:
    """How many, and how to send them again."""
    with tampering(desk) as raw:
        raw.execute("UPDATE delivery SET status = 'set_aside' WHERE id IN (SELECT id FROM delivery LIMIT 3)")
    assert "3 set aside" in finding(desk, "letters")["says"]
    assert "deliveries requeue" in finding(desk, "letters")["remedy"]
    assert desk(None, "deliveries requeue --all")["letters"]
    assert desk.line("check").code == 0
    desk.tick()
    assert {row["status"] for row in desk.query("SELECT status FROM delivery")} == {"sent"}


def test_check_tells_of_a_policy_changed_under_its_version(desk: Desk, tmp_path: Path) -> None:
    """Live reviews keep their copy; the file wants a new version."""
    desk.config, desk.is_warm = tmp_path / "config", False
    shutil.copytree("config", desk.config)
    file = desk.config / "policies" / "eo-14409.toml"
    file.write_text(file.read_text().replace("length = 30", "length = 31"))
    found = finding(desk, "policies")
    assert "eo-14409 version 2 differs" in found["says"]
    assert "Raise its version" in found["remedy"]
    file.write_text(file.read_text().replace("version = 2", "version = 3"))
    assert desk.line("check").code == 0


def test_check_tells_of_a_setting_that_does_not_hold(desk: Desk) -> None:
    """A database that does not keep its foreign keys is not in order."""
    desk.is_warm = False
    with patch("reviewflow.store.database._prepare", lambda connection, record: None):
        found = finding(desk, "pragma")
    assert found["says"] == "foreign_keys = 0"


def test_check_tells_of_missing_migrations(desk: Desk) -> None:
    """An older schema wants `init`, which is safe to run again."""
    with tampering(desk) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '0000'")
    found = finding(desk, "migrations")
    assert (found["says"], found["remedy"]) == ("at 0000", "Run `reviewflow init`.")


def test_check_tells_of_a_clock_that_was_stepped_back(real: Desk) -> None:
    """The record never goes back, whatever the machine's clock says."""
    from datetime import UTC, datetime

    with patch("reviewflow.clock.now", return_value=datetime(2020, 1, 1, tzinfo=UTC)):
        found = finding(real, "clock")
    assert "stepped back" in found["says"]
