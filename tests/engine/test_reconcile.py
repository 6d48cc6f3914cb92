"""The reconciliation pass: silent after any history, finds each kind of damage, and mends it on the record."""

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest

from reviewflow.engine.audit import audit
from reviewflow.engine.reconcile import Reconciled, reconcile
from reviewflow.nouns.commands.parts import GrantAccess
from reviewflow.nouns.commands.review import ReturnSubmission, Submit, Withdraw
from reviewflow.nouns.subject import Row, Subject
from tests.databases import POSTGRESQL, SQLITE
from tests.engine import world as w
from tests.engine.invariants import assert_invariants
from tests.engine.reviews import file_review, start_review
from tests.engine.test_tick_property import live


def look(world: w.World, *, is_mending: bool = False) -> Reconciled:
    """A pass as of where time stands."""
    return reconcile(world.engine, world.settings, world.now, is_mending=is_mending)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_any_history_owes_what_its_rows_say(seed: int) -> None:
    """After any commands in any order, with and without facts from the past, nothing is missing and nothing differs."""
    world, _ = live(seed, 50)
    found = look(world)
    assert found.subjects > 0
    assert (found.differences, found.failed) == ({}, {})
    world.close()


def test_access_that_is_back_ends_on_its_day() -> None:
    """Given until a day, suspended by a return and back with the new submission: its end is owed again."""
    world = w.new_world()
    ref = file_review(world, "tolls")
    until = (world.now + timedelta(days=4)).date()
    terms = world.settings.programme.access_terms
    world.do(w.OFFICER, ref, GrantAccess(to="the team", how="an endpoint", terms=terms, until=until))
    world.do(w.INTAKE, ref, ReturnSubmission(reason="a page is missing"))
    world.do(w.OFFICER, ref, Submit())
    assert look(world).differences == {}
    world.tick(world.now + timedelta(days=6))
    assert world.subject(ref).part("access_grant")[0]["state"] == "ended"
    world.close()


STRAY = """
INSERT INTO deadline (subject, no, kind, part_no, status, due_at, made_at, generation, basis, pinned, notices, raised,
    next_notice_at)
SELECT subject, 9, 'refile', 0, 'open', due_at, made_at, generation, basis, pinned, notices, raised, next_notice_at
FROM deadline WHERE kind = 'window'
"""
DAMAGE = {  # by what a raw statement does to the window's row: what is found, and which columns
    "the row is gone": ("DELETE FROM deadline WHERE kind = 'window'", "missing", None),
    "due a day later": (
        "UPDATE deadline SET due_at = '2026-07-13T03:59:00.000000Z' WHERE kind = 'window'", "different", {"due_at"},
    ),
    "never raised": (
        "UPDATE deadline SET next_notice_at = NULL WHERE kind = 'window'", "different", {"next_notice_at"},
    ),
    "raised already": ("UPDATE deadline SET raised = 1 WHERE kind = 'window'", "different", {"raised"}),
    "met already": (
        "UPDATE deadline SET status = 'met', next_notice_at = NULL WHERE kind = 'window'", "different",
        {"status", "next_notice_at"},
    ),
    "raised too early": (
        "UPDATE deadline SET next_notice_at = '2026-07-01T14:00:00.000000Z' WHERE kind = 'window'", "different",
        {"next_notice_at"},
    ),
    "another part's": ("UPDATE deadline SET part_no = 7 WHERE kind = 'window'", "different", {"part_no"}),
    "no reminders": ("UPDATE deadline SET notices = '[]' WHERE kind = 'window'", "different", {"notices"}),
    "one too many": (STRAY, "extra", None),
}  # fmt: skip

GUARDS = {  # how someone with the database in hand gets past what keeps the journal append-only
    SQLITE: ["DROP TRIGGER event_no_update", "DROP TRIGGER event_no_delete"],
    POSTGRESQL: ["SET session_replication_role = replica"],
}


@pytest.fixture
def world() -> Iterator[w.World]:
    """A review under way, with access until its window ends."""
    found = w.new_world()
    start_review(found, "tolls")
    yield found
    found.close()


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_found_and_mended_on_the_record(world: w.World, name: str) -> None:
    """Both this pass and `verify` see it; mended, rows and journal agree again, and time goes on as if nothing was."""
    statement, what, columns = DAMAGE[name]
    ref = str(world.query("SELECT ref FROM review")[0][0])
    before = world.names(ref)
    world.query(statement)
    assert [broken.subject for broken in audit(world.engine).breaks] == [ref]
    found = look(world)
    [each] = found.differences[ref]
    assert (each.what, found.mended, found.failed) == (what, [], {})
    assert columns is None or each.owed.keys() == each.found.keys() == columns
    assert world.names(ref) == before, "a report changed something"

    assert look(world, is_mending=True).mended == [ref]
    assert world.names(ref) == [*before, "deadlines_mended"]
    event = world.journal(ref)[-1]
    assert (event["actor"], event["is_internal"]) == ("system", False)
    assert event["data"]["mended"][0]["what"] == what
    assert audit(world.engine).breaks == []
    assert look(world).differences == {}
    assert_invariants(world)
    assert history(world, ref) == undamaged()


