"""What is printed: no colours where nobody sees them, a simulation marked everywhere, 80 columns."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable

import pytest

from reviewflow.cli.look import views
from reviewflow.cli.verbs import GROUPS
from tests.stories.world import Desk

REFS = {
    "review": "{r}", "model": "{mf}", "agreement": "{g}", "coverage": "{v}", "halt": "{h}", "commitment": "{c}",
    "partner": "{p}", "org": "example-lab-one", "person": "officer@example-lab-one.example",
}  # fmt: skip
LOOKS = (
    "review list --all", "roster", "deadlines", "inbox", "verify", "check", "tick",
    *(f"{name} {view} {'' if view == 'list' else REFS[name]}" for name in GROUPS for view in views(GROUPS[name])
      if view != "document"),
)  # fmt: skip
ACTS = (
    ("one", "review plan {r} 2026-12-02"), ("one", "review submit {d}"),
    ("decider", "halt order --models {mr} --scope all --basis example --agency example-office"),
    ("one", 'model register "Another" --release-kind open_weights'), ("one", 'review withdraw {r} --reason "x"'),
    ("admin", "person roles auditor@example-office.example --roles auditor"),
)  # fmt: skip
MARK = " SIMULATION "


@pytest.mark.parametrize("line", LOOKS)
def test_a_look(desk: Desk, line: str) -> None:
    """Marked as a simulation in words and in JSON, plain where it is no terminal, within 80 columns."""
    found = desk.line(line, "decider", "10-12 12:01")
    assert (found.code, found.err) == (0, ""), found
    assert MARK in found.out
    assert "\x1b" not in found.out
    if line != "check":  # names the folder of the configuration, whole
        wide = [text for text in found.out.splitlines() if len(text) > 80 and "reviewflow " not in text]
        assert wide == []
    document = desk.line(line, "decider", "10-12 12:01", "--json")
    assert (document.code, document.err) == (0, "")
    assert json.loads(document.out)["is_simulation"] is True


@pytest.mark.parametrize(("who", "line"), ACTS)
def test_an_act(desk: Desk, who: str, line: str) -> None:
    """The answer to a command: marked, plain, narrow; with --quiet nothing but the reference."""
    copy = desk.file.read_bytes()
    found = desk.line(line, who, "10-12 12:01")
    assert (found.code, found.err) == (0, ""), found
    assert MARK in found.out
    assert "\x1b" not in found.out
    assert [text for text in found.out.splitlines() if len(text) > 80 and not text.startswith("next: ")] == []
    assert "recorded: " in found.out
    desk.close()
    desk.file.write_bytes(copy)
    quiet = desk.line(line, who, "10-12 12:01", "--quiet")
    assert (quiet.code, len(quiet.out.split())) == (0, 1)


def test_a_real_database_bears_no_mark(real: Desk) -> None:
    """What is real is not marked, and says so in JSON."""
    assert "SIMULATION" not in real.line("review plan {r} 2199-12-30", "one").out
    assert real(None, "verify")["is_simulation"] is False
    assert "SIMULATION" not in real.line("tick").out


def test_the_letters_of_a_simulation_are_marked(desk: Desk) -> None:
    """Each of them, where it is read first."""
    desk.tick("10-16 09:00")
    letters = [path.read_text() for path in (desk.file.parent / "letters").glob("*.eml")]
    assert letters
    assert [letter for letter in letters if "simulation" not in letter.lower()] == []


def test_errors_are_plain(desk: Desk) -> None:
    """Errors go to standard error, without colours where it is no terminal; every reason on a line."""
    found = desk.line("review start {r}", "intake", "10-12 12:01")
    assert (found.code, found.out) == (1, "")
    assert "\x1b" not in found.err
    found = desk.line(f"review release {{r}} --digest {'f' * 64}", "one", "10-12 12:01")
    assert found.err.splitlines()[0] == "Refused, for 2 reasons:"
    assert [text.startswith("  - ") for text in found.err.splitlines()[1:3]] == [True, True]


def on_a_terminal(desk: Desk, **variables: str) -> str:
    """What a person on a terminal sees of `verify`."""
    master, slave = pty.openpty()
    words = [sys.executable, "-m", "reviewflow", "--database", str(desk.file), "verify"]
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("REVIEWFLOW_") and name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")
    }
    with subprocess.Popen(
        words, stdout=slave, stderr=slave, env={**kept, "TERM": "xterm-256color", **variables}
    ) as done:
        os.close(slave)
        said = b""
        while True:
            try:
                more = os.read(master, 65536)
            except OSError:  # the other end was closed
                break
            if not more:
                break
            said += more
    os.close(master)
    assert done.returncode == 0, said
    return said.decode()


@pytest.mark.parametrize(
    ("variables", "is_plain"),
    [({}, lambda said: "\x1b[3" in said), ({"NO_COLOR": "1"}, lambda said: "\x1b[3" not in said)],
    ids=["terminal", "NO_COLOR"],
)
def test_colours_only_on_a_terminal(desk: Desk, variables: dict[str, str], is_plain: Callable[[str], bool]) -> None:
    """Colours where a person looks; none where NO_COLOR is set."""
    assert is_plain(on_a_terminal(desk, **variables))


def test_a_key_does_a_command_once(desk: Desk) -> None:
    """Asked twice it is answered the same; another command under the key is refused, and a key that is none as well."""
    line = 'review note {r} --text "Once"'
    first = desk.line(line, "rev", "10-12 13:00", "--json", "--key", "k-1")
    again = desk.line(line, "rev", "10-12 14:00", "--json", "--key", "k-1")
    assert first.code == again.code == 0
    assert {key: again.json[key] for key in ("ref", "version", "head")} == {
        key: first.json[key] for key in ("ref", "version", "head")
    }
    assert len([note for note in desk.parts("note", "r") if note["text"] == "Once"]) == 1
    other = desk.line('review note {r} --text "Twice"', "rev", "10-12 14:00", "--json", "--key", "k-1")
    assert other.code == 2 and "another command" in other.err
    assert desk.line(line, "rev", "10-12 14:00", "--json", "--key", "").code == 2
