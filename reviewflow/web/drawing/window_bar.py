"""The window of a review as a bar: days gone and left, tolls, notices, the planned release that caps it, and today."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from reviewflow.notify.dates import reminders
from reviewflow.web.writing import civil, day, moment

Document = dict[str, Any]
BEYOND = 4  # how much of the window's length is drawn after it, at the most: a quarter


@dataclass(frozen=True)
class Span:
    """A stretch of the bar; `x` and `width` in percent of the whole."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True)
class Mark:
    """One day's sign above, on or below the bar; `anchor` is where its text is held."""

    kind: str
    x: float
    says: str

    @property
    def anchor(self) -> str:
        """So that the text stays inside at every width."""
        return "start" if self.x < 22 else "end" if self.x > 78 else "middle"


@dataclass(frozen=True)
class Bar:
    """What is drawn, and in words what is not: `beyond` are signs of days after the last that is drawn."""

    spans: tuple[Span, ...]
    ticks: tuple[float, ...]
    notices: tuple[Mark, ...]
    marks: tuple[Mark, ...]
    today: Mark
    ends: float  # where the last day ends
    beyond: tuple[str, ...]

    @property
    def kinds(self) -> set[str]:
        """What a key has to explain."""
        return {span.kind for span in self.spans if span.width} | {mark.kind for mark in (*self.notices, *self.marks)}


@dataclass(frozen=True)
class _Scale:
    """Days as numbers from the first that is drawn, 0; the last day of the window is `last`."""

    first: date
    zone: ZoneInfo
    last: int
    today: int
    whole: int

    def of(self, on: str | date | None) -> int | None:
        found = civil(on)
        return None if found is None else (found - self.first).days

    def at(self, instant: str | None) -> int | None:
        found = moment(instant)
        return None if found is None else self.of(found.astimezone(self.zone).date())

    def x(self, days: float) -> float:
        return round(min(max(days / self.whole * 100, 0), 100), 2)


def window_bar(story: Document, plans: Iterable[Document]) -> Bar | None:
    """The bar of the document of a timeline, with the plans of a release; None before the clock starts."""
    window = story["window"]
    if window is None:
        return None
    planned = min((plan["planned_on"] for plan in plans), default=None)
    scale = _scale(story, planned)
    marks = list(_marks(story, planned, scale))
    return Bar(
        spans=tuple(_spans(story, scale)),
        ticks=tuple(scale.x(number) for number in range(1, scale.last + 1)) if scale.whole <= 62 else (),
        notices=tuple(_notices(window, scale)),
        marks=tuple(mark for number, mark in marks if number < scale.whole),
        today=Mark("today", scale.x(scale.today + 0.5), "today" if scale.today < scale.whole else "today, later →"),
        ends=scale.x(scale.last + 1),
        beyond=tuple(mark.says for number, mark in marks if number >= scale.whole),
    )


def _scale(story: Document, planned: str | None) -> _Scale:
    window, zone = story["window"], ZoneInfo(story["window"]["time_zone"])
    first = civil(window["day_1_on"] or window["clock_start_on"])
    now = moment(story["now"])
    assert first is not None and now is not None
    today, last_on = (now.astimezone(zone).date() - first).days, civil(window["last_day_on"])
    last = (last_on - first).days if last_on else max(today, 0) + (window["remaining_days"] or 1)
    room = last + max(last // BEYOND, 3)
    shown = [last, min(today, room)]
    if planned and (release := civil(planned)) and (release - first).days <= room:
        shown.append((release - first).days)
    return _Scale(first, zone, last, today, max(shown) + 1)


def _spans(story: Document, scale: _Scale) -> Iterator[Span]:
    ended = [scale.at(story[name]) for name in ("determined_at", "released_at", "withdrawn_at")]
    until = min([scale.today, *(number for number in ended if number is not None)])
    gone, whole = max(0.0, min(until + 0.5, scale.last + 1.0)), scale.last + 1.0
    yield _span("gone", 0, gone, scale)
    yield _span("left", gone, whole, scale)
    for first, last in _runs(number for on in story["window"]["tolled_on"] if (number := scale.of(on)) is not None):
        yield _span("toll", first, last + 1, scale)
    if until > scale.last:
        yield _span("over", whole, min(until + 0.5, scale.whole), scale)


def _span(kind: str, first: float, last: float, scale: _Scale) -> Span:
    return Span(kind, scale.x(first), round(scale.x(last) - scale.x(first), 2))


def _runs(days: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Days that follow each other, as stretches."""
    found: list[tuple[int, int]] = []
    for number in sorted(days):
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return iter(found)


def _notices(window: Document, scale: _Scale) -> Iterator[Mark]:
    """Those that were raised, and while the window is open those to come."""
    for one in window["notices"]:
        number = scale.at(one["due_at"])
        if number is None or not 0 <= number < scale.whole or not (one["is_raised"] or window["status"] == "open"):
            continue
        kind = "raised" if one["is_raised"] else "coming"
        said = f"{_there(one['due_at'], scale)}: notice {reminders([one['notice']])}, {kind}"
        yield Mark(kind, scale.x(number + 0.5), said)


def _marks(story: Document, planned: str | None, scale: _Scale) -> Iterator[tuple[int, Mark]]:
    ends = (
        ("determined_at", story["determination"] or "cleared", f"determination: {story['determination']}"),
        ("released_at", "released", "released"),
        ("withdrawn_at", "withdrawn", "withdrawn"),
    )
    for name, kind, words in ends:
        if (number := scale.at(story[name])) is not None and number >= 0:
            yield number, Mark(kind, scale.x(number + 0.5), f"{_there(story[name], scale)}: {words}")
    if planned and (number := scale.of(planned)) is not None and number >= 0:
        yield number, Mark("cap", scale.x(number), f"{day(planned)}: planned release")


def _there(instant: str, scale: _Scale) -> str:
    found = moment(instant)
    assert found is not None
    return day(found.astimezone(scale.zone).date())
