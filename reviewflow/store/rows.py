"""Rows in: all of a table at once, and of many tables in one statement where the database can; texts built once."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache, cached_property, lru_cache
from typing import Any

from sqlalchemy import JSON, Connection, Table
from sqlalchemy.dialects import postgresql

from reviewflow.errors import Stale
from reviewflow.nouns.subject import Row

_POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, eq=False)
class Write:
    """Sets the columns `names`: of new rows, or of those found by `keys` (column to the name it has in the row).

    With `is_put` of both: a row is new, or takes the place of the one that has its keys.
    """

    table: Table
    names: tuple[str, ...]
    keys: Mapping[str, str] = field(default_factory=dict)
    is_put: bool = False

    @cached_property
    def given(self) -> dict[str, Any]:
        """Each name in a row with the column that it fills or finds, in the order of the statement."""
        columns = self.table.columns
        return {name: columns[name] for name in self.names} | {name: columns[key] for key, name in self.keys.items()}

    @cached_property
    def binds(self) -> list[tuple[str, bool]]:
        """Each name, and whether it is a document."""
        return [(name, isinstance(column.type, JSON)) for name, column in self.given.items()]

    @cached_property
    def single(self) -> str:
        """One row of values, in the order of what is given."""
        if self._is_new:
            return f"INSERT INTO {self._target} VALUES ({', '.join('?' for _ in self.names)}){self._place}"
        found = _each("{0} = ?", self.keys, " AND ")
        return f'UPDATE "{self.table.name}" SET {_each("{0} = ?", self.names)} WHERE {found}'

    @cached_property
    def bulk(self) -> str:
        """All rows, read out of one document."""
        typed = ", ".join(f'"{name}" {column.type.compile(_POSTGRESQL)}' for name, column in self.given.items())
        source = f"json_to_recordset(%s::json) AS x({typed})"
        if self._is_new:
            return f"INSERT INTO {self._target} SELECT {_each('x.{0}', self.names)} FROM {source}{self._place}"
        sets, found = _each("{0} = x.{0}", self.names), " AND ".join(f't."{c}" = x."{n}"' for c, n in self.keys.items())
        return f'UPDATE "{self.table.name}" AS t SET {sets} FROM {source} WHERE {found}'

    @property
    def _is_new(self) -> bool:
        return self.is_put or not self.keys

    @property
    def _place(self) -> str:
        """What becomes of one that is there."""
        sets = _each("{0} = excluded.{0}", [name for name in self.names if name not in self.keys])
        return f" ON CONFLICT ({_each('{0}', self.keys)}) DO UPDATE SET {sets}" if self.is_put else ""

    @property
    def _target(self) -> str:
        return f'"{self.table.name}" ({_each("{0}", self.names)})'


class Batch:
    """Writes that go out together; a second one of a table waits for the first. A row may hold more than is asked."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._writes: dict[Write, Sequence[Row]] = {}

    def add(self, write: Write, rows: Sequence[Row]) -> None:
        """Parents before children."""
        if rows and any(other.table is write.table for other in self._writes):
            self.flush()
        if rows:
            self._writes[write] = rows

    def flush(self) -> None:
        """Write; Stale where a row that was to be changed is not there as it was."""
        writes, self._writes = self._writes, {}
        send = _one_by_one if self.connection.dialect.name == "sqlite" else _at_once
        if writes and send(self.connection, writes) != [len(rows) for rows in writes.values()]:
            raise Stale("Someone else changed it at the same time; nothing was changed.", remedy="Try again.")


def _one_by_one(connection: Connection, writes: Mapping[Write, Sequence[Row]]) -> list[int]:
    counts = []
    for write, rows in writes.items():
        values = [tuple(_value(row[name], is_document=is_it) for name, is_it in write.binds) for row in rows]
        counts.append(connection.exec_driver_sql(write.single, values if len(values) > 1 else values[0]).rowcount)
    return counts


def _at_once(connection: Connection, writes: Mapping[Write, Sequence[Row]]) -> list[int]:
    documents = [
        json.dumps([{name: row[name] for name in write.given} for row in rows], default=_plain)
        for write, rows in writes.items()
    ]
    return list(connection.exec_driver_sql(_together(tuple(writes)), tuple(documents)).one())


@cache
def _together(writes: tuple[Write, ...]) -> str:
    """One statement: its parts see the tables as they were, and what they refer to is checked at its end."""
    parts = ", ".join(f"w{number} AS ({write.bulk} RETURNING 1)" for number, write in enumerate(writes))
    return f"WITH {parts} SELECT " + ", ".join(f"(SELECT count(*) FROM w{number})" for number in range(len(writes)))


def _each(form: str, names: Iterable[str], between: str = ", ") -> str:
    return between.join(form.format(f'"{name}"') for name in names)


def _value(value: Any, *, is_document: bool) -> Any:
    if is_document:
        return None if value is None else json.dumps(value)
    return _plain(value) if isinstance(value, date) else value


def _plain(value: Any) -> str:
    """An instant or a civil date as both databases read it."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"an instant without a zone cannot be stored: {value!r}")
        return _text(value.astimezone(UTC))  # in UTC: the two readings of a local time that occurs twice are equal
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no column holds {value!r}")


@lru_cache(1024)  # the same few instants are in every row of a batch
def _text(at: datetime) -> str:
    """An instant in UTC; what is equal here is the same instant."""
    return at.isoformat(timespec="microseconds")[:-6] + "Z"
