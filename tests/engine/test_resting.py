"""Many letters to one dead endpoint: each attempt writes a few rows, and when it lives again all of them go out."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from reviewflow.engine import deliver as delivering
from reviewflow.engine.deliver import deliver
from reviewflow.engine.parcel import BEHIND
from reviewflow.engine.sweep import sweep
from reviewflow.notify.letters import Letter
from reviewflow.notify.senders import Undeliverable
from reviewflow.store import resting
from reviewflow.store.database import Engine, reading, transaction
from reviewflow.store.outbox import next_attempt
from tests.engine.bench_herd import about_to_end
from tests.engine.outboxes import Post, rows
from tests.engine.world import OFFICER, World, new_world

LETTERS, BATCH, FEW = 300, 20, 10
AT_MOST = 2 * BATCH + 2 * BATCH  # rows: claimed and marked, a few postponed and what of them is put off
HOUR = timedelta(hours=1)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Hundreds of letters to one officer on one channel."""
    monkeypatch.setattr(delivering, "BATCH", BATCH)
    monkeypatch.setattr(resting, "FEW", FEW)
    made = new_world(3)
    made.now = about_to_end(made, LETTERS)
    made.query("DELETE FROM delivery")
    sweep(made.engine, made.settings, made.now)
    made.query("DELETE FROM delivery WHERE recipient <> ? OR channel <> 'folder'", OFFICER)
    assert len(rows(made)) >= LETTERS
    yield made
    made.close()


@contextmanager
def written(engine: Engine) -> Iterator[Counter[str]]:
    """How many rows of deliveries are changed."""
    found: Counter[str] = Counter()

    def note(connection: Any, cursor: Any, statement: str, *_: object) -> None:
        found["rows"] += cursor.rowcount if "UPDATE delivery" in statement else 0

    event.listen(engine, "after_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "after_cursor_execute", note)


def passes(world: World, post: Post, count: int) -> list[int]:
    """So many passes, each when something is due; the rows that each of them changed."""
    found = []
    for _ in range(count):
        with reading(world.engine) as connection:
            at = next_attempt(connection)
        if at is None:
            break
        world.now = max(world.now, at)
        with written(world.engine) as seen:
            deliver(world.engine, world.settings, post.senders, world.now)
        found.append(seen["rows"])
    return found


def dead(letter: Letter) -> None:
    """Nothing arrives."""
    raise Undeliverable("Nobody is at home.")


def test_an_attempt_at_a_dead_endpoint_writes_a_few_rows(world: World) -> None:
    """The first failure finds all of them due and puts them off; no later one does, for hours."""
    began, post = world.now, Post(dead)
    first, *later = passes(world, post, 25)
    assert first >= LETTERS
    assert len(later) == 24 and max(later) <= AT_MOST, later
    assert world.now - began < HOUR, "it is asked again as often as ever"
    assert all("Nobody is at home." in row["error"] for row in rows(world))


def test_an_endpoint_that_lives_again_has_all_that_waited(world: World) -> None:
    """At once, a few after a few, each letter once, in the order in which they were owed."""
    post = Post(dead)
    passes(world, post, 5)
    order, began = [row["letter"] for row in rows(world) if not row["attempts"]], world.now
    post.do = None
    changed = passes(world, post, 5 * LETTERS)
    assert not rows(world)
    assert set(post.ids.values()) == {1} and len(post.sent) >= LETTERS
    assert world.now - began < HOUR
    assert sum(changed) <= 5 * LETTERS
    went = [letter.id for letter in post.sent if letter.id in set(order)]
    assert went[-100:] == order[-100:]


def test_nothing_is_resumed_before_its_own_time(world: World) -> None:
    """What rests until somebody's quiet hours are over is not hurried by what was sent before."""
    passes(world, Post(dead), 1)
    waits = rows(world)[-1]["letter"]
    until = f"{world.now + HOUR:%Y-%m-%dT%H:%M:%S.%fZ}"
    world.query("UPDATE delivery SET made_at = ? WHERE letter = ?", until, waits)
    endpoint = {"to": OFFICER, "on": "folder", "at": world.now, "behind": f"{BEHIND}%"}
    for _ in range(LETTERS // FEW + 1):
        with transaction(world.engine) as connection:
            resting.resume(connection, [endpoint])
    due = sorted(row["next_attempt_at"] for row in rows(world))
    assert due.count(due[0]) >= LETTERS - 2, "all others are due but the one that failed"
    assert rows(world, waits)[0]["next_attempt_at"] == until
