"""Arrays of tables, such as `[[record]]`: each table read by its place, the first being 1."""

from collections.abc import Iterator
from datetime import date, datetime

from reviewflow.settings.fields import Fields


class Table(Fields):
    """One table of an array; it may also hold a moment."""

    def moment(self, key: str) -> date | datetime | None:
        """An instant with its offset, or a bare date where only the day is known; after a fault None."""
        value = self._values.get(key) if self.has(key) else None
        if isinstance(value, datetime):
            if value.tzinfo is not None:
                return value
        elif isinstance(value, date):
            return value
        problem = "is missing" if value is None else f"cannot be {value!s}"
        self.fault(key, problem, "write a date such as 2026-06-09, or an instant such as 2026-06-12T17:21:00-04:00")
        return None

    def pass_over(self) -> None:
        """Take every key: what they mean cannot be told after another fault."""
        self._known += self._values


def tables(parent: Fields, key: str) -> Iterator[Table]:
    """Each table in turn; when the next one is asked for, every key of the last that nobody took is a fault."""
    for number, item in enumerate(parent.items(key), 1):
        if isinstance(item, dict):
            table = Table(parent.file, item, parent.faults, f"{parent.table} {key} {number}".strip())
            yield table
            table.finish()
        else:
            parent.fault(key, f"cannot hold {item!r}", f"write it as tables [[{key}]]")
