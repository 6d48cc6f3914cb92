"""What the engine wrote, written again by the bare driver: the same rows in the same transactions, and no more."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
from psycopg.types.string import TextLoader
from sqlalchemy import Table

from reviewflow.nouns.tables.index import METADATA
from tests.databases import SQLITE
from tests.engine.contenders import Act

WRITTEN = ("subject", "event", "review", "deadline", "notice", "delivery", "answer")  # parents before children
DRAWN = {"event": ("position",), "delivery": ("id",)}  # numbers that the database draws
Statement = tuple[str, list[tuple[Any, ...]]]  # its text, and its values for each row
Rows = dict[str, dict[tuple[Any, ...], dict[str, Any]]]  # of one subject, by table and key


def scripts(kind: str, before: str, after: str, refs: Sequence[str]) -> list[list[Statement]]:
    """For each subject what leads from one database to the other, as one would write it by hand."""
    old, new = _rows(kind, before), _rows(kind, after)
    return [_script("?" if kind == SQLITE else "%s", old[ref], new[ref]) for ref in refs]


def _rows(kind: str, place: str) -> dict[str, Rows]:
    found: dict[str, Rows] = defaultdict(lambda: defaultdict(dict))
    connection = _open(kind, place)
    for name in WRITTEN:
        table = METADATA.tables[name]
        cursor = connection.execute(f'SELECT * FROM "{name}"')
        names = [column[0] for column in cursor.description]
        for values in cursor.fetchall():
            row = dict(zip(names, values, strict=True))
            ref = row.get("subject") or row.get("ref") or json.loads(row["done"])["ref"]
            found[ref][name][tuple(row[column.name] for column in table.primary_key.columns)] = row
    connection.close()
    return found


def _script(mark: str, old: Rows, new: Rows) -> list[Statement]:
    said = []
    for name in WRITTEN:
        table = METADATA.tables[name]
        changed = [row for key, row in new[name].items() if key in old[name] and row != old[name][key]]
        added = [row for key, row in new[name].items() if key not in old[name]]
        if changed:
            said.append(_update(table, changed, mark))
        if added:
            said.append(_insert(table, added, mark))
    return said


def _insert(table: Table, rows: Sequence[dict[str, Any]], mark: str) -> Statement:
    names = [column.name for column in table.columns if column.name not in DRAWN.get(table.name, ())]
    text = f'INSERT INTO "{table.name}" ({", ".join(names)}) VALUES ({", ".join(mark for _ in names)})'
    return text, [tuple(row[name] for name in names) for row in rows]


def _update(table: Table, rows: Sequence[dict[str, Any]], mark: str) -> Statement:
    keys = [column.name for column in table.primary_key.columns]
    names = [column.name for column in table.columns if column.name not in keys]
    sets, found = ", ".join(f"{n} = {mark}" for n in names), " AND ".join(f"{k} = {mark}" for k in keys)
    return f'UPDATE "{table.name}" SET {sets} WHERE {found}', [tuple(row[n] for n in names + keys) for row in rows]


def _open(kind: str, place: str) -> Any:
    if kind == SQLITE:
        connection = sqlite3.connect(place, isolation_level=None, timeout=60, cached_statements=200)
        for setting in ("journal_mode=wal", "synchronous=FULL", "foreign_keys=1"):
            connection.execute(f"PRAGMA {setting}")
        return connection
    server = psycopg.connect(place, prepare_threshold=0)
    server.adapters.register_loader("json", TextLoader)
    return server


def bare(share: tuple[str, str, Sequence[str], Sequence[list[Statement]]]) -> Iterator[Act]:
    """The driver alone: prepared statements, one transaction a subject, locked first, as durable as the engine's."""
    kind, place, refs, said = share
    connection = _open(kind, place)
    begin = "BEGIN IMMEDIATE" if kind == SQLITE else "BEGIN"
    lock = "SELECT * FROM subject WHERE ref = " + ("?" if kind == SQLITE else "%s FOR UPDATE")
    cursor = connection.cursor()
    if kind != SQLITE:
        connection.autocommit = True

    def act(ref: str, script: list[Statement]) -> None:
        cursor.execute(begin)
        cursor.execute(lock, (ref,)).fetchall()
        for text, rows in script:
            if len(rows) > 1:
                cursor.executemany(text, rows)
            else:
                cursor.execute(text, rows[0])
        cursor.execute("COMMIT")

    for ref, script in zip(refs, said, strict=True):
        yield lambda ref=ref, script=script: act(ref, script)  # type: ignore[misc]
