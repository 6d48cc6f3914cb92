"""The gate of a release pipeline: facts and an exit code, at both doors alike, and never an approval."""

import json
from types import SimpleNamespace
from typing import Any

import pytest

from reviewflow.cli.release_check import print_check
from tests.doors.api.world import Program, token_for
from tests.stories.world import PEOPLE, Desk

CLEAN = "Nothing on record speaks against it."


def facts(found: dict[str, object]) -> list[str]:
    """The facts by name."""
    return [one["fact"] for one in found["facts"]]  # type: ignore[attr-defined]


def test_facts_stand_until_they_do_not(program: Program) -> None:
    """A window that runs, a question and a halt are named; each check stops for its own; cleared, nothing is left."""
    desk = program.desk
    desk("rev", 'review ask {r} --text "Why?"', "10-09 10:00")
    answer = program.get("one", "/models/{mr}/release-check", "10-10 09:00")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert facts(found) == ["window_open", "no_determination", "request_open"]
    assert (found["exit_code"], found["says"]) == (1, "These facts stand.")
    assert found["window"]["last_day_on"] in found["facts"][0]["says"]
    assert [one["what"] for one in found["acknowledgements"]] == ["no-determination"]
    halts = program.get("one", "/models/{mr}/release-check?policy=halts", "10-10 09:00").json()
    assert (halts["exit_code"], facts(halts)) == (0, facts(found)), "the facts are the same, whatever it stops for"
    assert "approv" not in answer.text
    line = "halt order --models {mr} --scope everybody --basis example --agency example-office"
    desk("decider", line, "10-10 10:00", "h")
    halted = program.get("one", "/models/{mr}/release-check?policy=halts", "10-10 11:00").json()
    assert halted["exit_code"] == 1
    assert facts(halted)[0] == "halt"
    desk("decider", "halt lift {h}", "10-10 12:00")
    desk("rev", 'review recommend {r} cleared --text "Fine." --statement "No concerns."', "10-11 09:00")
    desk("decider", 'review clear {r} --text "No concerns."', "10-11 10:00")
    clean = program.get("one", "/models/{mr}/release-check", "10-11 11:00").json()
    assert (clean["facts"], clean["says"], clean["exit_code"]) == ([], CLEAN, 0)
    other = program.get("one", f"/models/{{mr}}/release-check?digest={'0' * 64}", "10-11 11:00").json()
    assert facts(other) == ["other_digest"]


def test_command_line_says_the_same(program: Program) -> None:
    """The same document, the same exit code; in words each fact stands on a line of its own."""
    desk, at = program.desk, "10-10 09:00"
    served = program.get("one", "/models/{mr}/release-check", at).json()
    line = desk.line("release-check {mr}", "one", at, "--json")
    assert line.code == served["exit_code"] == 1
    assert {k: v for k, v in json.loads(line.out).items() if k != "now"} == served
    words = desk.line("release-check {mr}", "one", at)
    assert all(one["says"] in " ".join(words.out.split()) for one in served["facts"])
    assert desk.line("release-check {mr} --policy halts", "one", at).code == 0
    unknown = desk.line("release-check {mr} --policy nonsense", "one", at)
    assert unknown.code == 2
    assert "strict" in unknown.err


def test_model_without_a_review_and_of_another_lab(program: Program) -> None:
    """A model of which no review is on record says so; another lab's is not there."""
    made = program.do("two", "/models", {"name": "Bare", "digest": "8" * 64}, "10-10 09:00").json()["ref"]
    found = program.get("two", f"/models/{made}/release-check").json()
    assert facts(found) == ["no_review"]
    assert found["review"] is None
    assert program.get("one", f"/models/{made}/release-check").status_code == 404


def test_incomplete_filing_is_named(desk: Desk) -> None:
    """A draft is not filed, and each gate item that is missing is named."""
    desk("one", f'model register "M" --digest {"1" * 64}', "10-01 09:00", "m")
    desk("one", "review open {m} --agency example-office", "10-01 09:01", "r")
    found = desk.line("release-check {m}", "one", "10-01 09:02", "--json").json
    assert found["facts"][0]["fact"] == "not_filed"
    assert {one["says"].split()[3] for one in found["facts"] if one["fact"] == "missing_item"} >= {"system_card"}


