"""Commands that are signatures: whose text, in whose name, by what proof; and what two persons sign together."""

import hashlib
from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from reviewflow.engine.audit import audit
from reviewflow.engine.call import Call, Done
from reviewflow.engine.deliver import deliver
from reviewflow.engine.handle import handle
from reviewflow.engine.stage import Stage
from reviewflow.errors import Forbidden, Invalid, NotFound, Refused, ReviewflowError
from reviewflow.ledger.signing import challenge, facts, faults, prove, text_digest
from reviewflow.notify.letters import Letter
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.commands.order import ImplementHalt, LiftHalt, NarrowHalt, OrderHalt, Restore
from reviewflow.nouns.commands.parts import AddNote, Clear, RaiseConcerns, Recommend, RequestInformation
from reviewflow.nouns.commands.programme import (
    AmendAgreement,
    DeactivatePerson,
    EndAgreement,
    OpenAgreement,
    SignAgreement,
)
from reviewflow.nouns.commands.review import Assign, Extend, StartClock, Submit, SupplyItem, Unassign
from reviewflow.nouns.principal import Method
from reviewflow.nouns.signature import PROOFS, RECORDS, Meaning, Signature
from reviewflow.nouns.states import Outcome
from reviewflow.nouns.subject import Row
from reviewflow.views.look import Document, looking
from reviewflow.views.statement import statement
from tests.engine import world as w
from tests.engine.authenticator import Authenticator, enrolled
from tests.engine.invariants import assert_invariants
from tests.engine.reviews import recommend, start_review


@pytest.fixture
def world() -> Iterator[w.World]:
    """A world that is whole at the end of each test."""
    made = w.new_world(33)
    yield made
    assert_invariants(made)
    assert audit(made.engine).breaks == []
    made.close()


def shown(world: w.World, call: Call, printed_name: str | None = None) -> Document:
    """The statement of a call, as its actor is shown it."""
    with looking(world.engine, world.settings, call.actor, world.now) as look:
        return statement(look, call, printed_name)


def do(world: w.World, call: Call) -> Done:
    """One call where time stands."""
    return handle(world.engine, world.settings, call, world.now, draw=world.draw)


def signed(world: w.World, call: Call, **others: Any) -> Call:
    """The call with its statement signed by password, but for `others`."""
    command, call = call.command, replace(call, method=Method.PASSWORD)
    found = shown(world, call, "A. Decider")
    assert command is not None and command.signs is not None
    made = Signature(found["digest"], "A. Decider", command.signs, Method.PASSWORD, ref=found["ref"])
    return replace(call, signature=replace(made, **others))


def by_passkey(world: w.World, call: Call, passkey: Authenticator, name: str = "A. Decider", nonce: str = "n") -> Call:
    """The call with its statement signed by one of its actor's passkeys, in a printed name."""
    command, call = call.command, replace(call, method=Method.PASSKEY)
    found = shown(world, call, name)
    assert command is not None and command.signs is not None
    proof = passkey.proof(challenge(found["digest"], nonce)) | {"nonce": nonce}
    made = Signature(found["digest"], name, command.signs, Method.PASSKEY, proof, passkey.key, found["ref"])
    return replace(call, signature=made)


def found_faulty(world: w.World, ref: str) -> list[str]:
    """What does not fit in the signatures of a subject's chain."""
    [(origin,)] = world.query("SELECT genesis FROM database")
    events = world.journal(ref)
    signed = [event for event in events if "signature" in event["data"]]
    assert signed
    return [fault for event in signed for fault in faults(event, events, str(origin), is_simulation=True)]


def kept(world: w.World, ref: str) -> Row:
    """The signature of the last event that has one."""
    found: Row = [event for event in world.journal(ref) if "signature" in event["data"]][-1]["data"]["signature"]
    return found


@pytest.fixture
def clear(world: w.World) -> Call:
    """A determination that waits to be signed at a door, in the words that were recommended."""
    ref = start_review(world, "tolls")
    recommend(world, ref)
    return Call(ref, Clear(), w.DECIDER, method=Method.PASSWORD)


