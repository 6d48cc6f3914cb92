"""Whatever is typed wrong: an exit code, what is wrong and where, what to do; no traceback, and nothing is changed."""

import contextlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import pytest

from reviewflow.cli.look import views
from reviewflow.nouns.states import Kind
from reviewflow.store.refs import SIGNS, draw_ref
from tests.stories.world import PEOPLE, TERMS, Desk, example_config, reviewflow

REFUSED, INVALID, STALE, FORBIDDEN, NOT_FOUND, UNAVAILABLE = 1, 2, 3, 4, 5, 6
KINDS = {
    REFUSED: "refused", INVALID: "invalid", STALE: "stale", FORBIDDEN: "forbidden", NOT_FOUND: "notfound",
    UNAVAILABLE: "unavailable",
}  # fmt: skip
ABSENT = draw_ref(Kind.REVIEW, lambda below: below - 1)  # well formed, and nobody's
ESCAPE = "'\x1b[31mred'"


class Case(NamedTuple):
    """Who types what, and what the answer says: each text is in its reasons or its remedy."""

    code: int
    who: str | None
    line: str
    says: tuple[str, ...]
    at: str | None = "10-12 12:01"


CASES = (
    # who
    Case(INVALID, None, "review submit {d}", ("--as", "REVIEWFLOW_AS")),
    Case(NOT_FOUND, "nobody@example.com", "review submit {d}", ("no person nobody@example.com", "person list")),
    Case(NOT_FOUND, "system", 'review clear {r} --text "x"', ("no person system",)),
    Case(NOT_FOUND, "record", 'review clear {r} --text "x"', ("no person record",)),
    Case(FORBIDDEN, "viewer@example-lab-two.example", 'model register "X"', ("inactive", "person activate")),
    Case(FORBIDDEN, "viewer", "review submit {d}", ("review submit is for an officer of the lab",)),
    Case(FORBIDDEN, "one", "review start {q}", ("an intake officer of the agency",)),
    Case(FORBIDDEN, "intake", 'review clear {r} --text "x"', ("a decider of the agency",)),
    Case(FORBIDDEN, "auditor", 'review note {r} --text "x"', ("auditor@example-office.example is not",)),
    Case(FORBIDDEN, "one", 'org add new-lab --name "New"', ("an administrator who looks after",)),
    # whose, and which
    Case(NOT_FOUND, "two", "review submit {d}", ("There is no review {d}, or it is not yours to see.",)),
    Case(NOT_FOUND, "two", f"review submit {ABSENT}", (f"There is no review {ABSENT}, or it is not yours to see.",)),
    Case(NOT_FOUND, "rev2", 'review ask {r} --text "x"', ("There is no review {r}, or it is not yours to see.",)),
    Case(NOT_FOUND, "one", "review submit {mf}", ("no review {mf}",)),
    Case(NOT_FOUND, "one", "review submit something", ("no review something",)),
    Case(NOT_FOUND, "one", f"review submit {ABSENT[:-1]}{SIGNS[0]}", ("misread", "sign by sign")),
    Case(NOT_FOUND, "two", "review open {mf} --agency example-office", ("no model {mf}",)),
    Case(NOT_FOUND, "one", "review open {mf} --policy nope", ("no policy 'nope'", "eo-14409")),
    Case(NOT_FOUND, "one", "review open {mf} --agency nowhere", ("no organization nowhere",)),
    Case(NOT_FOUND, "one", f"review open {{mf}} --refiles {ABSENT}", (f"no review {ABSENT}",)),
    Case(NOT_FOUND, "decider", "review assign {r} who@example.com", ("no person who@example.com",)),
    Case(NOT_FOUND, "admin", "person add a@b.example --organization nowhere --roles viewer", ("no organization",)),
    Case(NOT_FOUND, "two", "export {r}", ("There is no", "{r}, or it is not yours to see.")),
    # when
    Case(REFUSED, "one", "review submit {d}", ("stands at", "never goes back", "later --at"), "10-12 11:59"),
    Case(REFUSED, None, "tick", ("stands at", "never goes back"), "10-01 09:00"),
    Case(INVALID, "one", "review submit {d}", ("'soon' is not a date", "2026-07-02T17:00-04:00"), "soon"),
    Case(INVALID, "one", "review submit {d}", ("occurs twice", "-04:00 or 2026-11-01T01:30:00-05:00"), "11-01 01:30"),
    Case(INVALID, "one", "review submit {d}", ("never occurs", "Give the offset"), "2027-03-14 02:30"),
    Case(INVALID, "one", "review submit {d}", ("outside the years",), "9999-01-01"),
    Case(INVALID, "one", "review plan {d} 2026-02-30", ("'2026-02-30' is not a date",)),
    Case(INVALID, "one", "review plan {d} tomorrow", ("'tomorrow' is not a date",)),
    Case(INVALID, "one", "review plan {d} 2026-12-01T10:00", ("is not a date", "Write it as")),
    Case(REFUSED, "one", "review plan {r} 2026-10-12", ("planned for 2026-10-13 at the earliest",)),
    Case(REFUSED, "one", "review plan {r} 2026-12-02 --stage limited", ("stages follow each other",)),
    Case(REFUSED, "rev", 'review ask {r} --text "x"', ("it is lapsed", "From here: "), "11-06 09:00"),
    Case(REFUSED, "rev", "review extend-answer {r} 1 --until 2026-10-13", ("not later than", "2026-10-15")),
    # the wrong moment
    Case(REFUSED, "one", "review submit {r}", ("draft or returned", "it is under review", "From here: ")),
    Case(REFUSED, "two", "review submit {x}", ("it is withdrawn", "final")),
    Case(REFUSED, "intake", 'review return {r} --reason "x"', ("when the review is submitted",)),
    Case(REFUSED, "one", "review advance {r} general", ("when the review is released",)),
    Case(REFUSED, "one", "review open {mq} --agency example-office", ("Review {q}", "withdraw it first")),
    Case(REFUSED, "decider", 'review extend {r} 5 --reason "x"', ("eo-14409 allows no extension",)),
    Case(REFUSED, "decider", 'review start-toll {r} rain --reason "x"', ("not on 'rain'",)),
    Case(REFUSED, "decider", "review end-toll {r} rain", ("No toll for 'rain'",)),
    Case(REFUSED, "decider", "review assign {r} reviewer@example-office.example", ("assigned already",)),
    Case(REFUSED, "decider", "review assign {r} officer@example-lab-one.example", ("not an active reviewer",)),
    Case(REFUSED, "decider", "review unassign {r} decider@example-office.example", ("is not assigned",)),
    # numbers
    Case(REFUSED, "one", 'review answer {r} 99 --text "x"', ("no information request 99", "there is: 1")),
    Case(REFUSED, "one", 'review answer {r} 0 --text "x"', ("no information request 0",)),
    Case(REFUSED, "one", 'review answer {r} --text "x" -- -1', ("no information request -1",)),
    Case(INVALID, "one", 'review answer {r} one --text "x"', ("'request'", "integer")),
    Case(INVALID, "one", 'review answer {r} 1.5 --text "x"', ("'request'", "integer")),
    Case(REFUSED, "one", 'review answer {r} 99999999999999999999 --text "x"', ("no information request",)),
    Case(REFUSED, "decider", 'review extend {r} --reason "x" -- -5', ("allows no extension",)),
    Case(REFUSED, "rev", "review share-finding {r} 7", ("no finding 7",)),
    Case(REFUSED, "one", "review end-access {r} 7", ("no access grant 7",)),
    # texts
    Case(INVALID, "rev", 'review ask {r} --text ""', ("text is empty", "the question")),
    Case(INVALID, "rev", 'review ask {r} --text "   "', ("text is empty",)),
    Case(INVALID, "rev", f"review ask {{r}} --text {'x' * 10_001}", ("10,001 characters", "at most 10,000")),
    Case(INVALID, "one", f"model register {'x' * 201}", ("201 characters", "at most 200")),
    Case(INVALID, "rev", f"review ask {{r}} --text {ESCAPE}", ("text holds control characters", "U+001B")),
    Case(INVALID, "one", "model register 'two\nlines'", ("name", "U+000A", "one line")),
    Case(INVALID, "one", "model register 'a\ud800b'", ("U+D800",)),
    Case(INVALID, "rev", "review ask {r} --text 'a\0b'", ("U+0000",)),
    Case(INVALID, "one", 'model register ""', ("name is empty",)),
    Case(REFUSED, "admin", 'org add "Bad Key" --name "x"', ("'Bad Key'", "lower-case")),
    Case(REFUSED, "admin", 'org add example-lab-one --name "x"', ("example-lab-one is there already",)),
    Case(REFUSED, "admin", "person add NOT-A-MAILBOX --organization example-office --roles admin", ("not a mailbox",)),
    Case(REFUSED, "admin", "person add a@b.example --organization example-lab-one --roles admin", ("officer, viewer",)),
    # closed lists
    Case(INVALID, "rev", 'review recommend {r} maybe --text "x"', ("'maybe'", "'cleared', 'concerns'")),
    Case(INVALID, "one", 'model register "X" --release-kind secret', ("'secret'", "open_weights")),
    Case(INVALID, "one", "review plan {d} 2026-12-01 --stage everyone", ("'everyone'", "trusted_partners")),
    Case(INVALID, "admin", "person add a@b.example --organization example-office --roles king", ("'king'", "auditor")),
    Case(REFUSED, "rev", 'review find {r} --title "x" --domain magic --severity low', ("'magic'", "cybersecurity")),
    Case(REFUSED, "rev", 'review find {r} --title "x" --domain biosecurity --severity huge', ("'huge'", "critical")),
    Case(REFUSED, "one", f"review grant-access {{r}} team --how api {TERMS},trust", ("'trust'", "confidentiality")),
    # how somebody is told
    Case(FORBIDDEN, "viewer", f"person preferences {PEOPLE['one']} --cadence daily", ("the person concerned",)),
    Case(NOT_FOUND, "two", f"person preferences {PEOPLE['one']} --cadence daily", ("no person",)),
    Case(INVALID, "one", f"person preferences {PEOPLE['one']} --cadence hourly", ("'hourly'", "'weekly'")),
    Case(REFUSED, "one", f"person preferences {PEOPLE['one']}", ("Nothing is to be changed",)),
    Case(REFUSED, "one", f"person preferences {PEOPLE['one']} --digest-on monday", ("only with --cadence weekly",)),
    Case(REFUSED, "one", f"person preferences {PEOPLE['one']} --quiet 22-7", ("'22-7'", "22:00-07:00")),
    Case(REFUSED, "one", f"person preferences {PEOPLE['one']} --time-zone EST5", ("'EST5'", "America/New_York")),
    Case(REFUSED, "one", f"person preferences {PEOPLE['one']} --mute lapses", ("'lapses'", "reminders, ")),
    Case(REFUSED, "one", f"person add-channel {PEOPLE['one']} email --address me", ("'me'", "email address")),
    Case(REFUSED, "one", f"person add-channel {PEOPLE['one']} webhook --address http://a.example", ("https",)),
    Case(REFUSED, "one", f"person add-channel {PEOPLE['one']} chat", ("--secret",)),
    Case(INVALID, "one", f"person add-channel {PEOPLE['one']} pigeon", ("'pigeon'", "webhook")),
    Case(REFUSED, "one", f"person remove-channel {PEOPLE['one']} 1", ("no channel 1", "none of its own")),
    Case(INVALID, "one", f"person enable-channel {PEOPLE['one']} first", ("integer",)),
    Case(INVALID, "one", f"person disable-channel {PEOPLE['one']} 1", ("No such command 'disable-channel'",)),
    # digests and items
    Case(REFUSED, "one", "review release {r} --digest abc --acknowledge no-determination", ("64 hex digits", "'abc'")),
    Case(REFUSED, "one", f"model register Y --digest {'g' * 64}", ("64 lower-case hex digits",)),
    Case(REFUSED, "one", f"model register Y --digest {'1' * 64}", ("registered a model with this digest already",)),
    Case(REFUSED, "one", "review supply {d} system_card", ("neither --digest nor --text",)),
    Case(REFUSED, "one", "review supply {d} checkpoint_digest --text hello", ("SHA-256",)),
    Case(REFUSED, "one", "review supply {d} planned_release --text soon", ("review plan REF DATE",)),
    Case(REFUSED, "one", f"review supply {{q}} checkpoint_digest --digest {'9' * 64}", ("pinned", "--follows")),
    # usage
    Case(INVALID, "one", "review submit", ("Missing argument 'ref'", "--help")),
    Case(INVALID, "rev", "review ask {r}", ("Missing option '--text'", "--help")),
    Case(INVALID, "one", "review submit {d} more", ("unexpected extra argument", "more")),
    Case(INVALID, "one", "review submit {d} --force", ("No such option: --force",)),
    Case(INVALID, "one", "review approve {r}", ("No such command 'approve'",)),
    Case(INVALID, "one", "ticket list", ("No such command 'ticket'",)),
    Case(INVALID, "one", "review lapse {r}", ("No such command 'lapse'",)),  # only time does that
    Case(INVALID, None, "export", ("Missing argument 'ref'",)),
    # the window command
    Case(INVALID, None, "window eo-14409", ("--start, --latest-start-for or --release-on",), None),
    Case(INVALID, None, "window eo-14409 --start 2026-10-01 --toll 2026-10-02", ("no slash", "FROM/TO"), None),
    Case(INVALID, None, "window eo-14409 --start 2026-10-32", ("is not a date",), None),
)  # fmt: skip


