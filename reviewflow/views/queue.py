"""The queue of reviews: what waits, for whom, by the time that is left."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from reviewflow.nouns.commands.form import arg
from reviewflow.nouns.states import FINAL_STATES, ReviewState
from reviewflow.nouns.subject import Row
from reviewflow.rules.counting import days_left
from reviewflow.rules.instants import rfc3339
from reviewflow.store.queue import has_reviews, reviews
from reviewflow.views.look import Document, Look
from reviewflow.views.narrowing import read_assigned, read_state


@dataclass(frozen=True, kw_only=True)
class Queue:
    """What is asked of the queue."""

    state: str | None = arg("only reviews in this state", None)
    lab: str | None = arg("only reviews of this lab", None)
    due_before: date | None = arg("only what is due before this civil date", None)
    assigned_to: str | None = arg("only reviews to which this person is assigned", None)
    all: bool = arg("released and withdrawn reviews too", False)


def queue(look: Look, asked: Queue) -> Document:
    """The reviews that the reader sees, by time left; a final state that is asked for by name is found too."""
    state = read_state(asked.state, list(ReviewState))
    found = reviews(
        look.connection, *look.whose, all_states=asked.all or state in FINAL_STATES,
        state=state and ReviewState(state), lab=asked.lab, due_before=asked.due_before,
        assigned_to=read_assigned(look, asked.assigned_to),
    )  # fmt: skip
    found = [row for row in found if look.covers(row["ref"])]
    return {
        "reviews": [_entry(look, row) for row in look.cut(found, _place)],
        "count": len(found),
        "by_state": _counted(found),
        "is_narrowed": bool(asked.state or asked.lab or asked.due_before or asked.assigned_to),
        "is_empty": not found and not has_reviews(look.connection, *look.whose),
    }


def _place(row: Row) -> tuple[int, float, str]:
    """By when it is due; then by the days left to a window that stands; then what waits for nothing, newest end first.

    No place has to do with the time it is, so that none moves from one page to the next.
    """
    if row["due_at"] is not None:
        return 0, row["due_at"].timestamp(), row["ref"]
    if row["remaining_days"] is not None:
        return 1, float(row["remaining_days"]), row["ref"]
    ended_at = row["released_at"] or row["withdrawn_at"]
    return 2, -ended_at.timestamp() if ended_at else 0.0, row["ref"]


def _waiting_on(look: Look, row: Row) -> dict[str, str | None]:
    """Who has the next move: side, and within the agency the role or reviewer; a lab is told the side only."""
    side, whom = _mover(row)
    return {"side": side, "whom": whom if look.reads_internal else None}


def _mover(row: Row) -> tuple[str | None, str | None]:
    match row["state"].value:
        case "draft" | "returned" | "cleared" | "concerns":
            return "lab", None
        case "submitted":
            return "agency", "intake"
        case "under_review" | "tolled" | "lapsed":
            if row["has_open_request"]:
                return "lab", None
            if row["has_recommendation"] or row["reviewer"] is None:
                return "agency", "decider"
            return "agency", row["reviewer"]
    return None, None


def _entry(look: Look, row: Row) -> dict[str, Any]:
    """One review of the queue; `length` is the window's, in the policy's unit."""
    zone, due_at = look.zone(row), row["due_at"]
    return {
        **{name: row[name] for name in _PLAIN},
        "state": row["state"].value,
        "due_local": due_at and rfc3339(due_at, zone),
        "length": look.pin(row).policy.window.length,
        "time_zone": zone.key,
        "days_left": days_left(row["due_on"], look.now.astimezone(zone).date()) if row["due_on"] else None,
        "waiting_on": _waiting_on(look, row),
    }


_PLAIN = (
    "ref", "lab", "agency", "model", "model_name", "policy", "policy_version", "determination", "day_1_on",
    "last_day_on", "due_kind", "due_at", "due_on", "remaining_days", "version", "head",
)  # fmt: skip


def _counted(rows: list[Row]) -> dict[str, int]:
    """How many are in each state, in the order of the process."""
    found = Counter(row["state"] for row in rows)
    return {state.value: found[state] for state in ReviewState if found[state]}