def test_statement_is_kept_with_who_signed_and_how(world: w.World, clear: Call) -> None:
    """Word for word as it was shown; of a password nothing is kept but that the server says so."""
    call = signed(world, clear, proof={"password": "never to be kept"})
    before = shown(world, clear, "A. Decider")
    done = do(world, call)
    found = kept(world, done.ref)
    assert found == {
        "text": before["text"], "digest": text_digest(before["text"]), "printed_name": "A. Decider",
        "meaning": "determines", "method": "password", "proof": {}, "key": "", "fingerprint": "",
    }  # fmt: skip
    said, events = facts(found["text"]), world.journal(done.ref)
    assert said["Signer"] == w.DECIDER and "  | as found\n" in found["text"]
    assert (said["Proof"], said["Record"]) == (PROOFS[Method.PASSWORD], RECORDS[True])
    assert events[int(said["Version"]) - 1]["digest"] == said["Chain head"]
    assert "recommend" not in found["text"] and w.REVIEWER not in found["text"]


def test_letter_of_a_determination_says_who_stands_for_it(world: w.World, clear: Call) -> None:
    """To both sides: printed name, meaning, proof and digest; the statement itself stays on record."""
    do(world, by_passkey(world, clear, enrolled(world.engine, w.DECIDER, world.now), "Dr. A. Decider"))
    letters: list[Letter] = []
    deliver(world.engine, world.settings, {"folder": letters.append, "log": lambda letter: None}, world.now)
    told = {letter.to: " ".join(letter.text.split()) for letter in letters if "Determination signed" in letter.subject}
    assert {w.OFFICER, w.DECIDER, w.REVIEWER} <= told.keys()
    for text in told.values():
        assert "Printed name Dr. A. Decider Meaning determines" in text
        assert f"Proof a passkey of the signer Passkey SHA-256 {kept(world, str(clear.ref))['fingerprint']}" in text
        assert kept(world, str(clear.ref))["digest"] in text and "as found" not in text


def test_passkey_signs_the_text_itself(world: w.World, clear: Call) -> None:
    """What the authenticator answered is kept with its key and the key's fingerprint, and proves it without us."""
    passkey = enrolled(world.engine, w.DECIDER, world.now)
    done = do(world, by_passkey(world, clear, passkey, "Dr. A. Decider"))
    found = kept(world, done.ref)
    prove(text_digest(found["text"]), found["key"], found["proof"])
    assert found_faulty(world, done.ref) == []
    said = facts(found["text"])
    assert (said["Printed name"], said["Proof"]) == ("Dr. A. Decider", "the signer's passkey")
    assert found["fingerprint"] == hashlib.sha256(base64url_to_bytes(passkey.key)).hexdigest()
    assert (found["proof"]["rp_id"], found["proof"]["origin"]) == (passkey.rp_id, passkey.origin)


def _wrong(name: str, one: Authenticator, digest: str) -> Row:
    """A proof that does not hold, by what is wrong with it."""
    other, asked, twin = Authenticator(), challenge(digest), copy(one)
    match name:
        case "another text":
            return {"proof": one.proof(challenge("0" * 64)), "key": one.key}
        case "another key":
            return {"proof": one.proof(asked), "key": other.key}
        case "nobody's passkey":
            return {"proof": other.proof(asked), "key": other.key}
        case "its owner not verified":
            twin.is_verified = False
            return {"proof": twin.proof(asked), "key": one.key}
        case "another site":
            twin.origin = "https://mallory.example"
            return {"proof": twin.proof(asked) | {"origin": one.origin}, "key": one.key}
        case "a nonce that was not asked":
            return {"proof": one.proof(asked) | {"nonce": "n"}, "key": one.key}
        case "no proof":
            return {"key": one.key}
        case "no key":
            return {"proof": one.proof(asked)}
    return {"proof": one.proof(asked) | {"credential": {"id": bytes_to_base64url(one.id)}}, "key": one.key}


WRONG = ("another text", "another key", "nobody's passkey", "its owner not verified", "another site",
         "a nonce that was not asked", "no proof", "no key", "no answer")  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_passkey_that_proves_nothing_is_refused(world: w.World, clear: Call, wrong: str) -> None:
    """Whatever is wrong with it; nothing is changed."""
    one = enrolled(world.engine, w.DECIDER, world.now)
    proof = _wrong(wrong, one, shown(world, clear, "A. Decider")["digest"])
    refused(world, signed(world, clear, method=Method.PASSKEY, **({"proof": {}, "key": ""} | proof)), "not proven by")