def check(desk: Desk, case: Case, *options: str) -> None:
    """The same refusal for people and for programs, and the same database afterwards."""
    before = desk.digest()
    said = [text.format(**desk.refs) for text in case.says]
    answer = desk.line(case.line, case.who, case.at, "--json", *options)
    assert (answer.code, answer.out) == (case.code, ""), answer
    assert len(answer.err.splitlines()) == 1
    error = answer.error
    assert (error["exit_code"], error["kind"]) == (case.code, KINDS[case.code])
    whole = " ".join([*error["reasons"], error["remedy"] or ""])
    assert [text for text in said if text not in whole] == [], whole

    answer = desk.line(case.line, case.who, case.at, *options)
    assert (answer.code, answer.out) == (case.code, ""), answer
    assert "Traceback" not in answer.err
    assert [text for text in said if text not in answer.err] == [], answer.err
    assert all(reason in answer.err for reason in error["reasons"])
    assert desk.digest() == before


@pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(f"{case.who}: {case.line[:60]}"))
def test_bad_input(desk: Desk, case: Case) -> None:
    """A code, a message that names what and where, and nothing changed."""
    check(desk, case)


def test_what_is_not_yours_answers_as_what_is_not_there(desk: Desk) -> None:
    """The same words, but for the reference, whichever verb is tried."""
    acts = ("review submit {}", 'review withdraw {} --reason "x"', "export {}", 'review note {} --text "x"')
    looks = [
        f"review {view} {{}}{' 1 --out x' * (view == 'document')}" for view in views(Kind.REVIEW) if view != "list"
    ]
    for line in (*acts, *looks):
        hidden = desk.line(line.format(desk.refs["r"]), "two", "10-12 12:01")
        absent = desk.line(line.format(ABSENT), "two", "10-12 12:01")
        assert hidden.code == absent.code == NOT_FOUND
        assert hidden.err.replace(desk.refs["r"], ABSENT) == absent.err


