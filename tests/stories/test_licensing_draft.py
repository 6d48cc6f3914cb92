"""Under the draft that would have licensed: the other end of the debate, run by the same engine."""

from tests.stories.world import Desk, started

RELEASE = f"review release {{r}} --digest {'8' * 64}"


def test_no_release_before_a_determination(desk: Desk) -> None:
    """What the policy refuses is refused, even with every acknowledgement; after the determination it is free."""
    started(desk, "r", "10-09", "2027-01-20", reviewer="rev2", sign="8", extra="--policy licensing-draft")
    assert desk.due("r", "window") == ("open", "2027-01-07")
    reason = desk.refused("one", f"{RELEASE} --acknowledge no-determination", "10-20 09:00")
    assert "licensing-draft allows no release before a determination" in reason
    desk("rev2", 'review recommend {r} cleared --text "No concern." --statement "No concerns."', "10-26 09:00")
    desk("decider", 'review clear {r} --text "No concerns."', "10-29 09:00")
    desk("one", RELEASE, "11-03 09:00")
    assert desk.row("review", "r")["is_in_breach"] == 0
    desk.is_whole()


def test_a_release_that_happened_is_recorded_as_a_breach(desk: Desk) -> None:
    """The record does not look away: what happened although it was refused is released in breach."""
    started(desk, "r", "10-09", "2027-01-20", reviewer="rev2", sign="8", extra="--policy licensing-draft")
    assert "--acknowledge no-determination" in desk.refused("one", f"{RELEASE} --already-happened", "10-20 09:00")
    done = desk("one", f"{RELEASE} --already-happened --acknowledge no-determination", "10-20 09:05")
    assert (done["state"], done["events"]) == ("released", ["released_in_breach"])
    assert desk.row("review", "r")["is_in_breach"] == 1
    assert desk.told("r", "released_in_breach") == ["decider", "decider2", "intake", "rev2"]


def test_silence_is_no_licence(desk: Desk) -> None:
    """After the lapse the release is refused still: the policy reads silence as a no."""
    started(desk, "r", "10-09", "2027-01-20", reviewer="rev2", sign="8", extra="--policy licensing-draft")
    desk.tick("2027-01-08 09:00")
    assert desk.last("r", "lapsed")["data"]["silence"] == "may_not_proceed"
    assert "allows no release" in desk.refused("one", f"{RELEASE} --acknowledge no-determination", "2027-01-09 09:00")
