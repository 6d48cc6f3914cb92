"""What letters say, to whom, and what they never say."""

import re
import shlex
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from reviewflow.notify.dates import reminders, worded
from reviewflow.notify.letters import Letter
from reviewflow.notify.tellings.index import TELLINGS
from reviewflow.nouns.actor import Actor
from reviewflow.nouns.events import APPROACHING, MISSED, NOTICES, REACHED, RESCINDED
from reviewflow.nouns.policy import Silence
from reviewflow.nouns.states import DeadlineKind, Kind, Side
from reviewflow.rules.lifecycle import TABLES
from reviewflow.rules.recipients import AUDIENCE
from tests.notify import cases as c

VERBS = {kind.value: {row.command.verb for row in rows} | {"show"} for kind, rows in TABLES.items()}
VERBS["letter"] = {"acknowledge"}
BOTH = pytest.mark.parametrize("to", c.PEOPLE, ids=["lab", "agency"])
COMMAND = re.compile(r"^    (reviewflow .*)$", re.MULTILINE)


def test_every_event_has_a_text_of_its_own() -> None:
    """No event that anybody is told of falls back to the general text, and no two share one."""
    assert set(TELLINGS) == {*AUDIENCE, *NOTICES}
    assert len(set(TELLINGS.values())) == len(TELLINGS)
    assert set(c.DATA) == set(AUDIENCE)


@pytest.mark.parametrize("name", c.names())
@BOTH
def test_every_letter_is_whole(name: str, to: Actor) -> None:
    """Each event, told to each side: reference, version, chain head, no gap in the text, no record's words."""
    if to is c.LAB and name in c.ONLY_AGENCY:
        with pytest.raises(ValueError, match="internal to the agency"):
            c.one(name, to)
        return
    made = c.one(name, to)
    ref = c.REFS[c.kind_of(name)]
    assert ref in made.subject
    assert ref in made.text
    assert "c" * 64 in made.text
    assert re.search(r"^  Version     7$", made.text, re.MULTILINE)
    assert c.SECRET not in made.text + made.subject
    assert not re.search(r"\bNone\b|[{}]|\bFalse\b|\bTrue\b", made.text)
    assert made.text.endswith("\n")
    assert not re.search(r"\n\n\n|[ \t]\n", made.text)


@pytest.mark.parametrize("name", c.names())
@BOTH
def test_lines_fit_and_commands_exist(name: str, to: Actor) -> None:
    """Only a command line may be longer than 78 columns; each names a verb that the process has."""
    if to is c.LAB and name in c.ONLY_AGENCY:
        return
    text = c.one(name, to).text
    assert [line for line in text.splitlines() if len(line) > 78 and not line.startswith("    reviewflow")] == []
    for command in COMMAND.findall(text):
        _, kind, verb, *_ = shlex.split(command)
        assert kind == "export" or verb in VERBS[kind], command


@pytest.mark.parametrize("kind", DeadlineKind)
@pytest.mark.parametrize("name", NOTICES)
@BOTH
def test_every_notice_of_every_kind(name: str, kind: DeadlineKind, to: Actor) -> None:
    """Approaching, reached and missed, for each thing owed: its own words, its due instant."""
    home = c.subject(Kind.COMMITMENT if kind == DeadlineKind.COMMITMENT else Kind.REVIEW)
    told = c.row(name, to, c.notice(kind, 3), subject=home.ref)
    made = c.letter([told], to, home)
    assert "Friday 31 July 2026, 23:59 EDT (UTC-04:00)" in made.text
    assert "approval" in made.text or kind != DeadlineKind.WINDOW
    assert made.subject.count("Model A") == 1


def test_days_left_are_seen_from_the_date_of_the_letter() -> None:
    """The last day has none left and is today; the day after, it is over."""
    for days, said in ((-3, "in 3 days"), (-1, "tomorrow"), (0, "today"), (2, "2 days ago")):
        row = c.row(APPROACHING, c.LAB, made_at=datetime(2026, 7, 31, 14, tzinfo=UTC) + timedelta(days=days))
        assert said in c.letter([row], c.LAB).subject


def test_acknowledgement_confirms_no_clock() -> None:
    """The receipt has number and dates, and says that no clock is confirmed; the start letter is the one that does."""
    receipt, start = c.one("submitted", c.LAB).text, c.one("clock_started", c.LAB).text
    assert "It does not confirm that a clock runs" in receipt
    assert "RV-7K3M-9QXC" in receipt
    assert "This letter confirms it" in start
    for said in ("Thursday 2 July 2026 (day 1)", "Last day      Friday 31 July 2026", "1. Counted from day 1.", "25"):
        assert said in start