@pytest.mark.parametrize("typed", ["{0}", " {0} ", "{0.lower}", "{0.bare}"])
def test_a_reference_is_read_as_it_is_dictated(desk: Desk, typed: str) -> None:
    """In any case, with or without hyphens."""
    ref = desk.refs["r"]
    written = {"{0}": ref, " {0} ": f"' {ref} '", "{0.lower}": ref.lower(), "{0.bare}": ref.replace("-", "")}[typed]
    assert desk("one", f"review plan {written} 2026-12-02", "10-12 12:01")["ref"] == ref


def test_a_stale_version_is_refused(desk: Desk) -> None:
    """--if-version protects whoever has read an older state; the right one passes."""
    version = desk("one", "review plan {r} 2026-12-02", "10-12 12:01")["version"]
    says = (f"is at version {version}; you have read version {version - 1}", "review show {r}")
    check(desk, Case(STALE, "one", "review plan {r} 2026-12-03", says), "--if-version", str(version - 1))
    check(desk, Case(STALE, "one", "review plan {r} 2026-12-03", ("you have read",)), "--if-version", "99")
    check(desk, Case(INVALID, "one", "review plan {r} 2026-12-03", ("if-version",)), "--if-version", "-1")
    done = desk.line("review plan {r} 2026-12-03", "one", "10-12 12:01", "--if-version", str(version))
    assert done.code == 0


