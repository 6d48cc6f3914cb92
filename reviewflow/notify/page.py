"""The same words as the text of a letter, as a page: nothing remote, no colours of its own, and every sign escaped."""

from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby
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
from reviewflow.notify.layout import known, lines_of, one_line

# Without colours a page is read on light and on dark; no policy but this one lets a browser load or run anything.
STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:42rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}"
    "h1{font-size:1.3rem;line-height:1.3}h2{font-size:1.1rem}"
    "table{border-collapse:collapse;margin:1rem 0}"
    "th,td{text-align:left;vertical-align:top;padding:.1rem 1rem .1rem 0}"
    "th{font-weight:normal;opacity:.75;white-space:nowrap}"
    "blockquote{margin:.5rem 0 1rem;padding-left:1rem;border-left:.2rem solid}"
    "pre{white-space:pre-wrap;margin:1rem 0;padding-left:1rem}p+pre{margin-top:-.8rem}"
)
HEAD = (
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    '<meta name="viewport" content="width=device-width">\n<meta name="color-scheme" content="light dark">\n'
)


def page(title: str, blocks: Iterable[Block]) -> str:
    """A whole document."""
    body = "\n".join(html for block in blocks if (html := _html(block)))
    head = f"{HEAD}<title>{_text(title)}</title>\n<style>{STYLE}</style>\n</head>\n"
    return f"{head}<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"


def _html(block: Block) -> str:
    match block:
        case Heading(text, level):
            return f"<h{level}>{_text(text)}</h{level}>"
        case Paragraph(text):
            return f"<p>{_text(text)}</p>"
        case Table(pairs, _):
            rows = [f'<tr><th scope="row">{_text(a)}</th><td>{_text(b)}</td></tr>' for a, b in known(pairs)]
            return "\n".join(("<table>", *rows, "</table>")) if rows else ""
        case Quotation(label, words):
            lines = "<br>\n".join(_text(line) for line in lines_of(words))
            return f"<p>{_text(label)}:</p>\n<blockquote>{lines}</blockquote>"
        case Listing(label, items):
            return f"<p>{_text(label)}:</p>\n<ol>\n{_items(items)}\n</ol>"
        case Bullets(items):
            inner = ("<br>\n".join(map(_text, item)) for item in items)
            return "\n".join(("<ul>", *(f"<li>{each}</li>" for each in inner), "</ul>"))
        case Commands(intro, lines):
            return f"<p>{_text(intro)}</p>\n" + "\n".join(_commands(lines))
        case Rule():
            return "<hr>"
        case _:
            assert_never(block)


def _items(items: Sequence[str]) -> str:
    return "\n".join(f"<li>{_text(item)}</li>" for item in items)


def _commands(lines: Sequence[tuple[str, str]]) -> Iterable[str]:
    """What a command does stands before it; those of which nothing is said stand together."""
    for what, group in groupby(lines, key=lambda pair: pair[0]):
        if what:
            yield f"<p>{_text(what)}:</p>"
        yield f"<pre><code>{chr(10).join(_text(line) for _, line in group)}</code></pre>"


def _text(text: object) -> str:
    return escape(one_line(text))
