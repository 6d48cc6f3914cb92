"""How one review looks on a terminal."""

from typing import Any
from zoneinfo import ZoneInfo

from rich.text import Text

from reviewflow.cli.page import Page

PASSED, HERE, AHEAD = "●", "◉", "○"


def print_card(page: Page) -> None:
    """Head, spine, window, then what is in it, what hangs on it, and what may be done now."""
    from reviewflow.cli.card_parts import print_parts
    from reviewflow.cli.paper import next_line
    from reviewflow.cli.possible_page import hint, print_possible

    card = page.document
    page.banner()
    _head(card)
    _spine(card)
    _window(page)
    print_parts(page)
    print_possible(page)
    if not page.is_quiet:
        from reviewflow.cli.paint import console

        console().print()
        is_stale = card["state"] == "under_review" and (card["window"] or {}).get("due_at", page.now) <= page.now
        next_line("reviewflow tick" if is_stale else hint(page) or _look_on(card))


def _look_on(card: dict[str, Any]) -> str:
    return f"reviewflow review timeline {card['ref']}"


def _head(card: dict[str, Any]) -> None:
    from reviewflow.cli.paint import console, state, words
    from reviewflow.cli.paper import facts

    model, policy = card["model"], card["policy"]
    line = Text.assemble((card["ref"], "bold"), "  ", state(card["state"]))
    console().print(line + Text(f"  version {card['version']}, head {card['head'][:12]}", style="dim"))
    facts(
        [
            ("model", f"{model['name']} ({model['ref']}, {words(model['release_kind'])})"),
            ("lab", card["lab"]),
            ("agency", card["agency"]),
            ("policy", f"{policy['id']} version {policy['version']}: {policy['title']}"),
            ("checkpoint", card["checkpoint_digest"] or "not pinned yet"),
            ("links", _links(card["links"])),
        ]
    )


def _links(links: dict[str, Any]) -> str:
    one = [f"{words} {links[key]}" for key, words in (("refiles", "refiles"), ("follows", "follows")) if links[key]]
    many = (("refiled_by", "refiled by"), ("followed_by", "followed by"))
    return ", ".join(one + [f"{words} {ref}" for key, words in many for ref in links[key]])


def _spine(card: dict[str, Any]) -> None:
    """submitted → under review → cleared → released, with what stands in place of cleared, and where it is."""
    from reviewflow.cli.paint import STATE_STYLES, console, words

    lapsed = "lapsed" if card["is_lapsed"] else "cleared"
    third = card["determination"] or lapsed
    under = "tolled" if card["state"] == "tolled" else "under_review"
    first = "returned" if card["state"] == "returned" else "submitted"
    steps = [
        (first, card["submitted_at"] is not None or card["state"] == "returned"),
        (under, card["window"] is not None),
        (third, card["determination"] is not None or card["is_lapsed"]),
        ("released", card["released_at"] is not None),
    ]
    here = card["state"]
    if here == "withdrawn":
        steps = [step for step in steps if step[1]] + [("withdrawn", True)]
    if here == "draft":
        steps.insert(0, ("draft", True))
    line = Text("\n  ")
    for number, (name, is_passed) in enumerate(steps):
        mark = HERE if name == here else PASSED if is_passed else AHEAD
        style = STATE_STYLES.get(name, "bold") if name == here else "" if is_passed else "dim"
        line.append(" ── " if number else "", style="dim")
        line.append(f"{mark} {words(name)}", style=style)
    console().print(line)


def _window(page: Page) -> None:
    from reviewflow.cli.paint import local, words
    from reviewflow.cli.paper import facts, heading
    from reviewflow.cli.timeleft import bar as drawn
    from reviewflow.cli.timeleft import left, share_left, tolled, urgency
    from reviewflow.rules.wording import named

    window = page.document["window"]
    if window is None:
        return
    zone = ZoneInfo(window["time_zone"])
    heading("Window", f"{window['length']} {words(window['unit'])}, {window['time_zone']}")
    due = window["due_at"]
    if window["status"] == "tolled":
        time = Text(tolled(window["remaining_days"]) + "ays remain", style="yellow")
    elif window["status"] == "open":
        share = share_left(window["day_1_on"], window["last_day_on"], page.now.astimezone(zone).date())
        style = urgency(due, window["last_day_on"], page.now, zone)
        time = drawn(share, style) + Text(f" {left(due, window['last_day_on'], page.now, zone)}", style=style)
    else:
        time = Text(STATUS.get(window["status"], window["status"]))
    day = "" if window["day"] is None else f"day {window['day']} of {window['of']}"
    extended = f"by {window['extension']} {words(window['unit'])}" if window["extension"] else ""
    facts(
        [
            ("event day", f"{named(window['clock_start_on'])} (day 0)"),
            ("day 1", named(window["day_1_on"]) if window["day_1_on"] else ""),
            ("last day", named(window["last_day_on"]) if window["last_day_on"] else "open: the clock stands"),
            ("ends", local(due, zone) if due else ""),
            ("stands", Text(f"{day}, " if day else "") + time),
            ("extended", extended),
        ]
    )


STATUS = {
    "met": "ended by a determination",
    "missed": "ended with no determination",
    "closed": "closed",
    "superseded": "superseded",
}
