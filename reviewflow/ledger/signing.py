"""What a signature binds: the digest of a text, the challenge made of it, the facts read back from it, the proof."""

import hashlib
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from typing import Any

from reviewflow.nouns.principal import Method

FIELDS = frozenset({"text", "digest", "printed_name", "meaning", "method", "proof", "key"})  # of one on record
_FACT = re.compile(r"  (\S.{0,10}?\S) {2,}(\S.*)")  # people's own words stand behind a bar or a colon


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
    found: dict[str, str] = {}
    for line in text.splitlines():
        fact = _FACT.fullmatch(line)
        if fact and fact[1][0] not in "|:":
            found.setdefault(fact[1], fact[2])
    return found


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


def faults(signature: Mapping[str, Any], actor: str, ref: str, seq: int, heads: Sequence[str]) -> list[str]:
    """What does not fit in the signature of an event; `heads` are the chain's digests, one an event, from the first."""
    if signature.keys() != FIELDS:
        return ["its signature does not have the parts of a signature"]
    text, method = signature["text"], Method(signature["method"])
    said, found = facts(text), []
    if text_digest(text) != signature["digest"]:
        found.append("the statement is not the one that was signed: its digest differs")
    if said.get("Signer") != actor:
        found.append(f"the statement is that of {said.get('Signer')}, and {actor} is said to have signed it")
    if said.get("Meaning") != signature["meaning"]:
        found.append("the meaning is not that of the statement")
    if not signature["printed_name"].strip():
        found.append("the signature has no printed name")
    if not _is_of(said, ref, seq, heads):
        found.append("the statement was made on another record, or on another version of this one")
    if method is Method.PASSKEY:
        try:
            prove(signature["digest"], signature["key"], signature["proof"])
        except Unproven as error:
            found.append(f"the signature {error}")
    elif signature["proof"] or signature["key"]:
        found.append(f"a signature by {method} has no proof of its own")
    return found


def _is_of(said: Mapping[str, str], ref: str, seq: int, heads: Sequence[str]) -> bool:
    """Whether the statement names this record as it stood before the event; one that makes its record names none."""
    if "Version" not in said:
        return seq == 1 and said.get("Subject", "").startswith("a new ")
    version = int(said["Version"])
    return said["Subject"].endswith(f" {ref}") and 0 < version < seq and heads[version - 1] == said["Chain head"]