def test_key_is_one_of_the_signers_own(world: w.World, clear: Call) -> None:
    """Looked up as it is signed: another's does not sign, nor one that was removed since the door looked."""
    theirs, own = (enrolled(world.engine, who, world.now) for who in (w.CHIEF, w.DECIDER))
    refused(world, by_passkey(world, clear, theirs), f"not proven by a passkey of {w.DECIDER}")
    call = by_passkey(world, clear, own)
    world.query("UPDATE passkey SET removed_at = made_at WHERE person = ?", w.DECIDER)
    refused(world, call, f"not proven by a passkey of {w.DECIDER}")


def test_password_does_not_stand_in_for_a_passkey(world: w.World, clear: Call) -> None:
    """Whatever a door let through: the text that its holder is shown is signed by passkey."""
    call = signed(world, clear)
    enrolled(world.engine, w.DECIDER, world.now)
    refused(world, call, "a password does not stand in for it")
    refused(world, signed(world, clear, method=Method.PASSWORD), "a password does not stand in for it", "changed")


def refused(world: w.World, call: Call, *said: str, error: type[ReviewflowError] = Refused) -> None:
    """A call that is refused with these words and changes nothing."""
    before = world.dump()
    with pytest.raises(error) as found:
        do(world, call)
    assert all(words in f"{found.value} {found.value.remedy}" for words in said), found.value
    assert world.dump() == before


def test_door_cannot_leave_the_signature_out(world: w.World, clear: Call) -> None:
    """By session or token, whatever its holder may do; and nobody's word stands in for a proof."""
    refused(world, replace(clear, method=Method.TOKEN), "a token cannot sign", "Sign in as a person", error=Forbidden)
    for method in set(Method) - {Method.OPERATOR, Method.TOKEN}:
        refused(world, replace(clear, method=method), "review clear is a signature", "a printed name", "statement")
    refused(world, signed(world, clear, method=Method.OPERATOR), "proven by password or passkey; operator is none")
    refused(world, signed(world, clear, method=Method.TOKEN), "token is none of them")


def test_operator_vouches_where_the_installation_lets_him(world: w.World, clear: Call) -> None:
    """In a simulation, and on a real database where it says so; the record says that it was he."""
    call, ours = replace(clear, method=Method.OPERATOR), world.settings
    world.settings = replace(ours, server=replace(ours.server, operator_signs=False))
    with patch.object(Stage, "is_simulation", new=False):
        refused(world, call, "takes none on the word of the machine's operator", "operator = true under [signatures]")
        assert shown(world, call)["method"] == "password"
        world.settings = replace(ours, server=replace(ours.server, operator_signs=True))
        assert shown(world, call)["method"] == "operator"
    world.settings = ours
    found = kept(world, do(world, call).ref)
    assert (found["method"], found["printed_name"], found["proof"]) == ("operator", w.DECIDER, {})
    assert facts(found["text"])["Proof"] == PROOFS[Method.OPERATOR]
    assert found["digest"] == text_digest(found["text"])


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "two\nlines"])
def test_printed_name_is_one_line(world: w.World, clear: Call, name: str) -> None:
    """And not empty."""
    refused(world, signed(world, clear, printed_name=name), "The printed name of a signature is one line")
    if name:
        with pytest.raises(Invalid, match="one line"):
            shown(world, clear, name)


def test_printed_name_is_that_of_the_text(world: w.World, clear: Call) -> None:
    """Asked for with the statement, and no other afterwards; by default it is the name on record."""
    refused(world, signed(world, clear, printed_name="Mallory"), "the printed name")
    assert shown(world, clear)["printed_name"] == w.DECIDER
    assert facts(shown(world, clear, "Dr.  A. Decider")["text"])["Printed name"] == "Dr. A. Decider"


def test_day_is_that_of_the_text(world: w.World, clear: Call) -> None:
    """What was shown yesterday is not signed today."""
    call = signed(world, clear)
    world.now += timedelta(hours=11)
    refused(world, call, "the day")


def test_every_fault_is_told_at_once(world: w.World, clear: Call) -> None:
    """Meaning, name and text."""
    call = signed(world, clear, printed_name="", meaning=Meaning.ORDERS, digest="0" * 64)
    refused(world, call, "printed name", "determines; the signature says that he orders", "The text has changed")


