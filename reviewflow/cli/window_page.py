"""How a computed window is printed, for people and for programs."""

import json
import textwrap
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import typer

from reviewflow.rules.instants import read_when, rfc3339
from reviewflow.rules.wording import named, timed

WIDTH = 80


def as_json(document: dict[str, Any]) -> str:
    """One object; instants in UTC with Z, `start` and `due_local` with the offset of the zone, dates bare."""
    return json.dumps(document, indent=2, ensure_ascii=False)


def as_text(document: dict[str, Any]) -> str:
    """A summary, the numbered basis and the notices, within 80 columns."""
    title = f"{document['title']} ({document['policy']}, version {document['version']})"
    parts = [textwrap.fill(title, WIDTH, break_long_words=False), *rows(_summary(document))]
    parts += ["", typer.style("Basis", bold=True), *numbered(document["basis"])]
    zone, notices = ZoneInfo(document["time_zone"]), document["notices"]
    if notices:
        parts += ["", typer.style("Notices", bold=True)]
        parts += rows((notice["notice"], timed(datetime.fromisoformat(notice["at"]), zone)) for notice in notices)
    return "\n".join(parts)


def _summary(document: dict[str, Any]) -> Iterable[tuple[str, str]]:
    """The labelled facts, in the order in which they come about."""
    zone = ZoneInfo(document["time_zone"])
    if "latest_start_on" in document:
        if document["submit_by_on"] is not None:
            yield "submit by", f"{named(document['submit_by_on'])}, checked by {named(document['latest_start_on'])}"
        yield "latest start", named(document["latest_start_on"])
    start = read_when(document["start"], zone)
    yield "event", timed(start, zone) if isinstance(start, datetime) else named(start)
    yield "clock start", f"{named(document['clock_start_on'])}, day 0"
    if document["day_1_on"] is not None:
        yield "day 1", named(document["day_1_on"])
    if document["day_1_changes_at"] is not None:
        yield "", f"the same until {timed(document['day_1_changes_at'], zone)}"
    if document["due_at"] is None:
        left = document["remaining"] or f"{document['remaining_days']} {document['unit'].replace('_', ' ')}"
        yield "remaining", f"{left}; the clock stands"
        return
    if document["unit"] != "hours":
        yield "last day", named(document["last_day_on"])
    yield "due", f"{timed(document['due_at'], zone)} {document['time_zone']}"
    yield "", rfc3339(document["due_at"])


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
