"""The parts of a review as its page shows them: requests with their clocks, findings in a table, what was signed."""

from collections.abc import Sequence
from typing import Any

Document = dict[str, Any]
SHOWN = 12  # events that are seen at once; the rest is one click away
_ASKING = ("information_requested", "answer_rejected", "answer_extended")
_SIGNED = ("cleared", "concerns_raised")


def requests(card: Document, events: Sequence[Document]) -> list[Document]:
    """Each request with the day on which its answer is due, and its deadline while that runs; the newest first."""
    live = {one["part_no"]: one for one in card["deadlines"] if one["kind"] == "answer"}
    due = {
        event["data"]["request"]: event["data"].get("answer_due_on") or event["data"].get("until")
        for event in events
        if event["name"] in _ASKING and "request" in event["data"]
    }
    rows = [{**row, "deadline": live.get(row["no"]), "due_on": due.get(row["no"])} for row in card["requests"]]
    return sorted(rows, key=lambda row: (row["state"] not in ("open", "overdue"), -row["no"]))


def matrix(findings: Sequence[Document], severities: Sequence[str]) -> Document:
    """How many findings by domain and severity; the columns in the programme's order, the rows as they came."""
    columns = [one for one in severities if any(row["severity"] == one for row in findings)]
    rows = {row["domain"]: [0] * len(columns) for row in findings}
    for row in findings:
        if row["severity"] in columns:
            rows[row["domain"]][columns.index(row["severity"])] += 1
    return {"columns": columns, "rows": rows}


def determinations(card: Document, events: Sequence[Document]) -> list[Document]:
    """Each with what was signed, the last first; what stands is the last."""
    signed = [event["data"].get("signature") for event in events if event["name"] in _SIGNED]
    rows = card["determinations"]
    whole = [*signed, *[None] * (len(rows) - len(signed))]
    return [{**row, "signature": signature} for row, signature in zip(rows, whole, strict=False)][::-1]


def grants(card: Document) -> list[Document]:
    """Each grant with the instant at which it ends by itself."""
    live = {one["part_no"]: one for one in card["deadlines"] if one["kind"] == "access"}
    return [{**row, "deadline": live.get(row["no"])} for row in card["access_grants"]]


def letters(events: Sequence[Document]) -> Document:
    """How many letters told of it to the reader's side, and how far they came."""
    found = [letter for event in events for letter in event["letters"]]
    statuses = ("acknowledged", "seen", "new", "to be sent", "not delivered")
    return {"count": len(found), **{one: sum(letter["status"] == one for letter in found) for one in statuses}}


def receipt(events: Sequence[Document], done: str | None, reader: str) -> Document | None:
    """What the reader did a moment ago: his own event of that number, or nothing."""
    if done is None or not done.isdecimal() or len(done) > 9:
        return None
    return next((event for event in events if event["seq"] == int(done) and event["actor"] == reader), None)
