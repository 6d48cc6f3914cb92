"""`reviewflow check`: what it says of workers, letters, secrets, deadlines, and of a server and role of PostgreSQL."""

import contextlib
import json
import os
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from reviewflow.cli.exposure import permissions
from reviewflow.cli.session import Session
from reviewflow.engine.health import not_ready
from reviewflow.store import roles
from reviewflow.store.database import connect, transaction
from tests import databases, postgres
from tests.databases import POSTGRESQL
from tests.stories.world import PEOPLE, Answer, Desk, example_config, reviewflow

Row = dict[str, Any]


def ago(**parts: float) -> str:
    """An instant of the past, as the database writes it."""
    return (datetime.now(UTC) - timedelta(**parts)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def one(answer: Answer, what: str) -> Row:
    """What it says of one thing; the exit code is 1 where anything is bad."""
    assert answer.code == int(not all(each["is_ok"] for each in answer.json["findings"])), answer
    [found] = [each for each in answer.json["findings"] if each["what"] == what]
    return dict(found)


def look(desk: Desk, what: str) -> Row:
    """What `check` says of one thing."""
    return one(desk.line("check", None, None, "--json"), what)


# ---------------------------------------------------------------------------- the file


def test_a_file_that_others_may_read_is_told(tmp_path: Path) -> None:
    """A new one is its owner's alone, whatever the umask; of another it says what to do."""
    file, before = tmp_path / "x.db", os.umask(0o022)
    try:
        with closing(connect(f"sqlite:///{file}").raw_connection()) as connection:
            connection.cursor().execute("CREATE TABLE t (a)")
            assert {each.stat().st_mode & 0o777 for each in tmp_path.glob("x.db*")} == {0o600}
    finally:
        os.umask(before)
    session = Session(str(file))
    assert not next(permissions(session)).is_warning
    file.chmod(0o640)
    found = next(permissions(session))
    assert found.is_warning and "mode 0640" in found.says and f"chmod 600 {file}" in found.remedy


# ---------------------------------------------------------------------------- workers


def test_no_worker_yet_is_no_fault(real: Desk, desk: Desk) -> None:
    """A database used by hand says how to have it tick; a simulation, that it needs none."""
    found = look(real, "workers")
    assert (found["is_ok"], "no worker has run yet" in found["says"]) == (True, True)
    assert "a simulation needs none" in look(desk, "workers")["says"]


def test_workers_that_all_fell_silent_are_told(real: Desk) -> None:
    """A tick is a sign of life for three minutes; then it is bad, with a remedy."""
    real.line("tick")
    assert look(real, "workers")["is_ok"]
    real.query("UPDATE worker SET ticked_at = ?", ago(minutes=2))
    assert look(real, "workers")["is_ok"]
    real.query("UPDATE worker SET ticked_at = ?", ago(minutes=4))
    found = look(real, "workers")
    assert not found["is_ok"]
    assert "0 alive, the last sign of life at" in found["says"]
    assert "reviewflow run" in found["remedy"]


def test_a_silent_worker_is_named_beside_one_that_lives(real: Desk) -> None:
    """A warning: the work goes on. One that was told to stop is not silent."""
    for name, minutes, stopped in (("host:1:aa", 0, None), ("host:2:bb", 9, None), ("host:3:cc", 9, ago(minutes=9))):
        at = ago(minutes=minutes)
        real.query("INSERT INTO worker VALUES (?, ?, ?, ?, '{}')", name, at, at, stopped)
    found = look(real, "workers")
    assert (found["is_ok"], found["is_warning"]) == (True, True)
    assert "1 alive" in found["says"]
    assert "silent: host:2:bb since" in found["says"]
    assert "host:3:cc" not in found["says"]
    assert "warn workers" in real.line("check").out


# ---------------------------------------------------------------------------- letters, secrets, deadlines


def test_letters_that_nobody_sends_are_told(real: Desk) -> None:
    """Due for longer than ten minutes: is a worker running?"""
    real.query("UPDATE delivery SET status = 'pending', sent_at = NULL, next_attempt_at = ?", ago(minutes=9))
    assert look(real, "letters")["is_ok"]
    real.query("UPDATE delivery SET next_attempt_at = ?", ago(minutes=11))
    found = look(real, "letters")
    assert not found["is_ok"]
    assert "due and not sent, the oldest since" in found["says"]
    assert "Does a worker run?" in found["remedy"]


@pytest.fixture
def told(real: Desk, tmp_path: Path) -> Iterator[Desk]:
    """One person with a webhook, and server.toml that names a folder of secrets, which is not there."""
    channel = {"no": 1, "kind": "webhook", "address": "https://hooks.lab.example/x", "secret": "hook-key"}
    real.query("UPDATE person SET channels = NULL")
    real.query("UPDATE person SET channels = ? WHERE ref = ?", json.dumps([channel]), PEOPLE["one"])
    real.config, real.is_warm = example_config(tmp_path / "config"), False
    (real.config / "server.toml").write_text(f'[secrets]\nfolder = "{tmp_path / "secrets"}"\n')
    yield real


def test_secrets_that_cannot_be_read_are_told(told: Desk, tmp_path: Path) -> None:
    """Whose channel and which secret, from the folder to the file; never what it holds."""
    found = look(told, "secrets")
    assert not found["is_ok"]
    assert f"{tmp_path / 'secrets'} is no folder" in found["says"]
    assert f"webhook-1 of {PEOPLE['one']}: 'hook-key'" in found["says"]
    assert "under [secrets] in server.toml" in told.line("check").out  # brackets are no mark-up
    (tmp_path / "secrets").mkdir()
    found = look(told, "secrets")
    assert not found["is_ok"]
    assert f"webhook-1 of {PEOPLE['one']}: The secret 'hook-key' cannot be read" in found["says"]
    (tmp_path / "secrets" / "hook-key").write_text("Very-Secret")
    answer = told.line("check", None, None, "--json")
    assert one(answer, "secrets")["is_ok"]
    assert "Very-Secret" not in answer.out + answer.err


def test_the_password_of_the_mail_server_is_a_secret_too(told: Desk, tmp_path: Path) -> None:
    """Where letters go by mail."""
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "hook-key").write_text("Very-Secret")
    assert told.config
    with (told.config / "server.toml").open("a") as file:
        file.write('[smtp]\nuser = "desk"\npassword = "mail-key"\n')
    assert look(told, "secrets")["is_ok"]
    with (told.config / "server.toml").open("a") as file:
        file.write('[letters]\nchannels = ["email"]\n')
    assert "[smtp] password: The secret 'mail-key' cannot be read" in look(told, "secrets")["says"]


