"""Who reaches the model, how, on which terms, until when."""

from tests.stories.world import TERMS, Desk, filed, started

GRANT = 'review grant-access {r} "evaluation team" --how endpoint'


def test_access_starts_no_earlier_and_ends_no_later(desk: Desk) -> None:
    """Each term is asked for; a grant is never past the window, and ends with it by the system."""
    filed(desk, "r", "10-01", "2026-11-16")
    desk("intake", "review start {r}", "10-01 10:30")
    missing = desk.refused("one", f"{GRANT} --terms confidentiality,use", "10-01 10:40").splitlines()
    assert len(missing) == 4
    assert "not one of" in desk.refused("one", f"{GRANT} {TERMS},friendship", "10-01 10:40")
    assert "last day, 2026-10-31" in desk.refused("one", f"{GRANT} {TERMS} --until 2026-11-01", "10-01 10:41")
    desk("one", f"{GRANT} {TERMS} --until 2026-10-20", "10-01 10:42")
    desk("one", f"{GRANT} {TERMS}", "10-01 10:43")
    assert (desk.due("r", "access", 1)[1], desk.due("r", "access", 2)[1]) == ("2026-10-20", "2026-10-31")
    desk.tick("10-21 00:00")
    assert [grant["state"] for grant in desk.parts("access_grant", "r")] == ["ended", "active"]
    assert desk.last("r", "access_ended")["effective_at"] == "2026-10-21T03:59:00Z"
    desk("one", "review plan {r} 2026-10-25", "10-21 09:00")  # the window comes nearer, and the access with it
    assert desk.due("r", "access", 2) == ("open", "2026-10-24")
    desk.tick("10-25 00:00")
    assert [grant["state"] for grant in desk.parts("access_grant", "r")] == ["ended", "ended"]
    assert "access with it" in desk.refused("one", f"{GRANT} {TERMS}", "10-26 09:00")
    desk.is_whole()


def test_access_before_the_start_starts_the_clock(desk: Desk) -> None:
    """Access given while the gate is checked is marked early, and the window runs from it, not from the last item."""
    filed(desk, "r", "10-01", "2026-12-16")
    desk("one", f"{GRANT} {TERMS}", "10-01 09:30")
    assert desk.last("r", "access_granted")["data"]["before_clock_start"] is True
    desk("one", 'review supply {r} system_card --text "readable now"', "10-05 09:00")
    desk("intake", "review start {r}", "10-05 10:00")
    said = desk.last("r", "clock_started")["data"]
    assert (said["early_access"], said["clock_start_on"]) == (True, "2026-10-01")
    assert desk.due("r", "window") == desk.due("r", "access", 1) == ("open", "2026-10-31")


def test_access_is_suspended_on_return(desk: Desk) -> None:
    """A return suspends access and its deadline; a new filing brings it back, for a full new window."""
    started(desk, "r", "10-01", "2026-12-16")
    filed(desk, "s", "10-02", "2026-12-16", sign="2")
    desk("one", GRANT.replace("{r}", "{s}") + f" {TERMS}", "10-02 09:30")
    desk("intake", 'review return {s} --reason "A table is unreadable."', "10-02 10:00")
    assert desk.parts("access_grant", "s")[0]["state"] == "suspended"
    desk("one", "review submit {s}", "10-05 09:05")
    assert desk.parts("access_grant", "s")[0]["state"] == "active"
    desk("intake", "review start {s}", "10-05 10:00")
    assert desk.due("s", "window") == desk.due("s", "access", 1) == ("open", "2026-11-04")
    desk.is_whole()


def test_no_access_to_a_draft(desk: Desk) -> None:
    """Nothing is granted before anything was filed."""
    desk("one", f'model register "M" --digest {"1" * 64}', "10-01 09:00", "m")
    desk("one", "review open {m} --agency example-office", "10-01 09:01", "r")
    assert "possible when" in desk.refused("one", f"{GRANT} {TERMS}", "10-01 09:02")


def test_access_is_ended_and_revoked_by_the_lab(desk: Desk) -> None:
    """Ended or revoked once; another lab does not even know of it."""
    started(desk, "r", "10-01", "2026-11-16")
    desk("one", f"{GRANT} {TERMS}", "10-02 09:00")
    desk("one", "review end-access {r} 1", "10-03 09:00")
    assert "is ended" in desk.refused("one", "review end-access {r} 1", "10-03 09:01")
    desk.refused("two", "review end-access {r} 2", "10-03 09:02", code=5)
    desk("one", 'review revoke-access {r} 2 --reason "A leak."', "10-03 09:03")
    assert "no access grant 7" in desk.refused("one", "review end-access {r} 7", "10-03 09:04")
    assert desk.told("r", "access_revoked") == ["decider", "decider2", "rev"]


def test_access_after_release_is_the_labs_own(desk: Desk) -> None:
    """A release ends access; testing after it is granted anew, without the window's end."""
    started(desk, "r", "10-01", "2026-11-16")
    release = f"review release {{r}} --digest {'1' * 64} --acknowledge no-determination"
    desk("one", release, "10-05 09:00")
    assert desk.parts("access_grant", "r")[0]["state"] == "ended"
    desk("one", f"{GRANT} {TERMS} --until 2026-12-24", "10-06 09:00")
    assert desk.due("r", "access", 2) == ("open", "2026-12-24")
