"""How things look on a terminal: one console, times in the policy's zone, days left beside them."""

from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

STATE_STYLES = {
    "submitted": "cyan",
    "under_review": "bold blue",
    "tolled": "yellow",
    "cleared": "green",
    "concerns": "bold red",
    "lapsed": "magenta",
    "released": "bold green",
    "withdrawn": "dim",
    "returned": "yellow",
}


@cache
def console(*, errors: bool = False) -> Console:
    """Colours only on a terminal, and never where NO_COLOR is set; 80 columns where nobody says otherwise."""
    found = Console(stderr=errors, highlight=False, soft_wrap=False)
    if not found.is_terminal:
        found.width = 80
    return found


def complain(kind: str, reasons: list[str], remedy: str | None) -> None:
    """An error in words: what, where, and the remedy."""
    heads = {"Refused": "Refused", "Forbidden": "Not allowed", "NotFound": "Not found", "Stale": "Stale",
             "Unauthenticated": "Not allowed", "TooMany": "Not yet"}  # fmt: skip
    out = console(errors=True)
    head = heads.get(kind, "Cannot do that" if kind == "Invalid" else kind)
    if len(reasons) == 1:
        out.print(f"[bold red]{head}:[/] {escape(reasons[0])}", soft_wrap=True)
    else:
        out.print(f"[bold red]{head}[/], for {len(reasons)} reasons:", soft_wrap=True)
        for reason in reasons:
            out.print(f"  [red]-[/] {escape(reason)}", soft_wrap=True)
    if remedy:
        out.print(f"[dim]{escape(remedy)}[/]", soft_wrap=True)


def say(text: str = "", style: str = "") -> None:
    """A line of plain text; markup in it is not read."""
    console().print(Text(text, style=style), soft_wrap=True)


def local(at: datetime | None, zone: ZoneInfo) -> str:
    """An instant in a zone, with its name and offset: 2026-07-31 23:59 EDT (-04:00)."""
    if at is None:
        return "-"
    there = at.astimezone(zone)
    offset = there.strftime("%z")
    return f"{there:%Y-%m-%d %H:%M} {there.tzname()} ({offset[:3]}:{offset[3:]})"


def short(at: datetime | None, zone: ZoneInfo) -> str:
    """An instant in a zone, for a table: 2026-07-31 23:59 -04."""
    if at is None:
        return "-"
    there = at.astimezone(zone)
    offset = there.strftime("%z")
    return f"{there:%Y-%m-%d %H:%M} {offset[:3]}{'' if offset[3:] == '00' else ':' + offset[3:]}"


def left(due_on: date | None, now: datetime, zone: ZoneInfo) -> str:
    """Days left: the last day has 0; after it, days over."""
    if due_on is None:
        return "-"
    days = (due_on - now.astimezone(zone).date()).days
    if days < 0:
        return f"{-days} d over"
    return "today" if days == 0 else f"{days} d left"


def words(value: str) -> str:
    """A stored name as a person reads it."""
    return value.replace("_", " ")


def state(value: str) -> Text:
    """A state in its colour."""
    return Text(words(value), style=STATE_STYLES.get(value, ""))


def table(*columns: str, **options: Any) -> Table:
    """A quiet table that fits 80 columns."""
    found = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", **options)
    for column in columns:
        found.add_column(column, overflow="fold")
    return found


def banner(*, is_simulation: bool, now: datetime, zone: ZoneInfo) -> None:
    """A simulation says so in every output."""
    if is_simulation:
        console().print(f"[black on yellow] SIMULATION [/] [dim]its clock stands at {local(now, zone)}[/]")
