"""Why a review is due when it is: the steps behind each date, what they rest on, and the dates that they replaced."""

from dataclasses import asdict
from datetime import datetime

from reviewflow.nouns.policy import Cap
from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import Row, Subject
from reviewflow.rules.deadlines import LIVE
from reviewflow.rules.instants import rfc3339
from reviewflow.rules.timing import start_of
from reviewflow.rules.tolls import Toll, toll_text
from reviewflow.views.look import Document, Look
from reviewflow.views.view import One
from reviewflow.views.window_facts import policy_of, window_row

_KEYS = (
    "no", "kind", "part_no", "status", "due_at", "due_on", "remaining_days", "made_at", "reason", "basis", "pinned",
)  # fmt: skip


def explanation(look: Look, asked: One) -> Document:
    """The window with its basis, what it is pinned to, earlier dates, and the other live deadlines."""
    subject = look.subject(Kind.REVIEW, asked.ref)
    row, due, policy = subject.row, window_row(subject), policy_of(look, subject)
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
        "policy": policy,
        "window": due and _kept(look, subject, due),
        "pinned": pinned,
        "escalation": [asdict(step) for step in look.pin(row).policy.escalation],
        "superseded": [_kept(look, subject, one) for one in earlier],
        "deadlines": [_kept(look, subject, one) for one in sorted(others, key=_nearest)],
        "hint": due and _again(look, subject),
    }


def _nearest(row: Row) -> tuple[bool, str]:
    return row["due_on"] is None, str(row["due_on"])


def _kept(look: Look, subject: Subject, row: Row) -> Document:
    due_at = row["due_at"]
    return {key: row[key] for key in _KEYS} | {"due_local": due_at and rfc3339(due_at, look.zone(subject.row))}


def _again(look: Look, subject: Subject) -> str:
    """The command that computes the window again without the database."""
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
