"""The databases that the tests run on: each of them new from a template, and looked into beside the engine."""

import atexit
import itertools
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from psycopg.types.datetime import DateLoader, TimestamptzLoader
from psycopg.types.numeric import IntLoader
from psycopg.types.string import TextLoader

from tests import postgres

SQLITE, POSTGRESQL = "sqlite", "postgresql"
BOTH = (SQLITE, POSTGRESQL)
BROKEN_RULES = (sqlite3.IntegrityError, psycopg.IntegrityError)  # what a raw statement against the rules raises
MEMORY, ROOM = Path("/dev/shm"), 4 * 2**30  # bytes that all the files of a run may need
current = SQLITE  # which one new worlds and desks are made on; set by a fixture


def copy_file(source: Path, target: Path) -> None:
    """An SQLite file at rest, and the key of its documents."""
    shutil.copyfile(source, target)
    if (key := source.with_name(f"{source.name}.key")).exists():
        shutil.copy(key, target.with_name(f"{target.name}.key"))


class File:
    """An SQLite file."""

    kind = SQLITE

    def __init__(self, file: Path) -> None:
        self.file, self.url = file, f"sqlite:///{file}"
        self._raw = sqlite3.connect(file, isolation_level=None)

    def __reduce__(self) -> "tuple[type[File], tuple[Path]]":
        """Another process connects anew."""
        return File, (self.file,)

    def query(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """What a plain statement answers; it is committed at once."""
        return list(self._raw.execute(statement, values))

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[dict[str, Any]]:
        """The same, by the names of the columns."""
        cursor = self._raw.execute(statement, values)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def tables(self) -> list[str]:
        """The names of all tables."""
        return [str(name) for (name,) in self.query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]

    def columns(self, table: str) -> list[str]:
        """The names of a table's columns, in order."""
        return [str(row[1]) for row in self.query(f'PRAGMA table_info("{table}")')]

    def freeze(self) -> None:
        """Make it a template: everything is in the file, and nobody holds it."""
        self.query("PRAGMA wal_checkpoint(TRUNCATE)")
        self._raw.close()

    def released(self) -> Path:
        """The file, of which this process holds nothing."""
        self._raw.close()
        return self.file

    def copy(self, target: Path | None = None) -> "File":
        """A new database like this one, which is frozen."""
        target = target or folder() / f"{next(_numbers)}.db"
        copy_file(self.file, target)
        return File(target)

    def drop(self) -> None:
        """Let go of it, and remove it."""
        self._raw.close()
        for name in (self.file, *self.file.parent.glob(f"{self.file.name}-*")):
            name.unlink(missing_ok=True)


class _Whole(TimestamptzLoader):
    def load(self, data: Any) -> Any:
        return super().load(data).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class _Day(DateLoader):
    def load(self, data: Any) -> Any:
        return super().load(data).isoformat()


class _Bit(IntLoader):
    def load(self, data: Any) -> Any:
        return int(bytes(data) == b"t")


class Base:
    """A database of the tests' PostgreSQL server; what is read looks as it does in SQLite."""

    kind = POSTGRESQL

    def __init__(self, name: str) -> None:
        self.name, self.url = name, postgres.shared().url(name)
        self._made: psycopg.Connection[tuple[Any, ...]] | None = None

    def __reduce__(self) -> "tuple[type[Base], tuple[str]]":
        """Another process connects anew."""
        return Base, (self.name,)

    @property
    def _raw(self) -> "psycopg.Connection[tuple[Any, ...]]":
        if self._made is None:
            self._made = postgres.shared().raw(self.name)
            self._made.execute("SET timezone = 'UTC'")
            for kind, loader in (("timestamptz", _Whole), ("date", _Day), ("bool", _Bit), ("json", TextLoader)):
                self._made.adapters.register_loader(kind, loader)
        return self._made

    def query(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """What a plain statement answers, with ? for values; it is committed at once."""
        found = self._execute(statement, values)
        return list(found.fetchall()) if found.description else []

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[dict[str, Any]]:
        """The same, by the names of the columns."""
        found = self._execute(statement, values)
        names = [column.name for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()] if names else []

    def _execute(self, statement: str, values: Sequence[object]) -> "psycopg.Cursor[tuple[Any, ...]]":
        if not values:
            return self._raw.execute(statement.encode())
        return self._raw.execute(statement.replace("%", "%%").replace("?", "%s").encode(), values)

    def tables(self) -> list[str]:
        """The names of all tables."""
        found = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        return [str(name) for (name,) in self.query(found)]

    def columns(self, table: str) -> list[str]:
        """The names of a table's columns, in order."""
        found = "SELECT column_name FROM information_schema.columns WHERE table_name = ? ORDER BY ordinal_position"
        return [str(name) for (name,) in self.query(found, [table])]

    def freeze(self) -> None:
        """Make it a template: nobody is connected."""
        if self._made is not None:
            self._made.close()
            self._made = None
        _server().execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [self.name])

    def copy(self) -> "Base":
        """A new database like this one, which is frozen."""
        return _create(f"TEMPLATE {self.name} STRATEGY FILE_COPY")

    def drop(self) -> None:
        """Let go of it, and remove it."""
        if self._made is not None:
            self._made.close()
            self._made = None
        _server().execute(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)".encode())


Database = File | Base
_numbers = itertools.count(1)


def _create(how: str = "") -> Base:
    name = f"made_{next(_numbers)}"
    _server().execute(f"CREATE DATABASE {name} {how}".encode())
    return Base(name)


def _server() -> "psycopg.Connection[tuple[object, ...]]":
    """Databases are made and dropped over one connection of this process: the server starts a process for each."""
    made = _connections.get(os.getpid())
    if made is None or made.closed:
        made = _connections[os.getpid()] = postgres.shared().raw()
        atexit.register(made.close)
    return made


_connections: "dict[int, psycopg.Connection[tuple[object, ...]]]" = {}  # by process; a forked child has its own


def empty(kind: str | None = None) -> Database:
    """A database with nothing in it."""
    if (kind or current) == SQLITE:
        return File(folder() / f"{next(_numbers)}.db")
    return _create()


def memory() -> Path | None:
    """Where files lie in memory, each commit a hundred times as quick as on a disk; None where that is small."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM else None


@cache
def folder() -> Path:
    """Where this process keeps its files; in memory where that is possible, and gone when the process ends."""
    made = tempfile.mkdtemp(prefix="reviewflow-test-", dir=memory())
    atexit.register(_remove, made, os.getpid())
    return Path(made)


def _remove(made: str, owner: int) -> None:
    if os.getpid() == owner:  # not in a forked child that ends
        shutil.rmtree(made, ignore_errors=True)
