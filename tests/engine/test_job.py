"""One job of the heartbeat, on a clock that the test moves: when it is planned, woken, tried again and given up."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from reviewflow import clock, logs
from reviewflow.engine.job import BEGINS_WITHIN, ENDS_WITHIN, Job, Outcome
from reviewflow.errors import Unavailable

DATABASES = ("sqlite",)  # there is no database here
POLL = timedelta(seconds=60)
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


class Desk:
    """A job, what it was planned for, and the clocks that it looks at."""

    def __init__(self) -> None:
        logs.configure("critical")
        self.now, self.monotonic = NOON, 1000.0
        self.planned: list[datetime] = []
        self.run: Callable[[], None] = lambda: None
        self.answer: Outcome | Exception = (None, False)
        self.job = Job("job", self.work, POLL, self.plan)

    def work(self) -> Outcome:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def plan(self, name: str, run: Callable[[], None], at: datetime) -> None:
        assert name == "job"
        self.planned.append(at)
        self.run = run

    def later(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.monotonic += seconds


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    found = Desk()
    monkeypatch.setattr(clock, "now", lambda: found.now)
    monkeypatch.setattr(clock, "monotonic", lambda: found.monotonic)
    found.job.schedule(NOON)
    return found


def test_next_run_is_the_due_instant_or_the_poll(desk: Desk) -> None:
    """Whichever is first."""
    wanted = [(None, POLL), (NOON + timedelta(seconds=7), timedelta(seconds=7)), (NOON + timedelta(days=3), POLL)]
    for at, after in wanted:
        desk.answer = at, False
        desk.run()
        assert desk.planned[-1] == NOON + after


def test_woken_sooner_and_never_later(desk: Desk) -> None:
    """A hint moves the next run towards now, never away from it."""
    desk.run()
    desk.job.wake(NOON + timedelta(seconds=9))
    assert desk.planned[-1] == NOON + timedelta(seconds=9)
    desk.job.wake(NOON + timedelta(seconds=30))
    assert desk.planned[-1] == NOON + timedelta(seconds=9)


def test_woken_while_it_runs_it_runs_again(desk: Desk) -> None:
    """So that nothing is lost that came in after it had looked."""

    def work() -> Outcome:
        desk.job.wake(desk.now)
        return None, False

    desk.job._work = work
    desk.run()
    assert desk.planned[-1] - NOON < timedelta(seconds=1)


@pytest.mark.parametrize("answer", [(None, True), Unavailable("gone"), ValueError("a fault")], ids=str)
def test_what_fails_or_is_left_is_tried_again_after_growing_waits(desk: Desk, answer: Outcome | Exception) -> None:
    """From a quarter of a second up to the poll; and at once at the poll's pace when it is well."""
    desk.answer = answer
    waits = []
    for _ in range(12):
        desk.run()
        waits.append((desk.planned[-1] - desk.now).total_seconds())
        desk.now = desk.planned[-1]
    assert waits == [0.25, 0.5, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]
    desk.answer = None, False
    desk.run()
    desk.answer = answer
    desk.run()
    assert desk.planned[-1] - desk.now == timedelta(milliseconds=250)


def test_what_is_left_delays_nothing_else(desk: Desk) -> None:
    """The next due instant is kept though one thing fails for ever; hints at what is past do not hurry it."""
    desk.answer = NOON + timedelta(milliseconds=100), True
    desk.run()
    assert desk.planned[-1] == NOON + timedelta(milliseconds=100)
    desk.answer = None, True
    desk.run()
    planned = desk.planned[-1]
    desk.job.wake(NOON)
    assert desk.planned[-1] == planned
    desk.job.wake(NOON + timedelta(milliseconds=10))
    assert desk.planned[-1] == NOON + timedelta(milliseconds=10)


def test_a_clock_that_is_stepped_back_is_followed(desk: Desk) -> None:
    """Nothing waits for an instant that the clock has gone back behind."""
    desk.run()
    desk.now -= timedelta(hours=1)
    desk.job.look()
    assert desk.planned[-1] == desk.now


@pytest.mark.parametrize(("begins", "looks"), [(False, BEGINS_WITHIN), (True, ENDS_WITHIN)])
def test_a_run_that_does_not_begin_or_end_is_noticed(desk: Desk, begins: bool, looks: int) -> None:
    """After so many looks; the time in which the whole process stood still counts as one of them."""
    if begins:
        desk.job._work = lambda: looked(desk, looks)
        desk.run()
    else:
        looked(desk, looks)


def looked(desk: Desk, looks: int) -> Outcome:
    desk.later(100_000)
    for _ in range(looks):
        desk.later(1)
        desk.job.look()
        assert not desk.job.is_stuck
    desk.later(1)
    desk.job.look()
    assert desk.job.is_stuck
    return None, False


def test_ended_it_is_planned_no_more(desk: Desk) -> None:
    """A run that is under way ends, and no other follows."""

    def work() -> Outcome:
        desk.job.end()
        return None, False

    desk.job._work = work
    planned = len(desk.planned)
    desk.run()
    desk.job.wake(desk.now)
    assert len(desk.planned) == planned