def history(world: w.World, ref: str) -> list[tuple[str, str]]:
    """What time does to a review from now on."""
    events = len(world.journal(ref))
    assert not world.tick(world.now + timedelta(days=40)).failed
    return [(event["name"], event["effective_at"].isoformat()) for event in world.journal(ref)[events:]]


def undamaged() -> list[tuple[str, str]]:
    """The same, of a review that nobody has touched."""
    world = w.new_world()
    found = history(world, start_review(world, "tolls"))
    world.close()
    assert len(found) >= 5
    return found


def test_mending_raises_what_the_damage_had_hidden(world: w.World) -> None:
    """The row was gone when its instant came; mended, the lapse is recorded as of that instant, and late."""
    ref = str(world.query("SELECT ref FROM review")[0][0])
    world.query("DELETE FROM deadline WHERE kind = 'window'")
    world.tick(world.now + timedelta(days=12))
    assert world.subject(ref).row["state"] == "under_review"
    look(world, is_mending=True)
    assert world.subject(ref).row["state"] == "lapsed"
    [lapsed] = [event for event in world.journal(ref) if event["name"] == "lapsed"]
    assert lapsed["late_by"] > 0
    assert audit(world.engine).breaks == []


def test_a_deadline_that_no_event_has_made_is_owed_by_the_state(world: w.World) -> None:
    """Not only rows against journal: where the program itself had owed nothing, the state says what is missing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reviewflow.rules.timing.owe_planned", lambda *_: None)
        patch.setattr("reviewflow.rules.effects.filing.owe_planned", lambda *_: None)
        ref = file_review(world, "missed-tolls", w.models()[2])
    assert audit(world.engine).breaks == []
    [each] = look(world).differences[ref]
    assert (each.what, each.kind) == ("missing", "planned_release")
    look(world, is_mending=True)
    assert audit(world.engine).breaks == []
    assert look(world).differences == {}
    [row] = [row for row in world.subject(ref).part("deadline") if row["kind"] == "planned_release"]
    assert row["due_on"] == (w.START + timedelta(days=60)).date()


def test_a_broken_chain_is_not_mended(world: w.World) -> None:
    """Where the journal itself was changed nobody knows what is owed: nothing is written, and the reason is given."""
    ref = str(world.query("SELECT ref FROM review")[0][0])
    world.query("DELETE FROM deadline WHERE kind = 'window'")
    before = world.names(ref)
    world.query("UPDATE subject SET head = ? WHERE ref = ?", "0" * 64, ref)
    found = look(world, is_mending=True)
    assert found.mended == []
    assert "chain" in found.failed[ref]
    assert world.names(ref) == before


JOURNAL = {  # by what was done to the journal of the first review: what `verify` says of it
    "an event is gone": (
        "DELETE FROM event WHERE seq = 1 AND subject = (SELECT min(ref) FROM review)", "event 1 is missing",
    ),
    "all events are gone": (
        "DELETE FROM event WHERE subject = (SELECT min(ref) FROM review)", "0 are left",
    ),
    "what it set is gone": (
        "UPDATE event SET sets = '{}' WHERE subject = (SELECT min(ref) FROM review)", "was changed after",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", JOURNAL)
@pytest.mark.parametrize("is_mending", [False, True])
def test_a_damaged_journal_ends_no_pass(world: w.World, name: str, *, is_mending: bool) -> None:
    """It is reported with what `verify` says; every other review is compared, and mended where that is asked."""
    start_review(world, "missed-tolls", w.models()[2])
    first, second = sorted(str(ref) for (ref,) in world.query("SELECT ref FROM review"))
    for guard in GUARDS[world.database.kind]:
        world.query(guard)
    statement, says = JOURNAL[name]
    world.query(statement)
    world.query("UPDATE deadline SET raised = 1 WHERE kind = 'window' AND subject = ?", second)
    found = look(world, is_mending=is_mending)
    assert found.subjects == 2
    assert found.failed.keys() == {first}
    assert f"The chain of {first} is broken" in found.failed[first]
    assert says in found.failed[first]
    assert found.differences.keys() == {second}
    assert found.mended == ([second] if is_mending else [])


@pytest.mark.parametrize("table", ["review", "subject"])
@pytest.mark.parametrize("is_mending", [False, True])
def test_a_row_that_is_gone_is_told(world: w.World, table: str, *, is_mending: bool) -> None:
    """Of a review whose own row somebody has deleted the pass says so, and mends every other."""
    start_review(world, "missed-tolls", w.models()[2])
    first, second = sorted(str(ref) for (ref,) in world.query("SELECT ref FROM review"))
    world.query("PRAGMA foreign_keys = OFF" if world.database.kind == SQLITE else GUARDS[POSTGRESQL][0])
    world.query(f"DELETE FROM {table} WHERE ref = ?", first)
    world.query("UPDATE deadline SET raised = 1 WHERE kind = 'window' AND subject = ?", second)
    found = look(world, is_mending=is_mending)
    assert found.failed.keys() == {first}
    assert f"The row of {first} in the table {table} is gone" in found.failed[first]
    assert found.differences.keys() == {second}
    assert found.mended == ([second] if is_mending else [])


def test_whatever_is_wrong_with_a_subject_ends_no_pass(world: w.World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also what nobody has foreseen."""
    bad = str(world.query("SELECT ref FROM review")[0][0])
    good = start_review(world, "missed-tolls", w.models()[2])
    world.query("UPDATE deadline SET raised = 1 WHERE kind = 'window'")

    def stumble(subject: Subject, events: Sequence[Row]) -> Subject:
        return subject if subject.ref != bad else subject.row["x"]

    with monkeypatch.context() as patch:
        patch.setattr("reviewflow.engine.reconcile.rebuild", stumble)
        found = look(world)
    assert (found.failed, found.subjects) == ({bad: "It cannot be reckoned: KeyError('x')."}, 2)
    assert good not in found.failed


