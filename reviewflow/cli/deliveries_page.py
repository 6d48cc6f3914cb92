"""How the letters that did not go out look on a terminal."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from reviewflow.cli.page import Page
from reviewflow.cli.sheet import Column
from reviewflow.nouns.plural import plural

Unsent = dict[str, Any]
COLUMNS = (
    Column("letter"), Column("to", least=12, middle=True), Column("channel"), Column("about", least=12),
    Column("status"), Column("tries", right=True), Column("next try"),
)  # fmt: skip


def print_deliveries(page: Page) -> None:
    """The table, each reason once, and the next sensible command."""
    from reviewflow.cli.inbox_page import unique_length
    from reviewflow.cli.paint import console, say
    from reviewflow.cli.paper import next_line
    from reviewflow.cli.sheet import sheet
    from reviewflow.nouns.plural import plural

    page.banner()
    found = page.document["deliveries"]
    if not found:
        say("No letter is stuck: none is set aside, none waits after a failure. --all lists those not yet sent.")
        return
    size = unique_length([one["letter"] for one in found])
    sheet(COLUMNS, [_line(page, one, size) for one in found])
    if page.is_quiet:
        return
    troubled = [one for one in found if one["why"]]
    _say_why(troubled, size)
    console().print()
    say(f"{plural(len(found), 'letter')}, {page.document['set_aside']} set aside.", "dim")
    if troubled:
        next_line(f"reviewflow deliveries requeue {troubled[0]['letter'][:size] if len(troubled) == 1 else '--all'}")


def print_requeued(page: Page) -> None:
    """How many are due again."""
    from reviewflow.cli.paint import say
    from reviewflow.cli.paper import next_line

    if page.is_quiet:
        return
    count = len(page.document["letters"])
    say(f"{plural(count, 'letter is', 'letters are')} due again.")
    if count:
        next_line("reviewflow tick")


def _say_why(troubled: Sequence[Unsent], size: int) -> None:
    """Each reason once, with the letters that it holds up."""
    from reviewflow.cli.paper import facts, heading

    ids: dict[str, list[str]] = {}
    for one in troubled:
        ids.setdefault(one["cause"], []).append(one["letter"][:size])
    if not ids:
        return
    heading("Why")
    pairs = [(f"{first}{f' and {len(more)} more' if more else ''}", why) for why, (first, *more) in ids.items()]
    facts(pairs, wide=max(len(label) for label, _ in pairs) + 2)


def _line(page: Page, one: Unsent, size: int) -> tuple[str, ...]:
    first, *more = one["subjects"]
    about = f"{first} and {len(more)} more" if more else str(first)
    at = one["next_attempt_at"]
    next_try = _next(page, at) if at and one["status"] == "waiting" else ""
    status = one["status"].replace("_", " ")
    return one["letter"][:size], one["to"], one["channel"], about, status, str(one["attempts"]), next_try


def _next(page: Page, at: datetime) -> str:
    """now, or when; with the seconds within the hour, since the first waits are short."""
    from reviewflow.cli.paint import short

    if at <= page.now:
        return "now"
    day, minute, zone = short(at, page.zone)[5:].split()
    seconds = f":{at:%S}" if at - page.now < timedelta(hours=1) else ""
    return f"{day} {minute}{seconds} {zone}"
