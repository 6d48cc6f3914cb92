"""Plain text for a letter: clean, wrapped to 76 columns, aligned."""

import textwrap
import unicodedata
from collections.abc import Iterable, Sequence

WIDTH = 76
RULE = "-" * WIDTH
_TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def one_line(text: object, limit: int = 0) -> str:
    """A text on one line, without control signs and signs that turn the direction of writing; cut at `limit`."""
    line = " ".join("".join(" " if _is_control(sign) else sign for sign in str(text) if sign not in _TURNING).split())
    return f"{line[: limit - 1].rstrip()}…" if limit and len(line) > limit else line


def _is_control(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp")


def paragraph(text: str, indent: str = "", hanging: str | None = None) -> str:
    """Wrapped; a word that is longer than the line stays whole."""
    return textwrap.fill(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent if hanging is None else hanging,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def facts(pairs: Iterable[tuple[str, object]], least: int = 0) -> str:
    """Labels and values in two columns; what has no value is left out; labels are at least `least` wide."""
    known = [(label, one_line(value)) for label, value in pairs if value not in (None, "")]
    width = max((len(label) for label, _ in known), default=0)
    width = max(width, least)
    lines = []
    for label, value in known:
        start = f"  {label:<{width}}  "
        if " " not in value and len(start) + len(value) > WIDTH + 2:
            lines += [f"  {label}", f"    {value}"]
        else:
            lines.append(paragraph(value, start, " " * len(start)))
    return "\n".join(lines)


def quote(text: str) -> str:
    """Somebody's words, each line marked, so that nobody takes them for the letter's own."""
    lines: list[str] = []
    for raw in text.splitlines() or [""]:
        line = one_line(raw)
        lines += textwrap.wrap(line, WIDTH - 4, break_long_words=False, break_on_hyphens=False) or [""]
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(f"  | {line}".rstrip() for line in lines or [""])


def numbered(items: Sequence[str]) -> str:
    """A numbered list."""
    wide = len(str(len(items)))
    return "\n".join(
        paragraph(one_line(item), f"  {number:>{wide}}. ", " " * (wide + 4)) for number, item in enumerate(items, 1)
    )


def blocks(parts: Iterable[str]) -> str:
    """Parts with an empty line between them."""
    return "\n\n".join(part for part in parts if part)
