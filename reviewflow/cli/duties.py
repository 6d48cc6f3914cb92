"""`reviewflow deadlines`: what is owed by whom, the nearest first."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from reviewflow.cli.reader import Reader, reader

if TYPE_CHECKING:
    from rich.text import Text

    from reviewflow.nouns.subject import Row

ALL = Annotated[bool, typer.Option("--all", help="Missed deadlines too, which may still be owed.")]
OWED_BY = {
    "intake": "agency",
    "answer": "lab",
    "toll": "agency",
    "window": "agency",
    "access": "system",
    "commitment": "lab",
    "planned_release": "lab",
    "refile": "lab",
}


def deadlines(ctx: typer.Context, every: ALL = False) -> None:
    """List the live deadlines of everything that is yours to see, the nearest first."""
    from reviewflow.store.queue import deadlines as owed

    with reader(ctx.obj) as look:
        scope, organization, person = look.whose
        rows = owed(look.connection, scope, organization, person, with_missed=every)
        if look.session.json:
            look.answer({"deadlines": [_entry(look, row) for row in rows], "count": len(rows)})
        else:
            _print(look, rows)


def _entry(look: Reader, row: "Row") -> dict[str, Any]:
    from reviewflow.rules.counting import days_left

    today = look.now.astimezone(look.zone(row)).date()
    return {
        "ref": row["subject"],
        "subject_kind": row["subject_kind"],
        "kind": row["kind"],
        "part_no": row["part_no"],
        "status": row["status"],
        "due_at": row["due_at"],
        "due_on": row["due_on"],
        "days_left": days_left(row["due_on"], today) if row["due_on"] else None,
        "remaining_days": row["remaining_days"],
        "owed_by": OWED_BY[row["kind"]],
        "lab": row["lab"],
        "agency": row["agency"],
        "model_name": row["model_name"],
        "version": row["version"],
        "head": row["head"],
    }


def _print(look: Reader, rows: "list[Row]") -> None:
    from reviewflow.cli.paint import console, say
    from reviewflow.cli.paper import next_line, para
    from reviewflow.cli.sheet import Column, sheet

    look.banner()
    if not rows:
        para("Nothing is owed. Deadlines come with `reviewflow review submit`, `start`, `ask` and `commitment agree`.")
        return
    columns = [
        Column("time left"), Column("due"), Column("what", least=16), Column("by"), Column("ref"),
        Column("model", least=9, middle=True),
    ]  # fmt: skip
    sheet(columns, [_line(look, row) for row in rows], gap=1)
    if look.session.quiet:
        return
    over = [row for row in rows if row["status"] == "open" and row["due_at"] and row["due_at"] <= look.now]
    console().print()
    if over:
        say(f"{len(over)} fell due and are not raised yet.", "yellow")
    next_line("reviewflow tick" if over and look.is_operator else _look_at(rows[0]))


def _look_at(row: "Row") -> str:
    return f"reviewflow {row['subject_kind'].value} show {row['subject']}"


def _line(look: Reader, row: "Row") -> "tuple[str | Text, ...]":
    from rich.text import Text

    from reviewflow.cli.paint import short, words
    from reviewflow.cli.timeleft import left, tolled, urgency

    zone = look.zone(row)
    what = words(row["kind"]) + (f" {row['part_no']}" if row["part_no"] else "")
    style = urgency(row["due_at"], row["due_on"], look.now, zone)
    time = Text(left(row["due_at"], row["due_on"], look.now, zone), style=style)
    if row["due_at"] is None:
        time = Text(tolled(row["remaining_days"]), style="yellow")
    missed = ", missed" if row["status"] == "missed" else ""
    about = row["model_name"] or row["commitment"] or row["lab"] or ""
    return time, short(row["due_at"], zone), what + missed, OWED_BY[row["kind"]], row["subject"], about
