"""What is owed by whom, the nearest first."""

from dataclasses import dataclass

from reviewflow.nouns.commands.form import arg
from reviewflow.nouns.subject import Row
from reviewflow.rules.counting import days_left
from reviewflow.rules.instants import rfc3339
from reviewflow.store.queue import deadlines
from reviewflow.views.look import Document, Look

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

    all: bool = arg("missed deadlines too, which may still be owed", False)


def duties(look: Look, asked: Duties) -> Document:
    """The live deadlines of all that the reader sees."""
    found = deadlines(look.connection, *look.whose, with_missed=asked.all)
    found = [row for row in found if look.covers(row["subject"])]
    return {
        "deadlines": [_entry(look, row) for row in look.cut(found, _place)],
        "count": len(found),
    }


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
