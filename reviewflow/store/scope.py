"""Who looks, said to PostgreSQL as each transaction begins; its row-level security shows no more than is theirs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

OPTION = "reviewflow_scope"  # of a connection: what is sent right behind BEGIN; none: nothing is seen
ENGINE = "SELECT set_config('reviewflow.scope', 'engine', true)"  # the write path, the sweep, delivery: everything
_READER = "SELECT set_config('reviewflow.scope', current_setting('reviewflow.side', true), true)"  # lab or agency
# The database itself finds out who somebody is, so that a mistake about it further up opens nothing.
_IS = """
SELECT set_config('reviewflow.person', p.ref, true), set_config('reviewflow.organization', o.ref, true),
  set_config('reviewflow.side', o.side, true),
  set_config('reviewflow.roles', (SELECT string_agg(format(' %s ', role), '')
    FROM json_array_elements_text(p.roles) AS role), true),
  set_config('reviewflow.assigned', (SELECT string_agg(format(' %s ', a.subject), '')
    FROM assignment AS a WHERE a.person = p.ref AND a.ended_at IS NULL), true)
FROM person AS p JOIN organization AS o ON o.ref = p.organization WHERE p.ref = {}
"""


def of(person: str) -> str:
    """What a person's transaction begins with; somebody who is nobody here sees nothing."""
    return f"{ENGINE}; {_IS.format(_literal(person))}; {_READER}"


def _literal(value: str) -> str:
    """As digits, so that it does not matter how a server is told to read quotes and backslashes."""
    digits = value.replace("\0", "\ufffd").encode(errors="replace").hex()
    return f"convert_from(decode('{digits}', 'hex'), 'UTF8')"


_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# The few statements of the write path are planned once: to plan around the walls each time took as long as a command.
_WRITING = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL plan_cache_mode = force_generic_plan"


def opening(options: Any) -> str:
    """How a transaction begins, in one round trip."""
    begin = _READING if options.get("is_reading") else _WRITING
    return "; ".join(filter(None, (begin, options.get(OPTION))))


def is_narrowed(connection: Connection) -> bool:
    """Whether the database hides from this transaction what is not a person's."""
    return connection.dialect.name != "sqlite" and connection.get_execution_options().get(OPTION) != ENGINE


@contextmanager
def opened(connection: Connection) -> Iterator[None]:
    """Inside, a reader's transaction sees as the engine: for what is the reader's though what it is made of is not."""
    if not is_narrowed(connection):
        yield
        return
    is_alive = True
    connection.exec_driver_sql(ENGINE)
    try:
        yield
    except DBAPIError:  # the transaction is over
        is_alive = False
        raise
    finally:
        if is_alive:
            connection.exec_driver_sql(_READER)
