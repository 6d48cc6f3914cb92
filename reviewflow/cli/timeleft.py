"""How much time is left: in words, as a small bar, and in the colour of its urgency."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from rich.text import Text

FULL, EMPTY, WIDTH = "█", "░", 4


def left(due_at: datetime | None, due_on: date | None, now: datetime, zone: ZoneInfo) -> str:
    """Days left beside a date: on the last day the hours; after it the days, or first the hours, over."""
    if due_at is None or due_on is None:
        return "-"
    from reviewflow.rules.counting import days_left

    days = days_left(due_on, now.astimezone(zone).date())
    seconds = (due_at - now).total_seconds()
    if seconds <= 0:
        return f"{-days} d over" if days < 0 else f"{_short(-seconds)} over"
    return f"{days} d left" if days > 0 else f"{_short(seconds)} left"


def _short(seconds: float) -> str:
    """Whole hours, or minutes below one hour."""
    return f"{int(seconds // 3600)} h" if seconds >= 3600 else f"{int(seconds // 60)} min"


def tolled(remaining_days: int | None) -> str:
    """The clock stands, and so much is kept."""
    return "tolled" if remaining_days is None else f"tolled, {remaining_days} d"


def urgency(due_at: datetime | None, due_on: date | None, now: datetime, zone: ZoneInfo) -> str:
    """The style of a time left: green, yellow in the last 3 days, red on the last day, bold when it is over."""
    if due_at is None or due_on is None:
        return ""
    days = (due_on - now.astimezone(zone).date()).days
    if due_at <= now:
        return "bold red"
    return "red" if days <= 0 else "yellow" if days <= 3 else "green"


def bar(share: float | None, style: str = "") -> Text:
    """How much of the whole is left, in a few signs; empty where there is no whole."""
    if share is None:
        return Text(" " * WIDTH)
    full = min(WIDTH, max(0, round(share * WIDTH)))
    full = max(full, 1) if share > 0 else full
    return Text.assemble((FULL * full, style), (EMPTY * (WIDTH - full), "dim"))


def share_left(first_on: date | None, last_on: date | None, today: date) -> float | None:
    """The part of a window's days that is still to come, from 1 on the event day to 0 on the last."""
    if first_on is None or last_on is None:
        return None
    whole = (last_on - first_on).days + 1
    return min(1.0, max(0.0, (last_on - today).days / whole))
