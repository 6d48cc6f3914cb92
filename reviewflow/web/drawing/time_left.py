"""The time of a review on one small bar: days gone, tolled and left of its window, and today."""

from dataclasses import dataclass
from datetime import date

from reviewflow.web.door import Document
from reviewflow.web.writing import civil

WIDE = 120.0
LOOKED_AT = ("under_review", "tolled", "lapsed")


@dataclass(frozen=True)
class Piece:
    """From one edge to another, in the units of a bar that is WIDE."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True)
class Bar:
    """What is drawn."""

    pieces: tuple[Piece, ...]
    today: float


def time_left(row: Document) -> Bar | None:
    """Of a line of the queue; None where no window runs, stands or is over."""
    first, today = civil(row["day_1_on"] or row["clock_start_on"]), civil(row["today_on"])
    if row["due_kind"] != "window" or row["state"] not in LOOKED_AT or first is None or today is None:
        return None
    last = civil(row["last_day_on"])
    gone = (today - first).days
    whole = (last - first).days + 1 if last else max(gone, 0) + (row["remaining_days"] or 0) or 1
    return _drawn(row, first, gone, whole, is_over=row["urgency"] == "over")


def _drawn(row: Document, first: date, gone: int, whole: int, *, is_over: bool) -> Bar:
    """A window that is over is red: somebody still owes something."""
    scale = WIDE / max(whole, 1)
    here = WIDE if is_over else min(max((gone + 0.5) * scale, 1.0), WIDE - 1)
    pieces = [Piece("over" if is_over else "gone", 0.0, round(here, 1))]
    pieces += [] if is_over else [Piece("left", round(here, 1), round(WIDE - here, 1))]
    for toll in row["tolled"]:
        since, until = ((day - first).days for name in ("first_on", "last_on") if (day := civil(toll[name])))
        left, right = max(since * scale, 0.0), min((until + 1) * scale, WIDE)
        pieces += [Piece("toll", round(left, 1), round(right - left, 1))] if right > left else []
    return Bar(tuple(pieces), round(here, 1))