def test_changed_text_names_what_changed(world: w.World, clear: Call) -> None:
    """The record went on, or what is asked is another than what was shown."""
    call = signed(world, clear)
    world.do(w.REVIEWER, clear.ref, AddNote(text="one more thing"))
    at = world.subject(str(clear.ref)).seq
    refused(world, call, f"the record went on from version {at - 1} to {at} (note added)")
    other = replace(signed(world, clear), command=Clear(text="as found"), actor=w.CHIEF)
    refused(world, other, "what is asked, who asks, the printed name, the proof, the day, or a name in it is another")
    do(world, signed(world, clear))


def test_what_is_due_is_recorded_before_anybody_signs(world: w.World, clear: Call) -> None:
    """A statement that was shown before the window ended is not taken after it, and none is shown in between."""
    [window] = [row for row in world.subject(str(clear.ref)).part("deadline") if row["kind"] == "window"]
    world.now = window["due_at"] - timedelta(minutes=1)
    world.tick()
    call = signed(world, clear)
    world.now += timedelta(minutes=2)
    refused(world, call, "The text has changed", "lapsed")
    with pytest.raises(Refused, match=r"about to go on \(.*lapsed"):
        shown(world, clear)
    world.tick()
    do(world, signed(world, clear))


def test_operator_signs_on_what_was_due_a_moment_ago(world: w.World, clear: Call) -> None:
    """The text names the version and the head that the settling itself made, in the same transaction."""
    world.now += 40 * w.DAY
    done = do(world, replace(clear, method=Method.OPERATOR))
    events, found = world.journal(done.ref), kept(world, done.ref)
    lapsed = next(event["seq"] for event in events if event["name"] == "lapsed")
    assert int(facts(found["text"])["Version"]) >= lapsed
    assert found_faulty(world, done.ref) == []


def test_signature_on_what_is_not_signed_is_refused(world: w.World, clear: Call) -> None:
    """It would be kept nowhere."""
    call = replace(signed(world, clear), command=AddNote(text="x"))
    refused(world, call, "review note is not signed", error=Invalid)
    with pytest.raises(Invalid, match="has no statement"):
        shown(world, call)


def test_statement_is_for_those_who_may_sign_it(world: w.World, clear: Call) -> None:
    """Who does not see the review learns nothing; who may not decide is told so; who may, every reason against."""
    for actor, error in ((w.RIVAL, NotFound), (w.OFFICER, Forbidden), (w.REVIEWER, Forbidden)):
        with pytest.raises(error):
            shown(world, replace(clear, actor=actor))
    with pytest.raises(Refused, match="another text"):
        shown(world, replace(clear, command=Clear(text="other words")))
    before = world.dump()
    assert shown(world, clear)["meaning"] == "determines"
    assert world.dump() == before


def test_halt_is_signed_from_order_to_lift(world: w.World) -> None:
    """A new one names the reference that was drawn for it; each later step the version and head of its own."""
    models = w.models()[:2]
    order = OrderHalt(models=models, scope="all", basis="an example", agency="export")
    ref = do(world, signed(world, Call(None, order, w.HALTER))).ref
    do(world, signed(world, Call(ref, NarrowHalt(scope="some", models=models[:1]), w.HALTER)))
    do(world, signed(world, Call(ref, LiftHalt(condition=("Report.",)), w.HALTER)))
    do(world, signed(world, Call(ref, ImplementHalt(scope="most"), w.OFFICER)))
    do(world, signed(world, Call(ref, Restore(model=models[0], scope="all"), w.OFFICER)))
    assert found_faulty(world, ref) == []
    told = [facts(event["data"]["signature"]["text"]) for event in world.journal(ref)]
    assert [(said["Version"], said["Subject"]) for said in told] == [(str(no), f"halt {ref}") for no in range(5)]
    assert all("Model A 1" in said["Model"] for said in told)


def test_signature_that_makes_a_subject_makes_it_once(world: w.World) -> None:
    """The reference is drawn with the text; the same signature makes neither it again, nor another."""
    passkey = enrolled(world.engine, w.HALTER, world.now)
    order = OrderHalt(models=w.models()[:1], scope="all", basis="an example", agency="export")
    call = by_passkey(world, Call(None, order, w.HALTER), passkey)
    ref = do(world, call).ref
    assert call.signature is not None and ref == call.signature.ref
    refused(world, call, f"{ref} is there already")
    other = replace(call, signature=replace(call.signature, ref="HA-2222-2222"))
    refused(world, other, "The text has changed", "what is asked")


