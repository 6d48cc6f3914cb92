"""Forgeries of a dossier, each made so that every digest fits again, and what gives it away."""

import json
import random
from collections.abc import Callable
from copy import deepcopy
from functools import partial
from typing import NamedTuple

import pytest

from reviewflow.engine import signing
from reviewflow.engine.audit import audit
from reviewflow.errors import Forbidden
from reviewflow.ledger.acts import reused
from reviewflow.ledger.chain import first_link, link, verify
from reviewflow.ledger.dossier import unsigned
from reviewflow.ledger.signing import challenge, facts, fingerprint, text_digest
from reviewflow.nouns.commands.parts import Clear
from reviewflow.nouns.events import RECORD
from reviewflow.nouns.principal import Method, Scopes
from reviewflow.nouns.signature import PROOFS
from reviewflow.nouns.subject import Row
from reviewflow.rules.lifecycle import SIGNING
from reviewflow.views.dossier import dossier
from reviewflow.views.look import looking
from reviewflow.views.view import One
from tests.engine import dossiers
from tests.engine import world as w
from tests.engine.authenticator import Authenticator
from tests.engine.dossiers import Dossier, first_break
from tests.engine.forger import Change, alter, event_of, forged, hide, leaves, signature_of
from tests.engine.reviews import recommend, start_review


class Forgery(NamedTuple):
    """`says` is in the reason of the break; `is_head_known`: found only by who knows the heads of the true one."""

    change: Change
    says: str
    is_head_known: bool = False


def unsign(name: str) -> Change:
    """Leave out the signature of an act."""
    return lambda found: event_of(found, name)["data"].pop("signature")


def impute_to_record(found: Dossier) -> None:
    """Without a signature, since the public record gives none."""
    event = event_of(found, "concerns_raised")
    event["actor"] = RECORD
    del event["data"]["signature"]


def cut_off(found: Dossier) -> None:
    """The review ends with its clearance."""
    events = found["chains"][0]["events"]
    del events[event_of(found, "cleared")["seq"] :]


def keep_chains(*kinds: str) -> Change:
    """Leave the chains of all other kinds out."""

    def change(found: Dossier) -> None:
        found["chains"] = [chain for chain in found["chains"] if chain["ref"][:2] in kinds]

    return change


def say_otherwise(found: Dossier) -> None:
    """Other words in the signed statement."""
    made = signature_of(found, "cleared")
    made["text"] = made["text"].replace("as found", "all is well")


def swap(found: Dossier) -> None:
    """Each determination with the signature of the other."""
    one, other = (event_of(found, name)["data"] for name in ("cleared", "concerns_raised"))
    one["signature"], other["signature"] = other["signature"], one["signature"]


def order_again(found: Dossier) -> None:
    """A second halt, with the signature of the first by passkey."""
    [halt] = [chain for chain in found["chains"] if chain["ref"].startswith("HA-")]
    made = halt["events"][0]["data"]["signature"]
    again = json.loads(json.dumps(halt).replace(halt["ref"], "HA-2222-2222"))
    for each in (made, again["events"][0]["data"]["signature"]):
        each["text"] = made["text"].replace(PROOFS[Method.OPERATOR], PROOFS[Method.PASSKEY])
        each |= signed_by(Authenticator(), each["text"])
    again["events"][0]["data"]["signature"] = deepcopy(made)
    found["chains"].append(again)


def signed_by(passkey: Authenticator, text: str) -> Row:
    """What is kept of a text that a passkey signed."""
    digest = text_digest(text)
    proof = passkey.proof(challenge(digest, "n")) | {"nonce": "n"}
    kept = {"digest": digest, "proof": proof, "key": passkey.key, "fingerprint": fingerprint(passkey.key)}
    return {"method": "passkey", **kept}


def date_back(found: Dossier) -> None:
    """An act of today in another year, and nothing before it is later."""
    for event in found["chains"][0]["events"]:
        if "name" in event:
            event["recorded_at"] = event["effective_at"] = "2026-01-01T00:00:00Z"


def raise_instead(found: Dossier) -> None:
    """Concerns, in the name of who signed that there were none."""
    event = event_of(found, "cleared")
    event["name"], event["data"]["outcome"] = "concerns_raised", "concerns"
    event["sets"] = json.loads(json.dumps(event["sets"]).replace("cleared", "concerns"))


def determine_otherwise(found: Dossier) -> None:
    """Another outcome in the rows alone."""
    event = event_of(found, "cleared")
    event["sets"] = json.loads(json.dumps(event["sets"]).replace("cleared", "concerns"))


def change(name: str, **others: object) -> Change:
    """Another value in the signature of an act."""
    return lambda found: signature_of(found, name).update(others)


def relabel(found: Dossier) -> None:
    """What the operator vouched for is said to have been signed with somebody's password."""
    for chain in found["chains"]:
        for event in chain["events"]:
            made = event.get("data", {}).get("signature", {})
            if made.get("method") == "operator":
                made |= {"method": "password", "printed_name": "Real Person"}


