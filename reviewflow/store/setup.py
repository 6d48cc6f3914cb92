"""Prepares a database: the schema by its migrations, and the one row that says what it is."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, bindparam, insert, inspect, text, update

from reviewflow.nouns.tables.index import DATABASE, METADATA

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0006"
_ALONE = (  # one process at a time, for as long as a table of any size takes to rewrite
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL lock_timeout = '10min'",
    "SELECT pg_advisory_xact_lock(hashtext('reviewflow migrate'))",
)
_NEW = insert(DATABASE)
_MOVE = update(DATABASE).values(simulated_at=bindparam("at"))


def migrate(connection: Connection) -> None:
    """Bring the schema to this release, from nothing or from any earlier one, within the caller's transaction.

    Where the schema is this release's already nothing is done, so that the working role may ask.
    """
    for statement in _ALONE if connection.dialect.name == "postgresql" else ():
        connection.exec_driver_sql(statement)
    if revision(connection) == HEAD:
        return
    _upgrade(connection)


def _upgrade(connection: Connection) -> None:
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    with EnvironmentContext(config, scripts, fn=lambda revision, _: scripts._upgrade_revs("head", revision)) as env:
        env.configure(connection=connection, target_metadata=METADATA, transactional_ddl=False)
        env.run_migrations()


def revision(connection: Connection) -> str | None:
    """The revision of the schema; None where there is none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def name_database(
    connection: Connection, nonce: str, genesis: str, cursor_secret: str, now: datetime, *, is_simulation: bool
) -> None:
    """Say, once and for ever, whether this database is a simulation."""
    row = {
        "id": 1,
        "nonce": nonce,
        "genesis": genesis,
        "is_simulation": is_simulation,
        "made_at": now,
        "simulated_at": None,
        "cursor_secret": cursor_secret,
    }
    connection.execute(_NEW, row)


def move_clock(connection: Connection, at: datetime) -> None:
    """Set the clock of a simulation."""
    connection.execute(_MOVE, {"at": at})
