"""One digest chain a subject: each event binds its own text and everything before it.

A link is SHA-256 of the previous link and the digest of the event's text. Whoever may not read an event still gets
its text's digest, and so verifies the whole chain. The link of an internal event says that it is one: so no other can
be kept from a reader.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reviewflow.ledger.canonical import digest
from reviewflow.nouns.plain import plain
from reviewflow.nouns.plural import plural

FIELDS = (
    "subject", "seq", "name", "actor", "effective_at", "recorded_at", "late_by", "is_internal", "salt", "data", "sets",
)  # fmt: skip


def first_link(genesis: str, subject: str) -> str:
    """What the first event of a subject hangs on: the database's own random origin, real or simulated."""
    return hashlib.sha256(f"{genesis}\n{subject}".encode()).hexdigest()


def genesis_of(nonce: str, *, is_simulation: bool) -> str:
    """The origin of a database; a simulation's differs from a real one's, so its chains never verify as real."""
    return hashlib.sha256(f"reviewflow {'simulation' if is_simulation else 'real'} {nonce}".encode()).hexdigest()


def text_digest(event: Mapping[str, Any]) -> str:
    """The digest of what an event says."""
    return digest({field: plain(event[field]) for field in FIELDS})


def link(prev: str, text: str, *, is_internal: bool) -> str:
    """The next link of the chain; `text` is the digest of the event's text."""
    return hashlib.sha256("\n".join((prev, *(("internal",) if is_internal else ()), text)).encode()).hexdigest()


@dataclass(frozen=True)
class Break:
    """The first event at which a chain does not hold, and why."""

    subject: str
    seq: int
    reason: str


def verify(origin: str, head: str, length: int, events: Sequence[Mapping[str, Any]]) -> Break | None:
    """Walk one subject's chain in order; `head` and `length` are what the subject's row says."""
    prev, subject = first_link(origin, events[0]["subject"]) if events else "", ""
    for expected, event in enumerate(events, 1):
        subject = event["subject"]
        if event["seq"] != expected:
            return Break(subject, expected, f"event {expected} is missing; event {event['seq']} follows")
        if event["prev"] != prev:
            return Break(subject, expected, "it does not follow the event before it: removed, reordered or replaced")
        fault = _hidden_fault(event) if event.get("is_redacted") else _fault(event)
        if fault:
            return Break(subject, expected, fault)
        prev = event["digest"]
    if len(events) != length:
        left = f"{len(events)} {'is' if len(events) == 1 else 'are'} left"
        told = f"the subject has {plural(length, 'event')} on record, {left}"
        return Break(subject, len(events) + 1, told)
    if prev != head:
        return Break(subject, length, "the subject's head is not the last event of its chain")
    return None


def _fault(event: Mapping[str, Any]) -> str | None:
    """What does not fit in an event with its text; release 0.2 linked internal events like all others."""
    text = text_digest(event)
    links = {link(event["prev"], text, is_internal=is_internal) for is_internal in (False, event["is_internal"])}
    if event["digest"] not in links or event.get("text_digest", text) != text:
        return f"the text of {event['name']!r} was changed after it was recorded"
    return None


def _hidden_fault(event: Mapping[str, Any]) -> str | None:
    """What does not fit in a stub: it must have been linked as an internal event."""
    internal, opened = (link(event["prev"], event["text_digest"], is_internal=each) for each in (True, False))
    if event["digest"] == opened:
        return "it is hidden, and nothing proves that it may be"
    return None if event["digest"] == internal else "the text of a hidden event was changed after it was recorded"
