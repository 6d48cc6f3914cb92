"""The queue as comma-separated values (RFC 4180), in which no cell is taken for a formula."""

import csv
import io
from typing import Any

from reviewflow.web.door import Document

_COLUMNS = (
    "ref", "state", "lab", "model_name", "model", "stage", "due_kind", "due_at", "due_on", "days_left",
    "remaining_days", "day_1_on", "last_day_on", "waiting_on", "next", "answer_due_on", "is_answer_overdue", "is_yours",
    "submitted_at", "policy", "policy_version", "determination",
)  # fmt: skip
_INTERNAL = ("whom", "assigned", "consulted")
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def sheet(doc: Document, *, is_lab: bool) -> str:
    """A line a review, below the names of the columns; a lab's has none of those that are internal."""
    columns = (*_COLUMNS, *(() if is_lab else _INTERNAL))
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerow(columns)
    for row in doc["reviews"]:
        told = {**row, "waiting_on": row["waiting_on"]["side"], "whom": row["waiting_on"]["whom"]}
        writer.writerow([_cell(told[name]) for name in columns])
    return made.getvalue()


def _cell(value: Any) -> str:
    """Text that a program would calculate has an apostrophe before it; numbers are ours, and stay numbers."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            return _cell(" ".join(value))
        case str() if value.lstrip(" ").startswith(_BEGINS_A_FORMULA):
            return f"'{value}"
    return str(value)
