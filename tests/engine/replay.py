"""What the engine wrote, written again by the bare driver: the same statements, rows and transactions, and no more."""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
from sqlalchemy import event

from tests.databases import SQLITE
from tests.engine import world as w
from tests.engine.contenders import Act

Statement = tuple[str, Any, bool]  # its text, its values, and whether it is one of many rows


def recorded(world: w.World, acts: Sequence[Act]) -> list[list[Statement]]:
    """Do each act, and keep what it locked and wrote; what it read besides is left out."""
    said: list[Statement] = []

    def note(_c: Any, _cursor: Any, text: str, values: Any, _x: Any, many: bool) -> None:  # noqa: FBT001 - SQLAlchemy's
        if "FOR UPDATE" in text or not text.startswith(("SELECT", "BEGIN")):
            said.append((text, values, many))

    scripts = []
    event.listen(world.engine, "before_cursor_execute", note)
    for act in acts:
        said.clear()
        act()
        scripts.append(list(said))
    event.remove(world.engine, "before_cursor_execute", note)
    return scripts


def bare(share: tuple[str, str, Sequence[list[Statement]]]) -> Iterator[Act]:
    """The driver alone: prepared statements, one transaction an act, as durable as the engine's."""
    kind, place, scripts = share
    write = _sqlite(place) if kind == SQLITE else _postgresql(place)
    for script in scripts:
        yield lambda script=script: write(script)  # type: ignore[misc]


def _sqlite(place: str) -> Any:
    connection = sqlite3.connect(place, isolation_level=None, timeout=60, cached_statements=200)
    for setting in ("journal_mode=wal", "synchronous=FULL", "foreign_keys=1"):
        connection.execute(f"PRAGMA {setting}")

    def write(script: list[Statement]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        for text, values, many in script:
            (connection.executemany if many else connection.execute)(text, values)
        connection.execute("COMMIT")

    return write


def _postgresql(place: str) -> Any:
    connection = psycopg.connect(place, prepare_threshold=0)
    cursor = connection.cursor()

    def write(script: list[Statement]) -> None:
        for text, values, many in script:
            (cursor.executemany if many else cursor.execute)(text, values)
        connection.commit()

    return write
