"""A receiver of webhooks on this machine: a real HTTPS server, a name service that says what the test wants."""

import socket
import ssl
from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from reviewflow.notify.letters import Letter
from reviewflow.nouns.contact import Channel, ChannelKind
from tests.notify import cases

HOST = "hooks.lab.example"
KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # the published one


def letter_to(url: str, *, is_confidential: bool = False, **changes: Any) -> Letter:
    """A letter of the cases, for this address."""
    channel = Channel(1, ChannelKind.WEBHOOK, url, "lab.hook", is_confidential)
    return replace(cases.one("lapsed", cases.LAB), channel=channel, **changes)


class Names:
    """A name service: the answers of each look-up in turn, the last for ever; it keeps what it was asked."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers, self.asked = list(answers), list[tuple[str, int]]()

    def __call__(self, host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        self.asked.append((host, port))
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]


class Request(NamedTuple):
    """What arrived."""

    path: str
    headers: dict[str, str]
    body: bytes
    sni: str | None


class Receiver(ThreadingHTTPServer):
    """Keeps every request and answers each as `answer` does, which is given the handler."""

    daemon_threads = True

    def __init__(self, trust: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests: list[Request] = []
        self.names: list[str | None] = []
        self.answer: Callable[[Handler], None] = lambda handler: handler.say(204)
        self.trust = trust
        if trust:
            trust.sni_callback = lambda _, name, __: self.names.append(name)

    def get_request(self) -> tuple[Any, Any]:
        sock, address = super().get_request()
        if self.trust:  # the handshake happens in the handler's thread
            sock = self.trust.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        return sock, address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that hangs up is what many tests are about."""


class Handler(BaseHTTPRequestHandler):
    """Reads the request and leaves the rest to the test."""

    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        name = self.server.names[-1] if self.server.names else None
        headers = {key.lower(): value for key, value in self.headers.items()}
        self.server.requests.append(Request(self.path, headers, body, name))
        self.server.answer(self)

    def say(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""
