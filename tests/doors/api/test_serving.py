"""`reviewflow serve` as a process of its own: it starts, serves, and ends without dropping an answer."""

import contextlib
import http.client
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from reviewflow.api import server
from reviewflow.app import open_app
from reviewflow.engine.heartbeat import Heartbeat
from reviewflow.errors import Unavailable
from tests.databases import File
from tests.doors.api.world import token_for
from tests.doors.test_heartbeat import HUNG, wait_for
from tests.stories.world import PEOPLE, Desk, started

NOTE = json.dumps({"text": "In flight."})


@contextlib.contextmanager
def serving(
    desk: Desk, log: Path, *options: str, program: tuple[str, ...] = ("-m", "reviewflow")
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A process that serves, and its port; killed if it does not end by itself."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REVIEWFLOW_")}
    words = [sys.executable, *program, "--database", desk.url]
    words += ["--config", str(desk.config)] if desk.config else []
    with (
        log.open("wb") as out,
        subprocess.Popen([*words, "serve", "--port", "0", *options], stdout=out, stderr=out, env=kept) as process,
    ):
        try:
            wait_for(lambda: b"Serving" in log.read_bytes() or process.poll() is not None)
            found = re.search(r":(\d+)/api/v1", log.read_text())
            assert found, log.read_text()
            yield process, int(found[1])
        finally:
            if process.poll() is None:
                process.kill()


def ask(port: int, method: str, path: str, token: str = "", body: str | None = None) -> http.client.HTTPConnection:
    """Send a request, and do not wait for the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Content-Type": "application/json", "If-Match": "*"} if body else {}
    connection.request(method, path, body, headers | ({"Authorization": f"Bearer {token}"} if token else {}))
    return connection


def got(port: int, path: str, token: str = "") -> tuple[int, bytes]:
    """The status and body of a look."""
    with contextlib.closing(ask(port, "GET", path, token)) as connection:
        answer = connection.getresponse()
        return answer.status, answer.read()


def is_closed(port: int) -> bool:
    """Whether nobody listens any more."""
    try:
        got(port, "/livez")
    except OSError:
        return True
    return False


@contextlib.contextmanager
def held(desk: Desk) -> Iterator[None]:
    """Nobody else can write a review meanwhile."""
    with desk._beside() as database:
        database.query("BEGIN IMMEDIATE" if isinstance(database, File) else "BEGIN")
        if not isinstance(database, File):
            database.query("SELECT ref FROM subject FOR UPDATE")
        yield
        database.query("COMMIT")


def test_what_is_being_answered_is_finished(tmp_path: Path, database_kind: str) -> None:
    """Told to stop in the middle of a command, the server does it, answers, and ends with 0; no secret is logged."""
    desk = Desk.new(tmp_path)
    started(desk, "r", "10-05", "2026-12-01")
    token, log = token_for(open_app(desk.url), PEOPLE["rev"]), tmp_path / "log"
    with serving(desk, log) as (process, port):
        assert got(port, "/livez") == got(port, "/readyz") == (200, b"ok\n")
        with contextlib.closing(ask(port, "HEAD", "/livez")) as connection:  # nothing of a body stands in the way
            for method in ("GET", "HEAD", "GET"):
                answer = connection.getresponse()
                assert (answer.status, answer.read() in (b"", b"ok\n")) == (200, True)
                connection.request(method, "/livez")
        assert got(port, f"/api/v1/reviews?lab={token}", token)[0] == 200
        with held(desk):
            asked = ask(port, "POST", f"/api/v1/reviews/{desk.refs['r']}/note", token, NOTE)
            for _ in range(3):  # it has begun on what came before these
                assert got(port, "/livez")[0] == 200
            process.send_signal(signal.SIGTERM)
            wait_for(lambda: is_closed(port))  # it drains
        with contextlib.closing(asked):
            answer = asked.getresponse()
            assert answer.status == 200, answer.read()
            assert answer.headers["server"] is None
        assert process.wait(30) == 0, log.read_text()
    assert [note["text"] for note in desk.parts("note", "r")] == ["In flight."]
    logged = log.read_text()
    assert "event=request" in logged
    assert "status=200" in logged
    assert token not in logged
    assert "In flight" not in logged
    desk.close()


def test_worker_beats_beside(tmp_path: Path, database_kind: str) -> None:
    """With a worker the process beats too, and signs off when it is told to stop."""
    desk = Desk.real(tmp_path)
    desk(None, "init")
    log = tmp_path / "log"
    with serving(desk, log, "--with-worker") as (process, port):
        wait_for(lambda: desk.query("SELECT name FROM worker WHERE ticked_at IS NOT NULL AND name LIKE '%:%'"))
        assert got(port, "/readyz")[0] == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0, log.read_text()
    assert desk.query("SELECT name FROM worker WHERE stopped_at IS NOT NULL AND name LIKE '%:%'")
    desk.close()


def test_a_hung_sweep_ends_the_process(tmp_path: Path) -> None:
    """The server ends with its worker, and no thread that hangs keeps the process with a closed port."""
    desk, log = Desk.real(tmp_path), tmp_path / "log"
    desk(None, "init")
    with serving(desk, log, "--with-worker", program=("-c", HUNG)) as (process, _):
        assert process.wait(30) == 6, log.read_text()
    assert "The heartbeat of this worker died." in log.read_text()
    assert "Traceback" not in log.read_text()
    desk.close()


@pytest.mark.parametrize("error", [KeyError("odd"), Unavailable("The heartbeat of this worker died.")])
def test_no_server_outlives_its_worker(tmp_path: Path, error: Exception) -> None:
    """Whatever its worker dies of, the server ends by itself and says so plainly."""

    class Sick(Heartbeat):
        def run(self, tell: Callable[[str], None] = lambda _: None) -> None:
            raise error

    async def nothing(scope: object, receive: Callable[[], Awaitable[object]], send: object) -> None:
        await receive()

    app = open_app(f"sqlite:///{tmp_path}/none.db")
    service = server.Service(app, nothing, "127.0.0.1", 0, Sick(app.engine, app.settings, {}))
    with pytest.raises(Unavailable, match=r"odd|died"):
        service.run()
    assert is_closed(service.port)


def test_port_that_is_taken_is_said_plainly(tmp_path: Path) -> None:
    """A second server on a port ends at once with 6 and says why; without a database too; a date is refused."""
    desk = Desk.new(tmp_path)
    with serving(desk, tmp_path / "log") as (_, port):
        taken = desk.line(f"serve --port {port}")
        assert (taken.code, f"The port {port} of 127.0.0.1 cannot be had" in taken.err) == (6, True)
    assert desk.line("serve --port 0", None, "10-12 09:00").code == 1
    empty = Desk(tmp_path / "none.db")
    assert empty.line("serve --port 0").code == 6
    desk.close()
