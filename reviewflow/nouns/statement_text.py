"""How a statement is written, and read back: a title, a sentence, labelled facts, and people's own words as theirs."""

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator

WIDTH = 96
LABEL = 12  # columns of a label
Facts = Iterable[tuple[str, str]]
_INDENT = " " * (LABEL + 4)  # of what does not fit behind a label
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")  # letters and marks that nobody sees
_VARIATIONS = (range(0x180B, 0x1810), range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


def written(title: str, sentence: str, facts: Facts, words: Facts) -> str:
    """The text; the same for the same arguments, and another for other words."""
    said = textwrap.wrap(line_of(sentence), WIDTH, break_on_hyphens=False)
    blocks = [title, "\n".join(said), "\n".join(_fact(*fact) for fact in facts)]
    blocks += [f"{label}:\n\n{quoted(text)}" for label, text in words]
    return "\n\n".join(blocks) + "\n"


def facts_of(text: str) -> list[tuple[str, str]]:
    """The labelled facts of a statement, in order: from their own block alone, so that nobody's words pass for one."""
    found: list[tuple[str, str]] = []
    for line in "".join(text.split("\n\n")[2:3]).split("\n"):
        if line.startswith(_INDENT) and found:
            found[-1] = (found[-1][0], found[-1][1] + line[len(_INDENT) :])
        else:
            found.append((line[2 : LABEL + 2].rstrip(), line[len(_INDENT) :]))
    return found


def words_of(text: str) -> list[str]:
    """People's own words in a statement, each as it is `quoted`."""
    return text.removesuffix("\n").split("\n\n")[4::2]


def clean(text: str) -> str:
    """One line on which every sign is seen: what is blank, or turns the direction of writing, by its number."""
    return "".join(f"<U+{ord(sign):04X}>" if _is_hidden(sign) else sign for sign in text.replace("<U+", "<U+003C>U+"))


def line_of(text: str) -> str:
    """The same, with one space where there are several, and none at either end."""
    return " ".join(word for word in clean(text).split(" ") if word)


def quoted(text: str) -> str:
    """Each line after a bar; what does not fit goes on after a colon, sign by sign, so that nothing is lost."""
    lines = re.split(r"\r?\n", text)
    return "\n".join(piece for line in lines for piece in _pieces(clean(line), WIDTH - 4, "  | ", "  :"))


def _is_hidden(sign: str) -> bool:
    if sign.isascii():
        return not sign.isprintable()
    kind = unicodedata.category(sign)
    return kind in _HIDDEN or kind == "Zs" or sign in _BLANK or any(ord(sign) in each for each in _VARIATIONS)


def _fact(label: str, value: str) -> str:
    return "\n".join(_pieces(line_of(value) or "-", WIDTH - len(_INDENT), f"  {label:<{LABEL}}  ", _INDENT))


def _pieces(line: str, room: int, mark: str, further: str) -> Iterator[str]:
    """A line in pieces that fit, cut before a space where there is one: put together they are the line again."""
    while len(line) > room:
        cut = line.rfind(" ", 1, room + 1)
        cut = cut if cut > 0 else room
        yield f"{mark}{line[:cut]}"
        mark, line = further, line[cut:]
    yield f"{mark}{line}" if line else mark.rstrip()
