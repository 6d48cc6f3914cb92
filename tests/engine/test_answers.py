"""What was answered under an idempotency key: known for as long as the settings say, then forgotten in batches."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from reviewflow.engine import answered
from reviewflow.engine.answered import forget_old
from reviewflow.engine.call import Call
from reviewflow.engine.handle import handle
from reviewflow.engine.tick import tick
from reviewflow.nouns.commands.parts import AddNote
from tests.engine import world as w
from tests.engine.outboxes import Post, counted
from tests.engine.reviews import start_review
from tests.engine.test_heartbeat import beating, wait_until

MOMENT = timedelta(seconds=1)


@pytest.fixture
def world() -> Iterator[w.World]:
    """A world in which nothing was answered lately."""
    made = w.new_world()
    made.query("DELETE FROM answer")
    yield made
    made.close()


def kept(world: w.World) -> list[str]:
    """The keys that are known."""
    return [str(key) for (key,) in world.query("SELECT key FROM answer ORDER BY key")]


def answer(world: w.World, *keys: str) -> None:
    """As if a command had just been answered under each of these keys."""
    at = f"{world.now:%Y-%m-%dT%H:%M:%S.%fZ}"
    for key in keys:
        world.query("INSERT INTO answer (key, actor, digest, made_at, done) VALUES (?, 'x', 'x', ?, '{}')", key, at)


def test_an_answer_is_known_as_long_as_the_settings_say(world: w.World) -> None:
    """Given again on its last day a command is answered as before; after it the key is free, and nothing else is."""
    ref = start_review(world, "tolls")
    call = Call(ref, AddNote(text="seen"), w.DECIDER, key="once")
    world.query("DELETE FROM answer")
    done = handle(world.engine, world.settings, call, world.now)
    world.now += timedelta(days=world.settings.server.answer_days)
    answer(world, "young")
    assert not forget_old(world.engine, world.settings, world.now)
    assert handle(world.engine, world.settings, call, world.now) == done
    world.now += MOMENT
    forget_old(world.engine, world.settings, world.now)
    assert kept(world) == ["young"]
    assert world.names(ref).count("note_added") == 1, "what was done stays"
    server = replace(world.settings.server, answer_days=31)
    world.now += timedelta(days=31) - MOMENT
    forget_old(world.engine, replace(world.settings, server=server), world.now)
    assert kept(world) == ["young"]


def test_they_go_in_batches(world: w.World, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are, one transaction lets go of a few; one that finds none takes no writer's turn."""
    monkeypatch.setattr(answered, "BATCH", 4)
    answer(world, *(f"key {n}" for n in range(10)))
    world.now += timedelta(days=31)
    left = []
    while forget_old(world.engine, world.settings, world.now):
        left.append(len(kept(world)))
    assert left == [6, 2]
    with counted(world.engine) as seen:
        assert not forget_old(world.engine, world.settings, world.now)
    assert (kept(world), seen["commits"]) == ([], 0)


def test_a_worker_forgets_by_itself(world: w.World, monkeypatch: pytest.MonkeyPatch) -> None:
    """From its start and every hour, batch after batch, until none is old."""
    monkeypatch.setattr(answered, "BATCH", 3)
    answer(world, *(f"key {n}" for n in range(10)))
    with beating(world):  # the machine's clock is months ahead of this world's
        wait_until(lambda: not kept(world))


def test_a_tick_forgets_when_it_has_sent_something(world: w.World) -> None:
    """So that an installation of cron alone keeps no answer for ever, and an idle tick looks for none."""
    tick(world.engine, world.settings, Post().senders, world.now)
    answer(world, "old")
    start_review(world, "tolls")
    world.query("DELETE FROM delivery")
    world.now += timedelta(days=31)
    world.query("UPDATE deadline SET next_notice_at = NULL")
    tick(world.engine, world.settings, Post().senders, world.now)
    assert "old" in kept(world)
    start_review(world, "tolls", w.models()[2])
    tick(world.engine, world.settings, Post().senders, world.now)
    assert "old" not in kept(world)
    assert kept(world), "the young ones stay"
