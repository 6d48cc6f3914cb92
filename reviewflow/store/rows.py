"""Rows in: all of a table in one statement, built once; to PostgreSQL as one JSON document, in one round trip."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import JSON, Connection, Table
from sqlalchemy.dialects import postgresql

from reviewflow.nouns.subject import Row

Bind = Callable[[Any], Any]
_POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, eq=False)
class Write:
    """Sets the columns `names`: of new rows, or of those found by `keys` (column to the name it has in the row)."""

    table: Table
    names: tuple[str, ...]
    keys: Mapping[str, str] = field(default_factory=dict)

    def run(self, connection: Connection, rows: Sequence[Row]) -> int:
        """How many rows were written; a row may say more than is asked for."""
        if not rows:
            return 0
        if connection.dialect.name == "sqlite":
            values = [tuple(bind(row[name]) for name, bind in self._binds) for row in rows]
            return connection.exec_driver_sql(self._single, values if len(values) > 1 else values[0]).rowcount
        document = json.dumps([{name: row[name] for name in self._given} for row in rows], default=_text)
        return connection.exec_driver_sql(self._bulk, (document,)).rowcount

    @cached_property
    def _given(self) -> dict[str, Any]:
        """Each name in a row with the column that it fills or finds, in the order of the statement."""
        columns = self.table.columns
        return {name: columns[name] for name in self.names} | {name: columns[key] for key, name in self.keys.items()}

    @cached_property
    def _binds(self) -> list[tuple[str, Bind]]:
        return [(name, _document if isinstance(c.type, JSON) else _plain) for name, c in self._given.items()]

    @cached_property
    def _single(self) -> str:
        """One row of values, in the order of what is given."""
        if not self.keys:
            return f"INSERT INTO {self._target} VALUES ({', '.join('?' for _ in self.names)})"
        return f'UPDATE "{self.table.name}" SET {_each("{0} = ?", self.names)} WHERE ' + _each(
            "{0} = ?", self.keys, " AND "
        )

    @cached_property
    def _bulk(self) -> str:
        """All rows, read out of one document."""
        typed = ", ".join(f'"{name}" {column.type.compile(_POSTGRESQL)}' for name, column in self._given.items())
        source = f"json_to_recordset(%s::json) AS x({typed})"
        if not self.keys:
            return f"INSERT INTO {self._target} SELECT {_each('x.{0}', self.names)} FROM {source}"
        sets, found = _each("{0} = x.{0}", self.names), " AND ".join(f't."{c}" = x."{n}"' for c, n in self.keys.items())
        return f'UPDATE "{self.table.name}" AS t SET {sets} FROM {source} WHERE {found}'

    @property
    def _target(self) -> str:
        return f'"{self.table.name}" ({_each("{0}", self.names)})'


def _each(form: str, names: Iterable[str], between: str = ", ") -> str:
    return between.join(form.format(f'"{name}"') for name in names)


def _text(value: Any) -> str:
    """An instant or a civil date as both databases read it."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"an instant without a zone cannot be stored: {value!r}")
        return value.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no column holds {value!r}")


def _plain(value: Any) -> Any:
    return _text(value) if isinstance(value, date) else value


def _document(value: Any) -> str | None:
    return None if value is None else json.dumps(value)