def test_a_shell_without_the_folder_only_warns(told: Desk) -> None:
    """The supervisor may give it to the worker alone."""
    assert told.config
    (told.config / "server.toml").write_text("")
    with patch.dict(os.environ):
        os.environ.pop("CREDENTIALS_DIRECTORY", None)
        found = look(told, "secrets")
    assert (found["is_ok"], found["is_warning"]) == (True, True)
    assert "'hook-key'" in found["says"]


def test_where_letters_are_written_is_told(real: Desk, tmp_path: Path) -> None:
    """Beside the file; elsewhere where server.toml says so, absolute; a warning where that is no place to write to."""
    real.is_warm, real.config = False, example_config(tmp_path / "config")
    server = real.config / "server.toml"
    server.write_text("")
    assert look(real, "folder")["says"].endswith(f" {tmp_path / 'letters'}")
    server.write_text(f'[letters]\nfolder = "{tmp_path / "out"}"\n')
    assert look(real, "folder")["says"].endswith(f" {tmp_path / 'out'}")
    (tmp_path / "out").write_text("a file")
    found = look(real, "folder")
    assert (found["is_ok"], found["is_warning"]) == (True, True)
    assert f"cannot write to {tmp_path / 'out'}" in found["says"]
    server.write_text('[letters]\nfolder = "out"\n')
    assert "absolute path" in real.refused(None, "check", code=2)
    server.write_text('[letters]\nchannels = ["email"]\n')
    real.query("UPDATE person SET channels = NULL")
    assert "folder" not in {each["what"] for each in real.line("check", None, None, "--json").json["findings"]}


def test_no_secrets_no_finding(real: Desk) -> None:
    """Nothing is said where no channel names one."""
    real.query("UPDATE person SET channels = NULL")
    assert "secrets" not in {each["what"] for each in real.line("check", None, None, "--json").json["findings"]}


def test_deadlines_are_compared_with_the_record(desk: Desk) -> None:
    """As `reconcile` does it; `verify` says what to do about it, and the mended record which deadline it was."""
    assert look(desk, "reconcile")["is_ok"]
    wrong = "UPDATE deadline SET due_at = '2027-01-01T00:00:00.000000Z' WHERE kind = ? AND status = 'open'"
    desk.query(wrong, "window")
    found = look(desk, "reconcile")
    assert not found["is_ok"]
    assert "not as the record owes: 1" in found["says"]
    assert "reviewflow reconcile" in found["remedy"]
    said = desk.line("verify")
    assert (said.code, "Compare with a backup" in said.out, "reviewflow reconcile" in said.out) == (1, True, True)
    desk.line("reconcile --mend")
    assert look(desk, "reconcile")["is_ok"]
    timeline = " ".join(desk.line("review timeline {r}", "decider").out.split())
    assert "the window deadline was not as the record owes and is set right" in timeline
    with patch("reviewflow.cli.vitals.FEW", 0):
        assert "too many to compare here" in look(desk, "reconcile")["says"]


