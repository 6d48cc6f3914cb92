"""How the dates of a review are explained on a terminal."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from rich.text import Text

from reviewflow.cli.page import Page


def print_explanation(page: Page) -> None:
    """The window with its steps, what it is pinned to, what was before, and what else is owed."""
    from reviewflow.cli.paint import console, say, state
    from reviewflow.cli.paper import fact, heading, next_line
    from reviewflow.views.policy_words import ladder

    found = page.document
    page.banner()
    console().print(Text.assemble((found["ref"], "bold"), "  ", state(found["state"])))
    due = found["window"]
    if due is None:
        say("The clock has not started, so no window is due.")
    else:
        heading("Window", _when(page, due))
        _numbered(due["basis"])
        for label, sentence in ladder(found["escalation"]):
            fact(label, sentence, wide=15)
    _pins(found)
    _earlier(page)
    for row in found["deadlines"]:
        number = f" {row['part_no']}" if row["part_no"] else ""
        heading(row["kind"].replace("_", " ").capitalize() + number, _when(page, row))
        _numbered(row["basis"])
    if not page.is_quiet:
        console().print()
        next_line(found["hint"] or f"reviewflow review show {found['ref']}")


def _when(page: Page, row: dict[str, Any]) -> str:
    """The due instant with its offset and what is left, or what remains while the clock stands."""
    from reviewflow.cli.paint import local
    from reviewflow.cli.timeleft import left, tolled

    if row["due_at"] is None:
        return tolled(row["remaining_days"])
    zone = ZoneInfo(page.document["policy"]["time_zone"])
    time = f", {left(row['due_at'], row['due_on'], page.now, zone)}" if row["status"] == "open" else ""
    return f"due {local(row['due_at'], zone)}{time}"


def _earlier(page: Page) -> None:
    """Dates that were replaced, with the reason, and only the steps that were other ones than now."""
    from reviewflow.cli.paint import say, words
    from reviewflow.cli.paper import heading, para
    from reviewflow.cli.window_page import numbered

    found = page.document
    now = found["window"]["basis"] if found["window"] else []
    for row in reversed(found["superseded"]):
        heading("Before", _when(page, row))
        para(f"{words(row['status'])}: {words(row['reason'] or 'replaced')}", "dim", indent=2)
        lines = numbered(row["basis"])
        starts = [number for number, line in enumerate(lines) if line[:4].strip()] + [len(lines)]
        for step, (first, last) in enumerate(pairwise(starts)):
            if row["basis"][step] not in now:
                say("\n".join(lines[first:last]))
        say("      The other steps are the same.", "dim")


def _numbered(sentences: Iterable[str]) -> None:
    from reviewflow.cli.paint import say
    from reviewflow.cli.window_page import numbered

    for line in numbered(sentences):
        say(line)


def _pins(found: dict[str, Any]) -> None:
    from reviewflow.cli.paper import fact, heading

    pinned = found["pinned"]
    heading("Pinned", "no update moves these dates")
    names = {"policy_digest": "policy digest", "calendar_digest": "calendar", "days_digest": "its days"}
    fact("policy", f"{pinned['policy']} version {pinned['version']}", wide=15)
    for key, label in names.items():
        fact(label, str(pinned.get(key) or ""), wide=15)
    fact("time zones", f"tzdata {pinned['tzdata']}" if "tzdata" in pinned else "", wide=15)