# ---------------------------------------------------------------------------- the clock of a real database

REAL = (
    Case(REFUSED, "one", 'review supply {r} extra --text "x"', ("when the review is",), None),
    Case(REFUSED, "one", 'review withdraw {r} --reason "x"', ("cannot be dated in the future",), "2199-01-01"),
    Case(REFUSED, "one", "review plan {r} 2199-01-01", ("PlanRelease is an act", "Leave --at out"), "2026-06-01"),
    Case(REFUSED, "rev", 'review ask {r} --text "x"', ("takes effect now", "Leave --at out"), "2026-06-01"),
    Case(REFUSED, "one", 'review withdraw {r} --reason "x"', ("never a person's act", "later --at"), "2026-06-01"),
    Case(REFUSED, None, "tick", ("tick acts now", "Leave --at out"), "2026-06-01"),
    Case(REFUSED, None, "tick", ("tick acts now", "Leave --at out"), "2199-06-01"),
    Case(REFUSED, None, "init", ("init acts now", "Leave --at out"), "2026-06-01"),
    Case(REFUSED, "one", "review list", ("as of now", "Leave --at out"), "2026-06-01"),
    Case(REFUSED, None, "init --simulation", ("This database is real, for ever", "Name another file"), None),
)  # fmt: skip


@pytest.mark.parametrize("case", REAL, ids=lambda case: f"{case.line[:40]} {case.at}")
def test_time_on_a_real_database(real: Desk, case: Case) -> None:
    """Acts take effect now; a fact from outside may be dated in the past, never in the future or before an act."""
    check(real, case)


