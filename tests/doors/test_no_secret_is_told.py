"""Whoever reads the logs, the list of processes, the environment, or the whole database learns no secret."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from reviewflow import logs
from reviewflow.nouns.paths import API
from tests.doors.api.world import Program, served
from tests.stories.world import PEOPLE, Desk, reviewflow

ADMIN, OFFICER = "first-admin@example-office.example", PEOPLE["one"]
HTTPS = "https://testserver"
PASSWORDS = {
    "first": "lantern orbit vault mosaic", "second": "copper thistle engine rainfall",
    "third": "granite pepper window oboe", "wrong": "violet harbour tin sled", "poor": "zq zq zq zq zq zq",
}  # fmt: skip


@dataclass
class Witness:
    """What anybody could read while secrets were at work, and the secrets that must not be in it."""

    desk: Desk
    folder: Path
    secrets: list[str] = field(default_factory=lambda: list(PASSWORDS.values()))
    heard: list[str] = field(default_factory=list)

    def run(self, *words: str, typed: tuple[str, ...] = ()) -> dict[str, Any]:
        """A command line in a process of its own, with the log at debug, whose arguments and environment are read."""
        command = [sys.executable, "-m", "reviewflow", "--database", self.desk.url, "--config", str(self.desk.config)]
        process = subprocess.Popen(
            [*command, "--json", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env={**os.environ, "REVIEWFLOW_LOG": "debug"},
        )  # fmt: skip
        for name in ("cmdline", "environ"):
            while not (seen := Path(f"/proc/{process.pid}/{name}").read_text(errors="replace")):
                assert process.poll() is None, "it ended before it was looked at"
            assert "reviewflow" in seen.lower()
            self.heard.append(seen)
        said, err = process.communicate("".join(f"{secret}\n" for secret in typed), timeout=60)
        self.heard.append(err)
        if process.returncode:
            return {}
        found: dict[str, Any] = json.loads(said)
        return found

    def keep(self, secret: str) -> str:
        """One more that must not be told."""
        self.secrets.append(secret)
        return secret

    def everywhere(self) -> Iterator[tuple[str, str]]:
        """Where one could look, and what stands there."""
        yield "logs, processes and answers", "\n".join(self.heard)
        with self.desk._beside() as database:
            for table in database.tables():
                yield f"the table {table}", repr(database.query(f'SELECT * FROM "{table}"'))
        for path in self.folder.rglob("*"):
            if path.is_file() and path.suffix != ".token":
                yield str(path), path.read_bytes().decode("latin-1")


@contextmanager
def listening(witness: Witness, capsys: pytest.CaptureFixture[str]) -> Iterator[Program]:
    """The API in this process, with the log at debug."""
    with served(witness.desk, {"base_url": HTTPS}) as program:
        logs.configure("debug")
        capsys.readouterr()
        yield program
        said = capsys.readouterr()
        assert "signed_in" in said.err, "the log was listened to"
        witness.heard += [said.out, said.err]
        logs.configure("critical")


def at_the_machine(witness: Witness) -> None:
    """The first administrator comes in, and makes a token."""
    code = witness.keep(witness.run("init")["first_administrator"]["code"])
    assert witness.run("person", "accept", ADMIN, "-", typed=(code, PASSWORDS["first"]))
    out = witness.folder / "pipeline.token"
    witness.heard.append(str(witness.run("--as", ADMIN, "token", "make", "pipeline", "--out", str(out))))
    witness.keep(out.read_text().strip())


def over_http(witness: Witness, program: Program) -> None:
    """Signing in, right and wrong, presence, passwords, tokens, an invitation, and what each answers."""

    def ask(method: str, path: str, body: object = None, **headers: str) -> Any:
        sent = {"Origin": HTTPS} | headers
        answer = program.client.request(method, API + path, json=body, headers=sent)
        told = answer.json() if answer.content and answer.status_code < 400 else {}
        witness.heard.append(answer.text if answer.status_code >= 400 else "")
        for name in ("token", "code"):
            if told.get(name):
                witness.keep(told.pop(name))
        witness.heard.append(str(told))
        if "set-cookie" in answer.headers and program.client.cookies.get("__Host-reviewflow"):
            witness.keep(program.client.cookies["__Host-reviewflow"])
        return answer.status_code

    def sign_in(mailbox: str, password: str) -> Any:
        return ask("POST", "/session", {"mailbox": mailbox, "password": password})

    assert sign_in(ADMIN, PASSWORDS["first"]) == 201
    assert ask("POST", f"/people/{OFFICER}/invitation") == 201
    code = witness.secrets[-1]
    for password, status in ((PASSWORDS["poor"], 422), (PASSWORDS["second"], 201), (PASSWORDS["second"], 401)):
        assert ask("POST", "/invitations/accept", {"code": code, "password": password}) == status
    assert sign_in(OFFICER, PASSWORDS["wrong"]) == 401
    assert sign_in(PASSWORDS["wrong"], OFFICER) == 401  # as people do who are in a hurry
    assert ask("POST", "/session", {"mailbox": OFFICER, "password": [PASSWORDS["second"]]}) == 422
    assert sign_in(OFFICER, PASSWORDS["second"]) == 201
    assert ask("POST", "/me/prove", {"password": PASSWORDS["wrong"]}) == 403
    assert ask("POST", "/me/prove", {"password": PASSWORDS["second"]}) == 200
    assert ask("PUT", "/me/password", {"current": PASSWORDS["second"], "password": PASSWORDS["poor"]}) == 422
    assert ask("PUT", "/me/password", {"current": PASSWORDS["second"], "password": PASSWORDS["third"]}) == 200
    assert ask("POST", "/me/tokens", {"name": "x"}) == 201
    assert [ask("GET", path) for path in ("/me", "/me/tokens", "/me/sessions")] == [200] * 3
    token = witness.secrets[-1]
    wrong = witness.keep(f"{token[:-1]}{'0' if token[-1] != '0' else '1'}")
    assert ask("GET", "/me", Authorization=f"Bearer {token}") == 200
    assert ask("GET", "/me", Authorization=f"Bearer {wrong}") == 401
    assert ask("DELETE", "/session") == 204


URLS = (
    "postgresql+psycopg://me:sesame-street@127.0.0.1:1/reviews", "postgresql://me@127.0.0.1:1/r?password=sesame-street",
    "postgresql+psycopg://:sesame-street@127.0.0.1:abc/reviews", "postgresql://127.0.0.1:1/r?sslpassword=sesame-street",
)  # fmt: skip


@pytest.mark.parametrize("url", URLS)
def test_password_of_the_database_stands_in_a_file_or_nowhere(tmp_path: Path, url: str) -> None:
    """In an option or a variable everybody on the machine reads it: it is refused there, and not repeated."""
    for answer in (reviewflow("--database", url, "verify"), reviewflow("verify", REVIEWFLOW_DATABASE=url)):
        assert answer.code == 2
        assert "holds a password" in answer.err
        assert "@FILE" in answer.err and ".pgpass" in answer.err
        assert "sesame" not in answer.out + answer.err
    (tmp_path / "where").write_text(f"{url}\n")
    read = reviewflow("--database", f"@{tmp_path / 'where'}", "verify")
    assert (read.code, "holds a password" in read.err) == (2 if ":abc" in url else 6, False), read.err
    assert "sesame" not in read.out + read.err


def test_token_that_is_given_as_a_file_is_not_repeated(tmp_path: Path) -> None:
    """It is told apart from a file, and to be revoked; nothing else that is no file is repeated either."""
    asked = ("--server", "http://127.0.0.1:1", "--json")
    token = reviewflow(*asked, "--token-file", "rfl_sesame", "review", "list")
    assert (token.code, "revoke it" in token.err, "sesame" in token.err) == (2, True, False)
    other = reviewflow(*asked, "--token-file", "sesame-street", "review", "list")
    assert (other.code, "cannot be read" in other.err, "sesame" in other.err) == (2, True, False)


@pytest.mark.slow
def test_no_secret_is_told(tmp_path: Path, database_kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Passwords, also wrong ones, cookies, tokens, codes: in no log at debug, argument, environment, table or file."""
    desk = Desk.real(tmp_path)
    witness = Witness(desk, tmp_path)
    at_the_machine(witness)
    with listening(witness, capsys) as program:
        over_http(witness, program)
    assert len(set(witness.secrets)) >= len(PASSWORDS) + 9
    for place, text in witness.everywhere():
        for secret in set(witness.secrets):
            parts = (secret, secret.replace("-", ""), secret[4:24]) if len(secret) > 24 else (secret,)
            assert not any(part in text for part in parts), f"{secret[:6]}... in {place}"
    for event in ("signed_in", "sign_in_failed", "presence_proven", "presence_not_proven", "password_set",
                  "session_ended", "token_made", "invitation_made", "invitation_used", "code_refused"):  # fmt: skip
        assert any(event in text for text in witness.heard), event
    desk.close()
