"""The connection: SQLite and PostgreSQL made safe, one transaction at a time, every failure as one plain error."""

import logging
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection as Connection  # named here for the rooms that speak no SQL
from sqlalchemy import Engine as Engine
from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from reviewflow import clock, logs
from reviewflow.errors import Invalid
from reviewflow.nouns.server import Pool
from reviewflow.store import scope
from reviewflow.store.failures import plain_errors

BUSY_SECONDS = 30.0
EMPTIED_WITHIN = 1000  # milliseconds
PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
EXAMPLES = "Give one such as sqlite:///reviews.db or postgresql+psycopg://user@host/reviews."
POSTGRESQL = "postgresql"
_AS_IT_STANDS = {"no_parameters": True}
ERASES = "erases"  # in a connection's info: it erases what shall stand in no file any more
SERVER_CLOCK = "clock_timestamp()"  # the only other clock that is ever read, and only to be compared with ours


def connect(url: str, pool: Pool | None = None) -> Engine:
    """An engine for `sqlite:///FILE` or `postgresql+psycopg://...`; Invalid for a URL that is none. Opens nothing."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:  # ValueError: a port that is no number
        shown = re.sub(r"(?<=://)([^:@/]*):.*@", r"\1:***@", url)
        raise Invalid(f"The database URL {shown!r} is not one.", remedy=EXAMPLES) from error
    if not parsed.database and parsed.drivername.startswith(("sqlite", "postgres")):
        raise Invalid(f"The database URL {parsed.render_as_string()!r} names no database.", remedy=EXAMPLES)
    match parsed.drivername:
        case "sqlite" | "sqlite+pysqlite":
            return _sqlite(parsed)
        case "postgresql" | "postgres" | "postgresql+psycopg":
            return _postgresql(parsed.set(drivername="postgresql+psycopg"), pool or Pool())
        case other:
            raise Invalid(f"The database {other!r} is not supported by this release.", remedy=EXAMPLES)


def holds_a_secret(url: str) -> bool:
    """Whether a password stands in a URL: behind the user, or behind the ? as libpq takes it too."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # `connect` says what is wrong with it
        return re.search(r"://[^/@]*:[^@]*@", url) is not None
    return bool(parsed.password) or not {"password", "sslpassword"}.isdisjoint(parsed.query)


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    event.listen(engine, "do_connect", _make_closed)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _make_closed(dialect: object, record: object, arguments: list[Any], options: object) -> None:
    """A new file is its owner's alone, so are -wal and -shm; one that is there is not opened: that would unlock it."""
    name = arguments[0]
    if name != ":memory:":
        with suppress(OSError):  # it is there, or SQLite says why it cannot be
            os.close(os.open(os.path.realpath(name), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _prepare(connection: Any, record: object) -> None:
    """SQLAlchemy on sqlite3's defaults lost 300 of 400 updates without an error; this and BEGIN IMMEDIATE cure it."""
    connection.isolation_level = None
    try:
        for name, value in PRAGMAS.items():
            connection.execute(f"PRAGMA {name}={value}")
        connection.execute("PRAGMA trusted_schema=0")
    except Exception:
        connection.close()  # else it would keep what it opened, read-only perhaps, for every later one
        raise


def _begin_immediate(connection: Connection) -> None:
    reading = connection.get_execution_options().get("is_reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _begin_as(connection: Connection) -> None:
    """READ COMMITTED for writers: what is locked first is read after the lock. Readers see one moment."""
    connection.exec_driver_sql(scope.opening(connection.get_execution_options()), execution_options=_AS_IT_STANDS)


def _postgresql(url: URL, pool: Pool) -> Engine:
    """A link that died is noticed within half a minute."""
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)  # what it would warn of is raised, and told plainly
    milliseconds = {
        "statement_timeout": pool.statement_seconds,
        "lock_timeout": pool.lock_seconds,
        "idle_in_transaction_session_timeout": pool.idle_seconds,
    }
    options = [f"-c {name}={seconds * 1000}" for name, seconds in milliseconds.items()]
    arguments = {
        "autocommit": True,  # so that BEGIN is ours, and says in the same breath who looks
        "options": " ".join([*options, "-c timezone=UTC", "-c client_min_messages=warning"]),
        "application_name": "reviewflow",
        "connect_timeout": 10,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 20_000,
    }
    engine = create_engine(
        url,
        connect_args=arguments,
        hide_parameters=True,
        pool_size=pool.size,
        max_overflow=pool.size,
        pool_pre_ping=True,
        pool_recycle=1800,
        pool_timeout=pool.statement_seconds,
    )
    event.listen(engine, "begin", _begin_as)
    return engine


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """All or nothing, as the engine, which sees and writes everything; on SQLite in one writer's turn."""
    options = {scope.OPTION: scope.ENGINE}
    with plain_errors(engine), engine.connect().execution_options(**options) as connection:
        with connection.begin():
            yield connection
        if connection.info.pop(ERASES, False) and engine.dialect.name != POSTGRESQL:
            _empty_log(connection.connection.driver_connection)


def _empty_log(raw: Any) -> None:
    """What was erased stood in the -wal file still; whoever reads at this moment keeps it there until the next time."""
    try:
        raw.execute(f"PRAGMA busy_timeout={EMPTIED_WITHIN}")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        raw.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000:.0f}")
    except sqlite3.Error as error:  # what was asked for is done
        logs.get().warning("log_not_emptied", why=str(error))


@contextmanager
def reading(engine: Engine, person: str | None = None) -> Iterator[Connection]:
    """One consistent view that holds nobody up; of a person PostgreSQL shows what is his, whatever is asked."""
    options: dict[str, Any] = {"is_reading": True, scope.OPTION: scope.ENGINE if person is None else scope.of(person)}
    with plain_errors(engine), engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


def file_of(engine: Engine) -> Path | None:
    """The file of an SQLite database."""
    name = engine.url.database if engine.dialect.name == "sqlite" else None
    return Path(name) if name and name != ":memory:" else None


def pragma(connection: Connection, name: str) -> Any:
    """The value of one of SQLite's settings."""
    return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def clock_offset(engine: Engine) -> timedelta | None:
    """How far this machine's clock is ahead of the database server's; None where both are one machine's file."""
    if engine.dialect.name != POSTGRESQL:
        return None
    with reading(engine) as connection:
        return offset_on(connection)


def offset_on(connection: Connection) -> timedelta | None:
    """The same, on a connection that is there."""
    if connection.dialect.name != POSTGRESQL:
        return None
    connection.exec_driver_sql("SELECT 1")  # whatever the connection costs is not counted
    asked = clock.now()
    theirs = connection.exec_driver_sql(f"SELECT {SERVER_CLOCK}").scalar_one()
    return nearest(asked - theirs, clock.now() - theirs)


def nearest(low: timedelta, high: timedelta) -> timedelta:
    """Of all the offsets that an answer allows, which took as long as it took, the one that accuses least."""
    return max(low, min(high, timedelta(0)))
