"""Rows of several tables in one statement, a round trip for all: those of each as one JSON list beside its name."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Connection, Date, Enum, Table

from reviewflow.nouns.columns import UTCDateTime
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables.index import METADATA

Revive = Callable[[Any], Any]


def select(table: Table, condition: str, dialect: str) -> str:
    """One SELECT of such a statement; the table is `x` in its condition, after which may stand how to lock."""
    found = f'(SELECT * FROM "{table.name}" AS x WHERE {condition}) AS x'
    if dialect == "sqlite":
        pairs = [f"'{c.name}', " + (f'json(x."{c.name}")' if _is_json(c) else f'x."{c.name}"') for c in table.columns]
        return f"SELECT '{table.name}', json_group_array(json_object({', '.join(pairs)})) FROM {found}"
    return f"SELECT '{table.name}', json_agg(x) FROM {found}"


def among(column: str, name: str, dialect: str) -> str:
    """That a column is among the values bound under a name: the same text however many they are."""
    if dialect == "sqlite":
        return f"{column} IN (SELECT value FROM json_each(:{name}))"
    return f"{column} = ANY(%({name})s::text[])"


def rows(connection: Connection, statement: str, values: Mapping[str, Collection[str]]) -> Iterator[tuple[str, Row]]:
    """Each row with the name of its table, in no order."""
    is_sqlite = connection.dialect.name == "sqlite"
    bound = {name: json.dumps(list(some)) if is_sqlite else list(some) for name, some in values.items()}
    for table, document in connection.exec_driver_sql(statement, bound).all():
        found: list[Row] = json.loads(document) if isinstance(document, str) else document or []
        revivals = _REVIVE.get(table, ())
        for row in found:
            for column, revive in revivals:
                if row[column] is not None:
                    row[column] = revive(row[column])
            yield table, row


def _is_json(column: Any) -> bool:
    return isinstance(column.type, JSON)


def _revivals(table: Table) -> tuple[tuple[str, Revive], ...]:
    """What JSON does not have, by the type of the column."""
    kinds: tuple[tuple[type, Revive], ...] = (
        (UTCDateTime, datetime.fromisoformat),
        (Date, date.fromisoformat),
        (Boolean, bool),  # SQLite keeps it as a number
    )
    found = [(c.name, revive) for c in table.columns for kind, revive in kinds if isinstance(c.type, kind)]
    choices = [(c.name, c.type.enum_class) for c in table.columns if isinstance(c.type, Enum) and c.type.enum_class]
    return (*found, *choices)


_REVIVE = {table.name: _revivals(table) for table in METADATA.tables.values()}
