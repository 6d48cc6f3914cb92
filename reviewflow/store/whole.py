"""Everything of some subjects of a kind in one statement: a round trip a kind, not one a table."""

from collections.abc import Iterator, Sequence
from functools import cache

from sqlalchemy import Connection

from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables.index import PARTS, ROWS
from reviewflow.store import union


def rows(connection: Connection, kind: Kind, refs: Sequence[str]) -> Iterator[tuple[str, Row]]:
    """Each row with the name of its table, parts in no order."""
    return union.rows(connection, _statement(kind, connection.dialect.name), {"refs": refs})


@cache
def _statement(kind: Kind, dialect: str) -> str:
    selects = [union.select(ROWS[kind], union.among('x."ref"', "refs", dialect), dialect)]
    of_subject = union.among('x."subject"', "refs", dialect)
    return " UNION ALL ".join(selects + [union.select(part, of_subject, dialect) for part in PARTS[kind].values()])
