"""`reviewflow calendar`: a story as a phone shows it, whose it is, what it never says, and where it is written."""

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.notify.programs import read
from tests.stories.test_tolling import POLICY
from tests.stories.world import PEOPLE, Desk, filed, started

INVALID, FORBIDDEN, NOT_FOUND, UNAVAILABLE = 2, 4, 5, 6
CANARY = "CANARY"
CONSENT = "--consent officer@example-lab-one.example"
KEYS = {
    "uid", "sequence", "changed_at", "ref", "kind", "part_no", "status", "due_at", "title", "text", "alarms",
}  # fmt: skip
Shown = tuple[str, str, str]


@pytest.fixture
def story(tmp_path: Path, database_kind: str) -> Iterator[Desk]:
    """A simulation of its own, which also knows a policy that tolls."""
    found = Desk.new(tmp_path)
    found.config = tmp_path / "config"
    shutil.copytree("config", found.config)
    (found.config / "policies" / "hsr-like.toml").write_text(POLICY)
    yield found
    found.close()


def events(desk: Desk, who: str) -> list[dict[str, Any]]:
    """A person's calendar, as two programs read it."""
    answer = desk.line("calendar", who)
    assert (answer.code, answer.err) == (0, "")
    found: list[dict[str, Any]] = read(answer.out.encode())["events"]
    return found


def shown(desk: Desk, who: str, kind: str = "Window ends") -> tuple[str, str, str, int]:
    """Mark before the title, status, due date and number of change of the one entry of a kind."""
    [event] = [event for event in events(desk, who) if kind in event["summary"]]
    mark = event["summary"].removeprefix("[SIMULATION] ").partition(kind)[0]
    [due] = [one["due_at"] for one in desk(who, "calendar")["entries"] if one["uid"] == event["uid"]]
    return mark, event["status"], due[:10], event["sequence"]


def test_a_window_that_stands_runs_on_and_ends(story: Desk) -> None:
    """Tolled, answered, extended, withdrawn: one entry, with a higher number each time; then the day to refile."""
    desk = story
    filed(desk, "r", "10-05", "2026-12-01", extra="--policy hsr-like")
    desk("intake", "review start {r}", "10-05 10:30")
    desk("decider", "review assign {r} reviewer@example-office.example", "10-05 11:00")
    steps = [shown(desk, "one")]
    desk("rev", 'review ask {r} --text "Which market?"', "10-07 10:00")
    steps.append(shown(desk, "one"))
    desk("one", 'review answer {r} 1 --text "This one."', "10-09 10:00")
    steps.append(shown(desk, "one"))
    assert shown(desk, "one", "Answer due (request 1)")[:2] == ("Met: ", "CANCELLED")
    desk("decider", f'review extend {{r}} 3 --reason "More to read." {CONSENT}', "10-12 09:00")
    steps.append(shown(desk, "one"))
    desk("one", 'review withdraw {r} --reason "Pull."', "10-14 09:00")
    steps.append(shown(desk, "one"))
    assert [step[:3] for step in steps] == [
        ("", "CONFIRMED", "2026-10-21"),  # 23:59 of the day before in New York
        ("Tolled: ", "CANCELLED", "2026-10-21"),
        ("", "CONFIRMED", "2026-10-23"),
        ("", "CONFIRMED", "2026-10-28"),
        ("Cancelled: ", "CANCELLED", "2026-10-28"),
    ]
    numbers = [step[3] for step in steps]
    assert numbers == sorted(set(numbers))
    assert shown(desk, "one", "Last day to file again")[:3] == ("", "CONFIRMED", "2026-10-17")
    assert len({event["uid"] for event in events(desk, "one")}) == len(events(desk, "one"))


def test_cleared_and_lapsed(story: Desk) -> None:
    """A window that was met is cancelled; one that lapsed stays where it was, for both sides and the reviewer."""
    desk = story
    started(desk, "r", "10-01", "2026-12-15")
    started(desk, "x", "10-02", "2026-12-15", who="two", sign="2", reviewer="rev2")
    desk("rev", 'review recommend {r} cleared --text "Fine." --statement "Cleared."', "10-05 09:00")
    desk("decider", 'review clear {r} --text "Cleared."', "10-06 09:00")
    desk.tick("11-05 09:00")
    for who in ("one", "rev"):
        assert shown(desk, who)[:3] == ("Met: ", "CANCELLED", "2026-11-01")
    for who in ("two", "rev2"):
        assert shown(desk, who)[:3] == ("", "CONFIRMED", "2026-11-02")
    assert len([event for event in events(desk, "decider") if "Window ends" in event["summary"]]) == 2


