"""One digest chain a subject: each event binds its own text and everything before it.

A link is SHA-256 of the previous link and the digest of the event's text. Whoever may not read an event still gets
its text's digest, and so verifies the whole chain.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reviewflow.ledger.canonical import digest
from reviewflow.nouns.plain import plain

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


def link(prev: str, text: str) -> str:
    """The next link of the chain."""
    return hashlib.sha256(f"{prev}\n{text}".encode()).hexdigest()


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
        if event["digest"] != link(prev, event.get("text_digest") or text_digest(event)):
            name = event.get("name", "a hidden event")
            return Break(subject, expected, f"the text of {name!r} was changed after it was recorded")
        prev = event["digest"]
    if len(events) != length:
        return Break(subject, len(events) + 1, f"the subject has {length} events on record, {len(events)} are left")
    if prev != head:
        return Break(subject, length, "the subject's head is not the last event of its chain")
    return None
