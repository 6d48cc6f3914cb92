"""References as callers write them: tidied, and those that were misread told apart."""

from reviewflow.errors import NotFound
from reviewflow.store.refs import read_ref

LONGEST = 254  # of a mailbox


def tidied(ref: str) -> str:
    """As the record has it; NotFound for what cannot be a reference."""
    found = read_ref(ref)
    if not found or len(found) > LONGEST or not found.isprintable():
        raise NotFound("That is no reference.")
    return found
