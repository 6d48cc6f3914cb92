"""How the roster looks on a terminal."""

from typing import Any

from rich.text import Text

from reviewflow.cli.page import Page
from reviewflow.cli.sheet import Cell, Column

_STYLES = {"signed": "green", "negotiating": "yellow", "ended": "dim", "declined": "dim"}
EMPTY = "No labs yet. `reviewflow init --record` imports the public record; `reviewflow org add KEY` adds one."
COLUMNS = (
    Column("lab", least=12, middle=True), Column("agreement"), Column("agency", least=10), Column("since", least=14),
    Column("reviews", right=True), Column("on time"), Column("source"),
)  # fmt: skip


def print_roster(page: Page) -> None:
    """The table, what is counted, and the sources."""
    from reviewflow.cli.paint import console
    from reviewflow.cli.paper import para
    from reviewflow.cli.sheet import sheet

    found = page.document["roster"]
    page.banner()
    if not found:
        para(EMPTY)
        return
    sources = list(dict.fromkeys(one["source"] for one in found if one["source"]))
    sheet(COLUMNS, [_line(one, sources) for one in found])
    if page.is_quiet:
        return
    console().print()
    signed = sum(one["agreement"] == "signed" for one in found)
    para(f"{signed} in force, {len(found) - signed} not. On time: determined before the window ended; what was "
         "withdrawn, or released before its determination, is not counted.", "dim")  # fmt: skip
    for number, source in enumerate(sources, 1):
        para(f"[{number}] {source}", "dim")


def _line(one: dict[str, Any], sources: list[str]) -> tuple[Cell, ...]:
    state = one["agreement"] or "none"
    told = one["reviews"] is not None
    return (
        one["name"],
        Text(state, style=_STYLES.get(state, "dim")),
        one["agency"] or "-",
        one["since"] or "-",
        str(one["reviews"]) if told else "-",
        f"{one['on_time']} of {one['determined']}" if told and one["determined"] else "-",
        f"[{sources.index(one['source']) + 1}]" if one["source"] else "-",
    )
