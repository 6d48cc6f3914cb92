"""A signature: who stands for which exact text, in which meaning, and how it was proven that he was there."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from reviewflow.nouns.principal import Method


class Meaning(StrEnum):
    """What a signature says of its text."""

    DETERMINES = "determines"
    EXTENDS = "extends"
    PROPOSES = "proposes"
    AGREES = "agrees"
    AMENDS = "amends"
    ENDS = "ends"
    DECLINES = "declines"
    ORDERS = "orders"
    LIFTS = "lifts"


PROOFS = (Method.PASSWORD, Method.PASSKEY)  # what a person can give to prove that he is there


@dataclass(frozen=True)
class Signature:
    """`digest` is the SHA-256 of the text that was shown; `method` is one of PROOFS.

    Of a passkey, `key` is its public key (COSE, base64url) and `proof` holds `credential`, what the authenticator
    answered as the browser serializes it, `rp_id`, `origin`, and `nonce` where the challenge had one.
    """

    digest: str
    printed_name: str
    meaning: Meaning
    method: Method
    proof: dict[str, Any] = field(default_factory=dict)
    key: str = ""
