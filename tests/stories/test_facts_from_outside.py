"""On a real database: what happened outside is recorded as of its own time, and what it disproves is rescinded."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.stories.world import PEOPLE, TERMS, TEXTS, Desk

RELEASE = f"review release {{r}} --digest {'1' * 64} --acknowledge no-determination"


class Machine:
    """The clock of the machine, as the tests set it; times are New York's in the autumn of 2026."""

    def __init__(self) -> None:
        self.at = ""

    def now(self) -> datetime:
        """The instant it shows."""
        return datetime.fromisoformat(f"2026-{self.at}:00-04:00")


@pytest.fixture
def machine() -> Iterator[Machine]:
    """The machine's clock."""
    found = Machine()
    with patch("reviewflow.clock.now", found.now), patch("reviewflow.engine.timekeeping.TOLERANCE", timedelta.max):
        yield found  # no database server's clock can be set with it


@pytest.fixture
def desk(tmp_path: Path, machine: Machine) -> Iterator[Desk]:
    """A real database; the review `r` has run since 10-05, and its window ends on 11-04."""
    desk = Desk.real(tmp_path)
    machine.at = "10-05 09:00"
    desk(None, "init")
    desk("decider", "agreement open example-lab-one", name="g")
    desk("decider", "agreement sign {g}")
    desk("one", "agreement sign {g}")
    desk("one", f'model register "Real" --digest {"1" * 64}', name="m")
    desk("one", "review open {m}", name="r")
    desk("one", "review plan {r} 2026-12-31")
    for item in TEXTS:
        desk("one", f'review supply {{r}} {item} --text "in the vault"')
    desk("one", "review submit {r}")
    desk("intake", "review start {r}")
    desk("one", f"review grant-access {{r}} team --how api {TERMS}")
    desk("decider", f"review assign {{r}} {PEOPLE['rev']}")
    yield desk
    desk.close()


def test_an_answer_that_came_in_time_and_was_recorded_late(desk: Desk, machine: Machine) -> None:
    """It was there on the Monday: the overdue event is rescinded, not erased."""
    machine.at = "10-07 10:00"
    desk("rev", 'review ask {r} --text "Why?"')
    machine.at = "10-14 09:01"
    desk.tick()
    assert desk.parts("request", "r")[0]["state"] == "overdue"
    machine.at = "10-15 09:00"
    assert "never a person's act" in desk.refused("one", 'review answer {r} 1 --text "x"', "10-06 09:00")
    done = desk("one", 'review answer {r} 1 --text "By courier."', "10-12 15:00")
    assert "request_overdue_rescinded" in done["events"]
    answered = desk.last("r", "answered")
    assert (answered["effective_at"], answered["recorded_at"]) == ("2026-10-12T19:00:00Z", "2026-10-15T13:00:00Z")
    assert desk.parts("request", "r")[0]["is_late"] == 0
    assert desk.due("r", "answer", 1) == ("met", "2026-10-13")
    assert "request_overdue" in desk.names("r")  # nothing is erased
    desk.is_whole()


def test_a_release_before_the_lapse_that_was_recorded_after_it(desk: Desk, machine: Machine) -> None:
    """A lapse that the release preceded is rescinded; the review was released with nothing before it."""
    machine.at = "11-06 09:00"
    desk.tick()
    assert desk.state("r") == "lapsed"
    done = desk("one", RELEASE, "11-02 12:00")
    assert (done["state"], done["deadlines"]) == ("released", [])
    assert "lapsed_rescinded" in done["events"]
    row = desk.row("review", "r")
    assert (row["is_lapsed"], row["preceded_by"]) == (0, "nothing")
    assert desk.parts("access_grant", "r")[0]["state"] == "ended"
    assert "lapsed_rescinded" in desk.names("r")
    desk.tick()
    desk.is_whole()


def test_a_late_act_is_settled_first(desk: Desk, machine: Machine) -> None:
    """No tick ran for a month: a command finds everything as if one had, and is refused or done in that light."""
    machine.at = "11-06 09:00"
    assert "it is lapsed" in desk.refused("rev", 'review ask {r} --text "Too late?"')
    desk("rev", 'review recommend {r} cleared --text "Fine." --statement "Fine."')
    names = desk.names("r")
    assert names.index("lapsed") < names.index("recommended")
    assert desk.last("r", "lapsed")["late_by"] > 24 * 3600


def test_a_clock_that_is_stepped_back(desk: Desk, machine: Machine) -> None:
    """In doubt writes are refused with a plain reason, and reads go on; the record never goes back."""
    machine.at = "10-20 09:00"
    desk("rev", 'review note {r} --text "later"')
    machine.at = "10-10 09:00"
    reason = desk.refused("rev", 'review note {r} --text "earlier, says the machine"', code=6)
    assert "stepped back" in reason
    for line in ("review show {r}", "verify", "export {r}"):
        assert desk.line(line).code == 0
