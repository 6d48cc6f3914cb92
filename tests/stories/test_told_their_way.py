"""Each is told in his own way, and nobody too late by it; and who is told at all goes up the ladder of the policy."""

from tests.stories.world import PEOPLE, Desk, started


def sent(desk: Desk, who: str, event: str) -> list[str]:
    """What became of the copies of an event of the review for somebody, on the installation's first channel."""
    rows = desk.query(
        "SELECT status FROM delivery JOIN event USING (subject, seq) WHERE subject = ? AND name = ? AND recipient = ? "
        "AND channel = 'folder' ORDER BY seq",
        desk.refs["r"], event, PEOPLE[who],
    )  # fmt: skip
    return [row["status"] for row in rows]


def test_daily_digest_quiet_hours_and_what_is_statutory(desk: Desk) -> None:
    """A finding waits for the digest of the next morning, a question at night for the end of the night, no longer."""
    started(desk, "r", "10-08", "2026-12-01")
    line = f"person preferences {PEOPLE['one']} --cadence daily --digest-at 08:00 --quiet 22:00-07:00"
    desk("one", line, "10-08 12:00")
    desk.tick("10-08 12:00")
    desk("rev", 'review find {r} --title "Odd" --domain biosecurity --severity low --shared', "10-12 15:00")
    desk("rev", 'review ask {r} --text "By day?"', "10-12 15:05")
    desk("rev", 'review ask {r} --text "By night?"', "10-12 23:00")
    desk.tick("10-12 23:30")
    assert sent(desk, "one", "information_requested") == ["sent", "pending"]
    desk.tick("10-13 07:00")
    assert sent(desk, "one", "information_requested") == ["sent", "sent"]
    assert sent(desk, "one", "finding_recorded") == ["pending"]
    desk.tick("10-13 08:00")
    assert sent(desk, "one", "finding_recorded") == ["sent"]
    shown = desk.line(f"person show {PEOPLE['one']}", "one").out
    assert "a digest every day at 08:00; what is statutory at once" in shown
    assert "quiet hours: 22:00 to 07:00; times are of America/New_York" in shown
    desk.is_whole()


def test_weekly_digest_and_reminders_that_cannot_wait_for_it(desk: Desk) -> None:
    """A reviewer reads answers on Saturdays; of a window that ends on one he is told three days before, at once."""
    started(desk, "r", "10-08", "2026-12-01")
    desk("rev", f"person preferences {PEOPLE['rev']} --cadence weekly --digest-on saturday --digest-at 16:00")
    desk.tick("10-08 12:00")
    desk("rev", 'review ask {r} --text "Why?"', "10-12 10:00")
    desk("one", 'review answer {r} 1 --text "Because."', "10-13 10:00")
    desk.tick("10-17 15:59")
    assert sent(desk, "rev", "answered") == ["pending"]
    desk.tick("10-17 16:00")
    assert sent(desk, "rev", "answered") == ["sent"]
    desk.tick("10-31 09:00")  # seven days are left, and there is a digest in the afternoon
    assert "pending" in sent(desk, "rev", "deadline_approaching")
    desk.tick("10-31 16:00")
    assert "pending" not in sent(desk, "rev", "deadline_approaching")
    desk.tick("11-04 09:00")  # the next one would go out on the last day
    assert len(sent(desk, "rev", "deadline_approaching")) == 4  # of the window and of the access that ends with it
    assert "pending" not in sent(desk, "rev", "deadline_approaching")
    desk.is_whole()


def test_nobody_recommended_at_three_days(desk: Desk) -> None:
    """Officer and reviewer are told at 14, 7 and 3 days; then the deciders hear of it, and at one day everybody."""
    started(desk, "r", "10-08", "2026-12-01")
    for day in ("10-24", "10-31", "11-04"):
        desk.tick(f"{day} 09:00")
        assert desk.told("r", "deadline_approaching") == ["one", "rev"]
    assert desk.told("r", "recommendation_checked") == ["decider", "decider2"]
    assert desk.last("r", "recommendation_checked")["data"]["tell"] == ["decider"]
    desk.tick("11-06 09:00")
    assert desk.told("r", "deadline_approaching") == ["decider", "decider2", "one", "rev"]
    desk.is_whole()


def test_a_recommendation_that_does_not_stand_is_none(desk: Desk) -> None:
    """Whoever made it looks no more: the decider is told, the queue waits for the reviewer, and he is to recommend."""
    started(desk, "r", "10-08", "2026-12-01")
    desk("rev", 'review recommend {r} cleared --text "fine" --statement "fine"', "11-03 09:00")
    assert _waits_for(desk, "11-03 09:00") == "decider"
    desk("intake", "review unassign {r} reviewer@example-office.example", "11-03 10:00")
    done = desk("intake", "review assign {r} reviewer-two@example-office.example", "11-03 10:00")
    assert done["hint"] is None  # a reviewer's to give
    assert _waits_for(desk, "11-03 10:00") == "reviewer-two@example-office.example"
    assert " recommend " in desk("rev2", 'review note {r} --text "Mine now."', "11-03 11:00")["hint"]
    desk.tick("11-04 09:00")
    assert desk.last("r", "recommendation_checked")["data"]["is_recommended"] is False
    assert "decider" in desk.told("r", "recommendation_checked")


def _waits_for(desk: Desk, at: str) -> str:
    (found,) = desk("decider", "review list", at)["reviews"]
    return str(found["waiting_on"]["whom"])


def test_with_a_recommendation_the_decider_is_not_told(desk: Desk) -> None:
    """And the lab reads the same in both cases: the check is the agency's own, and always there."""
    started(desk, "r", "10-08", "2026-12-01")
    desk("rev", 'review recommend {r} cleared --text "fine" --statement "fine"', "11-03 09:00")
    desk.tick("11-04 09:00")
    assert desk.told("r", "recommendation_checked") == []
    assert desk.last("r", "recommendation_checked")["data"]["is_recommended"] is True
    for_lab = desk.line("export {r}", "one").out
    assert "is_recommended" not in for_lab
    assert '"tell":["decider"]' not in for_lab.replace(" ", "")
    assert "who is told" in desk.line("review explain {r}", "one").out
    desk.is_whole()
