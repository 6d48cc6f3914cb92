"""A signature: who stands for which exact text, in which meaning, and how it was proven that he was there."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from reviewflow.nouns.principal import Method


class Meaning(StrEnum):
    """What a signature says of its text."""

    DETERMINES = "determines"
    EXTENDS = "extends"
    AGREES = "agrees"
    DECLINES = "declines"
    ENDS = "ends"
    ORDERS = "orders"


@dataclass(frozen=True)
class Signature:
    """`digest` is the SHA-256 of the text that was shown; `proof` is what an authenticator answered, if one did."""

    digest: str
    printed_name: str
    meaning: Meaning
    method: Method
    proof: dict[str, Any] = field(default_factory=dict)
