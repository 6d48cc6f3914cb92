"""A signature: who stands for which exact text, in which meaning, and how it was proven that he was there."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from reviewflow.nouns.events import BY_ONE_SIDE
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
    IMPLEMENTS = "implements"
    LIFTS = "lifts"
    RESTORES = "restores"


PROOFS = {  # how a statement says by which proof it is signed, so that no other can be claimed later
    Method.PASSKEY: "the signer's passkey",
    Method.PASSWORD: "the signer's password, given again; the server vouches for it",
    Method.OPERATOR: "none of the signer's own; the operator of the server's machine vouches",
}
GIVEN = (Method.PASSWORD, Method.PASSKEY)  # what a person can give to prove that he is there
RECORDS = {False: "real", True: "a simulation: nothing in it has happened"}  # what a statement is made in

TITLES = {  # by the event that keeps the signature: the title of its statement, and what it means
    "cleared": ("Determination: cleared", Meaning.DETERMINES),
    "concerns_raised": ("Determination: concerns", Meaning.DETERMINES),
    "extended": ("Extension of the window", Meaning.EXTENDS),
    "agreement_opened": ("Proposal of an agreement", Meaning.PROPOSES),
    BY_ONE_SIDE: ("Signature of an agreement", Meaning.AGREES),
    "agreement_signed": ("Signature of an agreement", Meaning.AGREES),
    "agreement_amended": ("Amendment of an agreement", Meaning.AMENDS),
    "agreement_ended": ("End of an agreement", Meaning.ENDS),
    "agreement_declined": ("Agreement declined", Meaning.DECLINES),
    "halt_ordered": ("Order of a halt", Meaning.ORDERS),
    "halt_implemented": ("Implementation of a halt", Meaning.IMPLEMENTS),
    "halt_narrowed": ("Narrowing of a halt", Meaning.ORDERS),
    "halt_lifted": ("Lifting of a halt", Meaning.LIFTS),
    "model_restored": ("Restoration of a model", Meaning.RESTORES),
}


@dataclass(frozen=True)
class Signature:
    """`digest` is the SHA-256 of the text that was shown; `method` is one of GIVEN.

    `ref` is the reference that was drawn for a new subject when its statement was made. Of a passkey, `key` is its
    public key (COSE, base64url) and `proof` holds `credential`, what the authenticator answered as the browser
    serializes it, `rp_id`, `origin`, and `nonce` where the challenge had one.
    """

    digest: str
    printed_name: str
    meaning: Meaning
    method: Method
    proof: dict[str, Any] = field(default_factory=dict)
    key: str = ""
    ref: str | None = None


@dataclass(frozen=True)
class Ground:
    """What a statement stands on: the record as it was, the database it is in, and how it is signed.

    `version` and `head` are those of the subject before the act; 0, and the link on which it will hang, where the act
    makes it. `origin` is that of the database; `since` is when it happened, where that is reported.
    """

    version: int
    head: str
    origin: str
    is_simulation: bool
    printed_name: str
    method: Method
    since: datetime | None = None
