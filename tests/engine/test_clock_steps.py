"""Clocks stepped back and forth: never a duplicate, never early, and a wrong node stops nobody."""

from datetime import timedelta
from pathlib import Path

import pytest

from reviewflow import clock
from reviewflow.engine import timekeeping
from reviewflow.engine.tick import tick
from reviewflow.errors import Unavailable
from reviewflow.store import outbox
from reviewflow.store.database import transaction
from tests.databases import POSTGRESQL, SQLITE
from tests.engine import clock_steps
from tests.engine.hours import hours

SECONDS = 1.5


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_wrong_clocks_double_nothing_and_stop_nobody(database_kind: str, tmp_path: Path) -> None:
    """Where the database has a clock the wrong nodes are refused, with the reason; the right ones go on."""
    seen = clock_steps.step(tmp_path, database_kind, SECONDS, seed=6)
    assert not seen.faults, seen.faults[0]
    assert seen.outcomes["right"]["note done"] > 5 and seen.outcomes["stepping"]["note done"] > 0
    if database_kind == SQLITE:
        assert seen.outcomes["far"]["note refused"] > 0
    else:
        assert "ahead of" in seen.reasons["90 s ahead"] and "behind" in seen.reasons["90 s behind"]
        assert not seen.outcomes["90 s ahead"]["note done"] and not seen.outcomes["90 s behind"]["note done"]
        assert seen.early <= timekeeping.TOLERANCE.total_seconds()


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_without_the_comparison_a_clock_ahead_is_early(
    database_kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The seeded fault: on PostgreSQL nobody looks at the server's clock, in a file nobody at the last record."""
    monkeypatch.setattr(timekeeping, "agreed", lambda _, now, __: now)
    monkeypatch.setattr(timekeeping, "STEP_BACK", timedelta(days=1))
    nodes: dict[str, clock_steps.Offsets] = (
        {"ahead": (90.0,)} if database_kind == POSTGRESQL else {"far": (0.0, -3600.0)}
    )
    seen = clock_steps.step(tmp_path, database_kind, 0.7, seed=6, nodes=nodes)
    assert any(" s off, and " in fault for fault in seen.faults), seen.faults


def test_a_tick_with_a_wrong_clock_takes_no_letter_over(
    database_kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten minutes ahead every lease would be over; where the database has a clock, it is refused instead."""
    place = hours(tmp_path, database_kind)
    now = clock.now()
    place.begin([now + timedelta(hours=1)])
    with transaction(place.engine) as connection:
        held = outbox.claim(connection, "right", now, now + timedelta(minutes=5), 100)
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=10))
    senders = dict.fromkeys(place.settings.server.channels, lambda _: None)
    if database_kind == SQLITE:  # nobody here knows better
        assert len(tick(place.engine, place.settings, senders, clock.now())[1].sent) == len(held) > 0
        return
    with pytest.raises(Unavailable, match="ahead of the database server's"):
        tick(place.engine, place.settings, senders, clock.now())
    left = place.database().query("SELECT DISTINCT status, holder, attempts FROM delivery WHERE holder IS NOT NULL")
    assert held and left == [("pending", "right", 1)]