def test_new_time_zone_rules_move_nothing(world: w.World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that was computed with another version of the time zones is left as it is."""
    ref = start_review(world, "missed-tolls", w.models()[2])
    monkeypatch.setattr("reviewflow.rules.timing.end_of_day", lambda policy, on: w.START + timedelta(days=50))
    assert look(world).differences.keys() == {ref}
    monkeypatch.setattr("reviewflow.rules.owing.IANA_VERSION", "2099z")
    assert look(world).differences == {}


def test_the_event_says_what_was_found_and_what_is_owed(world: w.World) -> None:
    """For both sides to read, in plain JSON."""
    ref = str(world.query("SELECT ref FROM review")[0][0])
    world.query(DAMAGE["due a day later"][0])
    look(world, is_mending=True)
    [mended] = json.loads(json.dumps(world.journal(ref)[-1]["data"]))["mended"]
    assert mended["found"] == {"due_at": "2026-07-13T03:59:00Z"}
    assert mended["owed"] == {"due_at": "2026-07-12T03:59:00Z"}


@pytest.mark.parametrize("name", DAMAGE)
def test_who_looks_at_a_date_is_told_that_it_moved(world: w.World, name: str) -> None:
    """By a letter, to officers, assigned reviewers and deciders; a mending that moves no date is no news."""
    world.query(DAMAGE[name][0])
    look(world, is_mending=True)
    told = "SELECT DISTINCT d.recipient FROM delivery d JOIN event e ON e.subject = d.subject AND e.seq = d.seq "
    people = {who for (who,) in world.query(f"{told} WHERE e.name = 'deadlines_mended'")}
    columns = DAMAGE[name][2]
    is_news = columns is None or bool(columns & {"due_at", "status"})
    assert people == ({w.OFFICER, w.REVIEWER, w.DECIDER, w.CHIEF} if is_news else set())


@pytest.mark.parametrize("name", ["due a day later", "one too many"])
def test_a_fact_from_before_the_mending_is_still_recorded(world: w.World, name: str) -> None:
    """What was mended is decided again as of the fact; the record stays whole, and owes what its rows say."""
    ref = str(world.query("SELECT ref FROM review")[0][0])
    then = world.now + timedelta(hours=1)
    world.now += timedelta(hours=9)
    world.query(DAMAGE[name][0])
    look(world, is_mending=True)
    world.do(w.OFFICER, ref, Withdraw(reason="another plan"), effective_at=then)
    assert world.names(ref)[-2:] == ["withdrawn", "deadlines_mended_rescinded"]
    assert audit(world.engine).breaks == []
    assert look(world).differences == {}
    assert_invariants(world)
