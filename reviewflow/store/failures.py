"""What a database says when it fails, as one plain error with its remedy."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, TimeoutError

from reviewflow.errors import Interrupted, OutOfService, Refused, Unavailable, Unreached

_TAKEN = {  # by what SQLite and PostgreSQL call the rule
    ("model.lab, model.checkpoint_digest", "uq_model_digest"): (
        "The lab has registered a model with this digest already."
    ),
    ("agreement.lab, agreement.agency", "uq_agreement_live"): (
        "The lab and the agency have an agreement already, or negotiate one."
    ),
    ("review.model", "uq_review_open"): "A review of this model version is open already.",
}
_REMEDIES = {  # by a pattern in what the driver says; the first that is found
    "is locked": "Another process holds it for very long; find and end it, then try again.",
    "is full": "Make room on the disk, then try again.",
    "No space left": "Make room on the database server's disk, then try again.",
    "readonly": (
        "Give this user write access to the file and its folder: without it SQLite reads only what is open already."
    ),
    "I/O error": "Check the disk and the limit on the size of files (ulimit -f), then try again.",
    "File too large": "Raise the database server's limit on the size of files, then try again.",
    "read-only transaction": "This server is a replica; name the primary in --database.",
    "malformed": "Restore the file from a backup; `reviewflow verify` tells whether the record is whole.",
    "not a database": "Name another file, or restore this one from a backup.",
    "unable to open": "Check that the folder exists and is writable, or run `reviewflow init`.",
    r"no such (table|column)|(relation|column) .* does not exist": "Run `reviewflow init` to prepare it.",
    'role ".*" does not exist': "Check the user of --database; `reviewflow init --roles` makes the two roles.",
    'database ".*" does not exist': "Create the database (createdb), then run `reviewflow init` to prepare it.",
    "permission denied": "Connect as the role that `reviewflow init --roles` made, or let the owner run `init`.",
    "authentication failed": "Check the user and the password of --database.",
    "no password supplied|fe_sendauth": (
        "Give the password in a file: one that --database @FILE names, or the user's ~/.pgpass."
    ),
    "pg_hba.conf": (
        "Let the server's pg_hba.conf admit this user from this host to this database; or check them in --database."
    ),
    "too many clients|remaining connection slots": (
        "Lower pool_size in server.toml, run fewer workers, or raise the server's max_connections; then try again."
    ),
    "invalid connection option|invalid .* value .* for connection option": (
        "Check what stands behind the ? in --database; PostgreSQL's documentation of libpq names the options."
    ),
    "lock timeout": "Another transaction holds the subject for very long; find and end it, then try again.",
    "statement timeout": "The server is overloaded, or the question too large; try again.",
    "the database system is": "Wait until the server has started or recovered, then try again.",
    "Connection refused": "Start the database server, or check host and port of --database.",
    "could not translate|failed to resolve|Name or service not known": "Check the host of --database.",
    "(?i)ssl": "Check sslmode and the certificates in --database, and whether the server offers SSL.",
}
_ELSE = "Check --database, and what the database's disk or server says in its log; then try again."
# PostgreSQL's classes of errors after which the same transaction may be run again: connection exceptions, shutdown and
# crash of the server, cannot connect now, serialization failure, deadlock.
_AGAIN = ("08", "57P0", "40001", "40P01")
_GENERAL = ("53", "58", "XX", "25006")  # insufficient resources, system error, internal error, a read-only server


@contextmanager
def plain_errors(engine: Engine) -> Iterator[None]:
    """Inside, a failure of the database becomes Refused, Interrupted, OutOfService or Unavailable."""
    try:
        yield
    except IntegrityError as error:
        raise Refused(_taken(error.orig), remedy="Read the subject again; someone may have been faster.") from error
    except TimeoutError as error:
        reason = f"All connections of this process to the database {shown(engine)} are in use. Nothing was changed."
        raise Unavailable(reason, remedy="Try again, or raise pool_size in server.toml.") from error
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        says = _first_line(cause)
        if _is_interrupted(error, cause):
            never, named = _never_stood(error, cause), f"database {shown(engine)}"
            what = f"The {named} cannot be reached" if never else f"The link to the {named} broke off"
            raise (Unreached if never else Interrupted)(f"{what}: {says}.", remedy=_remedy(says)) from error
        if isinstance(cause, sqlite3.Error) and "locked" not in says:
            engine.dispose()  # a connection to a file that was read-only, or is replaced, stays what it was
        reason = f"The database {shown(engine)} cannot be used: {says}. Nothing was changed."
        raise (OutOfService if _is_general(cause) else Unavailable)(reason, remedy=_remedy(says)) from error


def shown(engine: Engine) -> str:
    """Where it is, without anything that is nobody's business: a password may stand behind the ? as well."""
    return engine.url.set(query={}).render_as_string(hide_password=True)


def _is_interrupted(error: Exception, cause: Any) -> bool:
    if isinstance(cause, sqlite3.Error):
        return False
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    unnamed = "08000" if isinstance(error, OperationalError) else ""  # what the driver says without the server
    return (getattr(cause, "sqlstate", None) or unnamed).startswith(_AGAIN)


def _never_stood(error: Exception, cause: Any) -> bool:
    """Whether no connection was made; the driver gives no code for it, and nothing was asked yet."""
    code = getattr(cause, "sqlstate", None)
    return code == "57P03" or (code is None and not getattr(error, "connection_invalidated", False))


def _first_line(cause: Any) -> str:
    """What the driver says first; what follows are guesses of its own, and further attempts that failed alike."""
    line = " ".join(next(iter(str(cause).splitlines()), type(cause).__name__).split())
    return line.removeprefix("connection failed: ").removesuffix(".")


def _is_general(cause: Any) -> bool:
    """Whether it would befall every statement: a full disk, say, but no lock and no value that does not fit."""
    return isinstance(cause, sqlite3.OperationalError) or (getattr(cause, "sqlstate", None) or "").startswith(_GENERAL)


def _taken(cause: Any) -> str:
    diag = getattr(cause, "diag", None)
    rule = diag.constraint_name if diag is not None else None
    for (columns, name), text in _TAKEN.items():
        if rule == name or (rule is None and str(cause).endswith(columns)):
            return text
    return f"The database refused it: {str(cause).splitlines()[0]}."


def _remedy(cause: str) -> str:
    return next((text for part, text in _REMEDIES.items() if re.search(part, cause)), _ELSE)
