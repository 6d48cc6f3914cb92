"""How a computed window is printed, for people and for programs."""

import json
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import typer

from reviewflow.nouns.policy import Policy, Unit
from reviewflow.rules.calendar import BusinessDays
from reviewflow.rules.instants import rfc3339
from reviewflow.rules.notices import Notice, notices
from reviewflow.rules.window import Window
from reviewflow.rules.wording import lasting, named, timed

WIDTH = 80


@dataclass(frozen=True)
class Page:
    """One result; `latest_on` is the planner's answer, where that was the question."""

    policy: Policy
    business_days: BusinessDays
    start: date | datetime
    window: Window
    latest_on: date | None = None

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Every notice of the window; none while the clock stands."""
        due_at = self.window.due_at
        return () if due_at is None else notices(self.policy, self.business_days, due_at)

    def as_json(self) -> str:
        """One object; instants in UTC with Z, `start` and `due_local` with the offset of the zone, dates bare."""
        found, zone = self.window, ZoneInfo(self.window.time_zone)
        document: dict[str, Any] = {
            "policy": self.policy.id,
            "version": self.policy.version,
            "start": rfc3339(self.start, zone) if isinstance(self.start, datetime) else self.start.isoformat(),
            "clock_start_on": found.clock_start_on.isoformat(),
            "day_1_on": found.day_1_on and found.day_1_on.isoformat(),
            "last_day_on": found.last_day_on and found.last_day_on.isoformat(),
            "due_at": found.due_at and rfc3339(found.due_at),
            "due_local": found.due_at and rfc3339(found.due_at, zone),
            "time_zone": found.time_zone,
            "remaining_days": found.remaining_days,
            "notices": [{"notice": notice.name, "at": rfc3339(notice.at)} for notice in self.notices],
            "basis": list(found.basis),
        }
        if self.latest_on is not None:
            document["latest_start_on"] = self.latest_on.isoformat()
        return json.dumps(document, indent=2, ensure_ascii=False)

    def as_text(self) -> str:
        """A summary, the numbered basis and the notices, within 80 columns."""
        title = f"{self.policy.title} ({self.policy.id}, version {self.policy.version})"
        parts = [textwrap.fill(title, WIDTH, break_long_words=False), *rows(self.summary())]
        parts += ["", typer.style("Basis", bold=True), *numbered(self.window.basis)]
        zone = ZoneInfo(self.window.time_zone)
        if self.notices:
            parts += ["", typer.style("Notices", bold=True)]
            parts += rows((notice.name, timed(notice.at, zone)) for notice in self.notices)
        return "\n".join(parts)

    def summary(self) -> Iterable[tuple[str, str]]:
        """The labelled facts, in the order in which they come about."""
        found, zone = self.window, ZoneInfo(self.window.time_zone)
        if self.latest_on is not None:
            yield "latest start", named(self.latest_on)
        yield "event", timed(self.start, zone) if isinstance(self.start, datetime) else named(self.start)
        yield "clock start", f"{named(found.clock_start_on)}, day 0"
        if found.day_1_on is not None:
            yield "day 1", named(found.day_1_on)
        if found.due_at is None or found.last_day_on is None:
            left = f"{found.remaining_days} {self.policy.window.unit.replace('_', ' ')}"
            yield "remaining", f"{left if found.remaining is None else lasting(found.remaining)}; the clock stands"
            return
        if self.policy.window.unit is not Unit.HOURS:
            yield "last day", named(found.last_day_on)
        yield "due", f"{timed(found.due_at, zone)} {found.time_zone}"
        yield "", rfc3339(found.due_at)


def rows(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Labels and values in two columns."""
    return [f"  {label:<14}{value}" for label, value in pairs]


def numbered(sentences: Iterable[str]) -> list[str]:
    """Numbered sentences, wrapped under their own first word."""
    lines: list[str] = []
    for number, sentence in enumerate(sentences, 1):
        wrapped = textwrap.wrap(sentence, WIDTH - 6, break_long_words=False, break_on_hyphens=False)
        lines.append(f"{number:>4}. {wrapped[0]}")
        lines += [f"      {line}" for line in wrapped[1:]]
    return lines
