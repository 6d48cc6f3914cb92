"""What the command line shows: to whom, in which order, in how many columns, and with which keys."""

import contextlib
import io
import json
import re
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from rich.console import Console

from reviewflow.cli import paint, queue_page
from reviewflow.cli.main import run

LAB, RIVAL = "officer@example-lab-one.example", "officer@example-lab-two.example"
INTAKE, DECIDER = "intake@example-office.example", "decider@example-office.example"
REVIEWER, SECOND = "reviewer@example-office.example", "reviewer-two@example-office.example"
TERMS = "confidentiality,cybersecurity,insider_risk,intellectual_property,use,non_disclosure"
SECRET = ("hushed finding", "inner reasons", "agency only", REVIEWER)  # the reviewer asks nothing here
KEYS = {
    "ref", "state", "lab", "agency", "model", "model_name", "policy", "policy_version", "determination", "due_kind",
    "due_at", "due_on", "days_left", "remaining_days", "waiting_on", "version", "head",
}  # fmt: skip


class Answer(NamedTuple):
    """What one command line gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON object on standard output."""
        return json.loads(self.out)


class Desk:
    """A database and who sits before it."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.refs: dict[str, str] = {}

    def __call__(self, *words: str, by: str | None = None, at: str | None = None, is_json: bool = False) -> Answer:
        """One command line; a word such as {one} stands for a reference made earlier."""
        line = ["--database", str(self.file), *(("--as", by) if by else ()), *(("--at", at) if at else ())]
        line += [*(("--json",) if is_json else ()), *(word.format(**self.refs) for word in words)]
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(line)
        return Answer(code, out.getvalue(), err.getvalue())

    def do(self, by: str, at: str, text: str, name: str = "", *more: str) -> None:
        """A command that must succeed; `name` keeps the reference that it made."""
        answer = self(*text.split(), *more, by=by, at=f"2026-10-{at}", is_json=True)
        assert answer.code == 0, (text, answer.err)
        if name:
            self.refs[name] = answer.json["ref"]


def file_review(desk: Desk, by: str, day: str, name: str, digest: str, planned: str) -> None:
    """From a model to a running clock."""
    desk.do(by, f"{day}T09:00", f"model register Model-{name} --digest {digest * 64}", f"m{name}")
    desk.do(by, f"{day}T09:01", f"review open {{m{name}}} --agency example-office", name)
    desk.do(by, f"{day}T09:02", f"review plan {{{name}}} {planned}")
    for item in ("access_ready", "system_card", "safeguard_state", "access_terms"):
        desk.do(by, f"{day}T09:03", f"review supply {{{name}}} {item} --text vault")
    desk.do(by, f"{day}T09:10", f"review submit {{{name}}}")
    desk.do(INTAKE, f"{day}T10:00", f"review start {{{name}}}")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Two labs, three reviews: one in full swing, one younger, one draft; made once, and never changed by a test."""
    desk = Desk(tmp_path_factory.mktemp("views") / "r.db")
    assert desk("init", "--simulation", at="2026-10-01T08:00").code == 0
    file_review(desk, LAB, "01", "one", "1", "2026-12-20")
    desk.do(LAB, "01T10:05", f"review grant-access {{one}} team --how endpoint --terms {TERMS}")
    desk.do(DECIDER, "01T10:10", f"review assign {{one}} {REVIEWER}")
    file_review(desk, RIVAL, "05", "two", "2", "2026-12-20")
    desk.do(DECIDER, "05T10:10", f"review assign {{two}} {SECOND}")
    desk.do(SECOND, "06T09:00", "review ask {two} --text", "", "How was it elicited?")
    desk.do(REVIEWER, "07T09:00", "review find {one} --domain cybersecurity --severity high --title", "", SECRET[0])
    desk.do(DECIDER, "07T09:05", "review note {one} --text", "", SECRET[2])
    desk.do(REVIEWER, "08T09:00", "review recommend {one} concerns --statement S --text", "", SECRET[1])
    desk.do(LAB, "09T09:00", f"model register Model-three --digest {'3' * 64}", "mthree")
    desk.do(LAB, "09T09:01", "review open {mthree} --agency example-office", "three")
    assert desk("tick", at="2026-10-20T12:00").code == 0
    return desk


@pytest.fixture
def desk(made: Desk, tmp_path: Path) -> Desk:
    """A copy to write on."""
    for file in made.file.parent.glob("r.db*"):
        shutil.copy(file, tmp_path / file.name)
    copy = Desk(tmp_path / "r.db")
    copy.refs = dict(made.refs)
    return copy


