"""What people wrote is read where it may be read, and on no other channel; everything else is told on all of them."""

import re
from dataclasses import fields
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from sqlmodel import AutoString

from reviewflow.notify.discretion import HIDDEN, NOTE
from reviewflow.notify.letters import Letter
from reviewflow.nouns.actor import Actor
from reviewflow.nouns.contact import Channel
from reviewflow.nouns.events import APPROACHING, NOTICES
from reviewflow.nouns.states import DeadlineKind, Kind
from reviewflow.nouns.subject import Row, Subject
from reviewflow.nouns.tables.index import PARTS, ROWS
from reviewflow.rules.lifecycle import TABLES
from reviewflow.views.inbox import IN_PERSON
from tests.notify import cases as c

CANARY = "Canary"
COMMANDS = {row.command for rows in TABLES.values() for row in rows}
NAME = "Model-X"
BOTH = pytest.mark.parametrize("to", c.PEOPLE, ids=["lab", "agency"])
# Text that the rules compare with a list, a key or a form before it is recorded.
CHECKED = {"cause", "domain", "fingerprint", "item", "made_by", "policy", "preceded_by", "severity", "start", "terms"}
# What is quoted on a confidential channel: how often each event's letter holds somebody's own words.
QUOTED = {
    "returned": 1, "start_corrected": 1, "window_recomputed": 1, "information_requested": 1, "answer_rejected": 1,
    "answer_extended": 1, "request_withdrawn": 1, "toll_started": 1, "toll_ended": 1, "extended": 1,
    "access_granted": 2, "access_ended": 2, "access_revoked": 2, "agreement_opened": 1,
    "agreement_signed_by_one_side": 1, "agreement_signed": 1, "agreement_amended": 1, "agreement_ended": 2,
    "agreement_declined": 2, "halt_ordered": 3, "halt_implemented": 4, "halt_narrowed": 2, "halt_lifted": 3,
    "model_restored": 3, "commitment_proposed": 3, "commitment_agreed": 3, "commitment_met": 3,
    "commitment_missed": 3, "commitment_waived": 3, "commitment_replaced": 3, "partner_proposed": 2,
    "partner_agreed": 2, "partner_refused": 2,
}  # fmt: skip


@cache
def written() -> dict[str, Any]:
    """Every field of every command in which a person writes what he likes, each filled with a canary."""
    made: dict[str, Any] = {}
    for command in COMMANDS:
        hints = get_type_hints(command)
        for field in fields(command):
            bare = _bare(hints[field.name])
            if not field.metadata or field.metadata["ref"] or field.name in CHECKED:
                continue
            if bare is str:
                made[field.name] = CANARY
            elif get_origin(bare) is tuple and get_args(bare)[0] is str:
                made[field.name] = [CANARY, CANARY]
    return made


def _bare(hint: Any) -> Any:
    return get_args(hint)[0] if get_origin(hint) in (Union, UnionType) else hint


def columns(table: Any) -> Row:
    """Every column of running text in a table, filled with a canary."""
    free = (one.name for one in table.columns if isinstance(one.type, AutoString) and not one.foreign_keys)
    return {name: CANARY for name in free if name not in CHECKED and not name.endswith(("_by", "digest"))}


def subject(kind: Kind) -> Subject:
    """A subject whose row and parts hold a canary wherever there is text."""
    made = c.subject(kind)
    made.row |= {name: value for name, value in columns(ROWS[kind]).items() if name != "ref"}
    for name, table in PARTS[kind].items():
        if name != "deadline":  # computed
            kept: Row = dict.fromkeys(table.columns.keys()) | {
                "started_at": c.AT,
                "signed_at": c.AT,
                "outcome": "cleared",
                "model": "MD-7K3M-9QXC",
            }
            made.parts[name] = {1: kept | made.parts.get(name, {}).get(1, {}) | columns(table)}
    return made


def letter(name: str, to: Actor, channel: Channel, *, title: str = NAME) -> Letter:
    """The letter of one event in which everybody wrote canaries."""
    if name in NOTICES:
        data = c.notice(DeadlineKind.WINDOW)
    else:
        kept = dict.fromkeys(kept_words() & set(c.DATA[name]), CANARY)
        data = c.DATA[name] | kept | written() | {"digest": "d" * 64}
    return c.letter([c.row(name, to, data)], to, subject(c.kind_of(name)), channel=channel, title=title)


@cache
def kept_words() -> set[str]:
    """The names under which words are kept, which are not always those of the command."""
    return {name for kind in Kind for table in (ROWS[kind], *PARTS[kind].values()) for name in columns(table)}


