"""The server process: one port, a worker beside it where wanted, and an end that drops no answer."""

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from reviewflow import logs
from reviewflow.app import App
from reviewflow.engine.heartbeat import Heartbeat
from reviewflow.errors import ReviewflowError, Unavailable

KEEP_ALIVE_SECONDS = 15
HEADERS_BYTES = 32_768


class _Server(uvicorn.Server):
    """Told to stop, it closes its port, finishes what it has, and returns: the caller says how it ended."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The door has set its own."""
        yield


class Service:
    """The API of one installation on one port, and with `beat` a worker in the same process."""

    def __init__(self, app: App, site: ASGIApp, host: str, port: int, beat: Heartbeat | None = None) -> None:
        """Takes the port at once; Unavailable where it cannot be had. `site` is what is served."""
        api = app.settings.server.api
        self._socket = _listen(host, port)
        self.port: int = self._socket.getsockname()[1]
        self._beat = beat
        self._died: ReviewflowError | None = None
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # what matters is in our own log
        config = uvicorn.Config(
            site,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(api.trusted_proxies),
            forwarded_allow_ips=list(api.trusted_proxies),
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=api.grace_seconds,
            h11_max_incomplete_event_size=HEADERS_BYTES,
            http="h11",
            ws="none",
            lifespan="on",
        )
        self._server = _Server(config)

    def run(self) -> None:
        """Serve until `stop`; the error of which the worker died, if it did."""
        worker = threading.Thread(target=self._work, name="worker") if self._beat else None
        if worker:
            worker.start()
        try:
            self._server.run([self._socket])
        finally:
            self._socket.close()
            if worker and self._beat:
                self._beat.stop()
                worker.join()
        if self._died is not None:
            raise self._died

    def stop(self) -> None:
        """From a signal handler or another thread."""
        self._server.should_exit = True

    def _work(self) -> None:
        assert self._beat is not None
        try:
            self._beat.run()
        except Exception as error:  # noqa: BLE001 - whatever it is: no server goes on as if it still beat
            self._died = error if isinstance(error, ReviewflowError) else _fault(error)
            self._beat.abandon()
        finally:
            self.stop()


def _fault(error: Exception) -> Unavailable:
    logs.get().error("worker_failed", exc_info=error)
    reason = f"The worker beside the server ended by a fault of reviewflow itself ({type(error).__name__}: {error})."
    return Unavailable(reason, remedy="Start the server again, and report what its log says.")


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(1024)
    except OSError as error:
        made.close()
        reason = f"The port {port} of {host} cannot be had: {error.strerror or error}."
        raise Unavailable(reason, remedy="Name another with --port, or end what listens there.") from error
    return made
