"""What a command answers, as the description of the API tells it."""

from typing import Any

from pydantic import BaseModel

from reviewflow.api.examples import REFS
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.states import Kind
from reviewflow.rules.forks import SAME, Fork
from reviewflow.rules.lifecycle import TABLES


class Owed(BaseModel):
    """A deadline that lives on; `due_at` is null while the clock stands."""

    kind: str
    part_no: int
    status: str
    due_at: str | None
    due_local: str | None
    due_on: str | None
    days_left: int | None
    remaining_days: int | None
    time_zone: str  # of `due_local` and `due_on`


class CommandOutcome(BaseModel):
    """What was recorded: the names of the events in order, and where the subject's chain stands now."""

    ref: str
    kind: str
    state: str
    version: int
    head: str
    events: list[str]
    recorded_at: str | None
    deadlines: list[Owed]
    hint: str | None
    time_zone: str
    is_simulation: bool
    reader: dict[str, str | None] | None


def responses(command: type[Command]) -> dict[int | str, dict[str, Any]]:
    """The answer of an operation for its description, with an example and the headers that come with it."""
    status = 201 if command.creates else 200
    event, state = _typical(command)
    example = {
        "ref": REFS[command.kind],
        "kind": command.kind.value,
        "state": state,
        "version": 1 if command.creates else 8,
        "head": "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
        "events": [event],
        "recorded_at": "2026-11-20T15:04:05Z",
        "deadlines": [],
        "hint": None,
        "time_zone": "America/New_York",
        "is_simulation": False,
        "reader": {"ref": REFS[Kind.PERSON], "organization": "example-office", "side": "agency"},
    }
    headers = {"ETag": "Of the new version.", "Reviewflow-Now": "The instant of the answer."}
    if command.creates:
        headers["Location"] = "Where to read it."
    described = {name: {"description": text, "schema": {"type": "string"}} for name, text in headers.items()}
    content = {"application/json": {"example": example}}
    return {status: {"model": CommandOutcome, "description": "Done.", "headers": described, "content": content}}


def _typical(command: type[Command]) -> tuple[str, str]:
    """What it records, and where it leads, in the first line of the picture."""
    row = next(row for row in TABLES[command.kind] if row.command is command)
    to = row.to.other if isinstance(row.to, Fork) else row.to
    return row.event, str(row.source[0] if to == SAME else to)