@pytest.mark.parametrize("silence", Silence)
def test_lapse_is_never_approval(silence: Silence) -> None:
    """Whatever the policy makes of silence, the letter says that it is no approval; only the order's needs none."""
    text = " ".join(c.one("lapsed", c.LAB, {"last_day_on": "2026-07-05", "silence": silence.value}).text.split())
    assert "The window ended with no determination. This is not approval" in text
    assert ("and none is needed" in text) == (silence is Silence.NOTHING)
    assert {
        Silence.NOTHING: "no effect",
        Silence.MAY_PROCEED: "the lab may proceed",
        Silence.MAY_NOT_PROCEED: "the lab may not proceed",
        Silence.DEEMED_COMPATIBLE: "is deemed compatible",
    }[silence] in text
    assert ("--acknowledge" in text) == (silence is not Silence.MAY_NOT_PROCEED)


@pytest.mark.parametrize("name", c.names())
@BOTH
def test_nothing_is_called_approved(name: str, to: Actor) -> None:
    """No letter says that anything is approved or licensed for release."""
    if not (to is c.LAB and name in c.ONLY_AGENCY):
        assert not re.search(r"\bapproved\b|\blicensed\b|\bverdict\b|\btimeout\b", c.one(name, to).text, re.I)


def test_needed_texts_are_printed_as_quotes() -> None:
    """A question and a reason are there in full, each line marked as somebody's words."""
    data = {"request": 1, "text": "First line\n\n\x1b[31mSecond\r\nline of it"}
    asked = c.one("information_requested", c.LAB, data).text
    assert "  | First line\n  |\n  | [31mSecond\n  | line of it\n" in asked
    assert "\x1b" not in asked
    assert "  | The system card is missing.\n" in c.one("returned", c.LAB).text


def test_what_preceded_a_release_is_said() -> None:
    """What came before, what was acknowledged, what is irrevocable, which halt is in force."""
    text = " ".join(c.one("released", c.AGENCY).text.split())
    assert "nothing: no determination, and no lapse" in text
    assert "no determination precedes it; the released digest is not the one submitted" in text
    assert "cannot be recalled" in text
    assert "HA-7K3M-9QXC" in text
    assert "released in breach" in c.one("released_in_breach", c.AGENCY).text


def test_each_side_is_offered_its_own_commands() -> None:
    """The lab answers, the office starts the clock; nobody is shown a command that is the other side's."""
    assert 'reviewflow review answer RV-7K3M-9QXC 1 --text "..."' in c.one("information_requested", c.LAB).text
    assert "review answer" not in c.one("request_overdue", c.AGENCY).text
    assert "review start " in c.one("submitted", c.AGENCY).text
    assert "review start " not in c.one("submitted", c.LAB).text
    assert "commitment accept" in c.one("commitment_proposed", c.LAB).text
    assert "commitment accept" not in c.one("commitment_proposed", c.AGENCY).text


@BOTH
def test_simulation_is_marked(to: Actor) -> None:
    """Subject line and first line say so; a real letter has no such word."""
    made = c.one("clock_started", to, is_simulation=True)
    assert made.subject.startswith("[SIMULATION] ")
    assert made.text.startswith("SIMULATION. This letter comes from a simulation. Nothing in it has happened")
    assert "simulation" not in c.one("clock_started", to).text.lower()


def test_rescinded_names_the_entry() -> None:
    """An earlier entry was disproved; which, and what state holds now."""
    text = c.one(f"lapsed{RESCINDED}", c.LAB, {"rescinds": 12, "reason": "a fact dated earlier disproves it"}).text
    for said in ("The lapse is rescinded", "12 (lapsed)", "under review", "disproved"):
        assert said in text


def test_late_record_gives_both_instants() -> None:
    """What was recorded late says when it took effect and by how much; a heartbeat's delay needs no word."""
    text = c.letter([c.row("lapsed", c.LAB, **c.late(9))], c.LAB).text
    assert "Took effect   Saturday 27 June 2026, 10:00 EDT (UTC-04:00)" in text
    assert "Monday 6 July 2026, 10:00 EDT (UTC-04:00), 9 days later" in " ".join(text.split())
    assert "Recorded " not in c.letter([c.row("lapsed", c.LAB, late_by=45)], c.LAB).text


