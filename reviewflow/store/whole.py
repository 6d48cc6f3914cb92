"""Everything of some subjects of a kind in one statement: a round trip a kind, not one a table."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import JSON, Boolean, Connection, Date, Table, TextClause, bindparam, text

from reviewflow.nouns.columns import UTCDateTime
from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables.index import PARTS, ROWS

Revive = Callable[[Any], Any]


def rows(connection: Connection, kind: Kind, refs: Sequence[str]) -> Iterator[tuple[str, Row]]:
    """Each row with the name of its table, parts in no order."""
    for table, document in connection.execute(_statement(kind, connection.dialect.name), {"refs": refs}):
        row: Row = json.loads(document) if isinstance(document, str) else document
        for column, revive in _REVIVE[table]:
            if row[column] is not None:
                row[column] = revive(row[column])
        yield table, row


@cache
def _statement(kind: Kind, dialect: str) -> TextClause:
    """One SELECT a table, each row as one JSON object, so that all of them have the same two columns."""
    selects = [_select(ROWS[kind], "ref", dialect)]
    selects += [_select(table, "subject", dialect) for table in PARTS[kind].values()]
    return text(" UNION ALL ".join(selects)).bindparams(bindparam("refs", expanding=True))


def _select(table: Table, key: str, dialect: str) -> str:
    if dialect == "sqlite":
        pairs = [f"'{c.name}', " + (f'json("{c.name}")' if _is(c.type, JSON) else f'"{c.name}"') for c in table.columns]
        document = f"json_object({', '.join(pairs)})"
    else:
        document = "row_to_json(x)"
    return f'SELECT \'{table.name}\', {document} FROM "{table.name}" AS x WHERE x."{key}" IN :refs'


def _is(kind: Any, what: type) -> bool:
    return isinstance(kind, what)


def _revivals(table: Table) -> tuple[tuple[str, Revive], ...]:
    """What JSON does not have, by the type of the column."""
    kinds: tuple[tuple[type, Revive], ...] = (
        (UTCDateTime, datetime.fromisoformat),
        (Date, date.fromisoformat),
        (Boolean, bool),  # SQLite keeps it as a number
    )
    return tuple((c.name, revive) for c in table.columns for kind, revive in kinds if isinstance(c.type, kind))


_REVIVE = {
    table.name: _revivals(table)
    for tables in ([*ROWS.values()], *([*parts.values()] for parts in PARTS.values()))
    for table in tables
}
