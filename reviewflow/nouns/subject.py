"""One subject in memory: its row, its parts, and where its chain stands."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reviewflow.nouns.states import Kind

Row = dict[str, Any]


@dataclass
class Subject:
    """`row` and each of `parts[table][no]` map column to value; `seq` 0 is a subject that does not exist yet."""

    kind: Kind
    ref: str
    seq: int = 0
    head: str = ""
    recorded_at: datetime | None = None
    row: Row = field(default_factory=dict)
    parts: dict[str, dict[int, Row]] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """The value of the state; "new" before the first event."""
        return str(self.row.get("state", NEW))

    def part(self, table: str) -> list[Row]:
        """The parts of one table, in order of their numbers."""
        return [row for _, row in sorted(self.parts.get(table, {}).items())]


NEW = "new"
