"""How the programme's figures look on a terminal."""

from typing import Any

from reviewflow.cli.page import Page
from reviewflow.cli.sheet import Cell, Column

EMPTY = "No review was filed yet that is yours to see; there is nothing to count."
ON_TIME = "On time: determined before the window ended; what was withdrawn or released before is not counted."
BY_STEP = "Steps: the median in civil days, tolled ones included, and of how many reviews."
STEPS = {
    "submission": "to filing", "start": "to start", "determination": "to determination", "release": "to release"
}  # fmt: skip
COLUMNS = (
    Column("lab", least=12, middle=True), Column("filed", right=True), Column("on time"), Column("lapsed", right=True),
    Column("answers on time"), *(Column(says, right=True) for says in STEPS.values()),
)  # fmt: skip


def print_programme(page: Page) -> None:
    """A line a lab and one for all, the load, and what will end with no recommendation."""
    from reviewflow.cli.paint import console
    from reviewflow.cli.paper import para
    from reviewflow.cli.sheet import sheet

    found = page.document
    page.banner()
    if not found["labs"]:
        para(EMPTY)
        return
    lines = [_line(one["name"], one) for one in found["labs"]]
    sheet(COLUMNS, [*lines, *([_line("All", found["all"])] if len(lines) > 1 else [])])
    for title, columns, rows in (_loads(found), _ending(found)):
        if rows:
            console().print()
            para(title, "bold")
            sheet(columns, rows)
    if not page.is_quiet:
        console().print()
        para(f"{ON_TIME} {BY_STEP}", "dim")


def _line(name: str, one: dict[str, Any]) -> tuple[Cell, ...]:
    return (
        name,
        str(one["reviews"]),
        f"{one['on_time']} of {one['determined']}" if one["determined"] else "-",
        str(one["lapsed"]),
        f"{one['answered_on_time']} of {one['requests']}" if one["requests"] else "-",
        *(_days(one["steps"][step]) for step in STEPS),
    )


def _days(step: dict[str, Any]) -> str:
    return "-" if step["median"] is None else f"{step['median']:g} d ({step['count']})"


def _loads(found: dict[str, Any]) -> tuple[str, tuple[Column, ...], list[tuple[Cell, ...]]]:
    columns = (Column("reviewer", middle=True), Column("open reviews", right=True), Column("consulted", right=True))
    rows = [(one["person"], str(one["reviews"]), str(one["consulted"])) for one in found["load"] or ()]
    return "Load", columns, list(rows)


def _ending(found: dict[str, Any]) -> tuple[str, tuple[Column, ...], list[tuple[Cell, ...]]]:
    columns = (Column("review"), Column("model", middle=True), Column("last day"), Column("reviewer", middle=True))
    rows = [
        (one["ref"], one["model_name"], str(one["due_on"]), one["reviewer"] or "-")
        for one in found["unrecommended"] or ()
    ]
    return "Ends within 7 days, and no recommendation stands", columns, list(rows)
