"""An agreement that ends while a review runs."""

from tests.stories.world import TEXTS, Desk, filed, started


def test_agreement_ended_in_mid_review(desk: Desk) -> None:
    """The review and its clock run on; both sides are told; what is filed anew is refused where the policy asks."""
    started(desk, "r", "10-01", "2026-12-15")
    filed(desk, "s", "10-02", "2026-12-15", sign="5")
    [found] = desk.query("SELECT ref FROM agreement WHERE lab = 'example-lab-one'")
    desk.refs["g"] = found["ref"]
    desk("decider", 'agreement end {g} --reason "The lab goes its own way."', "10-05 09:00")
    assert desk.told("g", "agreement_ended") == ["decider2", "intake", "one"]
    assert (desk.state("r"), desk.due("r", "window")) == ("under_review", ("open", "2026-10-31"))

    assert "agreement in force" in desk.refused("intake", "review start {s}", "10-05 10:00")
    desk("one", f'model register "New" --digest {"7" * 64}', "10-05 11:00", "m2")
    desk("one", "review open {m2} --agency example-office", "10-05 11:05", "n")
    desk("one", "review plan {n} 2026-12-15", "10-05 11:06")
    for item in TEXTS:
        desk("one", f'review supply {{n}} {item} --text "in the vault"', "10-05 11:10")
    reason = desk.refused("one", "review submit {n}", "10-05 11:20")
    assert "example-lab-one and example-office" in reason

    desk("rev", 'review ask {r} --text "And now?"', "10-06 09:00")
    desk("one", 'review answer {r} 1 --text "We go on."', "10-07 09:00")
    desk("rev", 'review recommend {r} cleared --text "Fine." --statement "No concerns."', "10-08 09:00")
    desk("decider", 'review clear {r} --text "No concerns."', "10-09 09:00")
    assert desk.row("review", "r")["is_on_time"] == 1
    desk.is_whole()


def test_a_new_agreement_opens_the_door_again(desk: Desk) -> None:
    """In force when both sides have signed, each once."""
    filed(desk, "s", "10-02", "2026-12-15", sign="5")
    [found] = desk.query("SELECT ref FROM agreement WHERE lab = 'example-lab-one'")
    desk.refs["g"] = found["ref"]
    desk("one", 'agreement end {g} --reason "New terms."', "10-05 09:00")
    desk("decider", "agreement open example-lab-one", "10-05 10:00", "g2")
    desk("decider", "agreement sign {g2}", "10-05 10:10")
    assert "signed already" in desk.refused("decider2", "agreement sign {g2}", "10-05 10:11")
    desk.refused("intake", "review start {s}", "10-05 10:12")
    assert desk("one", "agreement sign {g2}", "10-05 10:20")["state"] == "signed"
    desk("intake", "review start {s}", "10-05 10:30")


def test_no_agreement_is_asked_where_the_policy_does_not(desk: Desk) -> None:
    """A lab that negotiates still may file under a policy that asks for no agreement, and not under one that does."""
    filed(desk, "r", "10-09", "2027-01-20", who="three", extra="--policy licensing-draft")
    desk("intake", "review start {r}", "10-09 10:30")
    assert desk.state("r") == "under_review"
