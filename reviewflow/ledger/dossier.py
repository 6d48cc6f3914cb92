"""A review with all that hangs on it as one document, which proves itself: every chain, every signature, every copy."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reviewflow.ledger.canonical import digest
from reviewflow.ledger.chain import FIELDS, Break, genesis_of, text_digest, verify
from reviewflow.ledger.signing import faults
from reviewflow.nouns.principal import Method

Document = Mapping[str, Any]
FORM = "reviewflow dossier 1"
PARTS = frozenset({"form", "ref", "nonce", "origin", "is_simulation", "chains", "copies", "statements", "documents"})
ABOUT = frozenset({"now", "time_zone", "reader"})  # who was given it and when: no evidence, and not looked at
_CHAIN = frozenset({"ref", "version", "head", "events"})
_EVENT = frozenset({*FIELDS, "prev", "digest", "text_digest"})
_HIDDEN = frozenset({"subject", "seq", "prev", "digest", "text_digest", "is_redacted"})
_PINNED = ("policy_digest", "calendar_digest")
_DOCUMENT = ("name", "media_type", "size", "digest", "marking", "state")


@dataclass(frozen=True)
class Signed:
    """One signature in a dossier; `proof` says in words what stands behind it."""

    subject: str
    seq: int
    actor: str
    printed_name: str
    meaning: str
    proof: str
    text: str


def read(text: str) -> Any:
    """A dossier as it stands in its file; ValueError for what one reader of JSON takes otherwise than another."""
    return json.loads(text, object_pairs_hook=_pairs, parse_float=_refuse, parse_constant=_refuse)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _refuse(number: str) -> None:
    raise ValueError(f"{number} is no whole number")


def first_break(dossier: object) -> Break | None:
    """The first thing that does not hold, whatever it is; None where all of it does."""
    try:
        return next(_breaks(dossier), None)  # type: ignore[arg-type]
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError) as error:
        return Break("dossier", 0, f"it does not have the form of {FORM!r}: {type(error).__name__}: {error}")


def signatures(dossier: Document) -> Iterator[Signed]:
    """Every signature of a dossier that holds, in order."""
    for event in _signed(dossier["chains"]):
        made = event["data"]["signature"]
        yield Signed(
            event["subject"], event["seq"], event["actor"], made["printed_name"], made["meaning"], _proof(made),
            made["text"],
        )  # fmt: skip


def pinned(review: Sequence[Document]) -> list[str]:
    """The digests of the copies to which the events of a review pin it."""
    sets = [event["sets"].get("review", {}) for event in review if "sets" in event]
    return sorted({each[name] for each in sets for name in _PINNED if each.get(name)})


def contents(chains: Sequence[Document]) -> dict[str, Any]:
    """What is signed in the chains of a dossier, and which documents were supplied, the review's chain being first."""
    signed = [
        {**{key: event[key] for key in ("subject", "seq", "actor")}, "digest": event["data"]["signature"]["digest"]}
        for event in _signed(chains)
    ]
    supplied: dict[str, dict[str, Any]] = {}
    for event in chains[0]["events"]:
        for place, columns in event.get("sets", {}).items():
            table, _, no = place.partition("/")
            if table == "review_document":
                known = {key: columns[key] for key in _DOCUMENT if key in columns}
                supplied.setdefault(no, {"no": int(no)}).update(known)
    return {"statements": signed, "documents": list(supplied.values())}


def _signed(chains: Sequence[Document]) -> Iterator[Any]:
    return (event for chain in chains for event in chain["events"] if "signature" in event.get("data", {}))


def _proof(made: Document) -> str:
    match Method(made["method"]):
        case Method.PASSKEY:
            return f"a passkey, verified here; SHA-256 of its key {hashlib.sha256(made['key'].encode()).hexdigest()}"
        case Method.PASSWORD:
            return "a password given again: vouched for by the server"
        case _:
            return "nothing given: vouched for by the operator of the server's machine"


def _breaks(dossier: Document) -> Iterator[Break]:
    if dossier.keys() - ABOUT != PARTS or dossier["form"] != FORM:
        yield Break("dossier", 0, f"it is not a {FORM!r}, or a part of it is missing or strange")
    is_simulation = dossier["is_simulation"]
    origin = genesis_of(dossier["nonce"], is_simulation=is_simulation is True)
    if origin != dossier["origin"] or not isinstance(is_simulation, bool):
        yield Break("dossier", 0, "its origin does not fit what it says it is: real or simulation")
    chains = dossier["chains"]
    refs = [chain["ref"] for chain in chains]
    if refs[:1] != [dossier["ref"]] or len(set(refs)) != len(refs):
        yield Break("dossier", 0, "the chain of its review is not the first, or one is there twice")
    for chain in chains:
        yield from _chain_breaks(dossier["origin"], chain)
    copies = dossier["copies"]
    for named, body in copies.items():
        if digest(body) != named:
            yield Break("dossier", 0, f"the copy {named} of a policy or calendar was changed")
    if sorted(copies) != pinned(chains[0]["events"]):
        yield Break("dossier", 0, "its copies are not those of the policy and calendar to which the review is pinned")
    found = contents(chains)
    for name, listed in found.items():
        if _exact(dossier[name]) != _exact(listed):
            yield Break("dossier", 0, f"its list of {name} is not what its chains say")


def _chain_breaks(origin: str, chain: Document) -> Iterator[Break]:
    ref, events = chain["ref"], chain["events"]
    if chain.keys() != _CHAIN or not events or type(chain["version"]) is not int:
        yield Break(ref, 0, "a part of its chain is missing or strange")
    for event in events:
        is_hidden = event.get("is_redacted") is True
        if event.keys() != (_HIDDEN if is_hidden else _EVENT) or (event["subject"], type(event["seq"])) != (ref, int):
            yield Break(ref, event["seq"], "a part of it is missing or strange, or it is of another subject")
        if not is_hidden and text_digest(event) != event["text_digest"]:
            yield Break(ref, event["seq"], f"the text of {event['name']!r} was changed after it was recorded")
    broken = verify(origin, chain["head"], chain["version"], events)
    if broken:
        yield Break(ref, broken.seq, broken.reason)
    heads = [event["digest"] for event in events]
    for event in _signed([chain]):
        for fault in faults(event["data"]["signature"], event["actor"], ref, event["seq"], heads):
            yield Break(ref, event["seq"], fault)


def _exact(value: object) -> str:
    """Where 1 is not true, nor 1.0: Python's own comparison would let them pass."""
    return json.dumps(value, sort_keys=True)
