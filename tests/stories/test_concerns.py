"""Concerns, and a release that goes against them with open eyes."""

from tests.stories.world import Desk, started

RELEASE = f"review release {{r}} --digest {'2' * 64}"


def test_concerns_then_released(desk: Desk) -> None:
    """The lab is free to release; it says that it knows of the concerns, and who said so is on record."""
    started(desk, "r", "10-05", "2026-11-20", who="two", reviewer="rev2", sign="2")
    desk("rev2", 'review find {r} --title "Uplift" --domain cybersecurity --severity high', "10-19 10:00")
    desk("rev2", "review share-finding {r} 1", "10-20 10:00")
    assert "shared already" in desk.refused("rev2", "review share-finding {r} 1", "10-20 10:01")
    desk("rev2", 'review recommend {r} concerns --text "High severity." --statement "See finding 1."', "10-21 10:00")
    desk("decider", 'review raise-concerns {r} --text "See finding 1."', "10-22 10:00")
    assert desk.state("r") == "concerns"

    assert "--acknowledge concerns" in desk.refused("two", RELEASE, "11-03 09:00")
    assert "--acknowledge concerns" in desk.refused("two", f"{RELEASE} --acknowledge no-determination", "11-03 09:05")
    desk("two", f"{RELEASE} --acknowledge concerns", "11-03 09:10")
    data = desk.last("r", "released")["data"]
    assert (data["preceded_by"], data["acknowledged"]) == ("concerns", ["concerns"])
    assert desk.told("r", "released") == ["decider", "decider2", "intake", "rev2"]
    desk.is_whole()


def test_another_checkpoint_is_acknowledged(desk: Desk) -> None:
    """What is released is named by its digest; another than the submitted one is said aloud, with every reason."""
    started(desk, "r", "10-05", "2026-11-20", who="two", reviewer="rev2", sign="2")
    other = f"review release {{r}} --digest {'f' * 64}"
    assert len(desk.refused("two", other, "10-06 09:00").splitlines()) == 2
    desk("two", f"{other} --acknowledge no-determination --acknowledge other-digest", "10-06 09:05")
    assert desk.last("r", "released")["data"]["acknowledged"] == ["no-determination", "other-digest"]
    assert desk.last("r", "released")["data"]["preceded_by"] == "nothing"


def test_concerns_give_way_and_come_back(desk: Desk) -> None:
    """A determination may be superseded, also after the release; the state of a released review stays."""
    started(desk, "r", "10-05", "2026-11-20", who="two", reviewer="rev2", sign="2")
    desk("rev2", 'review recommend {r} concerns --text "High." --statement "High."', "10-21 10:00")
    desk("decider", 'review raise-concerns {r} --text "High."', "10-22 10:00")
    assert "no recommendation of cleared stands" in desk.refused(
        "decider", 'review clear {r} --text "x"', "10-22 11:00"
    )
    desk("rev2", 'review recommend {r} cleared --text "It is mended." --statement "Mended."', "10-22 12:00")
    desk("decider", "review clear {r}", "10-23 10:00")
    assert desk.state("r") == "cleared"
    desk("two", RELEASE, "10-24 10:00")
    words = "Seen in the wild."
    desk("rev2", f'review recommend {{r}} concerns --text "A report." --statement "{words}"', "11-30 10:00")
    desk("decider", f'review raise-concerns {{r}} --text "{words}"', "12-01 10:00")
    row = desk.row("review", "r")
    assert (row["state"], row["determination"], row["preceded_by"]) == ("released", "concerns", "cleared")
    assert [found["outcome"] for found in desk.parts("determination", "r")] == ["concerns", "cleared", "concerns"]


def test_commitment_of_both_sides(desk: Desk) -> None:
    """Proposed by one side, accepted by the other, met late after its day was missed."""
    started(desk, "r", "10-05", "2026-11-20", who="two", reviewer="rev2", sign="2")
    line = 'commitment agree example-lab-two --text "Ship the classifier" --owner officer@example-lab-two.example'
    made = desk("decider", f"{line} --due 2026-11-06 --review {{r}}", "10-23 09:00", "c")
    assert (made["state"], made["deadlines"]) == ("proposed", [])
    assert "other side" in desk.refused("decider", "commitment accept {c}", "10-23 10:00")
    made = desk("two", "commitment accept {c}", "10-23 15:00")
    assert [(d["kind"], d["due_on"]) for d in made["deadlines"]] == [("commitment", "2026-11-06")]
    desk.tick("11-07 00:01")
    assert desk.row("commitment", "c")["state"] == "missed"
    assert desk.told("c", "commitment_missed") == ["decider", "decider2", "two"]
    desk("two", 'commitment meet {c} --text "In production."', "11-09 09:00")
    assert desk.last("c", "commitment_met")["data"]["is_late"] is True
    assert desk.told("c", "commitment_met") == ["decider", "decider2"]
    desk.is_whole()