def narrow_order(found: Dossier) -> None:
    """Another scope of a halt in the event than in its statement."""
    event_of(found, "halt_ordered")["data"]["scope"] = "some"


def sign_what_is_none(found: Dossier) -> None:
    """A signature where nothing is signed."""
    event_of(found, "concerns_raised")["name"] = "toll_ended"


FORGERIES = {
    "an open event is hidden as if it were internal": Forgery(
        lambda found: hide(event_of(found, "concerns_raised")), "no event in it has the digest", True
    ),
    "an open event before a passkey's signature is hidden": Forgery(
        lambda found: hide(event_of(found, "submitted")), "another version of this one"
    ),
    "an earlier event is another": Forgery(
        lambda found: event_of(found, "submitted")["data"].update(checkpoint_digest="e" * 64),
        "another version of this one",
    ),
    "an earlier event is left out": Forgery(lambda found: found["chains"][0]["events"].pop(3), "another version"),
    "the end is cut off": Forgery(cut_off, "no event in it has the digest", True),
    "other chains are left out": Forgery(keep_chains("RV", "MD"), "no event in it has the digest", True),
    "the model is left out": Forgery(keep_chains("RV", "HA", "CM", "AG"), "the review names it"),
    "another review comes first": Forgery(lambda found: found["chains"].reverse(), "is not the first"),
    "a simulation is passed off as real": Forgery(
        lambda found: found.update(is_simulation=False), "another version of this one"
    ),
    "a passkey's signature is left out": Forgery(unsign("cleared"), "it has no signature"),
    "a password's signature is left out": Forgery(unsign("concerns_raised"), "it has no signature"),
    "an operator's signature is left out": Forgery(unsign("halt_ordered"), "it has no signature"),
    "what nobody signs is signed": Forgery(sign_what_is_none, "is no act that is signed"),
    "the public record decides a review": Forgery(impute_to_record, "the public record is said"),
    "the signed words are others": Forgery(say_otherwise, "its digest differs"),
    "a signature is used twice": Forgery(order_again, "made on another record"),
    "two signatures are swapped": Forgery(swap, "is not one of"),
    "the printed name is another": Forgery(change("cleared", printed_name="Mallory"), "printed name"),
    "an act is dated back": Forgery(date_back, "not made on the day"),
    "an act takes effect earlier": Forgery(
        lambda found: event_of(found, "cleared").update(effective_at="2026-01-01T00:00:00Z"), "at another time"
    ),
    "the event says otherwise than its statement": Forgery(raise_instead, "is not one of 'concerns_raised'"),
    "the rows say otherwise than the statement": Forgery(determine_otherwise, "is not what the statement says"),
    "the words are not those of the statement": Forgery(narrow_order, "is not what the statement says"),
    "a passkey is passed off as a password": Forgery(
        change("cleared", method="password", proof={}, key="", fingerprint=""), "by the proof of which"
    ),
    "a passkey is passed off as a token": Forgery(
        change("cleared", method="token", proof={}, key="", fingerprint=""), "by the proof of which"
    ),
    "an operator's word is passed off as a password": Forgery(relabel, "printed name"),
    "the fingerprint is of another key": Forgery(change("cleared", fingerprint="0" * 64), "fingerprint"),
}


@pytest.mark.parametrize("reader", [w.DECIDER, w.OFFICER])
@pytest.mark.parametrize("name", FORGERIES)
def test_forgery_is_found(name: str, reader: str) -> None:
    """In the agency's dossier and in the lab's alike, though every digest in it fits."""
    found, forgery = dossiers.both()[reader], FORGERIES[name]
    heads = [chain["head"] for chain in found["chains"]]
    assert first_break(found, *heads) is None
    made = forged(found, forgery.change)
    broken = first_break(made, *(heads if forgery.is_head_known else ()))
    assert broken is not None and forgery.says in broken.reason, broken


@pytest.mark.parametrize("part", ["text", "nonce", "answer"])
def test_signature_is_met_once(part: str) -> None:
    """In all chains together: neither its text, nor its nonce, nor what the authenticator answered."""
    true = event_of(dossiers.both()[w.OFFICER], "cleared")
    other = deepcopy(true)
    made, answer = other["data"]["signature"], other["data"]["signature"]["proof"]["credential"]["response"]
    made["digest"] = made["digest"] if part == "text" else "0" * 64
    made["proof"]["nonce"] = made["proof"]["nonce"] if part == "nonce" else "another"
    answer["clientDataJSON"] = answer["clientDataJSON"] if part == "answer" else "another"
    [broken] = reused([true, other], set())
    assert "that of another event" in broken.reason
    made["digest"], made["proof"]["nonce"], answer["clientDataJSON"] = "0" * 64, "another", "another"
    assert list(reused([true, other], set())) == []


