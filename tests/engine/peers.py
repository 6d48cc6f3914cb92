"""Other durable systems doing the nearest that they have to a command: a row changed, and work owed with it."""

import logging
from collections.abc import Iterator, Sequence

import psycopg
from sqlalchemy import create_engine, text

from tests.engine.contenders import Act

CHANGE = "UPDATE review SET state = state, extension = extension + 1 WHERE ref = "


def prepare_dbos(url: str) -> None:
    """Its tables, in the database of the business row."""
    from dbos import run_dbos_database_migrations

    run_dbos_database_migrations(url)


def dbos(share: tuple[str, Sequence[str], int]) -> Iterator[Act]:
    """DBOS: `enqueue_in_transaction`, once for each piece of work that is owed."""
    from dbos import DBOSClient

    url, refs, owed = share
    logging.getLogger("dbos").setLevel(logging.ERROR)
    engine, client = create_engine(url), DBOSClient(system_database_url=url)
    change = text(CHANGE + ":ref")

    def act(ref: str) -> None:
        with engine.begin() as connection:
            connection.execute(change, {"ref": ref})
            for number in range(owed):
                client.enqueue_in_transaction(connection, {"queue_name": "mail", "workflow_name": "send"}, ref, number)

    for ref in refs:
        yield lambda ref=ref: act(ref)  # type: ignore[misc]


def prepare_procrastinate(url: str) -> None:
    """Its tables, in the database of the business row."""
    from procrastinate import App, SyncPsycopgConnector

    with App(connector=SyncPsycopgConnector(conninfo=url)).open() as app:
        app.schema_manager.apply_schema()


def procrastinate(share: tuple[str, Sequence[str], int]) -> Iterator[Act]:
    """procrastinate: deferral in the caller's transaction, all that is owed at once."""
    from procrastinate import App, SyncPsycopgConnector
    from procrastinate.types import JSONDict

    url, refs, owed = share
    app = App(connector=SyncPsycopgConnector(conninfo=url, min_size=1, max_size=1))
    app.open()
    connection = psycopg.connect(url)
    task = app.configure_task("send", connection=connection)

    def act(ref: str) -> None:
        connection.execute(CHANGE + "%s", [ref])
        jobs: list[JSONDict] = [{"ref": ref, "number": number} for number in range(owed)]
        task.batch_defer(*jobs)
        connection.commit()

    for ref in refs:
        yield lambda ref=ref: act(ref)  # type: ignore[misc]


PEERS = (  # package, its preparation, its act, and whether it takes a URL as libpq does
    ("dbos", prepare_dbos, dbos, False),
    ("procrastinate", prepare_procrastinate, procrastinate, True),
)