def test_fact_of_the_past_is_signed_with_its_date(world: w.World) -> None:
    """The date is in the text; where the system's records are looked back over, the signature stays whole."""
    [(ref,)] = world.query("SELECT ref FROM agreement")
    since = world.now
    world.now += 3 * w.DAY
    call = Call(str(ref), EndAgreement(reason="it ended"), w.OFFICER, effective_at=since + w.DAY, method=Method.TOKEN)
    refused(world, replace(signed(world, call), effective_at=since + 2 * w.DAY), "what is asked")
    do(world, signed(world, call))
    assert facts(kept(world, str(ref))["text"])["In effect"] == "since 2026-07-02T14:00:00Z"
    assert found_faulty(world, str(ref)) == []


def test_record_tells_of_orders_and_signs_none(world: w.World) -> None:
    """The public record tells of orders that others signed elsewhere: it signs nothing."""
    order = OrderHalt(models=w.models()[:1], scope="all", basis="an example", agency="export", source="a gazette")
    ref = world.do("record", None, order, effective_at=world.now - w.DAY).ref
    assert "signature" not in world.journal(ref)[0]["data"]


def test_two_persons_sign_the_same_words(world: w.World) -> None:
    """Other words have not been recommended; nor has another outcome; new words are recommended anew."""
    ref = start_review(world, "tolls")
    with pytest.raises(Refused, match="give them, as the decider is to sign them, with --statement"):
        world.do(w.REVIEWER, ref, Recommend(outcome=Outcome.CLEARED, text="fine"))
    recommend(world, ref)

    def no(command: Command, *said: str) -> None:
        refused(world, Call(ref, command, w.DECIDER), *said)

    no(Clear(text="As found, more or less."), "Recommendation 1", "is of another text", "leave --text out")
    no(RaiseConcerns(text="as found"), "no recommendation of concerns stands")
    world.do(w.REVIEWER, ref, Recommend(outcome=Outcome.CLEARED, text="on second thoughts", statement="Other words."))
    no(Clear(text="as found"), "Recommendation 2", "another text")
    world.do(w.REVIEWER, ref, Recommend(outcome=Outcome.CONCERNS, text="on third thoughts", statement="Concerns."))
    no(Clear(), "no recommendation of cleared stands")
    world.do(w.DECIDER, ref, RaiseConcerns(text="Concerns."))
    [made] = world.subject(ref).part("determination")
    assert (made["text"], made["recommended_by"]) == ("Concerns.", w.REVIEWER)
    assert [e["data"]["text"] for e in world.journal(ref) if e["name"] == "concerns_raised"] == ["Concerns."]


def test_recommendation_is_of_one_checkpoint(world: w.World) -> None:
    """What is filed again, with another checkpoint or the same, is recommended anew."""
    ref = start_review(world, "missed-returns")
    recommend(world, ref)
    [before] = world.subject(ref).part("recommendation")
    for digest in ("b" * 64, None):
        world.do(w.REVIEWER, ref, RequestInformation(text="What was it trained on?"))
        while world.subject(ref).state != "returned":
            world.now += w.DAY
            world.tick()
        if digest:
            world.do(w.OFFICER, ref, SupplyItem(item="checkpoint_digest", digest=digest))
        world.do(w.OFFICER, ref, Submit())
        world.do(w.INTAKE, ref, StartClock())
        refused(world, Call(ref, Clear(), w.DECIDER), "no recommendation of cleared stands", "another checkpoint")
    recommend(world, ref)
    last = world.subject(ref).part("recommendation")[-1]
    assert last["about"] != before["about"] and world.journal(ref)[-1]["data"]["about"] == last["about"]
    world.do(w.DECIDER, ref, Clear())


def test_recommendation_is_of_who_still_reviews(world: w.World) -> None:
    """Not of who was taken off the review, or out of use, or whose office was."""
    ref = start_review(world, "tolls")
    recommend(world, ref)
    world.do(w.INTAKE, ref, Unassign(person=w.REVIEWER))
    refused(world, Call(ref, Clear(), w.DECIDER), "is by a person who is not assigned any more", "recommends again")
    world.do(w.INTAKE, ref, Assign(person=w.REVIEWER))
    assert shown(world, Call(ref, Clear(), w.DECIDER))["meaning"] == "determines"
    world.do(w.ADMIN, w.REVIEWER, DeactivatePerson(reason="gone"))
    refused(world, Call(ref, Clear(), w.DECIDER), "is by a person out of use")


