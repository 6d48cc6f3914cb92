"""How the queue of reviews looks on a terminal."""

from typing import Any
from zoneinfo import ZoneInfo

from rich.text import Text

from reviewflow.cli.page import Page
from reviewflow.nouns.plural import plural

AROUND, FEWEST = 7, 10  # lines of a terminal that are not the table's: above, below, and the next prompt
TEACHES = "No open reviews. A lab opens one with `reviewflow review open MODEL`."


def print_queue(page: Page, limit: int | None = None) -> None:
    """The table, a line of counts of all of them, and the next sensible command; of what is left out, that it is."""
    from reviewflow.cli.paint import say, state
    from reviewflow.cli.paper import para
    from reviewflow.cli.sheet import Column, sheet

    page.banner()
    rows = page.document["reviews"]
    if not rows:
        para("No reviews like that." if page.document["is_narrowed"] else TEACHES)
        if not page.document["is_empty"] and not page.is_quiet:
            say("next: reviewflow review list --all", "dim")
        return
    shown = rows[: (fitting() if limit is None else limit) or None]
    columns = [
        Column("time left"), Column("ref"), Column("state"), Column("lab", least=9, middle=True),
        Column("model", least=9, middle=True), Column("waiting on", least=10, middle=True), Column("due"),
    ]  # fmt: skip
    lines = [
        (time_left(page, row), row["ref"], state(row["state"]), "" if page.lab else row["lab"], row["model_name"],
         whom(row), due(page, row))
        for row in shown
    ]  # fmt: skip
    sheet(columns, lines, gap=1)
    if not page.is_quiet:
        _foot(page, rows, len(shown))


def fitting() -> int | None:
    """How many lines of the table fit the terminal; None where there is none: whoever reads a pipe wants all."""
    from reviewflow.cli.paint import console

    out = console()
    return max(out.height - AROUND, FEWEST) if out.is_terminal else None


def time_left(page: Page, row: dict[str, Any]) -> Text:
    """A small bar with words: of the window; what waits for another day has words only."""
    from reviewflow.cli.timeleft import bar, left, share_left, tolled, urgency

    zone = ZoneInfo(row["time_zone"])
    if row["due_kind"] is None:
        return Text("")
    if row["state"] == "tolled":
        share = None if row["remaining_days"] is None else row["remaining_days"] / row["length"]
        return bar(share, "yellow").append(" ").append(tolled(row["remaining_days"]), style="yellow")
    style = urgency(row["due_at"], row["due_on"], page.now, zone)
    words = Text(left(row["due_at"], row["due_on"], page.now, zone))
    share = None
    if row["due_kind"] == "window":
        share = share_left(row["day_1_on"], row["last_day_on"], page.now.astimezone(zone).date())
        words.stylize(style)
    return bar(share, style).append(" ").append_text(words)


def due(page: Page, row: dict[str, Any]) -> str:
    """The day on which it falls due: 31 Jul, with the year where that is far away."""
    on = row["due_on"]
    if on is None:
        return "-"
    is_near = abs((on - page.now.date()).days) < 300
    return f"{on:%d %b}" if is_near else f"{on:%d %b %Y}"


def whom(row: dict[str, Any]) -> str:
    """Who has the next move, in one word; and that the answer of a lab is overdue."""
    found = row["waiting_on"]
    name = found["whom"] or found["side"]
    said = name.partition("@")[0] if name else "-"
    return f"{said}, late" if row["is_answer_overdue"] and found["side"] == "lab" else said


def _foot(page: Page, rows: list[dict[str, Any]], shown: int) -> None:
    from reviewflow.cli.paint import words
    from reviewflow.cli.paper import next_line, para

    late = [row["ref"] for row in rows[:shown] if row["is_answer_overdue"]]
    whose = "Your" if page.lab else "The lab's"
    if late:
        para(f"{whose} answer is overdue on {', '.join(late)}.", "yellow")
    parts = ", ".join(f"{number} {words(state)}" for state, number in page.document["by_state"].items())
    para(f"{plural(len(rows), 'review')}: {parts}.", "dim")
    if shown < len(rows):
        para(f"Shown: {shown}, with the least time left first; --limit 0 shows all {len(rows)}.")
    next_line(next_command(page, rows))


def next_command(page: Page, rows: list[dict[str, Any]]) -> str:
    """A tick where time has passed and was not raised; else a look at the review with the least time left."""
    stale = [row for row in rows if row["state"] == "under_review" and row["due_at"] and row["due_at"] <= page.now]
    return "reviewflow tick" if stale and page.is_operator else f"reviewflow review show {rows[0]['ref']}"
