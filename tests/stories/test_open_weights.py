"""Open weights: published copies cannot be recalled, and everybody says so in time."""

from tests.stories.world import Desk, started

RELEASE = f"review release {{r}} --digest {'6' * 64}"


def test_open_weights_ask_twice(desk: Desk) -> None:
    """A release asks for a second, explicit confirmation; holders are recorded, and a halt can only tell them."""
    started(desk, "r", "10-06", "2026-11-09", who="two", reviewer="rev2", sign="6", kind="open_weights")
    desk("rev2", 'review recommend {r} cleared --text "No concern." --statement "No concerns."', "10-26 10:00")
    desk("decider", 'review clear {r} --text "No concerns."', "10-27 10:00")
    assert "--copies-cannot-be-recalled" in desk.refused("two", RELEASE, "11-02 10:00")
    desk("two", f"{RELEASE} --stage limited --copies-cannot-be-recalled", "11-02 10:05")
    assert desk.last("r", "released")["data"]["copies_cannot_be_recalled"] is True

    assert "--copies-cannot-be-recalled" in desk.refused("two", "review advance {r} general", "11-03 10:00")
    desk("two", "review advance {r} general --copies-cannot-be-recalled", "11-03 10:05")
    assert "only goes forward" in desk.refused(
        "two", "review advance {r} limited --copies-cannot-be-recalled", "11-03 10:06"
    )
    assert [row["stage"] for row in desk.parts("model_release", "mr")] == ["limited", "general"]

    desk("two", 'model add-holder {mr} "Example Cloud" --contact weights@example-cloud.example', "11-03 11:00")
    assert "not yours" in desk.refused("one", 'model add-holder {mr} "Elsewhere"', "11-03 11:01", code=5)
    line = 'halt order --models {mr} --scope "new downloads" --basis "an example" --agency example-office'
    desk("decider", line, "11-05 17:21", "h")
    desk("two", 'halt implement {h} --scope "our own site; copies elsewhere carry on"', "11-05 18:00")
    row = desk.row("halt", "h")
    assert (row["ordered_scope"], row["implemented_scope"]) == (
        "new downloads", "our own site; copies elsewhere carry on",
    )  # fmt: skip
    assert [holder["name"] for holder in desk("decider", "halt show {h}")["holders"]] == ["Example Cloud"]
    [holder] = desk.parts("holder", "mr")
    assert (holder["name"], holder["contact"]) == ("Example Cloud", "weights@example-cloud.example")
    desk.is_whole()


def test_a_release_under_halt_is_acknowledged(desk: Desk) -> None:
    """A halt in force does not stop the record of a release; it must be known."""
    started(desk, "r", "10-06", "2026-11-09", who="two", reviewer="rev2", sign="6")
    line = 'halt order --models {mr} --scope "everyone" --basis "an example" --agency example-office'
    desk("decider", line, "10-07 09:00", "h")
    reasons = desk.refused("two", RELEASE, "10-08 09:00")
    assert f"under halt {desk.refs['h']}" in reasons
    desk("two", f"{RELEASE} --acknowledge no-determination --acknowledge halt", "10-08 09:05")
    assert desk.last("r", "released")["data"]["halts"] == [desk.refs["h"]]
