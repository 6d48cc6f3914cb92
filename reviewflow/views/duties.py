"""What is owed by whom, the nearest first."""

from dataclasses import dataclass
from datetime import date

from reviewflow.nouns.commands.form import arg
from reviewflow.nouns.states import DeadlineStatus
from reviewflow.nouns.subject import Row
from reviewflow.rules.counting import days_left
from reviewflow.rules.instants import rfc3339
from reviewflow.rules.months import LONGEST
from reviewflow.store.queue import deadlines
from reviewflow.views.look import Document, Look
from reviewflow.views.narrowing import read_assigned, read_state

STATES = (DeadlineStatus.OPEN, DeadlineStatus.TOLLED, DeadlineStatus.MISSED)
OWED_BY = {
    "intake": "agency",
    "answer": "lab",
    "toll": "agency",
    "window": "agency",
    "access": "system",
    "commitment": "lab",
    "planned_release": "lab",
    "refile": "lab",
}
_KEYS = (
    "subject_kind", "kind", "part_no", "status", "due_at", "due_on", "remaining_days", "lab", "agency", "model_name",
    "commitment", "version", "head",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Duties:
    """What is asked of the duties."""

    state: str | None = arg(f"only deadlines in this state: {', '.join(STATES)}", None)
    lab: str | None = arg("only deadlines of this lab's reviews and commitments", None)
    due_before: date | None = arg("only what is due before this civil date", None)
    due_from: date | None = arg("only what is due on this civil date or later", None)
    assigned_to: str | None = arg("only deadlines of reviews to which this person is assigned", None)
    all: bool = arg("missed deadlines too, which may still be owed", False)


def duties(look: Look, asked: Duties) -> Document:
    """The live deadlines of all that the reader sees; missed ones that are asked for by name are found too."""
    state = read_state(asked.state, STATES)
    found = deadlines(
        look.connection, *look.whose, with_missed=asked.all or state == DeadlineStatus.MISSED,
        state=state and DeadlineStatus(state), lab=asked.lab, due_before=asked.due_before, due_from=asked.due_from,
        assigned_to=read_assigned(look, asked.assigned_to),
    )  # fmt: skip
    found = [row for row in found if look.covers(row["subject"])]
    return {
        "deadlines": [_entry(look, row) for row in look.cut(found, _place)],
        "count": len(found),
        "is_narrowed": any((asked.state, asked.lab, asked.due_before, asked.due_from, asked.assigned_to)),
        "closed_days": _closed_days(look, asked.due_from, asked.due_before),
    }


def _closed_days(look: Look, first: date | None, before: date | None) -> list[Document]:
    """The holidays and closures of the programme's own calendar in the span that was asked for, by name."""
    if first is None or before is None or not 0 < days_left(before, first) <= LONGEST:
        return []
    pin = look.stage.settings.pin()
    found = pin.business_days.named(first, before)
    return [{"on": on, "name": name, "calendar": pin.policy.window.calendar} for on, name in found]


def _place(row: Row) -> tuple[bool, float, str, int]:
    """The nearest first; those whose clock stands last."""
    due_at = row["due_at"]
    return due_at is None, due_at.timestamp() if due_at else 0.0, row["subject"], row["no"]


def _entry(look: Look, row: Row) -> Document:
    zone = look.zone(row)
    return {
        "ref": row["subject"],
        **{key: row[key] for key in _KEYS},
        "due_local": row["due_at"] and rfc3339(row["due_at"], zone),
        "time_zone": zone.key,
        "days_left": days_left(row["due_on"], look.now.astimezone(zone).date()) if row["due_on"] else None,
        "owed_by": OWED_BY[row["kind"]],
    }
