"""How the queue of reviews looks on a terminal."""

from typing import TYPE_CHECKING

from rich.text import Text

from reviewflow.cli.queue import counted, waiting_on
from reviewflow.cli.reader import Reader

if TYPE_CHECKING:
    from reviewflow.nouns.subject import Row

AROUND, FEWEST = 7, 10  # lines of a terminal that are not the table's: above, below, and the next prompt
TEACHES = "No open reviews. A lab opens one with `reviewflow review open MODEL`."


def print_queue(look: Reader, rows: "list[Row]", limit: int | None, *, is_narrowed: bool, is_empty: bool) -> None:
    """The table, a line of counts of all of them, and the next sensible command; of what is left out, that it is."""
    from reviewflow.cli.paint import say, state
    from reviewflow.cli.paper import para
    from reviewflow.cli.sheet import Column, sheet

    look.banner()
    if not rows:
        para("No reviews like that." if is_narrowed else TEACHES)
        if not is_empty and not look.session.quiet:
            say("next: reviewflow review list --all", "dim")
        return
    shown = rows[: (fitting() if limit is None else limit) or None]
    columns = [
        Column("time left"), Column("ref"), Column("state"), Column("lab", least=9, middle=True),
        Column("model", least=9, middle=True), Column("waiting on", least=10, middle=True), Column("due"),
    ]  # fmt: skip
    lines = [
        (time_left(look, row), row["ref"], state(row["state"]), "" if look.lab else row["lab"], row["model_name"],
         whom(look, row), due(look, row))
        for row in shown
    ]  # fmt: skip
    sheet(columns, lines, gap=1)
    if not look.session.quiet:
        _foot(look, rows, len(shown))


def fitting() -> int | None:
    """How many lines of the table fit the terminal; None where there is none: whoever reads a pipe wants all."""
    from reviewflow.cli.paint import console

    out = console()
    return max(out.height - AROUND, FEWEST) if out.is_terminal else None


def time_left(look: Reader, row: "Row") -> Text:
    """A small bar with words: of the window; what waits for another day has words only."""
    from reviewflow.cli.timeleft import bar, left, share_left, tolled, urgency

    zone = look.zone(row)
    if row["due_kind"] is None:
        return Text("")
    if row["state"] == "tolled":
        whole = look.pin(row).policy.window.length
        share = None if row["remaining_days"] is None else row["remaining_days"] / whole
        return Text.assemble(bar(share, "yellow"), " ", (tolled(row["remaining_days"]), "yellow"))
    style = urgency(row["due_at"], row["due_on"], look.now, zone)
    words, is_window = left(row["due_at"], row["due_on"], look.now, zone), row["due_kind"] == "window"
    share = None
    if is_window:
        share = share_left(row["day_1_on"], row["last_day_on"], look.now.astimezone(zone).date())
    return Text.assemble(bar(share, style), " ", (words, style if is_window else ""))


def due(look: Reader, row: "Row") -> str:
    """The day on which it falls due: 31 Jul, with the year where that is far away."""
    on = row["due_on"]
    if on is None:
        return "-"
    is_near = abs((on - look.now.date()).days) < 300
    return f"{on:%d %b}" if is_near else f"{on:%d %b %Y}"


def whom(look: Reader, row: "Row") -> str:
    """Who has the next move, in one word."""
    found = waiting_on(look, row)
    name = found["whom"] or found["side"]
    return name.partition("@")[0] if name else "-"


def _foot(look: Reader, rows: "list[Row]", shown: int) -> None:
    from reviewflow.cli.paint import words
    from reviewflow.cli.paper import next_line, para

    parts = ", ".join(f"{number} {words(state)}" for state, number in counted(rows).items())
    noun = "review" if len(rows) == 1 else "reviews"
    para(f"{len(rows)} {noun}: {parts}.", "dim")
    if shown < len(rows):
        para(f"Shown: {shown}, with the least time left first; --limit 0 shows all {len(rows)}.")
    next_line(next_command(look, rows))


def next_command(look: Reader, rows: "list[Row]") -> str:
    """A tick where time has passed and was not raised; else a look at the review with the least time left."""
    stale = [row for row in rows if row["state"] == "under_review" and row["due_at"] and row["due_at"] <= look.now]
    return "reviewflow tick" if stale and look.is_operator else f"reviewflow review show {rows[0]['ref']}"
