"""One POST to addresses that were checked, all of it within one deadline, by nobody else's reading of the URL.

httpcore is what httpx stands on; used alone it takes the parts of the URL as they are, and knows no redirects,
proxies, cookies or compressed answers.
"""

import socket
import ssl
import time
from collections.abc import Iterable, Sequence
from typing import Any

import httpcore

from reviewflow.notify.senders import Undeliverable
from reviewflow.nouns.targets import Target

Answer = tuple[int, str]  # status, and what it says in Retry-After


class Stream(httpcore.NetworkStream):
    """A socket whose every wait ends at the deadline, however often the other side sends a little."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock, self._deadline = sock, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._sock.settimeout(left(self._deadline))
        return self._sock.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        while buffer:
            self._sock.settimeout(left(self._deadline))
            try:
                buffer = buffer[self._sock.send(buffer) :]
            except TimeoutError:
                raise
            except OSError as error:  # it may have answered before it read all: httpcore goes on to read
                raise httpcore.WriteError(str(error)) from error

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        try:
            self._sock.settimeout(left(self._deadline))
            return Stream(ssl_context.wrap_socket(self._sock, server_hostname=server_hostname), self._deadline)
        except OSError:
            self.close()
            raise

    def get_extra_info(self, info: str) -> Any:
        return None

    def close(self) -> None:
        self._sock.close()


class Backend(httpcore.NetworkBackend):
    """Connects to the checked addresses, whatever name it is asked for; no name is looked up here."""

    def __init__(self, addresses: Sequence[str], deadline: float) -> None:
        self._addresses, self._deadline = addresses, deadline

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> Stream:  # fmt: skip
        last: OSError = TimeoutError()
        for number, address in enumerate(self._addresses):
            share = left(self._deadline) / (len(self._addresses) - number)  # a silent one leaves time for the others
            try:
                return Stream(connected(address, port, share), self._deadline)
            except OSError as error:
                last = error
        raise last


def left(deadline: float) -> float:
    """Seconds until the deadline; TimeoutError after it."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


def connected(address: str, port: int, seconds: float) -> socket.socket:
    """A connection to an address, which is no name."""
    sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.settimeout(seconds)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.connect((address, port))
    except OSError:
        sock.close()
        raise
    return sock


def post(
    target: Target, addresses: Sequence[str], headers: dict[str, str], body: bytes, deadline: float,
    trust: ssl.SSLContext,
) -> Answer:  # fmt: skip
    """Status and Retry-After; the answer's body is not read, for nothing in it counts. Undeliverable without answer."""
    scheme, host = target.scheme.encode(), target.host.encode()
    url = httpcore.URL(scheme=scheme, host=host, port=target.port, target=target.path.encode())
    sent = {"Host": target.authority, **headers, "Connection": "close"}
    connection = httpcore.HTTPConnection(url.origin, ssl_context=trust, network_backend=Backend(addresses, deadline))
    try:
        with connection, connection.stream("POST", url, headers=list(sent.items()), content=body) as response:
            found = {name.lower(): value for name, value in response.headers}
            return response.status, found.get(b"retry-after", b"").decode("ascii", "replace")
    except TimeoutError as error:
        raise Undeliverable(f"{target.authority} did not answer in time.") from error
    except ssl.SSLCertVerificationError as error:
        raise Undeliverable(f"{target.authority} has no valid certificate: {error.verify_message}.") from error
    except httpcore.ProtocolError as error:
        raise Undeliverable(f"{target.authority} did not answer as HTTP has it.") from error
    except (OSError, httpcore.NetworkError) as error:
        why = getattr(error, "strerror", None) or "the connection was cut"
        raise Undeliverable(f"{target.authority} cannot be reached: {why}.") from error
