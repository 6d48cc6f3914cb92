"""The portfolio as lanes over a span of dates: bars and signs in shares of the width, and the same in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from reviewflow.notify.dates import MONTHS
from reviewflow.rules.months import Span, day_after
from reviewflow.web.door import Document
from reviewflow.web.writing import civil, words

WEEKS_UP_TO, NAMED_UP_TO = 200, 100  # days of a span in which weeks are ruled, and told by their dates
STAGES = {"trusted_partners": "T", "limited": "L", "general": "G"}


@dataclass(frozen=True)
class Bar:
    """From the morning of one date to the evening of another, as percentages."""

    kind: str
    x: str
    width: str
    title: str


@dataclass(frozen=True)
class Sign:
    """What happened or is planned on one date; `letter` tells the stage."""

    kind: str
    x: str
    title: str
    letter: str = ""


@dataclass(frozen=True)
class Lane:
    """One row of the drawing; `says` is the same in words."""

    bars: list[Bar]
    signs: list[Sign]
    says: str


@dataclass(frozen=True)
class Tick:
    """A line of the ruler, and what stands at it."""

    x: str
    text: str
    is_month: bool


def ruler(span: Span) -> list[Tick]:
    """Months with their names; in a short span weeks, each by the date of its Sunday."""
    firsts, found = set(span.months), []
    for on in sorted(firsts | (set(span.sundays) if span.days <= WEEKS_UP_TO else set())):
        is_month, share = on in firsts, span.share(on)
        is_named = is_month or (span.days <= NAMED_UP_TO and share < 0.98)
        name = f"{MONTHS[on.month - 1][:3]} {on.year}" if is_month else str(on.day)
        if is_month and share > 0.92:
            name = MONTHS[on.month - 1][:3] if share < 0.97 else ""
        found.append(Tick(_percent(share), name if is_named else "", is_month))
    return found


def today_at(span: Span, today: date) -> str | None:
    """Where today stands: in the middle of its day; None where it lies outside."""
    return _percent(_middle(span, today)) if span.overlaps(today, today) else None


def review_lane(row: Document, span: Span, today: date) -> Lane:
    """The window with what is gone, tolled, left and over; the determination, releases, and halts on the model."""
    found = [*_window(row, today), *_tolls(row, today), *_halted(row, today)]
    bars = [bar for kind, first, last, title in found if (bar := _bar_in(span, kind, first, last, title))]
    windows = list(dict.fromkeys(title for _, _, _, title in found))
    signs = list(_signs(row))
    drawn = [_sign_at(span, *sign) for sign in signs if span.overlaps(sign[1], sign[1])]
    return Lane(bars, drawn, "; ".join([*windows, *(title for _, _, title, _ in signs)]) or "nothing dated yet")


def halt_lane(row: Document, span: Span, today: date) -> Lane:
    """One model under one halt: ordered, narrowed, lifted, served again."""
    first, last, narrowed = date.fromisoformat(row["from_on"]), civil(row["to_on"]), civil(row["narrowed_on"])
    end = last or max(today, first)
    parts = [("ordered", first, narrowed or end, f"ordered {_said(first)}")]
    if narrowed:
        parts.append(("narrowed", narrowed, end, f"narrowed {_said(narrowed)}"))
    bars = [bar for part in parts if (bar := _bar_in(span, *part))]
    days = [("lifted", last, "lifted"), ("served", civil(row["served_on"]), "served again")]
    signs = [(kind, on, f"{name} {_said(on)}") for kind, on, name in days if on]
    drawn = [_sign_at(span, *sign) for sign in signs if span.overlaps(sign[1], sign[1])]
    goes_on = [] if last else ["in force"]
    return Lane(bars, drawn, "; ".join([*(part[3] for part in parts), *(title for _, _, title in signs), *goes_on]))


Part = tuple[str, date, date, str]


def _window(row: Document, today: date) -> Iterator[Part]:
    first, last = civil(row["day_1_on"] or row["clock_start_on"]), civil(row["last_day_on"])
    if first is None:
        return
    ends = [on for name in ("determined", "released", "withdrawn") if (on := civil(row[f"{name}_on"]))]
    over = min(ends, default=None)
    whole = f"window {_said(first)} to {_said(last)}" if last else f"window from {_said(first)}, its clock stands"
    run_to = min(on for on in (today, last, over) if on)
    if run_to >= first:
        yield "gone", first, run_to, whole
    if last and last > run_to:
        yield "rest" if over else "left", max(day_after(run_to), first), last, whole
    if row["is_lapsed"] and last and (until := min(on for on in (over, today) if on)) > last:
        yield "over", day_after(last), until, f"lapsed after {_said(last)}"


def _tolls(row: Document, today: date) -> Iterator[Part]:
    for toll in row["tolls"]:
        first, last = date.fromisoformat(toll["from_on"]), civil(toll["to_on"])
        until = f" to {_said(last)}" if last else ", and still"
        yield "toll", first, last or max(today, first), f"tolled from {_said(first)}{until} ({words(toll['cause'])})"


def _halted(row: Document, today: date) -> Iterator[Part]:
    for halt in row["halts"]:
        first, last = date.fromisoformat(halt["from_on"]), civil(halt["to_on"])
        until = f" to {_said(last)}" if last else ""
        yield "halt", first, last or max(today, first), f"halt {halt['ref']} from {_said(first)}{until}"


def _signs(row: Document) -> Iterator[tuple[str, date, str, str]]:
    if on := civil(row["submitted_on"]):
        yield "filed", on, f"submitted {_said(on)}", ""
    if row["determination"] and (on := civil(row["determined_on"])):
        yield row["determination"], on, f"{row['determination']} {_said(on)}", ""
    if on := civil(row["withdrawn_on"]):
        yield "withdrawn", on, f"withdrawn {_said(on)}", ""
    if on := civil(row["released_on"]):
        stage = row["released_stage"]
        yield "released", on, f"released ({words(stage)}) {_said(on)}", STAGES.get(stage, "")
    for plan in row["planned_releases"]:
        on = civil(plan["planned_on"])
        if on and not plan["is_reached"] and not row["withdrawn_on"]:
            yield "planned", on, f"{words(plan['stage'])} release planned {_said(on)}", STAGES[plan["stage"]]


def _bar_in(span: Span, kind: str, first: date, last: date, title: str) -> Bar | None:
    """None where nothing of it lies in the span."""
    if last < first or not span.overlaps(first, last):
        return None
    begin, end = max(span.share(first), 0.0), min(span.share(day_after(last)), 1.0)
    return Bar(kind, _percent(begin), _percent(end - begin), title)


def _sign_at(span: Span, kind: str, on: date, title: str, letter: str = "") -> Sign:
    """In the middle of its day."""
    return Sign(kind, _percent(_middle(span, on)), title, letter)


def _middle(span: Span, on: date) -> float:
    return (span.share(on) + span.share(day_after(on))) / 2


def _percent(share: float) -> str:
    """A share as SVG has it."""
    return f"{share * 100:.2f}%".replace(".00%", "%")


def _said(on: date | None) -> str:
    """31 Jul 2026."""
    return "–" if on is None else f"{on.day} {MONTHS[on.month - 1][:3]} {on.year}"