def refs_in(text: str) -> list[str]:
    """Review references in the order of their lines."""
    return re.findall(r"RV-[0-9A-Z]{4}-[0-9A-Z]{4}", text)


# ---------------------------------------------------------------------------- the queue


def test_queue_begins_with_the_least_time_left(made: Desk) -> None:
    """Open reviews by time left; what has no date comes last; the next command stands below."""
    answer = made("review", "list")
    assert refs_in(answer.out)[:3] == [made.refs[name] for name in ("one", "two", "three")]
    assert "11 d left" in answer.out
    assert f"next: reviewflow review show {made.refs['one']}" in answer.out


def test_queue_on_a_terminal_shows_what_fits(made: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """And says how much it leaves out and how to see it; a pipe and JSON get all, or as many as they ask for."""
    assert len(set(refs_in(made("review", "list").out))) == 3
    few = made("review", "list", "--limit", "1")
    assert set(refs_in(few.out)) == {made.refs["one"]}
    assert "3 reviews: 1 draft, 2 under review." in few.out
    assert "Shown: 1, with the least time left first; --limit 0 shows all 3." in few.out
    found = made("review", "list", "--limit", "1", is_json=True).json
    assert ([one["ref"] for one in found["reviews"]], found["count"]) == ([made.refs["one"]], 3)

    monkeypatch.setattr(queue_page, "FEWEST", 1)
    height = queue_page.AROUND + 2
    for colours in ("truecolor", None):
        terminal = Console(file=io.StringIO(), force_terminal=True, color_system=colours, width=100, height=height)
        monkeypatch.setattr(paint, "console", lambda terminal=terminal, **_: terminal)
        for options, shown in (((), {"one", "two"}), (("--limit", "0"), {"one", "two", "three"})):
            terminal.file = io.StringIO()
            assert made("review", "list", *options).code == 0
            assert set(refs_in(terminal.file.getvalue())) == {made.refs[name] for name in shown}
            assert terminal.file.getvalue().count("\n") <= height or options
    assert len(made("review", "list", is_json=True).json["reviews"]) == 3


def test_time_left_stands_in_one_column(desk: Desk) -> None:
    """Also of a review that has no window, and so no bar before the words."""
    desk.do(LAB, "20T13:00", "review plan {three} 2026-12-20")
    lines = [line for line in desk("review", "list").out.splitlines() if " d left" in line]
    assert len(lines) == 3
    assert {line.index(" d left") for line in lines} == {len("███░ 11")}


def test_queue_is_narrowed_and_unknown_states_are_named(made: Desk) -> None:
    """By state and by lab; a state that is none is a usage error."""
    assert refs_in(made("review", "list", "--state", "draft").out)[0] == made.refs["three"]
    assert made("review", "list", "--lab", "example-lab-two", is_json=True).json["count"] == 1
    assert made("review", "list", "--state", "approved").code == 2


def test_empty_queue_teaches(tmp_path: Path) -> None:
    """Where there is nothing it says how a review comes to be."""
    desk = Desk(tmp_path / "empty.db")
    desk("init", "--simulation", at="2026-10-01T08:00")
    assert "reviewflow review open MODEL" in desk("review", "list").out


def test_queue_in_json_keeps_its_keys(made: Desk) -> None:
    """Stable keys, with version, chain head and the mark of a simulation."""
    found = made("review", "list", is_json=True).json
    assert [KEYS - set(one) for one in found["reviews"]] == [set()] * 3
    assert found["is_simulation"] is True
    assert [one["days_left"] for one in found["reviews"]] == [11, 15, None]


# ---------------------------------------------------------------------------- who sees what


@pytest.mark.parametrize("view", ["show", "timeline", "explain"])
def test_denied_review_answers_as_one_that_is_not_there(made: Desk, view: str) -> None:
    """Another lab's review, another reviewer's and no review: the same words and exit code 5."""
    ref, nothing = made.refs["one"], "RV-2222-2222"
    denied = [made("review", view, ref, by=by) for by in (RIVAL, SECOND)]
    missing = made("review", view, nothing, by=RIVAL)
    assert {answer.code for answer in (*denied, missing)} == {5}
    assert {answer.err.replace(ref, "REF") for answer in denied} == {missing.err.replace(nothing, "REF")}


@pytest.mark.parametrize("view", ["show", "timeline", "explain"])
@pytest.mark.parametrize("is_json", [False, True])
def test_lab_reads_nothing_internal(made: Desk, view: str, is_json: bool) -> None:
    """No recommendation, assignment, internal note or unshared finding reaches the lab; the agency reads them."""
    answer = made("review", view, "{one}", by=LAB, is_json=is_json)
    assert answer.code == 0
    assert [word for word in SECRET if word in answer.out] == []
    if view != "explain":
        seen = made("review", view, "{one}", by=DECIDER, is_json=is_json).out
        assert [word for word in SECRET if word not in " ".join(seen.split())] == []


def test_queue_shows_a_person_what_is_his(made: Desk) -> None:
    """A lab its own, a reviewer what he is assigned to, a decider everything of his agency that was filed."""
    seen = {by: set(refs_in(made("review", "list", "--all", by=by).out)) for by in (LAB, RIVAL, REVIEWER, DECIDER)}
    one, two, three = (made.refs[name] for name in ("one", "two", "three"))
    assert seen == {LAB: {one, three}, RIVAL: {two}, REVIEWER: {one}, DECIDER: {one, two}}


def test_draft_is_the_labs_alone(desk: Desk) -> None:
    """To every role of the agency it is not there, wherever its reference might stand, until it is filed."""
    three, looks = desk.refs["three"], ("show", "timeline", "explain")
    desk.do(LAB, "20T13:00", "review plan {three} 2026-12-20")
    drawn = ("portfolio", "--until", "2026-12-31")
    lists = (("review", "list", "--all"), ("deadlines", "--all"), drawn, ("model", "show", "{mthree}"))
    agency = (INTAKE, DECIDER, REVIEWER, "admin@example-office.example", "auditor@example-office.example")
    for by in agency:
        assert {desk("review", look, three, by=by).code for look in looks} == {5}
        assert [words for words in lists if three in desk(*words, by=by, is_json=True).out] == []
        assert desk("review", "assign", three, SECOND, by=by, at="2026-10-20T13:01").code == 5
        assert desk("export", three, by=by).code == 5
    for reader in (LAB, None):
        assert {desk("review", look, three, by=reader).code for look in looks} == {0}
        assert [words for words in lists if three not in desk(*words, by=reader, is_json=True).out] == []
    for item in ("access_ready", "system_card", "safeguard_state", "access_terms"):
        desk.do(LAB, "20T13:02", f"review supply {{three}} {item} --text vault")
    desk.do(LAB, "20T13:03", "review submit {three}")
    assert {desk("review", look, three, by=DECIDER).code for look in looks} == {0}
    assert [words for words in lists if three not in desk(*words, by=DECIDER, is_json=True).out] == []


def test_draft_that_refiles_a_review_is_not_named_on_it(desk: Desk) -> None:
    """The link to a later review is there for the agency when that one was filed."""
    desk.do(LAB, "20T13:00", "review withdraw {one} --reason", "", "another checkpoint")
    desk.do(LAB, "20T13:01", "review open {mone} --refiles {one}", "again")
    links = {by: desk("review", "show", "{one}", by=by, is_json=True).json["links"] for by in (LAB, DECIDER)}
    assert {by: found["refiled_by"] for by, found in links.items()} == {LAB: [desk.refs["again"]], DECIDER: []}


def test_draft_that_was_withdrawn_stays_unseen(desk: Desk) -> None:
    """What was never filed is no review of the lab in the roster either."""
    desk.do(LAB, "20T13:00", "review withdraw {three} --reason", "", "never mind")
    assert desk("review", "show", "{three}", by=DECIDER).code == 5
    assert desk.refs["three"] not in desk("review", "list", "--all", by=DECIDER, is_json=True).out
    roster = {one["lab"]: one for one in desk("roster", is_json=True).json["roster"]}
    assert roster["example-lab-one"]["reviews"] == 1


def test_empty_queue_does_not_tell_that_others_have_reviews(made: Desk) -> None:
    """Whether there is any review at all is asked of what the reader may see."""
    alone = made("review", "list", by="officer@example-lab-three.example", is_json=True).json
    assert (alone["count"], alone["is_empty"]) == (0, True)


def test_lab_is_not_told_who_in_the_agency_has_the_next_move(made: Desk) -> None:
    """A recommendation moves the next step to the decider, which a lab may not learn from the queue."""
    waits = {by: made("review", "list", by=by, is_json=True).json["reviews"][0]["waiting_on"] for by in (LAB, DECIDER)}
    assert waits == {LAB: {"side": "agency", "whom": None}, DECIDER: {"side": "agency", "whom": "decider"}}


def test_deadlines_and_roster_show_a_lab_its_own(made: Desk) -> None:
    """Deadlines of its own subjects only; of another lab's reviews not even the number."""
    due = made("deadlines", by=RIVAL, is_json=True).json["deadlines"]
    assert {one["lab"] for one in due} == {"example-lab-two"}
    roster = {one["lab"]: one for one in made("roster", by=RIVAL, is_json=True).json["roster"]}
    assert roster["example-lab-one"]["reviews"] is None
    assert roster["example-lab-two"]["reviews"] == 1


def test_only_what_is_possible_for_a_person_is_offered(made: Desk) -> None:
    """A lab is offered its own verbs, a decider his, and the hint is one of them."""
    verbs = {
        by: {one["verb"] for one in made("review", "show", "{one}", by=by, is_json=True).json["possible"]}
        for by in (LAB, DECIDER)
    }
    assert "withdraw" in verbs[LAB] and "clear" not in verbs[LAB]
    assert "clear" in verbs[DECIDER] and "withdraw" not in verbs[DECIDER]
    assert f"--as {DECIDER} review clear" in made("review", "show", "{one}", by=DECIDER).out


# ---------------------------------------------------------------------------- one review


def test_show_counts_the_days_of_the_window(made: Desk) -> None:
    """Day 19 of 30, 11 days left, and 19 days of access, day 0 not counted."""
    found = made("review", "show", "{one}", is_json=True).json
    window = found["window"]
    assert (window["day"], window["of"], window["days_left"]) == (19, 30, 11)
    assert found["access_days"] == 19
    assert (found["version"], found["missing"]) == (
        made("review", "list", is_json=True).json["reviews"][0]["version"],
        [],
    )


def test_explain_prints_the_basis_as_it_is_stored(made: Desk) -> None:
    """Numbered plain sentences, and what they are pinned to."""
    found = made("review", "explain", "{one}", is_json=True).json
    text = " ".join(made("review", "explain", "{one}").out.split())
    for number, sentence in enumerate(found["window"]["basis"], 1):
        assert f"{number}. {sentence}" in text
    assert found["pinned"]["policy_digest"] in text
    assert {"policy", "version", "policy_digest", "calendar_digest", "tzdata"} <= set(found["pinned"])


def test_explain_gives_the_dates_that_were_replaced(desk: Desk) -> None:
    """An earlier last day with the reason why it is no longer the one."""
    desk.do(LAB, "20T13:00", "review plan {one} 2026-10-29")
    found = desk("review", "explain", "{one}", is_json=True).json
    assert [(row["due_on"], row["reason"]) for row in found["superseded"]] == [("2026-10-31", "the plan moved")]
    assert found["window"]["due_on"] == "2026-10-28"


def test_timeline_draws_the_window_and_tells_the_journal(made: Desk) -> None:
    """The bar with today's mark, each event once, and what the system recorded late marked."""
    text = made("review", "timeline", "{two}").out
    assert "▲ today, 20 Oct, day 15 of 30" in text
    assert "━" in text and "─" in text
    assert "recorded 10 d late" in text
    events = made("review", "timeline", "{two}", is_json=True).json["events"]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert all(event["says"] for event in events)


def test_rescinded_events_are_marked(desk: Desk) -> None:
    """What a corrected start disproves is told as rescinded, with the event that did it."""
    assert desk("tick", at="2026-11-02T12:00").code == 0
    answer = desk(
        "review", "correct-start", "{one}", "2026-10-05", "--second", "decider-two@example-office.example", "--reason",
        "the receipt was misdated", by=DECIDER, at="2026-11-02T13:00",
    )  # fmt: skip
    assert answer.code == 0, answer.err
    events = desk("review", "timeline", "{one}", is_json=True).json["events"]
    assert any(event["name"] == "lapsed_rescinded" for event in events)
    assert "lapsed rescinded" in desk("review", "timeline", "{one}").out


# ---------------------------------------------------------------------------- letters


def test_letter_is_seen_and_acknowledged_by_its_reader_only(desk: Desk) -> None:
    """Newest first; shown once it is seen; acknowledged once; to anyone else it is not there."""
    letter = desk("inbox", by=LAB, is_json=True).json["letters"][0]
    short = letter["id"][:8]
    assert desk("letter", "show", short, by=RIVAL).code == 5
    assert desk("letter", "acknowledge", short, by=RIVAL).code == 5
    assert letter["seen_at"] is None
    assert letter["subject"].removeprefix("[SIMULATION] ") in " ".join(
        desk("letter", "show", short, by=LAB).out.split()
    )
    first = desk("letter", "acknowledge", short, by=LAB, is_json=True).json
    again = desk("letter", "acknowledge", short, by=LAB, at="2026-10-21T09:00", is_json=True).json
    assert first["status"] == "acknowledged" and first["acknowledged_at"] == again["acknowledged_at"]
    open_ones = desk("inbox", "--open", by=LAB, is_json=True).json["letters"]
    assert short not in {one["id"][:8] for one in open_ones}


def test_operator_reads_a_letter_without_a_trace(desk: Desk) -> None:
    """Only the reader's own look is noted; an inbox needs someone whose it is."""
    letter = desk("inbox", by=LAB, is_json=True).json["letters"][0]
    assert desk("letter", "show", letter["id"]).code == 0
    assert desk("inbox", by=LAB, is_json=True).json["letters"][0]["seen_at"] is None
    assert desk("inbox").code == 2
    assert desk("letter", "show", "%").code == 5


# ---------------------------------------------------------------------------- the rest


def test_roster_counts_what_was_determined_in_time(desk: Desk) -> None:
    """Determined before the window ended is on time; a review without a determination is not counted."""
    desk.do(DECIDER, "20T13:00", "review raise-concerns {one}")
    roster = {one["lab"]: one for one in desk("roster", is_json=True).json["roster"]}
    one, two = roster["example-lab-one"], roster["example-lab-two"]
    assert (one["reviews"], one["on_time"], one["determined"]) == (1, 1, 1)
    assert (two["reviews"], two["on_time"], two["determined"]) == (1, 0, 0)


def test_policy_check_names_every_fault(made: Desk, tmp_path: Path) -> None:
    """A file of one's own and the whole configuration; no database is needed."""
    bad = tmp_path / "bad.toml"
    bad.write_text('id = "x"\n')
    answer = made("policy", "check", str(bad))
    assert answer.code == 2
    assert all(key in answer.err for key in ("version", "title", "source", "window"))
    nowhere = Desk(tmp_path / "none.db")
    assert {nowhere("policy", *words).code for words in (("check",), ("list",), ("show", "hsr"))} == {0}
    assert nowhere("policy", "show", "hsr", is_json=True).json["is_simulation"] is None


VIEWS: list[tuple[str, ...]] = [
    ("review", "list"), ("review", "list", "--all"), ("review", "show", "{one}"), ("review", "show", "{three}"),
    ("review", "timeline", "{one}"), ("review", "timeline", "{three}"), ("review", "explain", "{two}"), ("roster",),
    ("deadlines",), ("deadlines", "--all"), ("portfolio",), ("policy", "list"), ("policy", "show", "eo-14409"),
    ("model", "list"), ("model", "show", "{mone}"), ("agreement", "list"), ("coverage", "list"), ("halt", "list"),
    ("commitment", "list"), ("partner", "list"), ("org", "list"), ("org", "show", "example-office"),
    ("person", "list"), ("person", "show", LAB),
]  # fmt: skip


@pytest.mark.parametrize("view", VIEWS, ids=" ".join)
def test_view_fits_eighty_columns_and_marks_a_simulation(made: Desk, view: tuple[str, ...]) -> None:
    """No line but a command to copy is wider; off a terminal there are no colours; JSON says what it is."""
    answer = made(*view)
    assert answer.code == 0, answer.err
    wide = [line for line in answer.out.splitlines() if len(line) > 80 and not line.startswith("next: ")]
    assert wide == []
    assert "\x1b" not in answer.out
    assert "SIMULATION" in answer.out
    assert made(*view, is_json=True).json["is_simulation"] is True


@pytest.mark.parametrize("by", [LAB, DECIDER])
def test_inbox_fits_eighty_columns(made: Desk, by: str) -> None:
    """The table of letters, and each letter's id is enough to find it."""
    text = made("inbox", by=by).out
    assert [line for line in text.splitlines() if len(line) > 80 and not line.startswith("next: ")] == []


def test_nobody_reads_as_someone_who_is_not_there(made: Desk) -> None:
    """An unknown person is not found."""
    assert made("review", "list", by="nobody@example.example").code == 5
    assert made("review", "list", by="system").code == 5


def test_nobody_reads_everything_by_an_empty_name(made: Desk) -> None:
    """`--as ""` is a usage error, not the operator."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        assert run(["--database", str(made.file), "--as", "", "review", "list"]) == 2
    assert out.getvalue() == ""