@pytest.mark.parametrize("reader", [w.DECIDER, w.OFFICER])
def test_careful_forger_changes_nothing_by_chance(reader: str) -> None:
    """What he links anew and leaves as it was is the dossier that it was: so the table shows what it says."""
    found = dossiers.both()[reader]
    assert forged(found, lambda made: None) == found


@pytest.mark.parametrize("reader", [w.DECIDER, w.OFFICER])
def test_open_event_cannot_be_hidden(reader: str) -> None:
    """No head changes and every link fits; but its link says that it is open, as that of each internal one does not."""
    found = dossiers.both()[reader]
    for chain in found["chains"]:
        for place, event in enumerate(chain["events"]):
            before = deepcopy(event)
            hide(event)
            broken = first_break(found)
            if before.get("is_internal", True):
                assert broken is None
            else:
                assert broken is not None and broken.reason == "it is hidden, and nothing proves that it may be"
                assert broken.seq == place + 1
            event.clear()
            event |= before
    assert first_break(found) is None


def test_internal_event_of_an_earlier_release_holds_with_its_text_alone() -> None:
    """Release 0.2 linked what is internal like everything else: its text says that it is, and a stub proves nothing."""
    found = dossiers.both()[w.DECIDER]
    ref, events = found["ref"], found["chains"][0]["events"][:8]
    prev = first_link(found["origin"], ref)
    for event in events:
        event["prev"] = prev
        event["digest"] = prev = link(prev, event["text_digest"], is_internal=False)
    assert any(event["is_internal"] for event in events)
    assert verify(found["origin"], prev, len(events), events) is None
    inner = next(event for event in events if event["is_internal"])
    hide(inner)
    broken = verify(found["origin"], prev, len(events), events)
    assert broken is not None and (broken.seq, "nothing proves" in broken.reason) == (inner["seq"], True)


def test_what_nobody_could_sign_is_told_unsigned() -> None:
    """Where no signature is older, an act may be from before there were any; it is told, with the reason."""
    found = dossiers.both()[w.OFFICER]

    def change(made: Dossier) -> None:
        for chain in made["chains"]:
            for event in chain["events"]:
                event.get("data", {}).pop("signature", None)

    assert {why for _, why in told_unsigned(forged(found, change))} == {"recorded before signatures were kept"}
    assert told_unsigned(found) == []


def told_unsigned(found: Dossier) -> list[tuple[str, str | None]]:
    """The names of unsigned acts in a dossier that holds, and what excuses each."""
    assert first_break(found) is None
    return [(event["name"], why) for event, why in unsigned(found, SIGNING)]


@pytest.mark.parametrize("reader", [w.DECIDER, w.OFFICER])
def test_nothing_before_a_passkey_can_be_another(reader: str) -> None:
    """Whatever value of whatever event before it is changed, and all digests made to fit: the text it signed tells."""
    found = dossiers.both()[reader]
    version = int(facts(signature_of(found, "cleared")["text"])["Version"])
    places = [("chains", 0, "events", *path) for path in leaves(found["chains"][0]["events"][:version])]
    tried = 0
    for path in random.Random(2).sample(places, 80):
        if not isinstance(path[-1], tuple) and (made := forged(found, partial(alter, path=path))) != found:
            tried += 1
            assert first_break(made) is not None, path
    assert tried > 20


@pytest.mark.parametrize(
    ("forge", "says"),
    [
        (lambda true: true | {"text": true["text"].replace("as found", "all is well")}, "its digest differs"),
        (lambda true: None, "it has no signature"),
        (lambda true: {"text": 7}, "does not have the parts of a signature"),
    ],
)
def test_database_is_audited_for_signatures(
    forge: Callable[[Row], Row | None], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a program writes them that does not keep the rules, every link and every row fits, and `verify` tells."""
    world = w.new_world(8)
    ref, true = start_review(world, "tolls"), signing.signature
    recommend(world, ref)
    assert audit(world.engine).breaks == []
    monkeypatch.setattr(signing, "signature", lambda *asked: forge(true(*asked) or {}))
    done = world.do(w.DECIDER, ref, Clear())
    [broken] = audit(world.engine).breaks
    assert (broken.subject, broken.seq) == (ref, done.seq) and says in broken.reason
    world.close()


def test_token_that_reaches_a_part_gets_no_dossier() -> None:
    """What the review names must be in it, or it would prove nothing; the model is named."""
    world = w.new_world(9)
    ref = start_review(world, "tolls")
    for subjects in ({ref, w.models()[0]}, {ref}):
        scopes = Scopes(None, frozenset(subjects))
        with looking(world.engine, world.settings, w.OFFICER, world.now, scopes=scopes) as look:
            if len(subjects) == 1:
                with pytest.raises(Forbidden, match=w.models()[0]):
                    dossier(look, One(ref=ref))
            else:
                found = json.loads(json.dumps(look.told(dossier(look, One(ref=ref)))))
                assert first_break(found) is None and len(found["chains"]) == 2
    world.close()
