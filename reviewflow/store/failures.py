"""What a database says when it fails, as one plain error with its remedy."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, TimeoutError

from reviewflow.errors import Interrupted, OutOfService, Refused, Unavailable

_TAKEN = {  # by what SQLite and PostgreSQL call the rule
    ("model.lab, model.checkpoint_digest", "uq_model_digest"): (
        "The lab has registered a model with this digest already."
    ),
    ("agreement.lab, agreement.agency", "uq_agreement_live"): (
        "The lab and the agency have an agreement already, or negotiate one."
    ),
    ("review.model", "uq_review_open"): "A review of this model version is open already.",
}
_REMEDIES = {
    "locked": "Another process holds it for very long; find and end it, then try again.",
    "full": "Make room on the disk, then try again.",
    "No space left": "Make room on the database server's disk, then try again.",
    "readonly": "Give this user write access to the file and its folder; reading goes on.",
    "read-only transaction": "This server is a replica; name the primary in --database.",
    "malformed": "Restore the file from a backup; `reviewflow verify` tells whether the record is whole.",
    "not a database": "Name another file, or restore this one from a backup.",
    "unable to open": "Check that the folder exists and is writable, or run `reviewflow init`.",
    "no such table": "Run `reviewflow init` to prepare it.",
    "does not exist": "Create the database (createdb), then run `reviewflow init` to prepare it.",
    "permission denied": "Connect as the role that `reviewflow init --roles` made, or let the owner run `init`.",
    "authentication failed": "Check the user and the password of --database.",
    "lock timeout": "Another transaction holds the subject for very long; find and end it, then try again.",
    "statement timeout": "The server is overloaded, or the question too large; try again.",
    "Connection refused": "Start the database server, or check host and port of --database.",
    "could not translate": "Check the host of --database.",
}
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
        reason = f"All connections of this process to the database {_url(engine)} are in use. Nothing was changed."
        raise Unavailable(reason, remedy="Try again, or raise pool_size in server.toml.") from error
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        says = " ".join(str(cause).split())
        if _is_interrupted(error, cause):
            raise Interrupted(
                f"The link to the database {_url(engine)} broke off: {says}.", remedy=_remedy(says)
            ) from error
        reason = f"The database {_url(engine)} cannot be used: {says}. Nothing was changed."
        raise (OutOfService if _is_general(cause) else Unavailable)(reason, remedy=_remedy(says)) from error


def _url(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=True)


def _is_interrupted(error: Exception, cause: Any) -> bool:
    if isinstance(cause, sqlite3.Error):
        return False
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    unnamed = "08000" if isinstance(error, OperationalError) else ""  # what the driver says without the server
    return (getattr(cause, "sqlstate", None) or unnamed).startswith(_AGAIN)


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
    return next((text for part, text in _REMEDIES.items() if part in cause), "Run `reviewflow check`.")
