"""A link to PostgreSQL that breaks where it is told to: it reads just enough of the protocol to know a COMMIT."""

import contextlib
import select
import socket
import struct
import threading
from collections import Counter
from enum import StrEnum
from typing import NamedTuple

COMMIT = b"Q" + struct.pack("!I", 11) + b"COMMIT\0"  # as a simple query, which is how psycopg says it
UNTYPED = {80877102, 80877103, 80877104}  # requests before the startup message: cancel, SSL, GSSAPI


class Cut(StrEnum):
    BEFORE = "before COMMIT reached the server"
    AT_ONCE = "as COMMIT was handed over"  # whether the server still reads it is open
    AFTER = "after COMMIT, before its answer"
    ANYWHERE = "anywhere else"


class Break(NamedTuple):
    """Where a link breaks; anywhere: after so many messages in either direction."""

    cut: Cut
    messages: int = 0
    is_reset: bool = False


class Proxy:
    """Listens on a loopback port; `arm` says where the next links break, each once. It is up again at once."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.cuts: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._armed: list[Break] = []
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def arm(self, *breaks: Break) -> None:
        """Break the next links, one after the other; what was armed before and did not come to pass is forgotten."""
        with self._lock:
            self._armed = list(breaks)

    def close(self) -> None:
        """Accept nobody any more."""
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), client, socket.create_connection(("127.0.0.1", self.target)) as server:
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            said = Said()
            while True:
                ready, _, _ = select.select([client, server], [], [])
                if server in ready and not self._answer(client, server):
                    return
                if client in ready and not self._ask(client, server, said):
                    return

    def _answer(self, client: socket.socket, server: socket.socket) -> bool:
        """Hand over what the server says; False where the link ends."""
        data = server.recv(65536)
        if not data or self._breaks(Cut.ANYWHERE, client):
            return False
        client.sendall(data)
        return True

    def _ask(self, client: socket.socket, server: socket.socket, said: "Said") -> bool:
        data = client.recv(65536)
        if not data:
            return False
        for message in said.messages(data):
            if message == COMMIT:
                if self._breaks(Cut.BEFORE, client):
                    return False
                server.sendall(message)
                if self._breaks(Cut.AT_ONCE, client, server):
                    return False
                if self._is_next(Cut.AFTER):  # its answer is there, so it is done; nobody is told
                    server.recv(65536)
                    self._breaks(Cut.AFTER, client)
                    return False
            elif self._breaks(Cut.ANYWHERE, client, server):
                return False
            else:
                server.sendall(message)
        return True

    def _is_next(self, cut: Cut) -> bool:
        with self._lock:
            return bool(self._armed) and self._armed[0].cut is cut

    def _breaks(self, cut: Cut, *ends: socket.socket) -> bool:
        """Whether the link breaks here; then these ends are reset where that is wanted."""
        with self._lock:
            if not self._armed or self._armed[0].cut is not cut:
                return False
            first = self._armed[0]
            if first.messages > 0:
                self._armed[0] = first._replace(messages=first.messages - 1)
                return False
            self._armed.pop(0)
            self.cuts[cut] += 1
        for end in ends if first.is_reset else ():
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return True


class Said:
    """What a client says, cut into its messages."""

    def __init__(self) -> None:
        self._rest, self._has_begun = b"", False

    def messages(self, data: bytes) -> list[bytes]:
        """Those that are complete now."""
        self._rest += data
        found: list[bytes] = []
        while 0 < (size := self._size()) <= len(self._rest):
            message, self._rest = self._rest[:size], self._rest[size:]
            if not self._has_begun:
                self._has_begun = struct.unpack_from("!I", message, 4)[0] not in UNTYPED
            found.append(message)
        return found

    def _size(self) -> int:
        """Of the message that begins here; 0 where its head is not all there."""
        at = 1 if self._has_begun else 0
        if len(self._rest) < at + 4:
            return 0
        return at + int(struct.unpack_from("!I", self._rest, at)[0])
