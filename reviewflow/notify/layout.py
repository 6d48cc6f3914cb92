"""Plain text for a letter: clean, wrapped to 76 columns, aligned."""

import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import assert_never

from reviewflow.notify.block import (
    Block,
    Bullets,
    Commands,
    Heading,
    Listing,
    Paragraph,
    Quotation,
    Rule,
    Table,
)

WIDTH = 76
_TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def one_line(text: object, limit: int = 0) -> str:
    """A text on one line, without control signs and signs that turn the direction of writing; cut at `limit`."""
    line = str(text)
    if not line.isprintable():  # most texts are, and a letter has many
        line = "".join(" " if _is_control(sign) else sign for sign in line if sign not in _TURNING)
    line = " ".join(line.split())
    return f"{line[: limit - 1].rstrip()}…" if limit and len(line) > limit else line


def _is_control(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp")


def text_of(blocks: Iterable[Block]) -> str:
    """The blocks as text, with an empty line between them."""
    return "\n\n".join(text for block in blocks if (text := _text(block)))


def _text(block: Block) -> str:
    match block:
        case Heading(text, level):
            head = _paragraph(one_line(text))
            return f"{head}\n{'=-'[level - 1] * min(max(map(len, head.splitlines())), WIDTH)}"
        case Paragraph(text):
            return _paragraph(one_line(text))
        case Table(pairs, least):
            return _table(known(pairs), least)
        case Quotation(label, words):
            return f"{_paragraph(label)}:\n\n{_quote(words)}"
        case Listing(label, items):
            return f"{label}:\n\n{_numbered(items)}"
        case Bullets(items):
            return "\n\n".join(_bullet(item) for item in items)
        case Commands(intro, lines):
            return f"{_paragraph(intro)}\n\n" + "\n".join(_command(what, line) for what, line in lines)
        case Rule():
            return "-" * WIDTH
        case _:
            assert_never(block)


def known(pairs: Iterable[tuple[str, object]]) -> list[tuple[str, str]]:
    """The pairs that have a value, each value on one line."""
    return [(label, one_line(value)) for label, value in pairs if value not in (None, "")]


def lines_of(words: str) -> list[str]:
    """Somebody's words line by line, without empty lines at the end."""
    lines = [one_line(raw) for raw in words.splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    return lines


@lru_cache(512)  # most sentences of a letter are those of the letters before it, and wrapping is a third of the work
def _paragraph(text: str, indent: str = "", hanging: str | None = None) -> str:
    """Wrapped; a word that is longer than the line stays whole."""
    if len(indent) + len(text) <= WIDTH:
        return indent + text
    return textwrap.fill(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent if hanging is None else hanging,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def _table(pairs: Sequence[tuple[str, str]], least: int) -> str:
    width = max((len(label) for label, _ in pairs), default=0)
    width = max(width, least)
    lines = []
    for label, value in pairs:
        start = f"  {label:<{width}}  "
        if " " not in value and len(start) + len(value) > WIDTH + 2:
            lines += [f"  {label}", f"    {value}"]
        else:
            lines.append(_paragraph(value, start, " " * len(start)))
    return "\n".join(lines)


def _quote(words: str) -> str:
    """Each line marked, so that nobody takes them for the letter's own."""
    lines: list[str] = []
    for line in lines_of(words):
        lines += textwrap.wrap(line, WIDTH - 4, break_long_words=False, break_on_hyphens=False) or [""]
    return "\n".join(f"  | {line}".rstrip() for line in lines or [""])


def _numbered(items: Sequence[str]) -> str:
    wide = len(str(len(items)))
    return "\n".join(
        _paragraph(one_line(item), f"  {number:>{wide}}. ", " " * (wide + 4)) for number, item in enumerate(items, 1)
    )


def _bullet(item: Sequence[str]) -> str:
    first, *more = map(one_line, item)
    return "\n".join((_paragraph(first, "  * ", "    "), *(_paragraph(text, "    ") for text in more)))


def _command(what: str, line: str) -> str:
    return (f"  {what}:\n" if what else "") + f"    {one_line(line)}"
