"""The text that is signed: word for word, and another for whatever is decided otherwise."""

from collections.abc import Iterator
from dataclasses import MISSING, fields, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewflow.ledger.signing import facts
from reviewflow.nouns.actor import Actor
from reviewflow.nouns.commands import order as o
from reviewflow.nouns.commands import parts as p
from reviewflow.nouns.commands import programme as g
from reviewflow.nouns.commands import review as r
from reviewflow.nouns.commands.form import REGISTRY, Command
from reviewflow.nouns.policy import Calendar, Policy
from reviewflow.nouns.principal import Method
from reviewflow.nouns.programme import Programme
from reviewflow.nouns.signature import TITLES, Ground
from reviewflow.nouns.statement_text import WIDTH, clean, facts_of, line_of, quoted, words_of, written
from reviewflow.nouns.states import Kind, Role, Side
from reviewflow.nouns.subject import Row, Subject
from reviewflow.rules.calendar import BusinessDays
from reviewflow.rules.lifecycle import SIGNING, TABLES
from reviewflow.rules.scene import Pin, Scene
from reviewflow.rules.standing import about
from reviewflow.rules.statements import statement
from reviewflow.rules.work import Work

GOLDEN = Path(__file__).parent / "statements"
Shelf = tuple[dict[str, Policy], dict[str, Calendar]]
AT = datetime(2026, 7, 6, 14, tzinfo=UTC)
ONE, TWO = "MD-2222-2222", "MD-3333-3333"
DECIDER = Actor("decider@office.example", "A. Decider", "office", Side.AGENCY, frozenset({Role.DECIDER, Role.REVIEWER}))
OFFICER = Actor("officer@lab.example", "officer@lab.example", "lab", Side.LAB, frozenset({Role.OFFICER}))
MODELS: dict[str, Row] = {
    ONE: {"name": "Example Model 1", "lab": "lab", "checkpoint_digest": "a" * 64},
    TWO: {"name": "Example Model 2", "lab": "lab", "checkpoint_digest": None},
}
OFFICES = {"lab": {"name": "Example Lab"}, "office": {"name": "Example Review Office"}}
REFS = {Kind.REVIEW: "RV-7K3M-9QXC", Kind.AGREEMENT: "AG-7K3M-9QXC", Kind.HALT: "HA-7K3M-9QXC"}
PARTIES = {"lab": "lab", "agency": "office"}
ROWS: dict[Kind, Row] = {
    Kind.REVIEW: {
        "model": ONE, "checkpoint_digest": "a" * 64, "policy_digest": "b" * 64, "last_day_on": date(2026, 7, 31),
        "submitted_at": AT,
    },
    Kind.AGREEMENT: {}, Kind.HALT: {},
}  # fmt: skip
REVIEWERS = [
    Actor(f"{who}@office.example", who, "office", Side.AGENCY, frozenset({Role.REVIEWER})) for who in ("one", "two")
]
PEOPLE = {who.ref: who for who in REVIEWERS}
ASSIGNED: dict[int, Row] = {
    no: {"no": no, "person": who.ref, "is_consulted": False, "ended_at": None} for no, who in enumerate(REVIEWERS, 1)
}
OTHERS: Row = {"about": about(ROWS[Kind.REVIEW]), "determination": None}
RECOMMENDED: dict[int, Row] = {
    no: {"no": no, "outcome": outcome, "statement": text, "recommended_by": who.ref, **OTHERS}
    for no, (outcome, text, who) in enumerate(
        (("cleared", "Nothing was found.", REVIEWERS[0]), ("concerns", "Uplift was found.", REVIEWERS[1])), 1
    )
}
MADE = {1: {"no": 1, "outcome": "cleared"}}
HALTED = {no: {"no": no, "model": ref, "state": "ordered"} for no, ref in ((1, ONE), (2, TWO))}
LONG = f"First line, with a tab\t, a\u202eturn and <U+0000>.\r\n\r\n{'word ' * 30}end\n{'x' * 200}"
COMMANDS: dict[str, Command] = {
    "clear": p.Clear(text="No concerns within the scope of this review."),
    "raise-concerns": p.RaiseConcerns(),
    "extend": r.Extend(by=5, reason="The second evaluation is not done.", consent=OFFICER.ref),
    "open-agreement": g.OpenAgreement(lab="lab", note="Talks began in spring.", source="the office's file 7"),
    "sign-agreement": g.SignAgreement(text=LONG, since="August 2024"),
    "amend-agreement": g.AmendAgreement(text="Testing after release is added."),
    "end-agreement": g.EndAgreement(reason="Both sides wished it."),
    "decline-agreement": g.DeclineAgreement(reason="No terms were found."),
    "order-halt": o.OrderHalt(models=(ONE, TWO), scope="any foreign national", basis="an example regulation"),
    "implement-halt": o.ImplementHalt(scope="all but one", reason="One serves hospitals.", source="a letter"),
    "narrow-halt": o.NarrowHalt(scope="all but those on the list", allow=("Example University", "Example Clinic")),
    "lift-halt": o.LiftHalt(models=(TWO,), condition=("Report malicious use.", "Keep the filter."), source="a letter"),
    "restore": o.Restore(model=TWO, scope="hospitals", note="The filter is on."),
}  # fmt: skip


