"""How a bundle of documents is to be marked: as the highest of what they bear, so far as the markings have an order."""

from collections.abc import Iterable

ORDER = ("PUBLIC", "PROPRIETARY", "CONFIDENTIAL")  # the least first; of others nobody knows which is higher


def highest(markings: Iterable[str]) -> tuple[str, ...]:
    """The highest marking of those that have an order, then every other one: none of them can be left out.

    Empty where nothing is marked.
    """
    found = {" ".join(marking.upper().split()) for marking in markings} - {""}
    ranked = [marking for marking in reversed(ORDER) if marking in found]
    return (*ranked[:1], *sorted(found - set(ORDER)))
