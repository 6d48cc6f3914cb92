"""The planner: what must happen when, from a release backward or from a start forward."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from reviewflow.nouns.policy import Direction, Unit, WindowRule
from tests.web.world import Pages


def days(text: str) -> list[str]:
    """The days of the table, in order."""
    table = text[text.index("What must happen when") :]
    return re.findall(r'<th scope="row"><time datetime="([^"]+)">', table)


def test_backward_from_a_release(still: Pages) -> None:
    """Submit by, latest start, day 1, notices, last day, release, in the order of the days."""
    answer = still.get("one", "/planner?on=2026-12-20")
    assert answer.status_code == 200
    assert days(answer.text) == [
        "2026-11-17", "2026-11-19", "2026-11-20", "2026-12-05", "2026-12-12", "2026-12-16", "2026-12-18", "2026-12-19",
        "2026-12-20", "2026-12-20", "2026-12-26",
    ]  # fmt: skip
    assert "/reviews/new?policy=eo-14409&amp;on=2026-12-20" in answer.text
    assert 'role="img" aria-label="Window from day 1, Fri 20 Nov 2026, to the last day, Sat 19 Dec 2026.' in answer.text


def test_forward_from_a_start(still: Pages) -> None:
    """The day of the submission, the intake check, day 1, the last day, and the first release after all of it."""
    answer = still.get("rev", "/planner?mode=start&on=2026-11-20&policy=eo-14409")
    found = days(answer.text)
    assert found[:3] == ["2026-11-20", "2026-11-21", "2026-11-24"]
    assert {"2026-12-20", "2026-12-21"} <= set(found)
    assert "First release after the whole window" in answer.text and "/reviews/new?" not in answer.text


@pytest.mark.parametrize("policy", ["hsr", "foia", "uk-merger-phase-1", "eu-merger-phase-1", "licensing-draft", "ind"])
def test_every_policy_plans(still: Pages, policy: str) -> None:
    """Whatever the rules are, both questions have an answer."""
    for mode in ("release", "start"):
        answer = still.get("one", f"/planner?mode={mode}&on=2027-03-15&policy={policy}")
        assert answer.status_code == 200 and len(days(answer.text)) >= 3


def test_a_release_that_is_too_near_is_told(still: Pages) -> None:
    """What has gone by is marked in words, and what would be left of the window is said."""
    answer = still.get("one", "/planner?on=2026-10-20")
    assert "The latest start has gone by" in answer.text and "13 of 30 days" in answer.text
    assert answer.text.count("gone by</span>") >= 2
    past = still.get("one", "/planner?on=2026-10-07")
    assert "earliest possible date of the first release is" in past.text
    assert "/reviews/new?" not in still.get("one", "/planner?on=2026-10-01").text


@pytest.mark.parametrize("on", ["2026-13-40", "tomorrow", "9999-01-01", "0001-01-01", "2026-12-20T99:00", "<b>"])
def test_a_bad_date_is_told_at_its_field(still: Pages, on: str) -> None:
    """The page comes back with what was typed, and says what is wrong with it; it is never a fault of ours."""
    for mode in ("release", "start"):
        answer = still.client("one").get("/planner", params={"on": on, "mode": mode})
        assert answer.status_code == 422 and 'aria-describedby="e-on"' in answer.text
        assert "That day cannot be used" in answer.text and "<b>" not in answer.text


def test_an_unknown_policy_is_told_at_its_field(still: Pages) -> None:
    """The others are there to choose from."""
    answer = still.get("one", "/planner?on=2026-12-20&policy=absent")
    assert answer.status_code == 422 and "There is no policy &#39;absent&#39; here." in answer.text


@pytest.fixture
def backward(still: Pages) -> Iterator[Pages]:
    """With a policy that counts ten business days back from a hearing, and one of 72 hours."""
    app = still.site.web.state.app
    before, known = app.settings, app.settings.policies
    rule = WindowRule(
        length=10, unit=Unit.BUSINESS_DAYS, time_zone="America/New_York", direction=Direction.BACKWARD,
        calendar="us-federal", ends_at="17:00",
    )  # fmt: skip
    hearing = replace(known["foia"], id="hearing", title="Ten business days before a hearing", window=rule)
    hours = replace(known["foia"], id="hours", window=WindowRule(72, Unit.HOURS, "America/New_York"))
    app.settings = replace(before, policies={**known, "hearing": hearing, "hours": hours})
    yield still
    app.settings = before


def test_a_policy_that_counts_back_has_a_last_day_to_act(backward: Pages) -> None:
    """The last day to act comes first, the day that is counted from last; and no review opens under it."""
    for mode in ("release", "start"):
        answer = backward.get("one", f"/planner?on=2026-12-18&policy=hearing&mode={mode}")
        assert days(answer.text) == ["2026-12-04", "2026-12-17", "2026-12-18"]
        assert "Last day to act" in answer.text and "/reviews/new?" not in answer.text
    assert 'value="hearing"' not in backward.get("one", "/reviews/new").text


def test_hours_ask_for_a_time_of_day(backward: Pages) -> None:
    """A bare day is too little to count hours from; with a time of day there is a plan."""
    bare = backward.get("one", "/planner?on=2026-12-18&policy=hours&mode=start")
    assert bare.status_code == 422 and "a date and a time" in bare.text and "datetime-local" in bare.text
    timed = backward.get("one", "/planner?on=2026-12-18T10:00&policy=hours&mode=start")
    assert days(timed.text) == ["2026-12-18", "2026-12-21", "2026-12-22"]
    assert days(backward.get("one", "/planner?on=2026-12-22&policy=hours").text)[-1] == "2026-12-22"