@pytest.fixture
def scene(shelf: Shelf) -> Scene:
    """Two models of a lab, an office, the policy that ships."""
    policies, calendars = shelf
    policy = policies["eo-14409"]
    pin = Pin(policy, BusinessDays(calendars[policy.window.calendar]), "b" * 64, "c" * 64)
    programme = Programme("The programme", "eo-14409", (), (), ())
    return Scene(programme, pin, rows=MODELS, people=PEOPLE, organizations=OFFICES)


def work(command: Command, actor: Actor | None = None) -> Work:
    """The subject of a command, as it stands before it."""
    who = actor or (OFFICER if isinstance(command, g.SignAgreement | o.ImplementHalt | o.Restore) else DECIDER)
    subject = Subject(command.kind, REFS[command.kind], row=ROWS[command.kind] | PARTIES)
    if command.kind is Kind.REVIEW:
        subject.parts = {"recommendation": RECOMMENDED, "assignment": ASSIGNED}
        if isinstance(command, p.RaiseConcerns):
            subject.parts["determination"] = MADE
    elif command.kind is Kind.HALT and not command.creates:
        subject.parts = {"halt_model": HALTED}
    return Work(subject, who, AT, AT)


def ground(command: Command, **others: Any) -> Ground:
    """On version 7, unless it makes its subject; by passkey, in a real database."""
    found = Ground(0 if command.creates else 7, "d" * 64, "f" * 64, False, "Dr. A. Decider", Method.PASSKEY)
    return replace(found, **others)


def text_of(command: Command, scene: Scene, **others: Any) -> str:
    """Its statement."""
    return statement(work(command), command, scene, ground(command, **others))


@pytest.mark.parametrize("name", COMMANDS)
def test_statement_is_word_for_word(name: str, scene: Scene) -> None:
    """As it stands in the file of its name: whoever changes a word of it changes what people signed."""
    text = text_of(COMMANDS[name], scene, since=AT if name == "end-agreement" else None)
    assert text == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    assert max(map(len, text.splitlines())) <= WIDTH


def test_every_signing_command_has_a_golden_text() -> None:
    """And no other command is signed."""
    signing = {command for command in REGISTRY.values() if command.signs}
    assert {type(command) for command in COMMANDS.values()} == signing
    assert {path.stem for path in GOLDEN.iterdir()} == set(COMMANDS)


def _otherwise(command: Command) -> Iterator[Command]:
    """The same command with each of its fields changed in turn."""
    for field in fields(command):
        value = getattr(command, field.name)
        match value:
            case int():
                yield replace(command, **{field.name: value + 1})
            case tuple() if field.name == "models":
                yield replace(command, **{field.name: (ONE,)})
            case tuple():
                yield replace(command, **{field.name: (*value, "one more")})
            case str() | None:
                changed = f"{value or ''} otherwise"
                if field.name not in ("lab", "agency"):  # the subject's own, by then: `anchor` put them there
                    yield replace(command, **{field.name: changed})
        if field.default not in (MISSING, value):
            yield replace(command, **{field.name: field.default})


@pytest.mark.parametrize("name", COMMANDS)
def test_whatever_is_decided_otherwise_reads_otherwise(name: str, scene: Scene) -> None:
    """Each field of the command is in its text, as are version, head, date, office, who signs and in which role."""
    command = COMMANDS[name]
    texts = [text_of(command, scene), *(text_of(other, scene) for other in _otherwise(command))]
    others: list[Row] = [{"version": 8}, {"head": "e" * 64}, {"origin": "0" * 64}, {"is_simulation": True}]
    others += [{"printed_name": "Mallory"}, *({"method": method} for method in (Method.PASSWORD, Method.OPERATOR))]
    texts += [text_of(command, scene, **each) for each in ({"since": AT}, *others)]
    for who in (replace(DECIDER, name="B. Decider"), replace(DECIDER, roles=frozenset({Role.ADMIN}))):
        texts.append(statement(work(command, who), command, scene, ground(command)))
    w = work(command)
    w.recorded_at += timedelta(days=1)
    texts.append(statement(w, command, scene, ground(command)))
    w = work(command)
    w.subject.ref = "RV-2222-2222"
    texts.append(statement(w, command, scene, ground(command)))
    renamed = replace(scene, organizations={**OFFICES, "lab": {"name": "A"}, "office": {"name": "B"}})
    texts.append(text_of(command, renamed))
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("name", COMMANDS)
def test_what_it_binds_is_read_back_from_it(name: str, scene: Scene) -> None:
    """Signer and name, meaning, proof and day, subject, version, head and origin: what a verifier compares."""
    command = COMMANDS[name]
    found, w = facts(text_of(command, scene)), work(command)
    assert command.signs is not None
    assert (found["Signer"], found["Meaning"]) == (w.actor.ref, command.signs.value)
    assert (found["Printed name"], found["Proof"]) == ("Dr. A. Decider", "the signer's passkey")
    assert (found["Date"], found["Record"], found["Origin"]) == ("2026-07-06 (UTC)", "real", "f" * 64)
    assert (found["Subject"], found["Chain head"]) == (f"{command.kind.value} {w.subject.ref}", "d" * 64)
    assert found["Version"] == ("0" if command.creates else "7")