def test_recommendation_carries_one_determination(world: w.World) -> None:
    """Whoever determines otherwise afterwards, and then again, has it recommended again."""
    ref = start_review(world, "tolls")
    world.do(w.INTAKE, ref, Assign(person=w.SECOND))
    recommend(world, ref)
    world.do(w.SECOND, ref, Recommend(outcome=Outcome.CONCERNS, text="bad", statement="Concerns."))
    world.do(w.DECIDER, ref, Clear())
    world.do(w.DECIDER, ref, RaiseConcerns())
    refused(world, Call(ref, Clear(), w.DECIDER), f"Recommendation 1 by {w.REVIEWER} was used up by determination 1")
    assert [row["determination"] for row in world.subject(ref).part("recommendation")] == [1, 2]
    recommend(world, ref)
    world.do(w.DECIDER, ref, Clear())


@pytest.mark.parametrize("column", ["statement", "about"])
def test_recommendation_from_before_it_said_so_is_void(world: w.World, column: str) -> None:
    """It stays on record, and is recommended again; its record still verifies."""
    ref = start_review(world, "tolls")
    recommend(world, ref)
    [(before,)] = world.query(f"SELECT {column} FROM recommendation")
    world.query(f"UPDATE recommendation SET {column} = NULL")
    refused(world, Call(ref, Clear(text="x"), w.DECIDER), "recommends again")
    world.query(f"UPDATE recommendation SET {column} = ?", before)


def test_both_sides_sign_the_same_terms(world: w.World) -> None:
    """Those of who signs first: the other is shown them, and signs no others, nor none."""
    [(old,)] = world.query("SELECT ref FROM agreement")
    world.do(w.OFFICER, str(old), EndAgreement(reason="over"))
    ref = world.do(w.DECIDER, None, OpenAgreement(lab="lab-a", note="our proposal")).ref
    do(world, signed(world, Call(ref, SignAgreement(text="Lab pays 10 million."), w.DECIDER)))
    other = Call(ref, SignAgreement(text="Lab pays nothing."), w.OFFICER)
    refused(world, other, "The other side signed other terms", "leave --text out")
    same = Call(ref, SignAgreement(), w.OFFICER)
    assert "  | Lab pays 10 million.\n" in shown(world, same)["text"]
    do(world, signed(world, same))
    assert world.journal(ref)[-1]["data"]["text"] == "Lab pays 10 million."
    do(world, signed(world, Call(ref, AmendAgreement(text="Lab pays 20 million."), w.DECIDER)))
    assert "the lab has not signed it" in " ".join(kept(world, ref)["text"].split())
    assert found_faulty(world, ref) == []


def test_who_signed_no_terms_is_bound_by_none(world: w.World) -> None:
    """Terms that come with the second signature were not agreed by the first."""
    [(old,)] = world.query("SELECT ref FROM agreement")
    world.do(w.OFFICER, str(old), EndAgreement(reason="over"))
    ref = world.do(w.DECIDER, None, OpenAgreement(lab="lab-a")).ref
    world.do(w.OFFICER, ref, SignAgreement())
    refused(world, Call(ref, SignAgreement(text="Lab pays."), w.DECIDER), "The other side signed no terms")
    world.do(w.DECIDER, ref, SignAgreement())


def test_one_person_words_it_himself(world: w.World) -> None:
    """Where the policy asks for one; without any words there is nothing to sign."""
    ref = start_review(world, "hours")
    refused(world, Call(ref, Clear(), w.DECIDER), "no words, and no recommendation gives any")
    world.do(w.DECIDER, ref, Clear(text="Mine."))
    assert "  | Mine.\n" in kept(world, ref)["text"]


def test_extension_is_signed(world: w.World) -> None:
    """With what it extends, and whose consent it has."""
    ref = start_review(world, "tolls")
    call = Call(ref, Extend(by=2, reason="more to read", consent=w.OFFICER), w.DECIDER)
    do(world, signed(world, call))
    found = facts(kept(world, ref)["text"])
    assert (found["Consent"], found["Last day"]) == (w.OFFICER, "2026-07-11 before this extension")
