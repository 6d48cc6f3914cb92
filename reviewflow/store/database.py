"""The connection: SQLite made safe, one transaction at a time, every failure as one plain error."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection as Connection  # named here for the rooms that speak no SQL
from sqlalchemy import Engine as Engine
from sqlalchemy import create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError

from reviewflow.errors import Invalid, Refused, Unavailable

BUSY_SECONDS = 30.0
PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def connect(url: str) -> Engine:
    """An engine for `sqlite:///FILE`; Invalid for a URL that is none."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise Invalid(
            f"The database URL {url!r} is not one.", remedy="Give one such as sqlite:///reviews.db."
        ) from error
    if parsed.get_backend_name() != "sqlite":
        raise Invalid(
            f"The database {parsed.get_backend_name()!r} is not supported by this release.",
            remedy="Give one such as sqlite:///reviews.db.",
        )
    try:
        engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    except NoSuchModuleError as error:
        raise Invalid(
            f"The database URL {url!r} is not one.", remedy="Give one such as sqlite:///reviews.db."
        ) from error
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _prepare(connection: Any, record: object) -> None:
    """SQLAlchemy on sqlite3's defaults lost 300 of 400 updates without an error; this and BEGIN IMMEDIATE cure it."""
    connection.isolation_level = None
    for name, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {name}={value}")
    connection.execute("PRAGMA trusted_schema=0")


def _begin_immediate(connection: Connection) -> None:
    reading = connection.get_execution_options().get("is_reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """All or nothing, in one writer's turn."""
    with _plain_errors(engine), engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent view that holds nobody up."""
    with (
        _plain_errors(engine),
        engine.connect().execution_options(is_reading=True) as connection,
        connection.begin(),
    ):
        yield connection


@contextmanager
def _plain_errors(engine: Engine) -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise Refused(
            _taken(str(error.orig)), remedy="Read the subject again; someone may have been faster."
        ) from error
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        raise Unavailable(_why(str(cause), engine), remedy=_remedy(str(cause))) from error


def file_of(engine: Engine) -> Path | None:
    """The file of an SQLite database."""
    name = engine.url.database
    return Path(name) if name and name != ":memory:" else None


_TAKEN = {
    "model.lab, model.checkpoint_digest": "The lab has registered a model with this digest already.",
    "agreement.lab, agreement.agency": "The lab and the agency have an agreement, or negotiate one, already.",
    "review.model": "A review of this model version is open already.",
}


def _taken(cause: str) -> str:
    found = (text for part, text in _TAKEN.items() if cause.endswith(part))
    return next(found, f"The database refused it: {cause}.")


def _why(cause: str, engine: Engine) -> str:
    return (
        f"The database {engine.url.render_as_string(hide_password=True)} cannot be used: {cause}. Nothing was changed."
    )


_REMEDIES = {
    "locked": "Another process holds it for very long; find and end it, then try again.",
    "full": "Make room on the disk, then try again.",
    "readonly": "Give this user write access to the file and its folder; reading goes on.",
    "malformed": "Restore the file from a backup; `reviewflow verify` tells whether the record is whole.",
    "not a database": "Name another file, or restore this one from a backup.",
    "unable to open": "Check that the folder exists and is writable, or run `reviewflow init`.",
    "no such table": "Run `reviewflow init` to prepare it.",
}


def _remedy(cause: str) -> str:
    return next((text for part, text in _REMEDIES.items() if part in cause), "Run `reviewflow check`.")


def pragma(connection: Connection, name: str) -> Any:
    """The value of one of SQLite's settings."""
    return connection.exec_driver_sql(f"PRAGMA {name}").scalar()
