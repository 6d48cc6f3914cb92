"""Where a reader stands in a list, sealed: what it holds would tell one lab how busy the others are."""

import base64
import json
from typing import Any

from reviewflow.errors import Invalid
from reviewflow.nouns.plain import plain

Place = list[Any]
BLOCK = 64  # bytes; a number's length would tell something of it


def sealed(place: Place, secret: str, question: Any) -> str:
    """A place as text that only we read; it holds for the same question of the same reader alone."""
    text = json.dumps(place).encode()
    given = text.ljust(-(-len(text) // BLOCK) * BLOCK)
    return base64.urlsafe_b64encode(_cipher(secret).encrypt(given, [_bytes(question)])).decode().rstrip("=")


def opened(cursor: str, secret: str, question: Any) -> Place:
    """The place; Invalid where it is none, or of another question."""
    from cryptography.exceptions import InvalidTag

    try:
        given = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        place: Place = json.loads(_cipher(secret).decrypt(given, [_bytes(question)]))
    except (ValueError, InvalidTag) as error:
        reason = "The cursor is none of this question: it was asked otherwise, or you may see more or less than then."
        raise Invalid(reason, remedy="Send the `next` of the page before as it was; or begin without one.") from error
    return place


def _cipher(secret: str) -> Any:
    """AES-SIV (RFC 5297), which needs no random number: the same place is the same text."""
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

    return AESSIV(bytes.fromhex(secret))


def _bytes(question: Any) -> bytes:
    return json.dumps(plain(question), sort_keys=True).encode()
