"""A letter as its page shows it: its words as they were sent, and each step that has a page as the way there."""

import re
from dataclasses import fields
from urllib.parse import urlencode

from markupsafe import Markup, escape

from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.paths import PLURALS
from reviewflow.nouns.states import Kind
from reviewflow.rules.lifecycle import TABLES
from reviewflow.web.pages import deeds, review_acts
from reviewflow.web.texts import parted
from reviewflow.web.writing import title

ACKNOWLEDGE = "acknowledge"  # where on its page a letter is acknowledged
_SIGNED_IN = re.compile(r"^  Say who you are, once:\n    export REVIEWFLOW_AS=\S+\n", re.MULTILINE)
_LINE = re.compile(r"^    reviewflow (?P<said>.+)$", re.MULTILINE)
_QUOTED = re.compile(r"(?:^  \|.*(?:\n|\Z))+", re.MULTILINE)
_FOLDED = Markup('{}<details class="rest"><summary>The rest ({} more characters)</summary>{}</details>')
Way = tuple[str, str]  # an address and what stands there


def shown(text: str, open_id: str = "") -> Markup:
    """Every sign of it escaped; without what a terminal alone needs, and a long quotation folded.

    `open_id` is its own where it can still be acknowledged on its page.
    """
    found, done = Markup(""), 0
    text = _SIGNED_IN.sub("", text)
    for quoted in _QUOTED.finditer(text):
        found += _linked(text[done : quoted.start()], open_id) + _quotation(quoted[0])
        done = quoted.end()
    return found + _linked(text[done:], open_id)


def _quotation(quoted: str) -> Markup:
    first, rest = parted(quoted)
    if not rest:
        return escape(quoted)
    return _FOLDED.format(f"  {first.rstrip()}\n", f"{len(rest):,}", rest)  # its first line lost its indent


def _linked(text: str, open_id: str) -> Markup:
    found, done = Markup(""), 0
    for line in _LINE.finditer(text):
        if way := way_of(line["said"].split(), open_id):
            found += escape(text[done : line.start()]) + Markup('    <a href="{}">{}</a>').format(*way)
            done = line.end()
    return found + escape(text[done:])


def way_of(said: list[str], open_id: str = "") -> Way | None:
    """The page of a command line, by its words behind the program's name; None where it has none."""
    match said:
        case ["export", ref] if ref.startswith("RV-"):
            return f"/reviews/{ref}/dossier", f"The dossier of {ref}, which proves itself elsewhere"
        case ["letter", "acknowledge", id] if id == open_id:
            return f"#{ACKNOWLEDGE}", "Acknowledge it above"
        case ["letter", "show" | "acknowledge", id]:
            return f"/inbox/{id}", "The letter"
        case ["review", "open", model, *_]:
            return f"/reviews/new?{urlencode({'which': 'known', 'model': model})}", "Open a review"
        case [kind, "show", ref] if kind in set(Kind):
            return f"/{PLURALS[Kind(kind)]}/{ref}", f"{title(kind)} {ref}"
        case [kind, verb, ref, *more] if kind in set(Kind):
            return _form(Kind(kind), verb, ref, more)
    return None


def _form(kind: Kind, verb: str, ref: str, more: list[str]) -> Way | None:
    commands = {row.command.verb: row.command for row in TABLES[kind] if not row.command.by_system}
    command = commands.get(verb)
    if command is None or command.creates or command.carries:
        return None
    known = review_acts.label(verb) if kind is Kind.REVIEW else deeds.LABELS.get(f"{kind.value} {verb}", title(verb))
    filled = _filled(command, more)
    return f"/{PLURALS[kind]}/{ref}/do/{verb}{f'?{urlencode(filled)}' if filled else ''}", known


def _filled(command: type[Command], more: list[str]) -> dict[str, str]:
    """What stands by its position and is said already, such as the number of a request."""
    places = [field.name for field in fields(command) if field.metadata["place"]]
    said = [word for word in more[: len(places)] if not word.startswith("--")]
    return {name: word for name, word in zip(places, said, strict=False) if word.isdecimal()}
