"""A submission that is sent back, completed and filed again."""

from tests.stories.world import TERMS, Desk


def test_returned_and_completed(desk: Desk) -> None:
    """The gate names each missing item; the window runs from the last item, however late it is confirmed."""
    desk("one", f'model register "Preview" --digest {"9" * 64}', "10-05 09:00", "m")
    desk("one", "review open {m} --agency example-office", "10-05 09:05", "r")
    desk("one", "review plan {r} 2027-01-11", "10-05 09:10")
    desk("one", 'review supply {r} access_ready --text "endpoint"', "10-05 09:12")
    filed = desk("one", "review submit {r}", "10-05 09:20")
    assert [(d["kind"], d["due_on"]) for d in filed["deadlines"]] == [
        ("planned_release", "2027-01-11"), ("intake", "2026-10-07"),
    ]  # fmt: skip
    reasons = desk.refused("intake", "review start {r}", "10-06 10:00").splitlines()
    assert [line.split()[3] for line in reasons] == ["system_card", "safeguard_state", "access_terms"]

    desk("intake", 'review return {r} --reason "Three items are missing."', "10-07 10:00")
    assert desk.due("r", "intake") == ("met", "2026-10-07")
    assert desk.told("r", "returned") == ["one"]
    assert "possible when" in desk.refused("intake", "review start {r}", "10-07 10:05")
    for item in ("system_card", "safeguard_state", "access_terms"):
        desk("one", f'review supply {{r}} {item} --text "in the vault"', "10-08 15:00")
    assert "pinned" not in desk.line("review show {r}", "one").out
    desk("one", "review submit {r}", "10-09 09:00")
    done = desk("intake", "review start {r}", "10-14 10:00")
    row = desk.row("review", "r")
    assert (row["clock_start_on"], row["last_day_on"]) == ("2026-10-09", "2026-11-08")  # from the filing, not the check
    assert done["state"] == "under_review"
    desk.is_whole()


def test_a_check_that_was_missed_is_told(desk: Desk) -> None:
    """The office's own deadline is a deadline: missed, and told to both sides."""
    desk("one", f'model register "Preview" --digest {"9" * 64}', "10-05 09:00", "m")
    desk("one", "review open {m} --agency example-office", "10-05 09:05", "r")
    desk("one", "review submit {r}", "10-05 09:20")
    desk.tick("10-08 09:01")
    assert desk.due("r", "intake") == ("missed", "2026-10-07")
    assert desk.told("r", "deadline_missed") == ["decider", "decider2", "intake", "one"]
    assert desk.state("r") == "submitted"


def test_the_checkpoint_is_pinned_when_it_is_filed(desk: Desk) -> None:
    """After the submission another checkpoint is another review; access is suspended on return and back on filing."""
    desk("one", f'model register "Preview" --digest {"9" * 64}', "10-05 09:00", "m")
    desk("one", "review open {m} --agency example-office", "10-05 09:05", "r")
    desk("one", "review submit {r}", "10-05 09:20")
    reason = desk.refused("one", f"review supply {{r}} checkpoint_digest --digest {'e' * 64}", "10-05 09:30")
    assert "--follows" in reason
    desk("one", f'review grant-access {{r}} "team" --how endpoint {TERMS}', "10-05 10:00")
    desk("intake", 'review return {r} --reason "Incomplete."', "10-06 10:00")
    assert desk.parts("access_grant", "r")[0]["state"] == "suspended"
    desk("one", f"review supply {{r}} checkpoint_digest --digest {'e' * 64}", "10-06 11:00")
    desk("one", "review submit {r}", "10-06 12:00")
    assert desk.parts("access_grant", "r")[0]["state"] == "active"
    assert desk.row("review", "r")["checkpoint_digest"] == "e" * 64
