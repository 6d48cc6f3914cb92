"""Commands that are signatures: whose text, in whose name, by what proof; and what two persons sign together."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from reviewflow.engine.audit import audit
from reviewflow.engine.call import Call, Done
from reviewflow.engine.deliver import deliver
from reviewflow.engine.handle import handle
from reviewflow.errors import Forbidden, Invalid, NotFound, Refused, ReviewflowError
from reviewflow.ledger.signing import challenge, facts, faults, prove, text_digest
from reviewflow.notify.letters import Letter
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.commands.order import LiftHalt, NarrowHalt, OrderHalt
from reviewflow.nouns.commands.parts import AddNote, Clear, RaiseConcerns, Recommend
from reviewflow.nouns.commands.programme import EndAgreement
from reviewflow.nouns.commands.review import Extend
from reviewflow.nouns.principal import Method
from reviewflow.nouns.signature import Meaning, Signature
from reviewflow.nouns.states import Outcome
from reviewflow.nouns.subject import Row
from reviewflow.views.look import Document, looking
from reviewflow.views.statement import statement
from tests.engine import world as w
from tests.engine.authenticator import Authenticator
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


def shown(world: w.World, call: Call) -> Document:
    """The statement of a call, as its actor is shown it."""
    with looking(world.engine, world.settings, call.actor, world.now) as look:
        return statement(look, call)


def do(world: w.World, call: Call) -> Done:
    """One call where time stands."""
    return handle(world.engine, world.settings, call, world.now, draw=world.draw)


def signed(world: w.World, call: Call, **others: Any) -> Call:
    """The call with its statement signed by password, but for `others`."""
    command, found = call.command, shown(world, call)
    assert command is not None and command.signs is not None
    made = Signature(found["digest"], "A. Decider", command.signs, Method.PASSWORD)
    return replace(call, method=Method.PASSWORD, signature=replace(made, **others))


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
    before = shown(world, clear)
    done = do(world, call)
    found = kept(world, done.ref)
    assert found == {
        "text": before["text"], "digest": text_digest(before["text"]), "printed_name": "A. Decider",
        "meaning": "determines", "method": "password", "proof": {}, "key": "",
    }  # fmt: skip
    said, events = facts(found["text"]), world.journal(done.ref)
    assert said["Signer"] == w.DECIDER and "  | as found\n" in found["text"]
    assert events[int(said["Version"]) - 1]["digest"] == said["Chain head"]
    assert "recommend" not in found["text"] and w.REVIEWER not in found["text"]


def test_letter_of_a_determination_says_who_stands_for_it(world: w.World, clear: Call) -> None:
    """To both sides: printed name, meaning, proof and digest; the statement itself stays on record."""
    do(world, signed(world, clear, printed_name="Dr. A. Decider"))
    letters: list[Letter] = []
    deliver(world.engine, world.settings, {"folder": letters.append, "log": lambda letter: None}, world.now)
    told = {letter.to: " ".join(letter.text.split()) for letter in letters if "Determination signed" in letter.subject}
    assert {w.OFFICER, w.DECIDER, w.REVIEWER} <= told.keys()
    for text in told.values():
        assert "Printed name Dr. A. Decider Meaning determines" in text
        assert "Proof the signer's password, given again" in text
        assert kept(world, str(clear.ref))["digest"] in text and "as found" not in text


def test_passkey_signs_the_text_itself(world: w.World, clear: Call) -> None:
    """What the authenticator answered is kept with its public key, and proves the text without this server."""
    passkey, before = Authenticator(), shown(world, clear)
    proof = passkey.proof(challenge(before["digest"], "n")) | {"nonce": "n"}
    done = do(world, signed(world, clear, method=Method.PASSKEY, proof=proof, key=passkey.key))
    found, events = kept(world, done.ref), world.journal(done.ref)
    prove(text_digest(found["text"]), found["key"], found["proof"])
    assert faults(found, w.DECIDER, done.ref, done.seq, [event["digest"] for event in events]) == []
    assert faults(found | {"method": "password"}, w.DECIDER, done.ref, done.seq, [event["digest"] for event in events])


def _answers(digest: str) -> dict[str, dict[str, Any]]:
    """Proofs that do not hold, by what is wrong with them."""
    one, other, asked = Authenticator(), Authenticator(), challenge(digest)
    unasked, elsewhere = Authenticator(is_verified=False), Authenticator(origin="https://mallory.example")
    return {
        "another text": {"proof": one.proof(challenge("0" * 64)), "key": one.key},
        "another key": {"proof": one.proof(asked), "key": other.key},
        "its owner not verified": {"proof": unasked.proof(asked), "key": unasked.key},
        "another site": {"proof": elsewhere.proof(asked) | {"origin": one.origin}, "key": elsewhere.key},
        "a nonce that was not asked": {"proof": one.proof(asked) | {"nonce": "n"}, "key": one.key},
        "no proof": {"key": one.key},
        "no key": {"proof": one.proof(asked)},
        "no answer": {"proof": one.proof(asked) | {"credential": {"id": 1}}, "key": one.key},
    }


@pytest.mark.parametrize("wrong", _answers(""))
def test_passkey_that_proves_nothing_is_refused(world: w.World, clear: Call, wrong: str) -> None:
    """Whatever is wrong with it; nothing is changed."""
    proof = _answers(shown(world, clear)["digest"])[wrong]
    refused(world, signed(world, clear, method=Method.PASSKEY, **proof), "not proven by the passkey")


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
    """The record says that it was he; `[signatures] operator = false` forbids it."""
    call, ours = replace(clear, method=Method.OPERATOR), world.settings
    world.settings = replace(ours, server=replace(ours.server, operator_signs=False))
    refused(world, call, "takes none on the word of the machine's operator", "operator = true under [signatures]")
    world.settings = ours
    found = kept(world, do(world, call).ref)
    assert (found["method"], found["printed_name"], found["proof"]) == ("operator", w.DECIDER, {})
    assert found["digest"] == text_digest(found["text"])


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "two\nlines"])
def test_printed_name_is_one_line(world: w.World, clear: Call, name: str) -> None:
    """And not empty."""
    refused(world, signed(world, clear, printed_name=name), "The printed name of a signature is one line")


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
    refused(world, other, "what is asked, who asks, or a name in it is another")
    do(world, signed(world, clear))


def test_what_is_due_is_recorded_before_anybody_signs(world: w.World, clear: Call) -> None:
    """A statement that was shown before the window ended is not taken after it, and none is shown in between."""
    call = signed(world, clear)
    world.now += 40 * w.DAY
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
    heads = [event["digest"] for event in events]
    assert faults(found, w.DECIDER, done.ref, done.seq, heads) == []


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
    """A new one names no version; each later step the version and head of its own."""
    models = w.models()[:2]
    order = OrderHalt(models=models, scope="all", basis="an example", agency="export")
    ref = do(world, signed(world, Call(None, order, w.HALTER))).ref
    do(world, signed(world, Call(ref, NarrowHalt(scope="some", models=models[:1]), w.HALTER)))
    do(world, signed(world, Call(ref, LiftHalt(condition=("Report.",)), w.HALTER)))
    events = world.journal(ref)
    heads = [event["digest"] for event in events]
    for event in events:
        assert faults(event["data"]["signature"], w.HALTER, ref, event["seq"], heads) == []
        assert "Model A 1" in event["data"]["signature"]["text"]
    assert faults(events[0]["data"]["signature"], w.HALTER, ref, 2, heads) != []


def test_fact_of_the_past_is_signed_with_its_date(world: w.World) -> None:
    """The date is in the text; where the system's records are looked back over, the signature stays whole."""
    [(ref,)] = world.query("SELECT ref FROM agreement")
    since = world.now
    world.now += 3 * w.DAY
    call = Call(str(ref), EndAgreement(reason="it ended"), w.OFFICER, effective_at=since + w.DAY, method=Method.TOKEN)
    refused(world, replace(signed(world, call), effective_at=since + 2 * w.DAY), "what is asked")
    do(world, signed(world, call))
    assert facts(kept(world, str(ref))["text"])["In effect"] == "since 2026-07-02T14:00:00Z"
    [event] = [event for event in world.journal(str(ref)) if event["name"] == "agreement_ended"]
    heads = [one["digest"] for one in world.journal(str(ref))]
    assert faults(event["data"]["signature"], w.OFFICER, str(ref), event["seq"], heads) == []


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


def test_recommendation_from_before_there_were_words_is_void(world: w.World) -> None:
    """It stays on record, and is recommended again; its record still verifies."""
    ref = start_review(world, "tolls")
    recommend(world, ref)
    world.query("UPDATE recommendation SET statement = NULL")
    refused(world, Call(ref, Clear(text="x"), w.DECIDER), "gives no words to be signed, and so is void")
    world.query("UPDATE recommendation SET statement = 'as found'")


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
