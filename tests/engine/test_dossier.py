"""A dossier proves itself: whole as it is handed out, to each reader his own, and broken by any change."""

import json
import random
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewflow.ledger import signing
from reviewflow.ledger.canonical import digest
from reviewflow.ledger.contents import contents
from reviewflow.ledger.dossier import ABOUT, read, signatures
from tests.engine import dossiers
from tests.engine import world as w
from tests.engine.dossiers import Dossier, first_break
from tests.engine.forger import alter, leaves


@pytest.fixture
def both() -> dict[str, Dossier]:
    """The two."""
    return dossiers.both()


def test_dossier_is_whole_for_each_reader(both: dict[str, Dossier]) -> None:
    """All that hangs on the review is in it; of what the lab may not read only the links, and it verifies as well."""
    for found in both.values():
        assert first_break(found) is None
        kinds = sorted({chain["ref"][:2] for chain in found["chains"]})
        assert kinds == ["AG", "CM", "HA", "MD", "RV"] and found["chains"][0]["ref"] == found["ref"]
        assert len(found["copies"]) == 2
    ours, theirs = both[w.DECIDER], both[w.OFFICER]
    assert [chain["head"] for chain in ours["chains"]] == [chain["head"] for chain in theirs["chains"]]
    assert "between us" in json.dumps(ours) and "between us" not in json.dumps(theirs)
    assert w.REVIEWER in json.dumps(ours["chains"][0])
    hidden = [event for event in theirs["chains"][0]["events"] if "is_redacted" in event]
    assert hidden and all("data" not in event for event in hidden)


def test_dossier_tells_who_signed_what_by_which_proof(both: dict[str, Dossier]) -> None:
    """The word of an operator, a passkey verified here, the word of a server; in the order of the chains."""
    for found in both.values():
        by = {one.text.splitlines()[0]: one for one in signatures(found)}
        proof = by["Determination: cleared"].proof
        assert proof.startswith(
            "a passkey, verified here, used at https://reviews.example for reviews.example; SHA-256"
        )
        assert by["Determination: cleared"].printed_name == "Ärztin D."
        assert by["Determination: concerns"].proof == "a password given again: vouched for by the server"
        assert by["Order of a halt"].proof == "nothing given: vouched for by the operator of the server's machine"
        assert len(found["statements"]) == len(list(signatures(found))) == 6


@given(seed=st.integers(0, 2**32))
@settings(max_examples=400, deadline=None, database=None, suppress_health_check=list(HealthCheck))
def test_any_change_of_one_byte_is_found(both: dict[str, Dossier], seed: int) -> None:
    """In whatever part of the text: changed, left out, put in; what is no evidence may say what it likes."""
    rng = random.Random(seed)
    found = {key: value for key, value in both[rng.choice([w.DECIDER, w.OFFICER])].items() if key not in ABOUT}
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
    at = rng.randrange(len(text))
    sign = bytes([rng.choice([text[at] ^ 1 << rng.randrange(7), rng.randrange(32, 127)])])
    changed = rng.choice([text[:at] + sign + text[at + 1 :], text[:at] + text[at + 1 :], text[:at] + sign + text[at:]])
    try:
        document = read(changed.decode())
    except ValueError:
        return
    if json.dumps(document) != json.dumps(found):
        assert first_break(document) is not None, (text[at - 60 : at + 60], changed[at - 60 : at + 60])


def test_every_value_and_key_is_bound(both: dict[str, Dossier]) -> None:
    """Made another, or left out: those of the frame each in turn, of the chains some hundreds."""
    found = both[w.OFFICER]
    rng = random.Random(1)
    places = list(leaves({key: value for key, value in found.items() if key not in ABOUT}))
    for path in [*(path for path in places if path[0] != "chains"), *rng.sample(places, 300)]:
        broken = deepcopy(found)
        alter(broken, path)
        assert first_break(broken) is not None, path


def test_chains_are_those_of_the_review_that_is_named(both: dict[str, Dossier]) -> None:
    """The review's own first, and each once."""
    found = both[w.OFFICER]
    for chains in (found["chains"][1:], found["chains"][::-1], [*found["chains"], found["chains"][-1]]):
        assert first_break({**found, "chains": chains, **contents(chains)}) is not None


def test_signature_fits_the_event_that_keeps_it(both: dict[str, Dossier]) -> None:
    """Its signer, meaning, subject and version are those of the event; a proof is kept only of a passkey."""
    found = both[w.OFFICER]
    events = found["chains"][0]["events"]
    event = next(event for event in events if event.get("name") == "concerns_raised")

    def faults(changed: Any, chain: list[Any] = events, **others: Any) -> list[str]:
        about = {"origin": found["origin"], "is_simulation": True} | others
        return signing.faults(changed, chain, **about)

    assert faults(event) == []
    for others in (
        {"meaning": "orders"},
        {"printed_name": " "},
        {"proof": {"a": 1}},
        {"key": "AQ"},
        {"fingerprint": "0" * 64},
        {"digest": "0" * 64},
        {"method": "token"},
    ):
        made = event["data"]["signature"] | others
        assert faults(event | {"data": event["data"] | {"signature": made}}) != []
    assert "is said to have signed it" in faults(event | {"actor": w.CHIEF})[0]
    for another in (
        {"subject": "RV-2222-2222"},
        {"seq": 2},
        {"name": "cleared"},
        {"effective_at": "2026-01-01T00:00:00Z"},
    ):
        assert faults(event | another) != []
    assert faults(event, origin="0" * 64) and faults(event, is_simulation=False)
    noted = [one if one["seq"] != event["seq"] - 1 else one | {"name": "noted", "actor": w.CHIEF} for one in events]
    later = event | {"seq": event["seq"] + 1}
    between = [*noted[: event["seq"]], later]
    assert faults(later, between) != []


def test_copy_of_another_policy_is_found(both: dict[str, Dossier]) -> None:
    """Also where it is whole in itself: the review is pinned to its own."""
    found = both[w.OFFICER]
    name, body = next(iter(found["copies"].items()))
    other = {**body, "version": 9}
    found["copies"] = {**found["copies"], digest(other): other}
    del found["copies"][name]
    broken = first_break(found)
    assert broken is not None and "not those of the policy" in broken.reason


@pytest.mark.parametrize("junk", [None, [], "x", 7, {}, {"form": "reviewflow dossier 1"}, {"chains": [{}]}])
def test_what_is_no_dossier_is_told_apart(junk: object) -> None:
    """Whatever is handed in, the answer is a break and no traceback."""
    assert first_break(junk) is not None


@pytest.mark.parametrize("text", ['{"a": 1, "a": 2}', '{"a": 1.0}', '{"a": NaN}', "{", ""])
def test_json_that_reads_in_two_ways_is_no_dossier(text: str) -> None:
    """A key that stands twice, and numbers that are not whole."""
    with pytest.raises(ValueError):
        read(text)
