"""How an inbox looks on a terminal."""

from typing import Any

from rich.text import Text

from reviewflow.cli.page import Page
from reviewflow.cli.sheet import Cell, Column
from reviewflow.nouns.plural import plural

SHORTEST = 8  # signs of an id
COLUMNS = (Column("letter"), Column("written"), Column("status"), Column("about", least=20))


def print_inbox(page: Page) -> None:
    """The table, how many there are, and the next sensible command."""
    from reviewflow.cli.paint import console, say
    from reviewflow.cli.paper import next_line
    from reviewflow.cli.sheet import sheet

    letters, total = page.document["letters"], page.document["count"]
    page.banner()
    if not letters:
        says = "Every letter to you is acknowledged." if total else "No letters to you yet. A tick sends what is owed."
        say(says)
        return
    size = unique_length([one["id"] for one in letters])
    sheet(COLUMNS, [_line(page, one, size) for one in letters])
    if page.is_quiet:
        return
    console().print()
    more = f", the newest {len(letters)} shown" if len(letters) < total else ""
    say(f"{plural(total, 'letter')}{more}; {page.document['not_acknowledged']} not acknowledged.", "dim")
    fresh = next((one for one in letters if one["acknowledged_at"] is None), letters[0])
    verb = "acknowledge" if fresh["seen_at"] and not fresh["acknowledged_at"] else "show"
    next_line(f"{page.program} letter {verb} {fresh['id'][:size]}")


def _line(page: Page, one: dict[str, Any], size: int) -> tuple[Cell, ...]:
    from reviewflow.cli.paint import short
    from reviewflow.notify.letters import SIMULATION

    style = {"new": "bold", "acknowledged": "dim"}.get(one["status"], "")
    written = short(one["made_at"], page.zone)[5:]
    return one["id"][:size], written, Text(one["status"], style=style), one["subject"].removeprefix(SIMULATION)


def unique_length(ids: list[str]) -> int:
    """How many signs tell the letters apart; at least eight."""
    size = SHORTEST
    while len({one[:size] for one in ids}) < len(set(ids)):
        size += 1
    return size