def test_a_simulation_never_becomes_real(desk: Desk) -> None:
    """Nor the reverse; neither changes anything."""
    check(desk, Case(REFUSED, None, "init", ("This database is a simulation, for ever", "--database"), None))


# ---------------------------------------------------------------------------- the database

READS = ("verify", "check", "export {r}")


def lines(desk: Desk, code: int, *says: str) -> None:
    """Every command answers in the same way, and none makes or changes a file."""
    before = {path: path.read_bytes() for path in desk.file.parent.iterdir() if path.is_file()}
    for line in ("review submit RV-2222-2222", "model register X", "tick", "verify", "check", "run"):
        if line.startswith("review"):
            line = f"review submit {ABSENT}"
        answer = desk.line(line, "one", None, "--json")
        assert answer.code == code, f"{line}: {answer}"
        whole = " ".join([*answer.error["reasons"], answer.error["remedy"] or ""])
        assert [text for text in says if text not in whole] == [], whole
        assert "Traceback" not in desk.line(line, "one").err
    assert {path: path.read_bytes() for path in desk.file.parent.iterdir() if path.is_file()} == before


def test_a_database_that_is_missing(tmp_path: Path) -> None:
    """No file is made by looking for it."""
    lines(Desk(tmp_path / "none.db", is_warm=False), UNAVAILABLE, "There is no database", "none.db", "reviewflow init")


