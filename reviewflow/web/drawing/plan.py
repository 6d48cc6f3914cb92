"""A window on a line of days: what is counted, what a cap takes from it, its notices, and the release after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from reviewflow.rules.instants import civil_date
from reviewflow.web.writing import civil, day, moment

WIDTH, MARGIN, NEAR = 400, 8, 130  # of the picture; closer than this, two dates do not fit side by side


@dataclass(frozen=True)
class Mark:
    """A day with its name; `anchor` is the side of it on which the name stands."""

    x: float
    name: str
    anchor: str
    kind: str


@dataclass(frozen=True)
class Plan:
    """Places in a picture that is WIDTH wide. `lost` is what a cap takes, `label` what a screen reader says."""

    window: tuple[float, float]
    lost: tuple[float, float] | None
    above: Sequence[Mark]
    below: Sequence[Mark]
    notices: Sequence[float]
    label: str


def plan(doc: Mapping[str, Any], release: str | None = None, filed: str | None = None) -> Plan | None:
    """The drawing of a window's document; None while it has no end. A date that is not given is not drawn."""
    event, last = civil(doc["clock_start_on"]), civil(doc["last_day_on"])
    if event is None or last is None:
        return None
    first, release_on, filed_on = civil(doc["day_1_on"]) or event, civil(release), civil(filed)
    whole = civil(doc["uncapped_last_day_on"]) or last
    begins, ends = min(first, last), max(first, last)  # towards the past, day 1 is the later one
    days = [one for one in (event, first, last, whole, release_on, filed_on) if one]
    line = _Line(min(days).toordinal(), max(days).toordinal() + 1)
    notices = [_day_of(one["at"], doc["time_zone"]) for one in doc["notices"] if not one["is_void"]]
    return Plan(
        window=line.span(begins, ends),
        lost=line.after(last, whole) if whole > last else None,
        above=_above(line, begins, ends, doc["direction"] == "backward"),
        below=_below(line, event, filed_on, release_on),
        notices=[line.middle(one) for one in notices if line.holds(one) and one <= ends],
        label=_label(doc, release),
    )


@dataclass(frozen=True)
class _Line:
    first: int
    end: int

    def at(self, ordinal: int) -> float:
        """Where a date begins."""
        share = (ordinal - self.first) / (self.end - self.first)
        return round(MARGIN + share * (WIDTH - 2 * MARGIN), 1)

    def span(self, first: date, last: date) -> tuple[float, float]:
        """Where dates begin, and how wide they are together."""
        begins = self.at(first.toordinal())
        return begins, round(self.at(last.toordinal() + 1) - begins, 1)

    def after(self, last: date, end: date) -> tuple[float, float]:
        """The dates after one, up to and with another."""
        begins = self.at(last.toordinal() + 1)
        return begins, round(self.at(end.toordinal() + 1) - begins, 1)

    def middle(self, day: date) -> float:
        """The middle of a date."""
        return round((self.at(day.toordinal()) + self.at(day.toordinal() + 1)) / 2, 1)

    def holds(self, day: date) -> bool:
        """Whether a date is drawn at all."""
        return self.first <= day.toordinal() < self.end


def _above(line: _Line, begins: date, ends: date, is_backward: bool) -> list[Mark]:
    """Day 1 and the last day at the two ends of the bar; where they are too near each other, the last day alone."""
    left, width = line.span(begins, ends)
    names = ("Last day", "Day 1") if is_backward else ("Day 1", "Last day")
    right = Mark(left + width, f"{names[1]}, {_short(ends)}", "end", "last")
    if width < 2 * NEAR:
        at_left = left + width < NEAR
        shown = Mark(
            left if at_left else left + width, _either(names, begins, ends), "start" if at_left else "end", "last"
        )
        return [shown]
    return [Mark(left, f"{names[0]}, {_short(begins)}", "start", "first"), right]


def _either(names: tuple[str, str], begins: date, ends: date) -> str:
    at = names.index("Last day")
    return f"Last day, {_short((begins, ends)[at])}"


def _below(line: _Line, event: date, filed: date | None, release: date | None) -> list[Mark]:
    """What is filed and released, under the line; names turn inward at its ends."""
    found = [(filed, "Submit", "filed"), (event, "Day 0", "event"), (release, "Release", "release")]
    marks: list[Mark] = []
    for day_on, name, kind in found:
        if day_on is None or (kind == "event" and filed is not None):
            continue
        x = line.middle(day_on)
        marks.append(Mark(x, f"{name}, {_short(day_on)}", "start" if x < WIDTH / 2 else "end", kind))
    return marks


def _label(doc: Mapping[str, Any], release: str | None) -> str:
    first = day(doc["day_1_on"] or doc["clock_start_on"])
    said = [f"Window from day 1, {first}, to the last day, {day(doc['last_day_on'])}."]
    if doc["uncapped_last_day_on"]:
        said.append(f"Without the planned release it would last to {day(doc['uncapped_last_day_on'])}.")
    if release:
        said.append(f"Release on {day(release)}.")
    return " ".join(said)


def _short(on: date) -> str:
    return day(on).rpartition(" ")[0].partition(" ")[2]


def _day_of(at: str, zone: str) -> date:
    found = moment(at)
    assert found is not None
    return civil_date(found, ZoneInfo(zone))
