"""The port of a worker, for this machine alone: /metrics, /livez, /readyz."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from reviewflow.cli.metrics import CONTENT_TYPE
from reviewflow.errors import ReviewflowError, Unavailable

LOOPBACK = "127.0.0.1"
PLAIN = "text/plain; charset=utf-8"

Page = tuple[int, str, str]  # status, content type, text


def health(reasons: list[str]) -> Page:
    """200 where nothing speaks against it, else 503 with each reason."""
    return (503, PLAIN, "".join(f"{reason}\n" for reason in reasons)) if reasons else (200, PLAIN, "ok\n")


@contextmanager
def serving(port: int, pages: Mapping[str, Callable[[], Page]]) -> Iterator[int]:
    """Answer GET by path on the loopback port, 0: any that is free; the port. Unavailable where it is taken."""
    try:
        server = _Server((LOOPBACK, port), _handler(pages))
    except OSError as error:
        reason = f"The port {port} of {LOOPBACK} cannot be had: {error.strerror or error}."
        raise Unavailable(reason, remedy="Name another with --metrics-port, or end what listens there.") from error
    threading.Thread(target=server.serve_forever, name="port", daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def metrics_page(text: Callable[[], str]) -> Page:
    """The metrics, or why there are none."""
    try:
        return 200, CONTENT_TYPE, text()
    except ReviewflowError as error:
        return health(list(error.reasons))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that went away in the middle is not worth a traceback."""


def _handler(pages: Mapping[str, Callable[[], Page]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Reads a line and headers, and no body; a caller that says nothing is let go."""

        timeout = 5
        server_version, sys_version = "reviewflow", ""

        def do_GET(self) -> None:
            page = pages.get(self.path.partition("?")[0])
            status, kind, text = page() if page else (404, PLAIN, f"There is: {', '.join(pages)}.\n")
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        do_HEAD = do_GET

        def log_message(self, format: str, *args: object) -> None:
            """Being looked at is not worth a line."""

    return Handler