@pytest.mark.parametrize("body", [b"", b"SQLite format 3\0" + bytes(40), b"This is no database.\n" * 300])
def test_a_database_that_is_none(tmp_path: Path, body: bytes) -> None:
    """An empty file, a head without a body, a text: said plainly, and left as it is."""
    (tmp_path / "reviewflow.db").write_bytes(body)
    lines(Desk(tmp_path / "reviewflow.db", is_warm=False), UNAVAILABLE, "reviewflow.db")


def test_a_database_that_is_a_folder(tmp_path: Path) -> None:
    """A folder is no file."""
    (tmp_path / "here").mkdir()
    lines(Desk(tmp_path / "here", is_warm=False), UNAVAILABLE, "here", "unable to open", "writable")


def test_a_torn_database(desk: Desk) -> None:
    """Pages of rubbish in the middle: refused or found by `check`, never a traceback."""
    with contextlib.closing(sqlite3.connect(desk.file)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = raw.execute("PRAGMA page_size").fetchone()[0]
        [root] = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'event'").fetchone()
    body = bytearray(desk.file.read_bytes())
    body[(root - 1) * size : root * size] = b"\xff" * size
    desk.file.write_bytes(body)
    desk.is_warm = False
    for line in ("verify", "export {r}"):
        answer = desk.line(line, None, None, "--json")
        assert (answer.code, "Restore" in answer.error["remedy"]) == (UNAVAILABLE, True), answer
    answer = desk.line("check", None, None, "--json")
    assert answer.code in (1, UNAVAILABLE)
    assert "Restore" in answer.out + answer.err


@contextlib.contextmanager
def powerless() -> Iterator[None]:
    """As a user to whom nothing belongs; whoever runs the tests as root is not held up by file modes."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_database_that_is_read_only(desk: Desk) -> None:
    """Writes are refused with a plain reason; reads go on."""
    for line in READS:
        assert desk.line(line).code == 0
    desk.close()
    parents = [path for path in desk.file.parents if path.stat().st_uid == os.geteuid() and path != Path("/")]
    modes = {path: path.stat().st_mode for path in parents}
    for path in parents:
        path.chmod(modes[path] | 0o055)
    desk.file.chmod(0o444)
    desk.file.parent.chmod(0o777)
    try:
        with powerless():
            for line in ('model register "X"', "review submit {d}"):
                answer = desk.line(line, "one", "10-12 12:01", "--json")
                assert answer.code == UNAVAILABLE, answer
                assert "readonly" in answer.error["reasons"][0]
                assert "write access" in answer.error["remedy"]
            for line in ("verify", "export {r}"):
                assert desk.line(line).code == 0, desk.line(line)
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


def test_a_database_that_is_full(desk: Desk) -> None:
    """Where no page can be added, a write is refused and undone whole; reads go on."""
    with contextlib.closing(sqlite3.connect(desk.file)) as raw:
        raw.execute("VACUUM")
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
    desk.is_warm = False
    before = desk.digest()
    with patch.dict("reviewflow.store.database.PRAGMAS", {"max_page_count": pages}):
        refused = [desk.line(f'review note {{r}} --text "{"x" * 9000}"', "rev", "10-12 12:01", "--json") for _ in "12"]
    assert {answer.code for answer in refused} == {UNAVAILABLE}, refused
    assert "full" in refused[0].error["reasons"][0]
    assert "Make room" in refused[0].error["remedy"]
    assert desk.digest() == before
    for line in READS:
        assert desk.line(line).code == 0


def test_a_database_that_is_locked(desk: Desk) -> None:
    """Another writer that never ends is named; reads go on beside it."""
    desk.is_warm = False
    with contextlib.closing(sqlite3.connect(desk.file, isolation_level=None)) as raw:
        raw.execute("BEGIN IMMEDIATE")
        with patch("reviewflow.store.database.BUSY_SECONDS", 0.05):
            answer = desk.line("review submit {d}", "one", "10-12 12:01", "--json")
            assert (answer.code, "locked" in answer.error["reasons"][0]) == (UNAVAILABLE, True)
            for line in READS:
                assert desk.line(line).code == 0
    assert desk.digest()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql+pymysql://localhost/reviews", "mysql"),
        ("nonsense://x", "nonsense"),
        ("://", "://"),
        ("", "no name"),
        ("  ", "no name"),
        ("postgresql+psycopg://u@h:abc/d", "u@h:abc"),
        ("postgresql+psycopg://u@h", "names no database"),
        ("postgresql+psycopg://u@h/", "names no database"),
        ("sqlite://", "names no database"),
        ("@", "names no file"),
    ],
)
def test_a_database_of_another_kind(url: str, says: str) -> None:
    """Named, with an example of one that is right."""
    for line in (["verify"], ["init"]):
        answer = reviewflow("--json", "--database", url, *line)
        assert answer.code == INVALID, answer
        assert says in answer.error["reasons"][0]
        assert ("@FILE" if url == "@" else "sqlite:///") in answer.error["remedy"]
        assert "secret" not in answer.out + answer.err


@pytest.mark.parametrize(
    ("body", "says"),
    [("", "is empty"), ("\n \n", "is empty"), ("sqlite:///a\nsqlite:///b\n", "has 2 lines"), (None, "No such file")],
)
def test_a_file_that_names_no_database(tmp_path: Path, body: str | None, says: str) -> None:
    """--database @FILE: which file, what is wrong with it, and what belongs there."""
    file = tmp_path / "url"
    if body is not None:
        file.write_text(body)
    answer = reviewflow("--json", "--database", f"@{file}", "verify")
    assert answer.code == INVALID, answer
    assert f"The file {file}" in answer.error["reasons"][0] and says in answer.error["reasons"][0]
    assert "on one line" in answer.error["remedy"]


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """`init` says which folder, and why."""
    (tmp_path / "file").write_text("in the way")
    answer = reviewflow("--json", "--database", str(tmp_path / "file" / "below" / "x.db"), "init")
    assert answer.code == UNAVAILABLE, answer
    assert "below" in answer.error["reasons"][0]


# ---------------------------------------------------------------------------- the configuration

BROKEN = (
    ("policies/eo-14409.toml", "length = 30", "length = 30\nlenght = 31", ("eo-14409.toml", "lenght", "length")),
    ("policies/eo-14409.toml", "length = 30", "length = -3", ("eo-14409.toml", "length")),
    ("policies/eo-14409.toml", "length = 30", 'length = "30"', ("eo-14409.toml", "length")),
    ("policies/eo-14409.toml", "America/New_York", "America/Gotham", ("eo-14409.toml", "time_zone", "America/Gotham")),
    ("policies/eo-14409.toml", '"us-federal"', '"us-lunar"', ("eo-14409.toml", "us-lunar")),
    ("policies/eo-14409.toml", "[window]", "[window", ("eo-14409.toml", "line")),
    ("policies/eo-14409.toml", "version = 2", "", ("eo-14409.toml", "version")),
    ("policies/eo-14409.toml", '"14d"', '"14 days"', ("eo-14409.toml", "14 days")),
    ("policies/eo-14409.toml", '"-7d"', '"-6d"', ("eo-14409.toml", "escalation 1", "6d", "[notices] before")),
    ("policies/eo-14409.toml", '["decider"]', '["king"]', ("eo-14409.toml", "escalation 2", "king", "decider")),
    ("calendars/us-federal.toml", "weekend", "week_end", ("us-federal.toml", "week_end")),
    ("programme.toml", '= "eo-14409"', '= "eo-1"', ("programme.toml", "default_policy", "eo-1", "eo-14409")),
    ("server.toml", "poll_seconds = 60", "poll_seconds = 0", ("server.toml", "poll_seconds")),
    ("server.toml", 'security = "starttls"', 'security = "ssl"', ("[smtp] security", "'ssl'", "starttls, tls")),
    (
        "server.toml", 'host = "localhost"\nport = 587\nsecurity = "starttls"', 'host = "a.example"\nsecurity = "none"',
        ("[smtp] security", "'a.example'", "starttls or tls"),
    ),
    ("server.toml", 'channels = ["folder"]', "channels = []", ("[letters] channels", "cannot be empty")),
    ("server.toml", '"reviewflow@localhost"', '"a@b.example, c@d.example"', ("[letters] sender", "one plain mailbox")),
    ("server.toml", '"reviewflow@localhost"', '"Desk <a@b.example>"', ("[letters] sender", "one plain mailbox")),
    ("server.toml", 'password = ""', 'password = "lab.mail"', ("[smtp] password", "without a point")),
    ("server.toml", 'channels = ["folder"]', 'channels = ["pigeon"]', ("server.toml", "pigeon", "folder, log")),
)  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "says"), BROKEN, ids=lambda value: str(value)[:30])
def test_a_broken_configuration(
    desk: Desk, tmp_path: Path, name: str, old: str, new: str, says: tuple[str, ...]
) -> None:
    """The file, the key and the remedy; writes are refused, and nothing is changed."""
    desk.config, desk.is_warm = tmp_path / "config", False
    shutil.copytree("config", desk.config)
    text = (desk.config / name).read_text()
    assert old in text
    (desk.config / name).write_text(text.replace(old, new, 1))
    check(desk, Case(INVALID, "one", "review submit {d}", says))


def test_every_fault_of_a_configuration_at_once(tmp_path: Path) -> None:
    """Nobody mends a file a line at a time."""
    shutil.copytree("config", config := tmp_path / "config")
    (config / "policies" / "hsr.toml").write_text('id = "hsr"\nversion = 1\ncolour = "red"\n')
    (config / "server.toml").write_text("[heartbeat]\npoll_seconds = -1\n")
    answer = reviewflow("--json", "--database", str(tmp_path / "x.db"), "--config", str(config), "init")
    assert answer.code == INVALID
    whole = json.dumps(answer.error["reasons"])
    assert [word for word in ("hsr.toml", "colour", "title", "window", "poll_seconds") if word not in whole] == []
    assert not (tmp_path / "x.db").exists()


def test_a_record_that_is_refused_leaves_no_database(tmp_path: Path) -> None:
    """It is read before the file is made."""
    config = example_config(tmp_path / "config")
    with (config / "programme.toml").open("a") as file:
        file.write('[[organization]]\nkey = "x"\n')
    answer = reviewflow("--json", "--database", str(tmp_path / "x.db"), "--config", str(config), "init")
    assert (answer.code, (tmp_path / "x.db").exists()) == (INVALID, False)


def test_a_configuration_that_is_missing(desk: Desk, tmp_path: Path) -> None:
    """The folder that was named, or what is not in it."""
    desk.is_warm = False
    desk.config = tmp_path / "nowhere"
    check(desk, Case(INVALID, "one", "review submit {d}", (str(desk.config), "programme.toml")))
    desk.config.mkdir()
    check(desk, Case(INVALID, "one", "review submit {d}", ("programme.toml",)))


def test_faults_of_our_own_are_told_without_a_traceback(desk: Desk) -> None:
    """A defect of the product ends with 6, one line and how to report it; with REVIEWFLOW_DEBUG it is raised."""
    with patch("reviewflow.engine.handle.handle", side_effect=RuntimeError("boom")):
        answer = desk.line("review submit {d}", "one", "10-12 12:01", "--json")
        assert (answer.code, answer.error["kind"]) == (6, "fault")
        assert "RuntimeError: boom" in answer.error["reasons"][0]
        with pytest.raises(RuntimeError):
            reviewflow(
                "--database", str(desk.file), "--as", PEOPLE["one"], "review", "submit", desk.refs["d"],
                REVIEWFLOW_DEBUG="1",
            )  # fmt: skip
