"""The course of a halt as a drawing: for each model a line for the order and one for what was really switched off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import groupby
from typing import Any

Step = Mapping[str, Any]
FIRST, LAST = 3.0, 92.0  # per cent of the width between which the steps lie; what has no end runs on beyond
TOP, LINE, THICK = 24, 34, 12  # pixels
ORDERED, IMPLEMENTED = "ordered", "implemented"


@dataclass(frozen=True)
class Piece:
    """A part of a line; `kind` is full, part (of a narrowed order, or served again in part) or on (with no end)."""

    x: str
    width: str
    kind: str


@dataclass(frozen=True)
class Lane:
    """One model's order, or what became of it."""

    model: str
    what: str
    at: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Mark:
    """The numbers of the steps at one place."""

    x: str
    numbers: str


@dataclass(frozen=True)
class Course:
    """A drawing as wide as there is room."""

    height: int
    thick: int
    lanes: tuple[Lane, ...]
    marks: tuple[Mark, ...]


def course(steps: Sequence[Step], now: str = "") -> Course | None:
    """A halt's steps as lines over time, up to `now` where one of them goes on; None where there is no step."""
    if not steps:
        return None
    places, models = _places(steps), dict.fromkeys(model for step in steps for model in step["models"])
    pairs = [(model, what) for model in models for what in (ORDERED, IMPLEMENTED)]
    if now and any(until is None for model, what in pairs for _, until, _ in _spans(steps, places, model, what)):
        places = _places(steps, now)
    lanes = tuple(
        Lane(model, what, TOP + row * LINE, tuple(_pieces(_spans(steps, places, model, what))))
        for row, (model, what) in enumerate(pairs)
    )
    grouped = groupby(range(len(steps)), key=lambda number: round(places[number]))
    marks = [(places[own[0]], own) for own in (list(numbers) for _, numbers in grouped)]
    told = tuple(Mark(f"{place:.1f}%", ", ".join(str(number + 1) for number in own)) for place, own in marks)
    return Course(TOP + len(lanes) * LINE, THICK, lanes, told)


def _places(steps: Sequence[Step], until: str = "") -> list[float]:
    """Where each step lies, in per cent; never before the one above it: of some only the day is known."""
    seconds: list[float] = []
    for step in steps:
        seconds.append(max([_seconds(step["at"]), *seconds[-1:]]))
    span = max([seconds[-1], *([_seconds(until)] if until else [])]) - seconds[0] or 1.0
    return [FIRST + (LAST - FIRST) * (each - seconds[0]) / span for each in seconds]


def _seconds(at: str) -> float:
    """A bare date is drawn at noon."""
    if len(at) == len("2026-06-12"):
        return datetime.combine(date.fromisoformat(at), time(12), UTC).timestamp()
    return datetime.fromisoformat(at.replace("Z", "+00:00")).timestamp()


Span = tuple[float, float | None, str]


def _spans(steps: Sequence[Step], places: Sequence[float], model: str, what: str) -> list[Span]:
    """From where to where, and how far; an order ends when it is lifted, a switching-off when the model is restored."""
    spans: list[Span] = []
    order: str | None = None
    for step, place in zip(steps, places, strict=True):
        if model not in step["models"]:
            continue
        order = {"ordered": "full", "narrowed": "part", "lifted": None}.get(step["does"], order)
        now = order if what == ORDERED else _served(step["does"], order, spans)
        if not spans or spans[-1][1] is not None:
            spans += [(place, None, now)] if now else []
        elif now != spans[-1][2]:
            spans[-1] = (spans[-1][0], place, spans[-1][2])
            spans += [(place, None, now)] if now else []
    return spans


def _served(does: str, order: str | None, spans: Sequence[Span]) -> str | None:
    """How far a model is switched off after a step."""
    if does == "implemented":
        return "full"
    if does == "restored":
        return "part" if order == "part" else None
    return spans[-1][2] if spans and spans[-1][1] is None else None


def _pieces(spans: Sequence[Span]) -> list[Piece]:
    found = []
    for since, until, kind in spans:
        end = LAST if until is None else until
        found.append(Piece(f"{since:.1f}%", f"{max(end - since, 0.6):.1f}%", kind))
        if until is None:
            beyond = max(end, since + 0.6)
            found.append(Piece(f"{beyond:.1f}%", f"{100 - beyond:.1f}%", "on"))
    return found