def test_a_model_that_is_not_covered_needs_no_review(program: Program) -> None:
    """Asked, it is open; found not covered the check passes, and says so; a later finding that it is covered counts."""
    desk, path = program.desk, "/models/{m}/release-check"
    desk("one", f'model register "Small" --digest {"6" * 64}', "10-10 09:00", "m")
    desk("one", "coverage ask {m} --agency example-office", "10-10 09:01", "v")
    found = program.get("one", path, "10-10 09:02").json()
    assert (facts(found), found["exit_code"]) == (["coverage_open", "no_review"], 1)
    desk("decider", "coverage decide {v} not_covered --pointer safe", "10-10 09:03")
    found = program.get("one", path, "10-10 09:04").json()
    assert (facts(found), found["exit_code"]) == (["not_covered"], 0)
    assert desk.refs["v"] in found["facts"][0]["says"]
    desk("one", "coverage ask {m} --agency example-office", "10-10 09:05", "v2")
    desk("decider", "coverage decide {v2} covered --pointer safe", "10-10 09:06")
    found = program.get("one", path, "10-10 09:07").json()
    assert (facts(found), found["exit_code"]) == (["no_review"], 1)


def test_a_token_learns_no_more_than_it_names(program: Program) -> None:
    """What its scopes hide is not told, only that they hide something; then every check stops, whatever it is for."""
    desk, at = program.desk, "10-10 11:00"
    desk("rev", 'review recommend {r} cleared --text "Fine." --statement "No concerns."', "10-10 09:00")
    desk("decider", 'review clear {r} --text "No concerns."', "10-10 09:05")
    line = "halt order --models {mr} --scope everybody --basis example --agency example-office"
    desk("decider", line, "10-10 10:00", "h")

    def told(who: str, *names: str, policy: str = "strict") -> dict[str, object]:
        scopes = {"subjects": [desk.refs[name] for name in names]}
        program.tokens["narrow"] = token_for(program.app, PEOPLE[who], scopes)
        answer = program.get("narrow", f"/models/{{mr}}/release-check?policy={policy}", at)
        hidden = [desk.refs[name] for name in ("r", "h") if name not in names]
        assert not any(ref in answer.text for ref in hidden), answer.text
        found: dict[str, object] = answer.json()
        return found

    for policy in ("strict", "release", "halts"):
        found = told("one", "mr", policy=policy)
        assert (facts(found), found["hidden_by_scope"], found["exit_code"]) == (["hidden_by_scope"], True, 1)
        assert (found["review"], found["acknowledgements"]) == (None, [])
    found = told("one", "mr", "r")
    assert (facts(found), found["acknowledgements"]) == (["hidden_by_scope"], [])
    found = told("one", "mr", "r", "h", policy="halts")
    assert (facts(found), found["hidden_by_scope"], found["exit_code"]) == (["halt"], False, 1)
    desk("decider", "halt lift {h}", "10-10 10:30")
    assert (told("one", "mr", "r")["exit_code"], told("one", "mr")["exit_code"]) == (0, 1)
    narrow = program.get("narrow", "/models/{mr}", at).json()
    assert (narrow["reviews"], narrow["halts"]) == ([], [])


def test_a_hidden_review_is_not_said_to_be_none(capsys: pytest.CaptureFixture[str]) -> None:
    """It may be there, out of the token's reach; a sentence that is too long for its line goes on below itself."""
    one = {"fact": "hidden_by_scope", "says": "Your token's scopes hide " + "something " * 9, "stops": True}
    found = {"ref": "MD-1", "name": "M", "review": None, "hidden_by_scope": True, "facts": [one]}
    page: Any = SimpleNamespace(
        document=found | {"acknowledgements": [], "says": "These facts stand.", "exit_code": 1}, banner=lambda: None
    )
    print_check(page)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "MD-1 M: no review within your token's reach"
    assert lines[1].startswith(" * Your token's")
    assert lines[2].startswith("   something")
