"""How a review's journal looks on a terminal."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from rich.text import Text

from reviewflow.cli.page import Page

Event = dict[str, Any]
NUMBER, WHEN, WHO = 4, 21, 13


def print_story(page: Page) -> None:
    """Head, bar, journal."""
    from reviewflow.cli.paint import console, say, state
    from reviewflow.cli.paper import heading, next_line
    from reviewflow.cli.timebar import print_bar

    story = page.document
    page.banner()
    zone = ZoneInfo(story["policy"]["time_zone"])
    line = Text.assemble((story["ref"], "bold"), "  ", state(story["state"]))
    console().print(line + Text(f"  version {story['version']}, head {story['head'][:12]}", style="dim"))
    if story["window"] is None:
        say("The clock has not started.", "dim")
    else:
        print_bar(page, zone)
    heading("Journal", f"times in {zone.key}")
    print_journal(story["events"], zone)
    if not page.is_quiet:
        console().print()
        next_line(f"reviewflow review {'explain' if story['window'] else 'show'} {story['ref']}")


def print_journal(events: list[Event], zone: ZoneInfo) -> None:
    """One paragraph an event: when it took effect, who, what; a run of rescissions in one."""
    from reviewflow.cli.paint import console, short

    out = console()
    wide = NUMBER + WHEN + WHO
    room = max(out.width - wide, 24)
    for event, text in _told(events):
        actor = event["actor"].partition("@")[0]
        who = Text(actor, style="magenta" if event["actor"] == "system" else "")
        who.truncate(WHO - 1, overflow="ellipsis")
        when = f"{event['seq']:>{NUMBER - 1}} {short(event['effective_at'], zone):<{WHEN}}"
        left = Text.assemble((when, "dim"), who)
        left.append(" " * (wide - left.cell_len))
        for number, line in enumerate(text.wrap(out, room)):
            line.rstrip()
            out.print((left if number == 0 else Text(" " * wide)) + line, soft_wrap=True)


def _told(events: list[Event]) -> Iterator[tuple[Event, Text]]:
    run: list[Event] = []
    for event in events:
        if "rescinds" in event["data"]:
            run.append(event)
            continue
        yield from _run(run)
        run = []
        yield event, _sentence(event)
    yield from _run(run)


def _run(run: list[Event]) -> Iterator[tuple[Event, Text]]:
    """Rescissions that were recorded together, told once."""
    if not run:
        return
    numbers = [event["data"]["rescinds"] for event in run]
    what = f"event {numbers[0]}" if len(run) == 1 else f"{len(run)} events ({numbers[0]} to {numbers[-1]})"
    verb = "is" if len(run) == 1 else "are"
    yield run[0], Text(f"{what} {verb} rescinded: {run[0]['data'].get('reason', '')}", style="yellow")


def _sentence(event: Event) -> Text:
    is_rescinded = event["rescinded_by"] is not None
    text = Text(" ".join(event["says"].split()), style=_style(event))
    for mark in _marks(event):
        text.append(f" [{mark}]", style="yellow not strike" if is_rescinded else "yellow")
    if event["is_internal"]:
        text.append(" [internal]", style="dim")
    return text


def _style(event: Event) -> str:
    from reviewflow.nouns.events import NOTICES

    if event["rescinded_by"] is not None:
        return "dim strike"
    return "dim" if event["name"] in NOTICES else ""


def _marks(event: Event) -> Iterator[str]:
    """Rescinded, late by the system, or a fact of the past."""
    if event["rescinded_by"] is not None:
        yield f"rescinded by event {event['rescinded_by']}"
        return
    seconds = event["late_by"]
    if seconds is None:
        seconds = int((event["recorded_at"] - event["effective_at"]).total_seconds())
        if seconds > 0:
            yield f"recorded {_span(seconds)} later"
    elif event["is_late"]:
        yield f"recorded {_span(seconds)} late"


def _span(seconds: int) -> str:
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