@given(one=st.text(max_size=300), other=st.text(max_size=300))
def test_no_two_words_read_the_same(one: str, other: str) -> None:
    """What is quoted can be told apart to the last sign, but for how lines end; nothing in it is hidden."""
    same = one.replace("\r\n", "\n") == other.replace("\r\n", "\n")
    assert (quoted(one) == quoted(other)) == same
    assert all(len(line) <= WIDTH and line[:3] in ("  |", "  :") for line in quoted(one).split("\n"))
    assert quoted(one + "\u202e").replace("\n", "").isprintable() and clean(one + "\r").isprintable()


@pytest.mark.parametrize(
    "words", ["  Signer      mallory@lab.example", "x\n  Version     9", f"{'x ' * 60}  Version     9"]
)
def test_nobodys_words_pass_for_a_fact(words: str, scene: Scene) -> None:
    """However they are laid out: a bar or a colon stands before them."""
    found = facts(text_of(p.Clear(text=words), scene))
    assert (found["Signer"], found["Version"]) == (DECIDER.ref, "7")


def test_words_default_to_those_that_stand(scene: Scene) -> None:
    """Of the outcome that is signed, by whoever recommended it last and did not take it back."""
    assert "  | Nothing was found.\n" in text_of(p.Clear(), scene)
    assert "  | Uplift was found.\n" in text_of(p.RaiseConcerns(), scene)
    w = work(p.Clear())
    again = RECOMMENDED[1] | {"no": 3, "outcome": "concerns", "statement": "More was found."}
    w.subject.parts["recommendation"] = {**RECOMMENDED, 3: again}
    assert "Statement:" not in statement(w, p.Clear(), scene, ground(p.Clear(), version=8))
    assert "  | More was found.\n" in statement(w, p.RaiseConcerns(), scene, ground(p.Clear(), version=8))


@pytest.mark.parametrize("sign", "\u200b\u2060\u00ad\u3164\u202e\u00a0\u2800\ufe0f\ue000\u0378\U000e0041\U000e0100")
def test_what_nobody_sees_is_shown(sign: str) -> None:
    """What is blank, joins, turns, tags or is no sign at all stands there by its number."""
    assert clean(f"do{sign}not") == f"do<U+{ord(sign):04X}>not" == line_of(f" do{sign}not  ")
    assert quoted(sign) == f"  | <U+{ord(sign):04X}>"
    assert quoted(f"<U+{ord(sign):04X}>") != quoted(sign)


@pytest.mark.parametrize(
    "name", [f"  Signer        chief@office.example{' ' * 80}x", f"A.{' ' * 60}Decider\n\n  Signer        x", "x" * 200]
)
def test_no_name_passes_for_a_fact(name: str, scene: Scene) -> None:
    """Neither in the sentence nor in the facts, however long it is; and it is read back as it was."""
    command = p.Clear(text="x")
    text = statement(work(command, replace(DECIDER, name=name)), command, scene, ground(command, printed_name=name))
    found = facts(text)
    assert (found["Signer"], found["Printed name"]) == (DECIDER.ref, line_of(name))
    assert max(map(len, text.splitlines())) <= WIDTH


@given(name=st.text(max_size=300), words=st.lists(st.text(min_size=1, max_size=200), min_size=1, max_size=3))
def test_what_is_written_is_read_back(name: str, words: list[str]) -> None:
    """Every fact in full, and each of people's words as it is quoted."""
    text = written("Title", f"{name} does.", [("Printed name", name), ("Signer", "x")], [("Reasons", w) for w in words])
    assert facts_of(text) == [("Printed name", line_of(name) or "-"), ("Signer", "x")]
    assert words_of(text) == [quoted(each) for each in words]


def test_second_to_sign_an_agreement_is_shown_the_terms_of_the_first(scene: Scene) -> None:
    """Word for word, and that they are the other side's; who signs alone is told so."""
    first, second = text_of(g.SignAgreement(text="Ten."), scene), replace(scene, terms="Ten.")
    assert "has not yet signed" in first and "  | Ten.\n" in text_of(g.SignAgreement(), second)
    assert facts(text_of(g.SignAgreement(), second))["Other side"] == "the agency has signed the same terms"
    assert facts(text_of(g.SignAgreement(), scene))["Terms"] == "none are stated"
    alone = " ".join(text_of(g.AmendAgreement(text="Twenty."), scene).split())
    assert "It is signed for the agency alone: the lab has not signed it." in alone


def test_titles_are_those_of_the_events(scene: Scene) -> None:
    """Each event that keeps a signature has one, with the meaning in which its command is signed."""
    assert TITLES.keys() == SIGNING
    for command in COMMANDS.values():
        found = {row.event for row in TABLES[command.kind] if row.command is type(command)}
        title, _, _ = text_of(command, scene).partition("\n")
        assert all(TITLES[event] == (title, command.signs) for event in found)
