"""`reviewflow review reads`: for which agency a review was read."""

from typing import TYPE_CHECKING, Any

import typer

from reviewflow.cli.page import show
from reviewflow.cli.sheet import Column
from reviewflow.cli.story import REF

if TYPE_CHECKING:
    from reviewflow.cli.page import Page

COLUMNS = (Column("when"), Column("who", least=12, middle=True), Column("of", least=10), Column("what"), Column("by"))


def review_reads(ctx: typer.Context, ref: REF) -> None:
    """Show for which agency a review was read, what of it, and when; each once an hour. An agency is told by whom."""
    show(ctx.obj, "reads", print_reads, ref=ref)


def print_reads(page: "Page") -> None:
    """The table, the first reading first."""
    from reviewflow.cli.paint import say
    from reviewflow.cli.sheet import sheet

    page.banner()
    found = page.document["reads"]
    if not found:
        say(f"Nobody of an agency is on record as having read {page.document['ref']}.")
        return
    sheet(COLUMNS, [_line(page, one) for one in found])


def _line(page: "Page", one: dict[str, Any]) -> tuple[str, ...]:
    at = f"{one['read_at'].astimezone(page.zone):%Y-%m-%d %H:%M}"
    return (at, *(one[key] or "" for key in ("person", "organization", "what", "door")))  # a lab is not told who
