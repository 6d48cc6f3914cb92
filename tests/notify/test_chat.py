"""Chat services through Apprise: a real request to a real server on this machine, and every way in which it fails."""

import gzip
import json
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from requests import Response

from reviewflow.notify import chat
from reviewflow.notify.capped import LONGEST, Capped
from reviewflow.notify.chat import chat_sender
from reviewflow.notify.letters import Letter
from reviewflow.notify.senders import Undeliverable
from reviewflow.nouns.contact import Channel, ChannelKind
from reviewflow.nouns.server import Server
from tests.notify import cases as c

SECRET = "hush-hush"
PACKED = gzip.compress(bytes(1 << 24))


class Service:
    """A chat service that keeps what it is told, and answers as it is set.

    The status 0 is silence until it is over, or drips; what pours has no end, and packed is a flood in a nutshell.
    """

    def __init__(self) -> None:
        self.status, self.heard, self.paths = 200, [], []  # type: int, list[Any], list[str]
        self.over, self.drips, self.pours, self.is_packed, self.poured = threading.Event(), False, False, False, 0
        outer = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.paths.append(self.path)
                outer.heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                while outer.drips and not outer.over.wait(0.1):
                    self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: " if self.close_connection else b".")
                    self.close_connection = False
                if not outer.status:
                    outer.over.wait(5)
                    return
                self.send_response(outer.status)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", str(1 << 40 if outer.pours else 0))
                if outer.is_packed:
                    self.send_header("Content-Encoding", "gzip")
                self.end_headers()
                with suppress(OSError):
                    while outer.pours and not outer.over.is_set():
                        outer.poured += self.wfile.write(PACKED if outer.is_packed else bytes(1 << 16))

            do_GET = do_POST

            def log_message(self, format: str, *args: Any) -> None:
                """Not to the terminal."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"json://127.0.0.1:{self.server.server_port}/{SECRET}?redirect=yes&retry=3&rto=60&cto=60"


@pytest.fixture
def service() -> Iterator[Service]:
    """A service that runs for one test."""
    made = Service()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.01,))
    thread.start()
    yield made
    made.over.set()
    made.server.shutdown()
    thread.join(5)
    made.server.server_close()


def letter() -> Letter:
    """A letter on a chat channel."""
    return replace(c.one("lapsed", c.LAB), channel=Channel(2, ChannelKind.CHAT, secret="lab.team-chat"))


def named(url: str) -> Callable[[str], str]:
    """The secrets of an installation with one of them."""
    return {"lab.team-chat": url}.__getitem__


def refused(url: str) -> str:
    """Why an attempt failed."""
    with pytest.raises(Undeliverable) as caught:
        chat_sender(Server(send_seconds=1), named(url))(letter())
    return str(caught.value)


def test_chat_gets_subject_line_and_where_to_read(service: Service) -> None:
    """One request, whose URL is the named secret: a short text, and nothing of what the letter says."""
    sent = letter()
    chat_sender(Server(send_seconds=1), named(service.url))(sent)
    (heard,) = service.heard
    assert heard["title"] == sent.subject
    assert heard["message"] == f"To read the letter: reviewflow --as {c.LAB.ref} letter show {sent.id}"
    assert service.paths == [f"/{SECRET}"]


@pytest.mark.parametrize("status", [302, 404, 410, 429, 500])
def test_any_other_answer_is_told(service: Service, status: int) -> None:
    """Its status, and no part of the URL; no redirect is followed, nothing is tried twice, whatever the URL asks."""
    service.status = status
    why = refused(service.url)
    assert why == f"The chat service JSON did not take the letter: it answered {status}."
    assert len(service.heard) == 1


@pytest.mark.parametrize("is_packed", [False, True])
def test_an_answer_without_end_is_not_read_to_its_end(
    service: Service, monkeypatch: pytest.MonkeyPatch, is_packed: bool
) -> None:
    """Its beginning is, packed or not, a megabyte of it; the letter was taken, and is not sent again."""
    read: list[Response] = []
    heard = Capped.send

    def noting(*given: Any, **how: Any) -> Response:
        read.append(heard(*given, **how))
        return read[-1]

    monkeypatch.setattr(Capped, "send", noting)
    service.pours, service.is_packed = True, is_packed
    chat_sender(Server(send_seconds=5), named(service.url))(letter())
    (answer,) = read
    assert LONGEST <= len(answer.content) < 2 * LONGEST
    assert service.poured < 64 * LONGEST, "the connection was cut"


def test_silent_service_costs_half_a_second(service: Service) -> None:
    """The waits of Apprise are bounded by ours."""
    service.status = 0
    assert refused(service.url) == "The chat service JSON did not take the letter."
    assert len(service.heard) == 1


def test_service_that_drips_is_left_at_the_deadline(service: Service) -> None:
    """However often it says a little; nothing that is left of it holds up the end of the process."""
    service.drips = True
    began = time.monotonic()
    assert refused(service.url) == "The chat service did not take the letter within 1 s."
    assert 1 <= time.monotonic() - began < 2
    left = [thread for thread in threading.enumerate() if thread.name == "chat"]
    assert left
    assert all(thread.daemon for thread in left)


def test_a_secret_of_somebody_else_is_not_read(service: Service) -> None:
    """A room belongs to an organization."""
    sent = letter()
    sent = replace(sent, channel=replace(sent.channel, secret="office.room"))
    with pytest.raises(Undeliverable, match="is not one for channels of lab"):
        chat_sender(Server(), lambda _: service.url)(sent)
    assert service.heard == []


@pytest.mark.parametrize("url", ["", "nonsense", "https://x.example/hook", f"nosuch://{SECRET}", "json://"])
def test_secret_that_is_no_chat_service_is_told(
    url: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the name of the secret; its value is nowhere, in no log and not on the terminal."""
    logged: list[logging.LogRecord] = []
    monkeypatch.setattr(logging.getLogger(), "handlers", [everything := logging.NullHandler()])
    monkeypatch.setattr(everything, "handle", logged.append)
    why = refused(url)
    assert "'lab.team-chat' holds no URL of a chat service that Apprise knows" in why
    assert SECRET not in why + "".join(capfd.readouterr())
    assert logged == []
    assert not any(type(handler).__module__ == chat.__name__ for handler in logging.getLogger("apprise").handlers)


def test_missing_apprise_is_told_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an extra, and nothing else needs it."""
    monkeypatch.setitem(sys.modules, "apprise", None)
    assert refused("json://127.0.0.1").endswith("Install it with `pip install reviewflow[chat]`.")
