"""Forty days without a tick: everything missed is recorded once, in order, marked late, and told in one letter."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from reviewflow.nouns.commands.order import AcceptCommitment, AgreeCommitment
from reviewflow.nouns.commands.parts import RequestInformation
from tests.databases import SQLITE
from tests.engine import world as w
from tests.engine.invariants import assert_invariants
from tests.engine.policies import settings
from tests.engine.reviews import file_review, start_review


@pytest.fixture
def world() -> Any:
    """Three reviews at different places, and a commitment, the evening before everybody goes home."""
    made = w.new_world(11)
    first, second, third = w.models()[:3]
    asked = start_review(made, "tolls", first)
    plain = start_review(made, "refused", second)
    file_review(made, "tolls", third)  # whose intake check nobody does
    made.do(w.REVIEWER, plain, RequestInformation(text="why?"))
    due = (made.now + timedelta(days=9)).date()
    promise = made.do(w.DECIDER, None, AgreeCommitment(lab="lab-a", text="tell us", owner=w.OFFICER, due=due)).ref
    made.do(w.OFFICER, promise, AcceptCommitment())
    assert asked != plain
    made.query("DELETE FROM delivery")  # what was told before it
    yield made
    made.close()


def _after(world: w.World) -> list[dict[str, Any]]:
    refs = [str(ref) for (ref,) in world.query("SELECT ref FROM subject ORDER BY ref")]
    return [event for ref in refs for event in world.journal(ref) if event["actor"] == "system"]


def test_each_notice_is_recorded_once_in_order_and_late(world: w.World) -> None:
    """Effective when it was due, recorded now, late by the difference."""
    owed = world.query("SELECT subject, no, notices FROM deadline WHERE next_notice_at IS NOT NULL")
    assert len(owed) >= 6
    world.tick(world.now + 40 * w.DAY)
    assert_invariants(world, is_ticked=True)
    events = _after(world)
    assert events and all(event["recorded_at"] == world.now for event in events)
    for event in events:
        assert event["late_by"] == int((world.now - event["effective_at"]).total_seconds()) > 0
    for ref in {event["subject"] for event in events}:
        order = [event["effective_at"] for event in events if event["subject"] == ref]
        assert order == sorted(order), ref
    keys = [(e["subject"], e["data"]["deadline"], e["data"]["notice"]) for e in events if "notice" in e["data"]]
    assert len(keys) == len(set(keys))
    for event in events:
        if event["data"].get("notice") == "due":
            assert event["effective_at"] == datetime.fromisoformat(event["data"]["due_at"])


def test_lapse_takes_effect_at_the_due_instant(world: w.World) -> None:
    """However late it is written down."""
    due = dict(world.query("SELECT subject, due_at FROM deadline WHERE kind = 'window' AND status = 'open'"))
    world.tick(world.now + 40 * w.DAY)
    for ref, due_at in due.items():
        lapsed = [event for event in world.journal(str(ref)) if event["name"] == "lapsed"]
        assert [event["effective_at"] for event in lapsed] == [datetime.fromisoformat(str(due_at))]
        assert world.subject(str(ref)).state == "lapsed"


def test_one_letter_a_person_and_channel(world: w.World) -> None:
    """Not a burst: of several notices of a deadline only the newest, and all subjects in one letter."""
    world.tick(world.now + 40 * w.DAY)
    letters = world.query("SELECT recipient, channel, count(DISTINCT letter), count(*) FROM delivery GROUP BY 1, 2")
    assert {recipient for recipient, *_ in letters} >= {w.OFFICER, w.INTAKE, w.DECIDER, w.REVIEWER}
    assert all(number == 1 for _, _, number, _ in letters), letters
    deadline = "json_extract(e.data, '$.deadline')" if world.database.kind == SQLITE else "e.data->>'deadline'"
    newest = world.query(
        f"SELECT d.recipient, d.channel, e.subject, {deadline}, count(*) FROM delivery d "
        "JOIN event e ON e.subject = d.subject AND e.seq = d.seq WHERE e.name LIKE 'deadline%' GROUP BY 1, 2, 3, 4"
    )
    assert newest and all(number == 1 for *_, number in newest)


def test_second_tick_does_nothing(world: w.World) -> None:
    """Nothing is recorded twice and nobody told again."""
    world.tick(world.now + 40 * w.DAY)
    before = world.dump()
    assert not world.tick().done
    assert not world.tick(world.now + timedelta(seconds=1)).done
    assert world.dump() == before


def test_many_ticks_tell_the_same_story(world: w.World) -> None:
    """A tick every six hours records the same events, in time, in many letters."""
    began = world.now
    world.engine.dispose()
    world.database.freeze()
    copied, world = (w.World(world.database.copy(), settings(), 11) for _ in range(2))
    copied.now = began
    for _ in range(160):
        copied.tick(copied.now + timedelta(hours=6))
    world.tick(began + 40 * w.DAY)

    def said(from_world: w.World) -> list[tuple[Any, ...]]:
        return [(e["subject"], e["seq"], e["name"], e["effective_at"], e["data"]) for e in _after(from_world)]

    assert said(copied) == said(world)
    assert_invariants(copied, is_ticked=True)
    assert all(event["late_by"] <= 6 * 3600 for event in _after(copied))
    copied.close()