def test_of_another_release_only_that_is_told(real: Desk) -> None:
    """The tables of a schema that is not yet migrated are not asked for what they do not have."""
    real.query("UPDATE alembic_version SET version_num = '0001'")
    real.query("DROP TABLE worker")
    found = look(real, "migrations")
    assert (found["is_ok"], found["remedy"]) == (False, "Run `reviewflow init`.")


# ---------------------------------------------------------------------------- PostgreSQL


@pytest.fixture
def server_desk(tmp_path: Path) -> Iterator[Desk]:
    """A real, empty programme on the tests' PostgreSQL server."""
    with patch.object(databases, "current", POSTGRESQL):
        found = Desk.real(tmp_path)
    found(None, "init")
    yield found
    found.close()


def test_a_role_may_rewrite_add_or_only_read(server_desk: Desk) -> None:
    """A warning, in order, bad."""
    base = server_desk.base
    assert base
    found = look(server_desk, "role")
    assert (found["is_ok"], found["is_warning"]) == (True, True)
    assert "better to work as reviewflow_app" in found["says"]
    assert look(server_desk, "isolation")["is_warning"]  # a superuser passes every wall
    engine = connect(base.url)
    with transaction(engine) as connection:
        roles.make(connection, base.name)
    engine.dispose()
    base.query("DO $$ BEGIN CREATE ROLE only_reads LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
    base.query("GRANT USAGE ON SCHEMA public TO only_reads")
    base.query("GRANT SELECT ON ALL TABLES IN SCHEMA public TO only_reads")
    config = ("--config", str(server_desk.config), "--json", "check")
    found = one(reviewflow("--database", as_user(base.name, roles.APP), *config), "role")
    assert (found["is_ok"], found["is_warning"]) == (True, False)
    found = one(reviewflow("--database", as_user(base.name, roles.APP), *config), "isolation")
    assert (found["is_ok"], found["is_warning"]) == (True, False)
    found = one(reviewflow("--database", as_user(base.name, "only_reads"), *config), "role")
    assert (found["is_ok"], found["says"]) == (False, "this role may only read")
    assert "init --roles" in found["remedy"]


def test_a_proxy_that_is_not_trusted_is_a_warning(real: Desk) -> None:
    """Where public_url is https something must stand before the server; where nothing is served, nothing is said."""
    real.is_warm = False  # server.toml is read anew each time
    assert "exposure" not in {each["what"] for each in real.line("check", None, None, "--json").json["findings"]}
    assert real.config is not None
    server = real.config / "server.toml"
    server.write_text('[api]\npublic_url = "https://reviews.example"\n')
    found = look(real, "exposure")
    assert (found["is_ok"], found["is_warning"]) == (True, True)
    assert "trusted_proxies under [api]" in found["remedy"]
    server.write_text('[api]\npublic_url = "https://reviews.example"\ntrusted_proxies = ["10.0.0.7"]\n')
    assert not look(real, "exposure")["is_warning"]


def test_letters_of_a_server_lie_in_the_users_folder_of_state(server_desk: Desk, tmp_path: Path) -> None:
    """Wherever the command was started; nothing is written there."""
    server_desk("decider", "agreement open example-lab-one")
    server_desk.is_warm = False
    state, here = tmp_path / "state", tmp_path / "here"
    here.mkdir()
    with patch.dict(os.environ, XDG_STATE_HOME=str(state)), contextlib.chdir(here):
        found = look(server_desk, "folder")
        assert server_desk(None, "tick")["letters_sent"] > 0
    assert found["says"].endswith(f" {state / 'reviewflow' / 'letters'}")
    assert list((state / "reviewflow" / "letters").glob("*.eml"))
    assert list(here.iterdir()) == []


def as_user(database: str, user: str) -> str:
    """The URL of a role's own."""
    return postgres.shared().url(database, user=user)


@pytest.mark.parametrize("is_replica", [True, False], ids=["replica", "read-only"])
def test_a_server_that_takes_no_writes_is_told(tmp_path: Path, is_replica: bool) -> None:
    """By `check`, with the way to the primary, and by /readyz."""
    config = example_config(tmp_path / "config")
    with postgres.server() as server:
        words = ("--database", server.url(), "--config", str(config), "--json")
        assert reviewflow(*words, "init").code == 0
        if is_replica:
            server.stop()
            (server.data / "standby.signal").touch()
            server.start()
        else:
            with closing(server.raw()) as raw:
                raw.execute("ALTER DATABASE postgres SET default_transaction_read_only = on")
        answer = reviewflow(*words, "check")
        engine = connect(server.url())
        [why] = not_ready(engine)
        engine.dispose()
    found = next(each for each in answer.json["findings"] if each["what"] == "server")
    assert (answer.code, found["is_ok"]) == (1, False)
    assert found["says"] == f"This server is {'a replica (in recovery)' if is_replica else READ_ONLY}."
    assert "target_session_attrs=read-write" in found["remedy"]
    assert why.startswith(found["says"])


READ_ONLY = "read-only (default_transaction_read_only = on)"