def test_nobodys_words_and_no_models_name(story: Desk) -> None:
    """Whatever a person wrote, and the name of the model, stays out of every calendar; the simulation says so."""
    desk = story
    started(desk, CANARY, "10-05", "2026-12-01", extra="--policy hsr-like")
    say = f'--text "{CANARY}"'
    desk("rev", f"review ask {{{CANARY}}} {say}", "10-06 09:00")
    desk("one", f"review answer {{{CANARY}}} 1 {say}", "10-06 10:00")
    desk("rev", f"review note {{{CANARY}}} {say}", "10-06 11:00")
    line = f'review find {{{CANARY}}} --title "{CANARY}" --domain cybersecurity --severity low {say}'
    desk("rev", line, "10-06 12:00")
    line = f'commitment agree example-lab-one {say} --owner "{CANARY}" --due 2026-12-24 --review {{{CANARY}}}'
    desk("decider", line, "10-06 13:00", "c")
    desk("one", "commitment accept {c}", "10-06 14:00")
    line = f'review start-toll {{{CANARY}}} government_closure --reason "{CANARY}"'
    desk("decider", line, "10-07 09:00")
    desk("one", f'review withdraw {{{CANARY}}} --reason "{CANARY}"', "10-08 09:00")
    for who in PEOPLE:
        for options in ((), ("--json",)):
            answer = desk.line("calendar", who, None, *options)
            assert answer.code == 0
            assert CANARY not in answer.out
    found = events(desk, "one")
    assert any("Commitment due" in event["summary"] for event in found)
    assert all(event["summary"].startswith("[SIMULATION] ") for event in found)


def test_whose_it_is(desk: Desk) -> None:
    """`--as` before the verb or after it; an agency's own deadline is not the lab's, and a draft not the agency's."""
    mailbox = PEOPLE["one"]
    before, after = desk.line("calendar", "one"), desk.line(f"calendar --as {mailbox}")
    assert before == after == desk.line(f"calendar --as {mailbox}", "intake")
    kinds = {who: {entry["kind"] for entry in desk(who, "calendar")["entries"]} for who in PEOPLE if who != "two"}
    assert kinds["intake"] == {"intake"}
    assert kinds["one"] == {"window", "access", "answer", "planned_release"}
    assert kinds["viewer"] == kinds["auditor"] == kinds["admin"] == set()
    assert events(desk, "auditor") == []


@pytest.mark.parametrize(
    ("code", "line", "who", "says"),
    [
        (INVALID, "calendar", None, "Who acts?"),
        (NOT_FOUND, "calendar", "nobody@example.com", "no person nobody@example.com"),
        (NOT_FOUND, "calendar --as system", None, "no person system"),
        (FORBIDDEN, "calendar", "viewer@example-lab-two.example", "out of use"),
        (INVALID, "calendar {r}", "one", "unexpected"),
        (INVALID, "calendar --out", "one", "requires an argument"),
        (UNAVAILABLE, "calendar --out /nowhere/at/all.ics", "one", "cannot be written to /nowhere/at/all.ics"),
    ],
)
def test_bad_input(desk: Desk, code: int, line: str, who: str | None, says: str) -> None:
    """An exit code, what is wrong and where; nothing is changed."""
    assert says in desk.refused(who, line, code=code)


def test_written_to_a_file(desk: Desk, tmp_path: Path) -> None:
    """Whole, for its owner's eyes, and with nothing left beside it; a file in the way of it stays as it was."""
    folder = tmp_path / "feeds"
    folder.mkdir()
    file = folder / "one.ics"
    file.write_text("old")
    answer = desk.line(f"calendar --out {file}", "one")
    assert (answer.code, answer.out) == (0, f"5 entries written to {file}.\n")
    assert file.read_bytes() == desk.line("calendar", "one").out.encode()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(folder.iterdir()) == [file]
    assert "cannot be written" in desk.refused("one", f"calendar --out {folder}", code=UNAVAILABLE)
    assert list(folder.iterdir()) == [file]

    found = desk("one", f"calendar --out {file}")
    assert (found["person"], found["count"], found["out"]) == (PEOPLE["one"], 5, str(file))
    assert [set(entry) for entry in found["entries"]] == [KEYS] * 5
    assert desk.line(f"calendar --out {file}", "one", None, "--quiet").out == ""


def test_real_database_has_no_mark_and_its_calendar_does_not_know_the_time(real: Desk) -> None:
    """The same bytes whenever it is asked, until something changes."""
    first = real.line("calendar", "one")
    assert "SIMULATION" not in first.out
    assert first == real.line("calendar", "one")
    assert "Window ends" in first.out
    real("one", "review plan {r} 2199-12-30")
    assert real.line("calendar", "one") != first
