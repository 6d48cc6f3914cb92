"""Letters as the engine makes them: a story on both sides, downtime, and nothing told to the wrong side."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from reviewflow import logs
from reviewflow.engine.deliver import Delivered, deliver
from reviewflow.notify.dates import worded
from reviewflow.notify.letters import Letter
from reviewflow.notify.senders import senders_for
from reviewflow.nouns.commands import parts as p
from reviewflow.nouns.commands import review as r
from reviewflow.nouns.states import Acknowledgement, Outcome
from tests.engine.world import (
    CHIEF,
    DECIDER,
    INTAKE,
    OFFICER,
    OTHER_DIGEST,
    REVIEWER,
    START,
    World,
    models,
    new_world,
)

INSIDE = "WORDS-OF-THE-OFFICE"
RECORD = "WORDS-OF-THE-RECORD"


@pytest.fixture
def world() -> Iterator[World]:
    """A world whose first letters are out of the way."""
    made = new_world()
    post(made)
    yield made
    made.close()


def post(world: World) -> list[Letter]:
    """Every letter that is due, as a channel gets it."""
    taken: list[Letter] = []
    done = deliver(world.engine, world.settings, {"folder": taken.append, "log": lambda letter: None}, world.now)
    assert (done.failed, done.set_aside) == ([], [])
    return taken


def begin(world: World, model: str) -> str:
    """A review whose clock runs, with a reviewer."""
    ref = world.do(OFFICER, None, r.Open(model=model)).ref
    world.do(OFFICER, ref, r.PlanRelease(on=date(2026, 9, 1)))
    world.do(OFFICER, ref, r.Submit())
    world.do(INTAKE, ref, r.StartClock())
    world.do(DECIDER, ref, r.Assign(person=REVIEWER))
    return ref


def test_story_is_told_to_both_sides(world: World) -> None:
    """Receipt, start, question, recommendation, determination, release: each reader gets his own, and no more."""
    ref = begin(world, models()[0])
    world.do(REVIEWER, ref, p.RequestInformation(text="Which safeguards are off?"), START + timedelta(days=1))
    world.do(OFFICER, ref, p.Answer(request=1, text=RECORD), START + timedelta(days=2))
    domain, severity = world.settings.programme.domains[0], world.settings.programme.severities[0]
    world.do(REVIEWER, ref, p.RecordFinding(title=INSIDE, text=INSIDE, domain=domain, severity=severity))
    world.do(REVIEWER, ref, p.ShareFinding(finding=1))
    world.do(REVIEWER, ref, p.Recommend(outcome=Outcome.CONCERNS, text=INSIDE, statement=RECORD))
    world.do(DECIDER, ref, p.RaiseConcerns())
    known = (Acknowledgement.CONCERNS, Acknowledgement.OTHER_DIGEST)
    world.do(OFFICER, ref, r.Release(digest=OTHER_DIGEST, acknowledge=known))
    letters = post(world)
    of = {who: " ".join(letter.subject for letter in letters if letter.to == who) for who in (OFFICER, CHIEF)}
    for said in ("Submission received", "window started", "Information request 1", "Finding 1", "signed: concerns"):
        assert said in of[OFFICER]
    for said in ("Recommendation", "assigned"):
        assert said not in of[OFFICER]
    assert "A reviewer recommends: concerns" in of[CHIEF]
    assert "Model released, stage general" in of[CHIEF]
    told = "".join(letter.subject + letter.text for letter in letters)
    assert INSIDE not in told
    assert RECORD not in told
    assert all(letter.subject.startswith("[SIMULATION] ") for letter in letters)


def test_words_go_only_where_the_settings_let_them(world: World) -> None:
    """The installation's folder may carry confidential text, its log may not: one question, two letters of it."""
    server = replace(world.settings.server, channels=("folder", "log"))
    world.settings = replace(world.settings, server=server)
    ref = begin(world, models()[0])
    world.do(REVIEWER, ref, p.RequestInformation(text=RECORD))
    taken: dict[str, list[Letter]] = {"folder": [], "log": []}
    senders = {name: letters.append for name, letters in taken.items()}
    deliver(world.engine, world.settings, senders, world.now)
    for name, number in (("folder", 1), ("log", 0)):
        (asked,) = (each for each in taken[name] if each.to == OFFICER and "Information request" in each.subject)
        assert asked.text.count(RECORD) == number
        assert ("Model A" in asked.subject) == bool(number)


def test_letter_has_the_head_of_its_event(world: World) -> None:
    """The chain head in the start letter is the digest of that entry of the journal, and the date is its deadline's."""
    ref = begin(world, models()[0])
    start = next(letter for letter in post(world) if letter.to == OFFICER and "window started" in letter.subject)
    event = next(event for event in world.journal(ref) if event["name"] == "clock_started")
    assert f"Version     {event['seq']}\n  Chain head  {event['digest']}" in start.text
    (window,) = (row for row in world.subject(ref).part("deadline") if row["kind"] == "window")
    for step in window["basis"]:
        assert " ".join(worded(step).split()) in " ".join(start.text.split())


def test_downtime_of_two_reviews_is_one_letter_a_person(world: World) -> None:
    """After weeks of silence each person gets one catch-up letter over both reviews."""
    refs = [begin(world, model) for model in models()[:2]]
    post(world)
    world.tick(START + timedelta(days=60))
    late = [letter for letter in post(world) if "Recorded late" in letter.subject]
    assert sorted(letter.to for letter in late).count(OFFICER) == 1
    mine = next(letter for letter in late if letter.to == OFFICER)
    assert set(mine.refs) == set(refs)
    for ref in refs:
        assert re.search(rf"^Review {ref}, Model A \d\n-+$", mine.text, re.MULTILINE)
    assert re.search(r"recorded \d+ days( and \d+ hours?)? late", " ".join(mine.text.split()))
    assert mine.text.count("This is not approval") >= 2


def test_folder_keeps_one_file_a_letter(world: World, tmp_path: Path) -> None:
    """What is sent twice, since the answer was lost, is there once."""
    begin(world, models()[0])

    def send() -> Delivered:
        return deliver(world.engine, world.settings, senders_for(world.settings.server, tmp_path), world.now)

    done = send()
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert files
    world.query("UPDATE delivery SET status = 'pending', sent_at = NULL, next_attempt_at = made_at")
    again = send()
    assert set(again.sent) >= set(done.sent)
    kept = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert len(kept) == len(again.sent)
    assert {name: kept[name] for name in files} == files


def test_each_letter_that_went_out_is_a_line_of_the_log(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Its id and channel, whatever the channel; not whose it is, and nothing of what it says."""
    begin(world, models()[0])
    logs.configure("info")
    letters = post(world)
    logs.configure("critical")
    lines = [line for line in capsys.readouterr().err.splitlines() if "event=letter_sent" in line]
    assert sorted(line.partition("letter=")[2] for line in lines) == sorted(
        f"{letter.id} channel=folder attempts=1" for letter in letters
    )
