"""What a signature binds: the digest of a text, the challenge made of it, and every fact of the event that keeps it."""

import hashlib
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reviewflow.nouns.events import SYSTEM
from reviewflow.nouns.plain import plain
from reviewflow.nouns.principal import Method
from reviewflow.nouns.signature import PROOFS, RECORDS, TITLES
from reviewflow.nouns.statement_text import facts_of, line_of, quoted, words_of

Event = Mapping[str, Any]
FIELDS = frozenset({"text", "digest", "printed_name", "meaning", "method", "proof", "key", "fingerprint"})
CONSIDERED = "recommendation_considered"  # the internal event that a determination brings along
_TOLD = ("text", "reason", "scope", "basis", "note", "source", "condition", "consent", "since", "allow", "models", "by")


class Unproven(ValueError):
    """The proof does not hold; the message completes "it"."""


def text_digest(text: str) -> str:
    """SHA-256 of a statement, 64 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def challenge(digest: str, nonce: str = "") -> bytes:
    """What an authenticator is asked to sign: SHA-256 of the digest as it is written, after it the door's nonce."""
    return hashlib.sha256(f"{digest}{nonce}".encode()).digest()


def fingerprint(key: str) -> str:
    """SHA-256 of a passkey's public key, 64 hex digits; the key as it is kept and signed with, in base64url."""
    return hashlib.sha256(urlsafe_b64decode(f"{key}{'=' * (-len(key) % 4)}")).hexdigest()


def facts(text: str) -> dict[str, str]:
    """The labelled facts of a statement; of a label that stands twice the first."""
    return dict(reversed(facts_of(text)))


def prove(digest: str, key: str, proof: Mapping[str, Any]) -> None:
    """Unproven unless a passkey's answer is one to the challenge of this text, by this key, with its owner verified."""
    from webauthn import verify_authentication_response
    from webauthn.helpers import base64url_to_bytes

    try:
        verify_authentication_response(
            credential=proof["credential"],
            expected_challenge=challenge(digest, proof.get("nonce", "")),
            expected_rp_id=proof["rp_id"],
            expected_origin=proof["origin"],
            credential_public_key=base64url_to_bytes(key),
            credential_current_sign_count=0,  # whether it was used before is for the door, which keeps count
            require_user_verification=True,
        )
    except Exception as error:
        raise Unproven(f"is not proven by the passkey: {error}") from error


def faults(event: Event, events: Sequence[Event], origin: str, *, is_simulation: bool) -> list[str]:
    """What does not fit in the signature of an event, in the whole chain of a database of this origin."""
    made = event["data"]["signature"]
    if made.keys() != FIELDS:
        return ["its signature does not have the parts of a signature"]
    if event["name"] not in TITLES:
        return [f"{event['name']!r} is no act that is signed, and it is"]
    found = [reason for holds, reason in _claims(event, made, facts(made["text"])) if not holds]
    if not _is_here(facts(made["text"]), event, events, origin, is_simulation=is_simulation):
        found.append("the statement was made on another record, or on another version of this one")
    if made["method"] == Method.PASSKEY:
        try:
            prove(made["digest"], made["key"], made["proof"])
        except Unproven as error:
            found.append(f"the signature {error}")
    return found


def _claims(event: Event, made: Event, said: Mapping[str, str]) -> Iterator[tuple[bool, str]]:
    """What the statement says of itself, against what the event says."""
    text, actor, method = made["text"], event["actor"], made["method"]
    title, meaning = TITLES[event["name"]]
    day, is_passkey = plain(event["recorded_at"])[:10], method == Method.PASSKEY
    yield text_digest(text) == made["digest"], "the statement is not the one that was signed: its digest differs"
    yield (
        said.get("Signer") == actor,
        f"the statement is that of {said.get('Signer')}, and {actor} is said to have signed it",
    )
    yield said.get("Meaning") == made["meaning"] == meaning, "the meaning is not that of the statement"
    yield text.split("\n", 1)[0] == title, f"the statement is not one of {event['name']!r}"
    name = line_of(made["printed_name"])
    yield bool(name) and said.get("Printed name") == name, "the printed name is not that of the statement"
    yield said.get("Proof") == PROOFS.get(method), "it was not signed by the proof of which the statement tells"
    yield said.get("Date") == f"{day} (UTC)", "the statement was not made on the day on which it is recorded"
    yield said.get("In effect") in _in_effect(event), "the statement takes effect at another time"
    yield _is_told(event, text), "what the event says is not what the statement says"
    yield (
        bool(made["proof"] and made["key"]) == is_passkey == bool(made["proof"] or made["key"]),
        (f"a signature by {method} {'lacks its proof' if is_passkey else 'has no proof of its own'}"),
    )
    yield made["fingerprint"] == (fingerprint(made["key"]) if made["key"] else ""), "the fingerprint is not the key's"


def _in_effect(event: Event) -> tuple[str, ...]:
    at = plain(event["effective_at"])
    return f"since {at}", *(("from the moment it is recorded",) if at == plain(event["recorded_at"]) else ())


def _is_told(event: Event, text: str) -> bool:
    """Whether what the event says in words or by name stands in the statement, and its outcome is its own."""
    data, words, stated = event["data"], words_of(text), [value for _, value in facts_of(text)]
    for value in (value for field in _TOLD if (value := data.get(field))):
        for one in value if isinstance(value, list | tuple) else (value,):
            starts = (f"{line_of(str(one))} ", f"{line_of(str(one))},")
            if quoted(str(one)) not in words and not any(f"{each} ".startswith(starts) for each in stated):
                return False
    outcome = {"cleared": "cleared", "concerns_raised": "concerns"}.get(event["name"])
    return outcome is None or _is_outcome(event, outcome)


def _is_outcome(event: Event, outcome: str) -> bool:
    """Whether a determination, and the rows that its event sets, are of one outcome, in the same words."""
    data, rows = event["data"], event["sets"]
    [made] = [columns for place, columns in rows.items() if place.startswith("determination/")]
    is_one = data["outcome"] == made["outcome"] == outcome == rows.get("review", {}).get("determination", outcome)
    return bool(is_one and data["text"] == made["text"] and made["signed_by"] == event["actor"])


def _is_here(
    said: Mapping[str, str], event: Event, events: Sequence[Event], origin: str, *, is_simulation: bool
) -> bool:
    """Whether the statement names this database, and this record as it stood before the event; the system may act."""
    if (said.get("Record"), said.get("Origin")) != (RECORDS[is_simulation], origin):
        return False
    version, seq = int(said["Version"]), event["seq"]
    if not said["Subject"].endswith(f" {event['subject']}") or not 0 <= version < seq:
        return False
    between = events[version : seq - 1]
    return said["Chain head"] == events[version]["prev"] and all(_is_of_no_one(each) for each in between)


def _is_of_no_one(event: Event) -> bool:
    return bool(event.get("is_redacted")) or event["actor"] == SYSTEM or event["name"] == CONSIDERED
