"""What scripts/run ends with: the demonstration in the browser, one click from each role."""

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from reviewflow.nouns.states import Role
from tests.stories.begun import begun

sys.path.append(str(Path(__file__).resolve().parents[2] / "scripts"))

import demo

ALONE = """
import sys, pathlib, demo
demo.FOLDER, demo.PORT, demo.Demo.run = pathlib.Path(sys.argv.pop(1)), int(sys.argv.pop(1)), lambda self: None
sys.exit(demo.main())
"""  # all of it but the month, which is told elsewhere


@contextmanager
def held() -> Iterator[int]:
    """A port that is taken."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        yield one.getsockname()[1]


@contextmanager
def started(root: Path, folder: Path, usual: int, *words: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """The script on a database that there is: the process, and what it printed until it served."""
    command = [sys.executable, "-c", ALONE, str(folder), str(usual), *words]
    process = subprocess.Popen(
        command, cwd=root / "scripts", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout
    try:
        said = list[str]()
        for line in process.stdout:
            said.append(line.strip())
            if "Ctrl-C ends it; scripts/run" in line:
                break
        yield process, said
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def ended(process: subprocess.Popen[str], how: signal.Signals) -> str:
    """Told to stop, it does; what it said meanwhile."""
    process.send_signal(how)
    said = process.communicate(timeout=20)[0]
    assert process.returncode == 0, said
    return said


def wait_for(address: str) -> None:
    """Until the server is there."""
    for _ in range(200):
        with suppress(httpx.TransportError):
            httpx.get(address)
            return
        time.sleep(0.05)
    raise AssertionError(f"nobody answers at {address}")


def test_each_link_leads_to_the_queue_of_its_role(root: Path, tmp_path: Path) -> None:
    """One click each, for every role there is; the usual port is taken, which is said; Ctrl-C ends it quietly."""
    with held() as usual, begun(tmp_path), started(root, tmp_path, usual) as (process, said):
        assert any(f"The port {usual} is taken, so it is" in line for line in said), said
        links = dict(re.findall(r"^(\w+).* (http://\S+/as/\S+)$", "\n".join(said), re.M))
        assert links.keys() == {role.value for role in Role}
        wait_for(links["officer"])
        for role, link in links.items():
            page = httpx.get(link, follow_redirects=True)
            mailbox = link.rpartition("/")[2]
            assert (page.status_code, page.url.path) == (200, "/"), link
            assert role in mailbox and f'class="me" title="{mailbox}"' in page.text and "<h1>Queue</h1>" in page.text
        assert "Traceback" not in ended(process, signal.SIGINT)


def test_without_pages_and_on_a_taken_port(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """`--no-serve` runs and ends; a port that was named and is taken, or is none, is said before anything is run."""
    done = list[str]()
    monkeypatch.setattr(demo.Demo, "run", lambda self: done.append("run"))

    def serve(self: object, port: int) -> int:
        done.append(f"serve {port}")
        return 0

    monkeypatch.setattr(demo.Demo, "serve", serve)

    def code(*words: str) -> int:
        done.clear()
        monkeypatch.setattr(sys, "argv", ["scripts/run", *words])
        try:
            return int(demo.main())
        except SystemExit as end:
            return int(str(end.code))

    assert (code("--no-serve"), done) == (0, ["run"])
    assert (code(), done) == (0, ["run", f"serve {demo.PORT}"])
    with held() as port:
        assert (code("--port", str(port)), done) == (1, [])
        assert f"The port {port} is taken, so nothing was run. Name another one" in capsys.readouterr().out
        assert (code("--no-serve", "--port", str(port)), done) == (0, ["run"])
    assert (code("--port", str(port)), done) == (0, ["run", f"serve {port}"])
    assert (code("--port", "99999"), done) == (2, [])
    assert "99999 is no port; one is a number from 1 to 65535." in capsys.readouterr().err
