"""What PostgreSQL says of links that never stood, in one plain sentence with the remedy that fits."""

import os
import signal
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from reviewflow.errors import Interrupted, Unavailable
from reviewflow.store.database import connect, reading
from reviewflow.store.failures import plain_errors
from tests import postgres
from tests.databases import POSTGRESQL

DATABASES = (POSTGRESQL,)
SEVERAL = (
    "connection failed: connection to server failed: Connection refused\n\tIs the server running on that host and "
    "accepting TCP/IP connections?\nMultiple connection attempts failed. All failures were:\n- one\n- two"
)
WITHIN = 10.0  # seconds for the server to read its rules again


def told(url: str, statement: str = "SELECT 1") -> Unavailable:
    """How one look fails."""
    engine = connect(url)
    try:
        with pytest.raises(Unavailable) as found, reading(engine) as connection:
            connection.execute(text(statement))
        return found.value
    finally:
        engine.dispose()


def test_each_wrong_part_of_a_url_has_its_own_remedy() -> None:
    """The database, the user, the host, the options: what is wrong, and what to do about just that."""
    server = postgres.shared()
    cases = (
        (server.url("none_such"), "cannot be reached", 'database "none_such"', "createdb"),
        (server.url(user="nobody"), "cannot be reached", 'role "nobody"', "Check the user"),
        (server.url().replace("127.0.0.1", "no.such.host.invalid"), "cannot be reached", "resolve", "Check the host"),
        (f"{server.url()}?sslmode=require", "cannot be reached", "SSL", "sslmode"),
        (f"{server.url()}?sslmode=maybe", "cannot be reached", "sslmode", "sslmode"),
        (f"{server.url()}?colour=red", "cannot be used", '"colour"', "behind the ?"),
    )
    for url, what, why, remedy in cases:
        found = told(url)
        assert what in str(found) and why in str(found), found
        assert remedy in str(found.remedy), found.remedy
        assert "check`" not in str(found.remedy) and "broke off" not in str(found)


def test_a_table_that_is_missing_asks_for_init_and_not_for_a_database() -> None:
    """The database is there; the statement is not repeated."""
    found = told(postgres.shared().url(), "SELECT * FROM none_such")
    assert "reviewflow init" in str(found.remedy) and "createdb" not in str(found.remedy)
    assert "LINE" not in str(found)


@pytest.fixture
def rules() -> Iterator[Callable[[str], str]]:
    """A server's rules of admission, written anew; returns the URL to try them with."""
    with postgres.server() as server:
        file = server.data / "pg_hba.conf"

        def admit(line: str) -> str:
            file.write_text(f"host all other 127.0.0.1/32 trust\n{line}\n")
            os.kill(server.pid, signal.SIGHUP)
            until = time.monotonic() + WITHIN
            with pytest.raises(psycopg.OperationalError):  # read anew when it lets us in no more
                while time.monotonic() < until:
                    server.raw().close()
            return server.url()

        yield admit


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        ("", "pg_hba.conf"),
        ("host all postgres 127.0.0.1/32 reject", "pg_hba.conf"),
        ("host all postgres 127.0.0.1/32 scram-sha-256", "Give the password"),
    ],
)
def test_a_server_that_does_not_admit_us(rules: Callable[[str], str], line: str, remedy: str) -> None:
    """No rule, a rule against it, a password that is not given."""
    found = told(rules(line))
    assert isinstance(found, Interrupted) and "cannot be reached" in str(found)
    assert remedy in str(found.remedy)


@pytest.mark.parametrize(
    ("says", "reason", "remedy"),
    [
        (
            SEVERAL,
            "cannot be reached: connection to server failed: Connection refused.",
            "Start the database server",
        ),
        ("FATAL:  sorry, too many clients already", "cannot be reached: FATAL: sorry", "max_connections"),
        ("something nobody foresaw", "cannot be reached: something nobody foresaw.", "Check --database"),
    ],
)
def test_only_the_first_line_of_a_driver_is_repeated(says: str, reason: str, remedy: str) -> None:
    """Its guesses and the list of its attempts are left out, and the sentence ends as one."""
    engine = connect("postgresql+psycopg://u:secret@h/d")
    with pytest.raises(Interrupted) as found, plain_errors(engine):
        raise OperationalError(None, None, psycopg.OperationalError(says))
    assert reason in str(found.value) and remedy in str(found.value.remedy)
    assert "?" not in str(found.value) and "secret" not in str(found.value)
