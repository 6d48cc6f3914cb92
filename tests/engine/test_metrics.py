"""What is measured: how late, how old, how many; from the database alone, and from index ranges alone."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from reviewflow.engine.health import not_ready
from reviewflow.engine.metrics import metrics
from reviewflow.engine.tick import tick
from reviewflow.engine.worker import SIGN_EVERY, Worker
from reviewflow.store import setup, workers
from reviewflow.store.database import connect, reading, transaction
from reviewflow.store.metrics import measure
from tests.databases import SQLITE
from tests.engine import world as w
from tests.engine.reviews import start_review

Values = dict[str, dict[str, float]]


@pytest.fixture
def world() -> Iterator[w.World]:
    """Three reviews under way."""
    found = w.new_world()
    for model in w.models()[:3]:
        start_review(found, "tolls", model)
    yield found
    found.close()


def measured(world: w.World, **unsaved: int) -> Values:
    """Each metric's values."""
    found = metrics(world.engine, world.settings, world.now, unsaved)
    return {metric.name.removeprefix("reviewflow_"): dict(metric.values) for metric in found}


def no_op(letter: object) -> None:
    """A sender that has nothing to do."""


def test_overdue_deadlines_by_how_late_they_are(world: w.World) -> None:
    """Each once, in its bucket; the bounds belong to the later one. The oldest says how late the sweep is."""
    assert set(measured(world)["overdue_deadlines"].values()) == {0}
    assert measured(world)["oldest_unraised_deadline_seconds"] == {"": 0}
    late = [0.0, 0.5, 1.0, 9.0, 10.0, 59.0, 60.0, 600.0]
    ids = world.query("SELECT subject, no FROM deadline WHERE next_notice_at IS NOT NULL ORDER BY 1, 2")
    assert len(ids) > len(late) - 3
    for (subject, no), seconds in zip(ids, late, strict=False):
        at = (world.now - timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        world.query("UPDATE deadline SET next_notice_at = ? WHERE subject = ? AND no = ?", at, subject, no)
    expected = {"under_1s": 2, "under_10s": 2, "under_1m": 2, "under_10m": 0, "more": 0}
    assert measured(world)["overdue_deadlines"] == expected
    assert measured(world)["oldest_unraised_deadline_seconds"] == {"": 59}
    world.tick()
    assert set(measured(world)["overdue_deadlines"].values()) == {0}


def test_outbox_and_deliveries(world: w.World) -> None:
    """What is due and not sent ages; sent it is a result, and set aside it is counted until a person acts."""
    world.now += timedelta(seconds=90)
    before = measured(world)
    assert before["outbox_age_seconds"] == {"": 90}
    assert before["outbox_copies"]["due"] > 0
    tick(world.engine, world.settings, {"folder": no_op, "log": no_op}, world.now)
    after = measured(world)
    assert after["outbox_age_seconds"] == {"": 0}
    assert after["outbox_copies"] == {"due": 0, "waiting": 0}
    assert after["deliveries_total"]["sent"] > 0
    world.query("UPDATE delivery SET status = 'set_aside'")
    assert measured(world)["set_aside"] == {"": before["outbox_copies"]["due"]}


def test_counters_are_of_all_workers_and_never_fall(world: w.World) -> None:
    """What a process has not yet written down is added; a worker's row may go, what it did stays."""
    with transaction(world.engine) as connection:
        workers.note(connection, "a", world.now, {"sent": 5, "stolen": 1}, is_over=True)
        workers.note(connection, "b", world.now, {"sent": 7, "refused": 2})
    found = measured(world, sent=3)
    assert found["deliveries_total"]["sent"] == 15
    assert (found["leases_stolen_total"], found["fenced_writes_refused_total"]) == ({"": 1}, {"": 2})
    world.now += workers.KEPT + timedelta(seconds=1)
    Worker(world.engine, "c").sign(world.now)
    assert sorted(name for (name,) in world.query("SELECT name FROM worker")) == ["c", "past"]
    found = measured(world)
    assert found["deliveries_total"]["sent"] == 12
    assert found["workers"] == {"alive": 1, "silent": 0, "stopped": 0}


def test_workers_by_their_last_sign(world: w.World) -> None:
    """Alive for three polls after it; then silent, unless it was told to stop."""
    assert "tick_age_seconds" not in measured(world)
    Worker(world.engine, "a").sign(world.now, is_over=True)
    Worker(world.engine, "b").sign(world.now)
    world.now += timedelta(seconds=3 * world.settings.server.poll_seconds)
    assert measured(world)["workers"] == {"alive": 1, "silent": 0, "stopped": 1}
    world.now += timedelta(seconds=1)
    assert measured(world)["workers"] == {"alive": 0, "silent": 1, "stopped": 1}
    assert measured(world)["tick_age_seconds"] == {"": 3 * world.settings.server.poll_seconds + 1}


def test_an_idle_worker_writes_seldom(world: w.World) -> None:
    """Its row is written when it has done something, or when the last sign is old; not at every beat."""
    worker = Worker(world.engine, "a")
    writes: list[str] = []
    event.listen(world.engine, "before_cursor_execute", lambda c, cursor, statement, *_: writes.append(statement))
    worker.sign(world.now)
    writes.clear()
    worker.sign(world.now + SIGN_EVERY / 2)
    assert writes == []
    worker.count(sent=1)
    worker.sign(world.now + SIGN_EVERY / 2)
    assert sum(statement.startswith("UPDATE") for statement in writes) == 1
    assert worker.unsaved() == {}
    writes.clear()
    worker.sign(world.now + 2 * SIGN_EVERY)
    assert sum(statement.startswith("UPDATE") for statement in writes) == 1


def test_what_could_not_be_written_down_is_kept(world: w.World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sign that fails loses nothing of what it would have told."""
    worker = Worker(world.engine, "a")
    worker.count(sent=2)

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr(workers, "note", fail)
        worker.sign(world.now)
    assert worker.unsaved() == {"sent": 2}
    worker.sign(world.now)
    assert measured(world)["deliveries_total"]["sent"] == 2


def test_measuring_reads_index_ranges_alone(world: w.World) -> None:
    """So that it costs the same among a million open deadlines: every statement on them has its partial index."""
    said: list[tuple[str, Any]] = []
    event.listen(world.engine, "before_cursor_execute", lambda c, cur, text, values, *_: said.append((text, values)))
    with reading(world.engine) as connection:
        measure(connection, world.now)
        about = [each for each in said if " deadline" in each[0] or " delivery" in each[0]]
        assert len(about) == 4
        is_file = world.database.kind == SQLITE
        if not is_file:  # a table of this size is read whole, where that is allowed
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        for statement, values in about:
            explain = f"EXPLAIN QUERY PLAN {statement}" if is_file else f"EXPLAIN {statement}"
            plan = " ".join(str(row) for row in connection.exec_driver_sql(explain, values))
            assert "ix_deadline_next_notice_at" in plan or "ix_delivery_" in plan, plan
            assert "Seq Scan" not in plan


def test_ready_or_every_reason_why_not(world: w.World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another schema, a wrong clock, a database that is not there, draining: in plain words."""
    assert not_ready(world.engine) == []
    assert "draining" in not_ready(world.engine, is_draining=True)[0]
    monkeypatch.setattr("reviewflow.engine.health.clock_offset", lambda engine: timedelta(seconds=-90))
    monkeypatch.setattr(setup, "HEAD", "9999")
    schema, off = not_ready(world.engine)
    assert "this release needs 9999" in schema
    assert "90.0 s behind the database server's" in off
    gone = "sqlite:////nowhere/at/all.db" if world.database.kind == SQLITE else "postgresql://nobody@127.0.0.1:1/x"
    [why] = not_ready(connect(gone))
    assert why.startswith(("The database", "The link to the database"))


def test_a_server_with_the_right_time_is_close(world: w.World) -> None:
    """This machine's clock and that of the tests' own server, which is the same, are within what is tolerated."""
    found = measured(world).get("clock_offset_seconds")
    assert found is None if world.database.kind == SQLITE else abs(found[""]) < 1  # type: ignore[index]
