"""How a statement is written: a title, a sentence, labelled facts, and people's own words marked as theirs."""

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator

WIDTH = 96
LABEL = 12  # columns of a label; `ledger.signing` reads the facts back from the text
TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
Facts = Iterable[tuple[str, str]]


def written(title: str, sentence: str, facts: Facts, words: Facts) -> str:
    """The text; the same for the same arguments, and another for other words."""
    blocks = [title, "\n".join(_wrapped(clean(sentence), WIDTH)), "\n".join(_fact(*fact) for fact in facts)]
    blocks += [f"{label}:\n\n{quoted(text)}" for label, text in words]
    return "\n\n".join(blocks) + "\n"


def clean(text: str) -> str:
    """One line on which every sign is seen: controls, and what turns the direction of writing, by their numbers."""
    return "".join(f"<U+{ord(sign):04X}>" if _is_hidden(sign) else sign for sign in text.replace("<U+", "<U+003C>U+"))


def quoted(text: str) -> str:
    """Each line after a bar; what does not fit goes on after a colon, sign by sign, so that nothing is lost."""
    return "\n".join(piece for line in re.split(r"\r?\n", text) for piece in _pieces(clean(line)))


def _is_hidden(sign: str) -> bool:
    return sign in TURNING or unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp")


def _fact(label: str, value: str) -> str:
    lines = _wrapped(clean(value), WIDTH - LABEL - 4)
    return f"\n{' ' * (LABEL + 4)}".join((f"  {label:<{LABEL}}  {lines[0]}", *lines[1:]))


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_on_hyphens=False) or ["-"]


def _pieces(line: str) -> Iterator[str]:
    mark, room = "  | ", WIDTH - 4
    while len(line) > room:
        cut = line.rfind(" ", 1, room + 1)
        cut = cut if cut > 0 else room
        yield f"{mark}{line[:cut]}"
        mark, line = "  :", line[cut:]
    yield f"{mark}{line}".rstrip() if not line else f"{mark}{line}"
