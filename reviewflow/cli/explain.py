"""`reviewflow review explain`: why a review is due when it is, in numbered plain sentences."""

from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reviewflow.cli.reader import Reader, reader

if TYPE_CHECKING:
    from reviewflow.nouns.subject import Row, Subject

REF = Annotated[str, typer.Argument(help="The review's reference.", show_default=False)]
_KEYS = (
    "no",
    "kind",
    "part_no",
    "status",
    "due_at",
    "due_on",
    "remaining_days",
    "made_at",
    "reason",
    "basis",
    "pinned",
)


def review_explain(ctx: typer.Context, ref: REF) -> None:
    """Explain the dates of a review: the steps behind each, what they rest on, and the dates that they replaced."""
    from reviewflow.nouns.states import Kind

    with reader(ctx.obj) as look:
        subject = look.subject(Kind.REVIEW, ref)
        found = explanation(look, subject)
        if look.session.json:
            look.answer(found)
        else:
            _print(look, subject, found)


def explanation(look: Reader, subject: "Subject") -> dict[str, Any]:
    """The window with its basis, what it is pinned to, earlier dates, and the other live deadlines."""
    from dataclasses import asdict

    from reviewflow.cli.window_facts import window_row
    from reviewflow.nouns.plain import plain
    from reviewflow.rules.deadlines import LIVE

    row, due = subject.row, window_row(subject)
    rows = subject.part("deadline")
    others = [one for one in rows if one["kind"] != "window" and one["status"] in LIVE]
    earlier = [one for one in rows if one["kind"] == "window" and due and one["no"] != due["no"]]
    pinned = {
        "policy": row["policy"],
        "version": row["policy_version"],
        "policy_digest": row["policy_digest"],
        "calendar_digest": row["calendar_digest"],
    } | (due["pinned"] if due else {})
    return {
        "ref": subject.ref,
        "state": subject.state,
        "version": subject.seq,
        "head": subject.head,
        "window": due and _kept(due),
        "pinned": pinned,
        "escalation": [plain(asdict(step)) for step in look.pin(row).policy.escalation],
        "superseded": [_kept(one) for one in earlier],
        "deadlines": [_kept(one) for one in sorted(others, key=lambda one: (one["due_on"] is None, one["due_on"]))],
    }


def _kept(row: "Row") -> dict[str, Any]:
    return {key: row[key] for key in _KEYS}


def _print(look: Reader, subject: "Subject", found: dict[str, Any]) -> None:
    from rich.text import Text

    from reviewflow.cli.paint import console, say, state
    from reviewflow.cli.paper import fact, heading, next_line
    from reviewflow.cli.policy_page import ladder

    look.banner()
    console().print(Text.assemble((subject.ref, "bold"), "  ", state(subject.state)))
    due = found["window"]
    if due is None:
        say("The clock has not started, so no window is due.")
    else:
        heading("Window", _when(look, subject, due))
        _numbered(due["basis"])
        for label, sentence in ladder(look.pin(subject.row).policy):
            fact(label, sentence, wide=15)
    _pins(found)
    _print_earlier(look, subject, found)
    for row in found["deadlines"]:
        number = f" {row['part_no']}" if row["part_no"] else ""
        heading(row["kind"].replace("_", " ").capitalize() + number, _when(look, subject, row))
        _numbered(row["basis"])
    if not look.session.quiet:
        console().print()
        next_line(_again(look, subject) if due else f"reviewflow review show {subject.ref}")


def _when(look: Reader, subject: "Subject", row: dict[str, Any]) -> str:
    """The due instant with its offset and what is left, or what remains while the clock stands."""
    from reviewflow.cli.paint import local
    from reviewflow.cli.timeleft import left, tolled

    if row["due_at"] is None:
        return tolled(row["remaining_days"])
    zone = look.zone(subject.row)
    time = f", {left(row['due_at'], row['due_on'], look.now, zone)}" if row["status"] == "open" else ""
    return f"due {local(row['due_at'], zone)}{time}"


def _again(look: Reader, subject: "Subject") -> str:
    """The command that computes the window again without the database."""
    from reviewflow.nouns.policy import Cap
    from reviewflow.rules.instants import rfc3339
    from reviewflow.rules.timing import start_of
    from reviewflow.rules.tolls import Toll, toll_text

    row, zone, policy = subject.row, look.zone(subject.row), look.pin(subject.row).policy
    planned = min((one["planned_on"] for one in subject.part("planned_release")), default=None)
    start = start_of(row) if row["start"] else None
    parts = [f"reviewflow window {policy.id}"]
    if start is not None:
        parts.append(f"--start {rfc3339(start, zone) if isinstance(start, datetime) else start}")
    if planned and policy.window.cap is Cap.PLANNED_RELEASE:
        parts.append(f"--planned-release {planned}")
    parts += [f"--toll {toll_text(Toll(t['started_at'], t['ended_at']), zone)}" for t in subject.part("toll")]
    parts += [f"--extend {row['extension']}"] if row["extension"] else []
    return " ".join(parts)


def _print_earlier(look: Reader, subject: "Subject", found: dict[str, Any]) -> None:
    """Dates that were replaced, with the reason, and only the steps that were other ones than now."""
    from reviewflow.cli.paint import say, words
    from reviewflow.cli.paper import heading, para
    from reviewflow.cli.window_page import numbered

    now = found["window"]["basis"] if found["window"] else []
    for row in reversed(found["superseded"]):
        heading("Before", _when(look, subject, row))
        para(f"{words(row['status'])}: {words(row['reason'] or 'replaced')}", "dim", indent=2)
        lines = numbered(row["basis"])
        starts = [number for number, line in enumerate(lines) if line[:4].strip()] + [len(lines)]
        for step, (first, last) in enumerate(pairwise(starts)):
            if row["basis"][step] not in now:
                say("\n".join(lines[first:last]))
        say("      The other steps are the same.", "dim")


def _numbered(sentences: list[str]) -> None:
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