def catch_up() -> tuple[str, str]:
    """A letter over three subjects: its subject line, and its text."""
    made = catch_up_letter()
    return made.subject, made.text


def catch_up_letter() -> Letter:
    """Five events on three subjects."""
    second = replace(c.subject(Kind.REVIEW, "RV-2222-2222"), head="d" * 64)
    commitment = c.subject(Kind.COMMITMENT)
    rows = [
        c.row(APPROACHING, c.LAB, c.notice(DeadlineKind.PLANNED_RELEASE), subject=second.ref, seq=6, **c.late(1)),
        c.row("access_ended", c.LAB, seq=7, subject=second.ref, event_digest="d" * 64, **c.late(3)),
        c.row("commitment_missed", c.LAB, **c.late(4)),
        c.row("lapsed", c.LAB, **c.late(9)),
        c.row("request_overdue", c.LAB, seq=5, **c.late(11)),
    ]
    return c.letter(rows, c.LAB, second, commitment)


def test_catch_up_has_a_heading_a_subject_most_pressing_first() -> None:
    """Lapse before a missed commitment before ended access; inside a subject by instant; each line says how late."""
    subject, text = catch_up()
    heads = re.findall(r"^(\w+ [A-Z]{2}-\S+), Model A\n-+$", text, re.MULTILINE)
    assert heads == ["Review RV-7K3M-9QXC", "Commitment CM-7K3M-9QXC", "Review RV-2222-2222"]
    assert subject.startswith("Recorded late, 5 events on 3 subjects; first: The window ended")
    overdue, lapse = text.index("* Information request 1 was not answered"), text.index("* The window ended with no")
    assert overdue < lapse
    assert "    Saturday 27 June 2026, 10:00 EDT (UTC-04:00), recorded 9 days late\n" in text
    assert "This is not approval, and none" in text
    for head in ("c" * 64, "d" * 64):
        assert f"Chain head  {head}" in text


def test_what_is_late_is_said_by_the_setting() -> None:
    """A letter of what was recorded two minutes late is a catch-up letter where the setting is one, and no digest."""
    rows = [c.row("lapsed", c.LAB, late_by=120), c.row("request_overdue", c.LAB, seq=5, late_by=120)]
    second = [c.row("commitment_missed", c.LAB, late_by=120)]
    commitment = c.subject(Kind.COMMITMENT)
    made = c.letter(rows + second, c.LAB, commitment, late_from=60)
    assert made.subject.startswith("Recorded late, 3 events")
    assert "Digest, the" not in made.text
    assert c.letter(rows + second, c.LAB, commitment).subject.startswith("Digest, 3 events")


def test_pages_are_named_where_there_are_some() -> None:
    """A letter leads to its subject and to itself in the browser, by references alone; and nowhere else."""
    made = c.one("lapsed", c.LAB, site="https://reviews.example")
    addresses = re.findall(r"https://reviews.example/\S+", made.text)
    assert addresses == [f"https://reviews.example/reviews/{made.refs[0]}", f"https://reviews.example/inbox/{made.id}"]
    assert "In the browser" not in c.one("lapsed", c.LAB).text


def test_catch_up_offers_each_command_once() -> None:
    """The same command line stands once under its subject, and all of them are real."""
    _, text = catch_up()
    for group in text.split("What you can do next")[1:]:
        commands = COMMAND.findall(group.split("\n\n\n")[0].split("-----")[0])
        assert len(commands) == len(set(commands))
        assert commands


def test_one_subject_in_time_is_told_in_full() -> None:
    """Several events of one transaction stand below each other, each with its facts."""
    rows = [c.row("returned", c.LAB, seq=6), c.row("request_overdue", c.LAB, seq=7, late_by=30)]
    made = c.letter(rows, c.LAB)
    assert made.text.index("Submission returned: mend it, and file it again\n===") < made.text.index(
        "Information request 1 was not answered in"
    )
    assert made.subject.startswith("Information request 1 was not answered in time; submission returned")
    assert "Entries     6 returned, 7 request overdue" in made.text


