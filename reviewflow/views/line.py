"""One review as a line of the queue."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from reviewflow.nouns.subject import Row
from reviewflow.rules.counting import days_left
from reviewflow.rules.instants import civil_date, rfc3339
from reviewflow.rules.moves import is_answer_overdue, is_yours, next_of, soon_on, urgency
from reviewflow.rules.tolls import Toll, dates_taken_out
from reviewflow.views.look import Look

_PLAIN = (
    "ref", "lab", "agency", "model", "model_name", "policy", "policy_version", "determination", "submitted_at",
    "clock_start_on", "day_1_on", "last_day_on", "due_kind", "due_at", "due_on", "remaining_days", "answer_due_on",
    "version", "head",
)  # fmt: skip


def line(look: Look, row: Row, tolls: Iterable[Row]) -> dict[str, Any]:
    """`length` is the window's, in the policy's unit; `tolled` the first and the last date of each time it stood.

    `waiting_on`: side, and within the agency the role or reviewer; a lab is told the side only. `stage` is that of the
    release, or of the next planned one. `answer_due_on` is of the first answer that the lab owes.
    """
    zone, due_at = look.zone(row), row["due_at"]
    today, is_internal = civil_date(look.now, zone), look.reads_internal
    leaders, consulted = row["leaders"], row["consulted"]
    turn = next_of(row, leaders)
    return {
        **{name: row[name] for name in _PLAIN},
        "state": row["state"].value,
        "stage": row["stage"],
        "due_local": due_at and rfc3339(due_at, zone),
        "length": look.pin(row).policy.window.length,
        "time_zone": zone.key,
        "today_on": today,
        "days_left": days_left(row["due_on"], today) if row["due_on"] else None,
        "tolled": [days for toll in tolls if (days := _stood(toll, look, row))],
        "waiting_on": {"side": turn.side, "whom": turn.whom if is_internal else None},
        "next": turn.move if is_internal else turn.told,
        "is_yours": is_yours(look.actor, row, (*leaders, *consulted), soon_on(look.now, look.zone({})), look.now),
        "urgency": urgency(row, look.now, zone),
        "is_answer_overdue": is_answer_overdue(row, look.now),
        "assigned": leaders if is_internal else None,
        "consulted": consulted if is_internal else None,
    }


def _stood(toll: Row, look: Look, row: Row) -> dict[str, date]:
    """The first and the last date that it takes out; one that still goes on has taken them out up to today."""
    zone = look.zone(row)
    days = list(dates_taken_out(Toll(toll["started_at"], toll["ended_at"] or look.now), zone))
    return {"first_on": days[0], "last_on": days[-1]} if days else {}
