"""Public references: random, short enough for the telephone, with a check character.

No counters: they would tell one lab how busy the others are. 31 signs (no 0, 1, I, L, O) make 31 a prime, so that the
check character catches every single wrong sign and every swap of two neighbours (weights 1 to 8, modulo 31).
"""

import secrets
from collections.abc import Callable

from reviewflow.errors import NotFound
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.commands.programme import AddOrganization, AddPerson
from reviewflow.nouns.states import Kind

SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
PREFIX = {
    Kind.REVIEW: "RV",
    Kind.MODEL: "MD",
    Kind.AGREEMENT: "AG",
    Kind.COVERAGE: "CV",
    Kind.HALT: "HA",
    Kind.COMMITMENT: "CM",
    Kind.PARTNER: "PT",
}

Draw = Callable[[int], int]  # a number below its argument


def draw_ref(kind: Kind, draw: Draw = secrets.randbelow) -> str:
    """A new reference such as RV-7K3M-9QXC."""
    signs = [draw(len(SIGNS)) for _ in range(7)]
    signs.append(_check(signs))
    text = "".join(SIGNS[sign] for sign in signs)
    return f"{PREFIX[kind]}-{text[:4]}-{text[4:]}"


def _check(signs: list[int]) -> int:
    """The sign that makes the weighted sum zero; 8 * 4 is 1 modulo 31."""
    total = sum(weight * sign for weight, sign in enumerate(signs, 1))
    return (-total * 4) % len(SIGNS)


def tidy_ref(text: str) -> str:
    """A reference as written: any case, with or without hyphens; a key or mailbox is only lowered."""
    bare = text.strip().upper().replace("-", "").replace(" ", "")
    if len(bare) == 10 and bare[:2] in PREFIX.values() and all(sign in SIGNS for sign in bare[2:]):
        return f"{bare[:2]}-{bare[2:6]}-{bare[6:]}"
    return text.strip().lower()


def misread(ref: str) -> bool:
    """Whether a reference of our form has a wrong check character: read or typed wrong."""
    bare = ref.replace("-", "")
    if len(bare) != 10 or bare[:2] not in PREFIX.values():
        return False
    signs = [SIGNS.find(sign) for sign in bare[2:]]
    return -1 in signs or sum(weight * sign for weight, sign in enumerate(signs, 1)) % len(SIGNS) != 0


def read_ref(text: str) -> str:
    """A reference as a person typed it; NotFound where its check character is wrong."""
    found = tidy_ref(text)
    if misread(found):
        raise NotFound(f"{found} is misread: its check character does not fit.", remedy="Compare it sign by sign.")
    return found


def ref_of_new(command: Command, draw: Draw | None = None) -> str:
    """The reference of a new subject: its key or mailbox where it has one, else drawn."""
    match command:
        case AddOrganization():
            return command.key
        case AddPerson():
            return command.mailbox
        case _:
            return draw_ref(command.kind, draw or secrets.randbelow)
