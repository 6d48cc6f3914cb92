"""What the programme's figures mean: how long a step took, what was in time, what is about to run out."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from reviewflow.rules.counting import days_left, elapsed_whole_days

Row = Mapping[str, Any]
STEPS = {  # the two moments of a review between which a step lies, by the column of each
    "submission": ("opened_at", "submitted_at"),
    "start": ("submitted_at", "clock_start_on"),
    "determination": ("clock_start_on", "determined_at"),
    "release": ("determined_at", "released_at"),
}
SOON = 7  # civil days


def days_by_step(reviews: Sequence[Row], zone: ZoneInfo) -> dict[str, dict[str, Any]]:
    """Of each step the median in civil days, tolled ones included, and of how many reviews.

    A review counts where it has taken the step, the two moments in this order: who released before a determination
    waited for none.
    """
    found = {}
    for step, (since, until) in STEPS.items():
        both = [(row[since], row[until]) for row in reviews if row[since] is not None and row[until] is not None]
        days = [each for each in (elapsed_whole_days(*one, zone) for one in both) if each >= 0]
        found[step] = {"median": float(median(days)) if days else None, "count": len(days)}
    return found


def is_counted(review: Row) -> bool:
    """Whether a review counts in the rate of what was on time: determined, before a release and not withdrawn."""
    return review["is_on_time"] is not None and review["state"] != "withdrawn"


def runs_out_soon(due_on: date | None, now: datetime, zone: ZoneInfo) -> bool:
    """Whether a day is today or one of the next SOON."""
    return due_on is not None and 0 <= days_left(due_on, now.astimezone(zone).date()) <= SOON
