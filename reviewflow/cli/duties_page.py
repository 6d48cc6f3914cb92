"""How the list of what is owed looks on a terminal."""

from typing import Any
from zoneinfo import ZoneInfo

from rich.text import Text

from reviewflow.cli.page import Page

Row = dict[str, Any]
TEACHES = "Nothing is owed. Deadlines come with `reviewflow review submit`, `start`, `ask` and `commitment agree`."


def print_duties(page: Page) -> None:
    """The table, what is not raised yet, and the next sensible command."""
    from reviewflow.cli.paint import console, say
    from reviewflow.cli.paper import next_line, para
    from reviewflow.cli.sheet import Column, sheet

    rows: list[Row] = page.document["deadlines"]
    page.banner()
    if not rows:
        para("No deadlines like that." if page.document["is_narrowed"] else TEACHES)
        return
    columns = [
        Column("time left"), Column("due"), Column("what", least=16), Column("by"), Column("ref"),
        Column("model", least=9, middle=True),
    ]  # fmt: skip
    sheet(columns, [_line(page, row) for row in rows], gap=1)
    if page.is_quiet:
        return
    over = [row for row in rows if row["status"] == "open" and row["due_at"] and row["due_at"] <= page.now]
    console().print()
    if over:
        say(f"{len(over)} fell due and are not raised yet.", "yellow")
    next_line("reviewflow tick" if over and page.is_operator else _look_at(rows[0]))


def _look_at(row: Row) -> str:
    return f"reviewflow {row['subject_kind']} show {row['ref']}"


def _line(page: Page, row: Row) -> tuple[str | Text, ...]:
    from reviewflow.cli.paint import short, words
    from reviewflow.cli.timeleft import left, tolled, urgency

    zone = ZoneInfo(row["time_zone"])
    what = words(row["kind"]) + (f" {row['part_no']}" if row["part_no"] else "")
    style = urgency(row["due_at"], row["due_on"], page.now, zone)
    time = Text(left(row["due_at"], row["due_on"], page.now, zone), style=style)
    if row["due_at"] is None:
        time = Text(tolled(row["remaining_days"]), style="yellow")
    missed = ", missed" if row["status"] == "missed" else ""
    about = row["model_name"] or row["commitment"] or row["lab"] or ""
    return time, short(row["due_at"], zone), what + missed, row["owed_by"], row["ref"], about
