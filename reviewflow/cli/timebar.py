"""The window drawn as a bar: day 1 to last day, tolled stretches, notices, and today's mark."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rich.text import Text

from reviewflow.cli.page import Page

GONE, AHEAD, TOLLED, AFTER = "━", "─", "░", "·"
RAISED, COMING, NOW, SIGNED = "▼", "▽", "▲", "◆"
WIDEST = 100


class Scale:
    """Dates as columns, from the first to the last that is drawn."""

    def __init__(self, first: date, last: date, width: int) -> None:
        self.first, self.last, self.width = first, last, width

    def at(self, day: date) -> int:
        """The column of a date, at the edge where it lies outside."""
        whole = max((self.last - self.first).days, 1)
        return min(self.width - 1, max(0, round((day - self.first).days / whole * (self.width - 1))))

    def day(self, column: int) -> date:
        """The date nearest to a column."""
        whole = (self.last - self.first).days
        return self.first + timedelta(days=round(column / max(self.width - 1, 1) * whole))


def print_bar(page: Page, zone: ZoneInfo) -> None:
    """Four lines and a key: notices, bar, today, dates."""
    from reviewflow.cli.paint import console

    out, story = console(), page.document
    today, window = page.now.astimezone(zone).date(), story["window"]
    first = window["day_1_on"] or window["clock_start_on"]
    last = window["last_day_on"] or max(today, first) + timedelta(days=window["remaining_days"] or 1)
    shown = max(last, min(today, last + timedelta(days=max((last - first).days // 4, 3))))
    scale = Scale(first, shown, min(out.width - 4, WIDEST))
    out.print()
    notices = _notices(window, scale, zone)
    if notices.plain.strip():
        out.print(Text("  ") + notices)
    out.print(Text("  ") + _bar(story, scale, last, today, zone))
    out.print(Text("  ") + _today(window, scale, today))
    out.print(Text("  ") + _dates(window, scale, last))
    out.print(Text("  ") + _key(story, notices.plain), style="dim")


def _notices(window: dict[str, Any], scale: Scale, zone: ZoneInfo) -> Text:
    signs = [" "] * scale.width
    for notice in window["notices"]:
        day, is_raised = notice["due_at"].astimezone(zone).date(), notice["is_raised"]
        if scale.first <= day <= scale.last and (is_raised or window["status"] == "open"):
            signs[scale.at(day)] = RAISED if is_raised else COMING
    return Text("".join(signs).rstrip(), style="yellow")


def _bar(story: dict[str, Any], scale: Scale, last: date, today: date, zone: ZoneInfo) -> Text:
    ended = [at for at in (story["released_at"], story["withdrawn_at"]) if at]
    until = min([today, *(at.astimezone(zone).date() for at in ended)])
    tolled, determined = set(story["window"]["tolled_on"]), story["determined_at"]
    line = Text()
    for column in range(scale.width):
        if determined and column == scale.at(determined.astimezone(zone).date()):
            line.append(SIGNED, style="bold green" if story["determination"] == "cleared" else "bold red")
        elif column > scale.at(last):
            line.append(AFTER, style="red")
        elif scale.day(column) in tolled:
            line.append(TOLLED, style="yellow")
        elif column <= scale.at(until) and until >= scale.first:
            line.append(GONE, style="blue")
        else:
            line.append(AHEAD, style="dim")
    return line


def _today(window: dict[str, Any], scale: Scale, today: date) -> Text:
    """The mark, with its words on the side where there is room."""
    column = scale.at(today)
    beyond = " →" if today > scale.last else ""
    day = f", day {window['day']} of {window['of']}" if window["day"] is not None and window["status"] == "open" else ""
    words = f"today, {today:%d %b}{day}{beyond}"
    if column + len(words) + 2 <= scale.width:
        return Text(" " * column) + Text(NOW, style="bold") + Text(f" {words}")
    return Text(" " * max(0, column - len(words) - 1) + words + " ") + Text(NOW, style="bold")


def _dates(window: dict[str, Any], scale: Scale, last: date) -> Text:
    begin = f"{scale.first:%d %b}: day 1" if window["day_1_on"] else f"{scale.first:%d %b}: start"
    end = f"last day: {last:%d %b %Y}" if window["last_day_on"] else "the clock stands"
    room = scale.at(last) + 1
    if window["last_day_on"] is None or room < len(begin) + len(end) + 2:
        return Text(f"{begin}, {end}", style="dim")
    return Text(begin + " " * (room - len(begin) - len(end)) + end, style="dim")


def _key(story: dict[str, Any], notices: str) -> str:
    parts = [f"{RAISED} notice"] if RAISED in notices else []
    parts += [f"{COMING} notice to come"] if COMING in notices else []
    parts += [f"{TOLLED} tolled"] if story["tolls"] else []
    parts += [f"{SIGNED} determination"] if story["determined_at"] else []
    return "   ".join([*parts, f"{NOW} today"])