def names(to: Actor) -> list[str]:
    """Every event that is told to somebody."""
    return [name for name in (*c.DATA, *NOTICES) if to is c.AGENCY or name not in c.ONLY_AGENCY]


def said(made: Letter) -> list[str]:
    """The words of a letter: lines under headings and rules left out."""
    return re.sub(r"(?m)^[-=]+$|^  \|", "", f"{made.subject}\n{made.text}").split()


def test_canaries_are_everywhere() -> None:
    """The test itself: every field of running text is among those that are filled."""
    prose = {
        field.name
        for command in COMMANDS
        for field in fields(command)
        if field.metadata and field.metadata["limit"] > 200
    }
    assert len(prose) >= 7
    assert prose <= set(written())
    assert {"title", "how", "to", "condition", "allow", "pointer", "name", "owner"} <= set(written())
    assert {"text", "answer", "grantee", "ordered_scope", "evidence"} <= kept_words()


@BOTH
def test_no_word_of_anybody_on_a_plain_channel(to: Actor) -> None:
    """Subject line, text, page and events of every letter: no canary, and not the name of a model."""
    for name in names(to):
        made = letter(name, to, c.PLAIN)
        everything = f"{made.subject}{made.text}{made.html}{made.events}"
        assert CANARY not in everything, name
        if "model" in subject(c.kind_of(name)).row:
            assert NAME not in everything, name
            assert "MD-7K3M-9QXC (" in made.subject, name


@BOTH
def test_everything_else_is_told_on_every_channel(to: Actor) -> None:
    """Word for word the same letter, but for the canaries, the model's name, and the note that says where to read."""
    for name in names(to):
        made = letter(name, to, c.PLAIN)
        whole = letter(name, to, c.TRUSTED, title="MD-7K3M-9QXC" if "model" in c.ROWS[c.kind_of(name)] else NAME)
        wanted = [word.replace(CANARY, HIDDEN) for word in said(whole)]
        how = f"reviewflow --as {to.ref} letter show {made.id}"
        note = f"{NOTE} {how}".split() if HIDDEN in " ".join(wanted) else []
        text = " ".join(said(made))
        if note:
            assert f"\n\n    {how}\n\n" in made.text, name
            assert " ".join(note) in text, name
            text = text.replace(" ".join(note) + " ", "", 1)
        assert text == " ".join(wanted), name


@BOTH
def test_confidential_channel_quotes_what_it_quoted(to: Actor) -> None:
    """As many of somebody's own words as ever, and none of the marks that stand for them."""
    counted = {}
    for name in names(to):
        made = letter(name, to, c.TRUSTED)
        assert HIDDEN not in made.text + made.subject + made.html
        counted[name] = made.text.count(CANARY)
        assert made.html.count(CANARY) >= counted[name]
    assert {name: counted[name] for name in QUOTED} == QUOTED


def test_a_letter_is_plain_unless_somebody_says_otherwise() -> None:
    """No channel named: no words of anybody; the inbox, whose reader is known, has them all."""
    assert not Channel(0, c.TRUSTED.kind).is_confidential
    assert CANARY not in letter("returned", c.LAB, Channel(0, c.TRUSTED.kind)).text
    assert CANARY in letter("returned", c.LAB, IN_PERSON).text


def test_role_mailboxes_are_no_secret() -> None:
    """Who answers for a commitment and who has access stands there if it is a mailbox, and only then."""
    for to, told in (("red@office.example", "red@office.example"), ("red team of x@y.example", HIDDEN)):
        made = c.one("access_granted", c.LAB, c.DATA["access_granted"] | {"to": to}, channel=c.PLAIN)
        assert made.subject.startswith(f"Access granted to {told} - ")


def test_digest_is_told_only_where_it_is_one() -> None:
    """A field that should hold a digest may hold anything, and then it is somebody's words."""
    for digest, told in (("e" * 64, True), ("see the attached minutes", False)):
        data = {"request": 1, "digest": digest}
        assert (digest in c.one("answered", c.AGENCY, data, channel=c.PLAIN).text) is told


def test_events_have_facts_and_no_words() -> None:
    """What programs get of each event: names, instants and digest; of a notice also what is due and when."""
    (event,) = letter("answered", c.AGENCY, c.TRUSTED).events
    assert event == {
        "subject": "RV-7K3M-9QXC", "kind": "review", "seq": 7, "name": "answered", "effective_at": c.AT,
        "recorded_at": c.AT, "late_by": None, "digest": "c" * 64,
    }  # fmt: skip
    (notice,) = letter(APPROACHING, c.AGENCY, c.PLAIN).events
    assert (notice["deadline"], notice["due_at"]) == ("window", c.DUE_AT)
