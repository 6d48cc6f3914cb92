"""How the portfolio looks on a terminal."""

from datetime import date
from typing import Any

from reviewflow.cli.page import Page
from reviewflow.cli.sheet import Cell, Column
from reviewflow.nouns.plural import plural

COLUMNS = (
    Column("review", least=12), Column("lab", least=10, middle=True), Column("model", least=10, middle=True),
    Column("state"), Column("window", least=16), Column("planned", least=6),
)  # fmt: skip


def print_portfolio(page: Page) -> None:
    """The span, its reviews, and the halts in force in it."""
    from reviewflow.cli.paper import para
    from reviewflow.cli.sheet import sheet

    found = page.document
    page.banner()
    if found["portfolio"]:
        sheet(COLUMNS, [_line(row) for row in found["portfolio"]])
    if page.is_quiet:
        return
    para(f"{plural(found['count'], 'review')} from {found['since']} to {found['until']}.", "dim")
    for halt in found["halted_models"]:
        para(f"Halt {halt['ref']} on {halt['model_name']}: {halt['state']}, {_span(halt['from_on'], halt['to_on'])}.")


def _line(row: dict[str, Any]) -> tuple[Cell, ...]:
    from reviewflow.cli.paint import state

    planned = ", ".join(f"{one['planned_on']:%d %b}" for one in row["planned_releases"])
    window = _span(row["day_1_on"] or row["clock_start_on"], row["last_day_on"]) if row["clock_start_on"] else "-"
    return row["ref"], row["lab"], row["model_name"], state(row["state"]), window, planned or "-"


def _span(first: date, last: date | None) -> str:
    return f"{first:%d %b} to {last:%d %b}" if last else f"since {first:%d %b %Y}"