def test_dates_are_those_of_the_event() -> None:
    """A letter that is sent after its deadline was superseded gives the date that the event set, and both heads."""
    moved = c.subject(Kind.REVIEW, seq=9)
    moved.parts["deadline"] = {
        1: c.deadline(1, DeadlineKind.WINDOW, generation=7, status="superseded", reason="extended"),
        2: c.deadline(2, DeadlineKind.WINDOW, generation=9, due_on=date(2026, 8, 9)),
    }
    moved.head = "e" * 64
    text = c.letter([c.row("clock_started", c.LAB)], c.LAB, moved).text
    assert "Window ends   Friday 31 July 2026, 23:59 EDT" in text
    assert "9 August" not in text
    assert f"Version     7\n  Chain head  {'c' * 64}\n  Now         version 9" in text
    assert f"Chain head  {'e' * 64}" in text


def test_what_a_rescinded_entry_made_is_not_taken_for_the_deadline() -> None:
    """A row that was neutralized does not count for later events."""
    home = c.subject(Kind.REVIEW, seq=9)
    home.parts["deadline"] = {
        1: c.deadline(1, DeadlineKind.WINDOW, generation=3),
        2: c.deadline(2, DeadlineKind.WINDOW, generation=5, due_at=c.DUE_AT + timedelta(days=9), reason="rescinded"),
    }
    assert "Window ends   Friday 31 July 2026" in c.letter([c.row("clock_started", c.LAB)], c.LAB, home).text


def test_day_that_ends_at_midnight_is_named() -> None:
    """24:00 is the first instant of the next date, and the letter says whose end that is."""
    home = c.subject(Kind.REVIEW)
    home.parts["deadline"][4] = c.deadline(4, DeadlineKind.WINDOW, due_at=c.DUE_AT + timedelta(minutes=1))
    text = " ".join(c.letter([c.row("clock_started", c.LAB)], c.LAB, home).text.split())
    assert "Saturday 1 August 2026, 00:00 EDT (UTC-04:00), the end of Friday 31 July 2026" in text


def test_tolled_window_has_no_end() -> None:
    """While the clock stands the letter gives what remains and no date."""
    home = c.subject(Kind.REVIEW)
    for no, row in home.parts["deadline"].items():
        if row["kind"] == DeadlineKind.WINDOW:
            home.parts["deadline"][no] = {**row, "due_at": None, "due_on": None, "remaining_days": 12}
    text = c.letter([c.row("extended", c.LAB, {"by": 2, "reason": "x"})], c.LAB, home).text
    assert "the clock stands with 12 days left" in text
    assert "Window ends" not in text


def test_names_and_titles_cannot_break_the_letter() -> None:
    """A title with line breaks, direction marks and great length becomes one short line of the subject."""
    title = "Modèle 大\r\nBcc: victim@x.example\u202e " + "x" * 300
    made = c.one("clock_started", replace(c.LAB, name="Zoë\nBcc: a@b.c"), title=title)
    assert "\n" not in made.subject + made.name
    assert "\u202e" not in made.subject + made.text
    assert len(made.subject) < 200
    assert "Modèle 大 Bcc: victim@x.example" in made.subject


def test_very_long_words_stay_whole() -> None:
    """A word of 5,000 signs is not cut, and a text of 10,000 signs is wrapped."""
    word, prose = "x" * 5_000, "word " * 2_000
    text = c.one("returned", c.LAB, {"reason": f"{word}\n{prose}"}).text
    assert f"  | {word}\n" in text
    assert text.count("word") == 2_000
    assert max(len(line) for line in text.splitlines() if "word" in line) <= 76


def test_side_is_told_by_the_person() -> None:
    """A viewer of the lab counts as the lab: what is internal is never composed for him."""
    with pytest.raises(ValueError, match="is not told"):
        c.one("recommended", Actor("viewer@lab.example", side=Side.LAB))


def test_sentences_of_ours_are_read_without_codes() -> None:
    """Dates and reminders in words; what is no date of ours, or stands in somebody's quotes, stays as it is."""
    assert worded("On Monday 2026-10-19 09:20 -04:00.") == "On Monday 19 October 2026, 09:20 -04:00."
    assert worded("of 2026-06-02, '2026-06-02' and 2026-13-41") == "of 2 June 2026, '2026-06-02' and 2026-13-41"
    assert reminders(["-14d", "-1d", "-3bd", "-6h", "due", "+1d"]) == (
        "14 and 1 days before, 3 business days before, 6 hours before, when due, 1 day after"
    )


def test_reached_and_missed_of_the_window_say_no_approval() -> None:
    """Also where the lapse has a letter of its own."""
    for name in (REACHED, MISSED):
        assert "This is not approval" in c.one(name, c.LAB).text
