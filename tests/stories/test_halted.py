"""A halt: an order outside any review, with its own scope and life."""

from tests.stories.world import Desk, started


def ordered(desk: Desk) -> None:
    """A review that runs on the first of two models, and a halt `h` of both."""
    started(desk, "a", "10-05", "2026-12-01", sign="a")
    desk("one", f'model register "Example Model b" --digest {"b" * 64} --release-kind limited', "10-05 12:00", "mb")
    line = 'halt order --models {ma} --models {mb} --scope "Any foreign national" --basis "an example letter"'
    desk("decider", f"{line} --agency example-office", "10-09 17:21", "h")


def models(desk: Desk) -> list[str]:
    """Where each model of the halt stands."""
    return [row["state"] for row in desk.parts("halt_model", "h")]


def test_halt_from_order_to_restoration(desk: Desk) -> None:
    """Ordered and implemented are two scopes; each model has its own way back; conditions become commitments."""
    ordered(desk)
    assert desk.told("h", "halt_ordered") == ["decider2", "one"]  # and not the one who ordered it
    reason = desk.refused("one", 'halt restore {h} {ma} --scope "everyone"', "10-09 17:30")
    assert "possible when" in reason
    desk("one", 'halt implement {h} --scope "All users" --reason "Nationality cannot be told"', "10-09 18:00")
    data = desk.last("h", "halt_implemented")["data"]
    assert (data["ordered_scope"], data["scope"]) == ("Any foreign national", "All users")

    narrow = 'halt narrow {h} --models {mb} --scope "as ordered, but for a list" --allow "Hospital A" --allow "Grid B"'
    desk("decider", narrow, "10-20 09:00")
    desk("decider", f'{narrow} --allow "Bank C"', "10-21 09:00")
    versions = desk.parts("allow_list", "h")
    assert [row["no"] for row in versions] == [1, 2]
    assert "Bank C" in versions[1]["entities"] and "Bank C" not in versions[0]["entities"]
    assert (desk.row("halt", "h")["state"], models(desk)) == ("ordered", ["ordered", "narrowed"])

    desk("one", 'halt restore {h} {mb} --scope "the list"', "10-22 09:00")  # within the narrowing, before the lift
    assert models(desk) == ["ordered", "narrowed"]
    desk("decider", 'halt lift {h} --condition "Report malicious use" --condition "Detect risk"', "10-26 09:00")
    assert (desk.row("halt", "h")["state"], models(desk)) == ("lifted", ["lifted", "lifted"])
    commitments = desk.query("SELECT * FROM commitment ORDER BY text")
    assert [(row["text"], row["state"], row["halt"]) for row in commitments] == [
        ("Detect risk", "agreed", desk.refs["h"]), ("Report malicious use", "agreed", desk.refs["h"]),
    ]  # fmt: skip
    desk("one", 'halt restore {h} {ma} --scope "worldwide" --note "with a classifier"', "10-27 09:00")
    assert (desk.row("halt", "h")["state"], models(desk)) == ("lifted", ["restored", "lifted"])
    desk("one", 'halt restore {h} {mb} --scope "worldwide"', "10-28 09:00")
    assert desk.row("halt", "h")["state"] == "restored"
    desk.is_whole()


def test_a_halt_changes_no_review_and_no_clock(desk: Desk) -> None:
    """While a model is halted its review runs on as if nothing had happened."""
    started(desk, "a", "10-05", "2026-12-01", sign="a")
    before = desk.row("review", "a"), desk.parts("deadline", "a"), desk.names("a")
    line = "halt order --models {ma} --scope all --basis example --agency example-office"
    desk("decider", line, "10-05 17:21", "h")
    desk("one", 'halt implement {h} --scope "all"', "10-05 18:00")
    desk("decider", "halt lift {h}", "10-05 19:00")
    assert (desk.row("review", "a"), desk.parts("deadline", "a"), desk.names("a")) == before


def test_who_may_halt(desk: Desk) -> None:
    """Only a decider of an office with the power, of one lab at a time, and models under this halt only."""
    ordered(desk)
    desk("two", f'model register "Example Model c" --digest {"c" * 64}', "10-10 09:00", "mc")
    line = '--scope "all" --basis "an example" --agency example-office'
    both = f"halt order --models {{ma}} --models {{mc}} {line}"
    assert "several labs" in desk.refused("decider", both, "10-10 09:10")
    assert "named twice" in desk.refused("decider", f"halt order --models {{mc}} --models {{mc}} {line}", "10-10 09:11")
    desk.refused("rev", f"halt order --models {{mc}} {line}", "10-10 09:12", code=4)
    desk.refused("one", f"halt order --models {{ma}} {line}", "10-10 09:13", code=4)
    desk.refused("two", 'halt implement {h} --scope "all"', "10-10 09:14", code=5)
    narrow = 'halt narrow {h} --scope "x" --models {mc}'
    assert f"it covers {desk.refs['ma']}" in desk.refused("decider", narrow, "10-10 09:15")
    assert "not under this halt" in desk.refused("decider", f"{narrow} --models {{ma}}", "10-10 09:15")
    line = "halt order --models {mc} --scope a --basis b"
    assert "halt power" in desk.refused("consulted", line, "10-10 09:16", code=4)
