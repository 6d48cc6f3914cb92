"""A review with all that hangs on it as one document, which proves itself: every chain, every signature, every copy."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reviewflow.ledger.acts import excuse, first_signed, forged, inexcusable, lacking, reused
from reviewflow.ledger.canonical import digest
from reviewflow.ledger.chain import FIELDS, Break, genesis_of, verify
from reviewflow.ledger.contents import contents, named, pinned, signed
from reviewflow.nouns.events import RECORD
from reviewflow.nouns.principal import Method

Document = Mapping[str, Any]
FORM = "reviewflow dossier 1"
PARTS = frozenset({"form", "ref", "nonce", "origin", "is_simulation", "chains", "copies", "statements", "documents"})
ABOUT = frozenset({"now", "time_zone", "reader"})  # who was given it and when: no evidence, and not looked at
_CHAIN = frozenset({"ref", "version", "head", "events"})
_EVENT = frozenset({*FIELDS, "prev", "digest", "text_digest"})
_HIDDEN = frozenset({"subject", "seq", "prev", "digest", "text_digest", "is_redacted"})


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


def first_break(dossier: object, signing: Collection[str], known: Sequence[str] = ()) -> Break | None:
    """The first thing that does not hold, whatever it is; None where all of it does.

    `signing` are the names of the events that are signed; `known` are heads that the reader has from elsewhere, whole
    or their first digits, each of which must be the digest of an event.
    """
    try:
        return next(_breaks(dossier, signing, known), None)  # type: ignore[arg-type]
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError) as error:
        return Break("dossier", 0, f"it does not have the form of {FORM!r}: {type(error).__name__}: {error}")


def signatures(dossier: Document) -> Iterator[Signed]:
    """Every signature of a dossier that holds, in order."""
    for event in signed(dossier["chains"]):
        made = event["data"]["signature"]
        yield Signed(
            event["subject"], event["seq"], event["actor"], made["printed_name"], made["meaning"], _proof(made),
            made["text"],
        )  # fmt: skip


def unsigned(dossier: Document, signing: Collection[str]) -> Iterator[tuple[Document, str | None]]:
    """Every act that is signed and has no signature, and what excuses it: in a dossier that holds, something does."""
    events = [event for chain in dossier["chains"] for event in chain["events"]]
    since = first_signed(events)
    for event in lacking(events, signing):
        yield event, excuse(event, since)


def _proof(made: Document) -> str:
    match Method(made["method"]):
        case Method.PASSKEY:
            where = f"used at {made['proof']['origin']} for {made['proof']['rp_id']}"
            return f"a passkey, verified here, {where}; SHA-256 of its key {made['fingerprint']}"
        case Method.PASSWORD:
            return "a password given again: vouched for by the server"
        case _:
            return "nothing given: vouched for by the operator of the server's machine"


def _breaks(dossier: Document, signing: Collection[str], known: Sequence[str]) -> Iterator[Break]:
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
        yield from _chain_breaks(origin, chain, is_simulation=is_simulation)
    yield from _signing_breaks(dossier, signing)
    for ref in named(chains[0]["events"]):
        if ref not in refs:
            yield Break(ref, 0, "its chain is missing, and the review names it")
    yield from _list_breaks(dossier)
    digests = [event["digest"] for chain in chains for event in chain["events"]]
    for head in known:
        if not any(each.startswith(head) for each in digests):
            why = "it ends before that, it is of another record, or one of the two was made up"
            yield Break("dossier", 0, f"no event in it has the digest {head}: {why}")


def _signing_breaks(dossier: Document, signing: Collection[str]) -> Iterator[Break]:
    chains = dossier["chains"]
    for event in chains[0]["events"]:
        if event.get("actor") == RECORD:
            yield Break(event["subject"], event["seq"], "the public record is said to have done it, in a review")
    for event in signed(chains):
        if event["name"] not in signing:
            yield Break(event["subject"], event["seq"], f"{event['name']!r} is no act that is signed, and it is")
    yield from reused(signed(chains), set())
    for event, why in unsigned(dossier, signing):
        if why is None:
            yield inexcusable(event)


def _list_breaks(dossier: Document) -> Iterator[Break]:
    chains, copies = dossier["chains"], dossier["copies"]
    for name, body in copies.items():
        if digest(body) != name:
            yield Break("dossier", 0, f"the copy {name} of a policy or calendar was changed")
    if sorted(copies) != pinned(chains[0]["events"]):
        yield Break("dossier", 0, "its copies are not those of the policy and calendar to which the review is pinned")
    found = contents(chains)
    for name, listed in found.items():
        if _exact(dossier[name]) != _exact(listed):
            yield Break("dossier", 0, f"its list of {name} is not what its chains say")


def _chain_breaks(origin: str, chain: Document, *, is_simulation: bool) -> Iterator[Break]:
    ref, events = chain["ref"], chain["events"]
    if chain.keys() != _CHAIN or not events or type(chain["version"]) is not int:
        yield Break(ref, 0, "a part of its chain is missing or strange")
    for event in events:
        is_hidden = event.get("is_redacted") is True
        if event.keys() != (_HIDDEN if is_hidden else _EVENT) or (event["subject"], type(event["seq"])) != (ref, int):
            yield Break(ref, event["seq"], "a part of it is missing or strange, or it is of another subject")
    broken = verify(origin, chain["head"], chain["version"], events)
    if broken:
        yield Break(ref, broken.seq, broken.reason)
    yield from forged(events, origin, is_simulation=is_simulation)


def _exact(value: object) -> str:
    """Where 1 is not true, nor 1.0: Python's own comparison would let them pass."""
    return json.dumps(value, sort_keys=True)
