"""Documents that come in: how many at once, and how slowly."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import anyio
from anyio.from_thread import run as in_loop
from fastapi import Request
from starlette.requests import ClientDisconnect

from reviewflow import clock
from reviewflow.errors import Invalid, NotNow

AT_ONCE = 8  # in one process, each on a thread of its own
OF_ONE = 2  # of them of one person, however many tokens he has
WAIT_SECONDS = 5.0  # for a place
STALL_SECONDS = 60.0  # in all, in which a sender may send nothing; what he sends buys him more
LEAST_RATE = 32_768  # bytes a second


class Transfers:
    """The places of one process."""

    def __init__(self) -> None:
        self._all, self._own = anyio.CapacityLimiter(AT_ONCE), dict[str, anyio.CapacityLimiter]()

    @asynccontextmanager
    async def place(self, person: str) -> AsyncIterator[None]:
        """One of a person's own, and one of all; NotNow where none is free in time."""
        own, has_own = self._own.setdefault(person, anyio.CapacityLimiter(OF_ONE)), False
        try:
            async with AsyncExitStack() as held:
                try:
                    with anyio.fail_after(WAIT_SECONDS):
                        await held.enter_async_context(own)
                        has_own = True
                        await held.enter_async_context(self._all)
                except TimeoutError as error:
                    raise _full(is_own=not has_own) from error
                yield
        finally:
            if not own.borrowed_tokens and not own.statistics().tasks_waiting:
                self._own.pop(person, None)


def _full(*, is_own: bool) -> NotNow:
    if is_own:
        reason = f"{OF_ONE} documents of yours are coming in already, which is all that one person has room for."
        return NotNow(reason, remedy="Send one after the other.")
    return NotNow("As many documents are coming in as this server takes at once.", remedy="Send it again soon.")


class Body:
    """A request's body as a file, read on another thread than the one on which it arrives."""

    def __init__(self, request: Request) -> None:
        self._pieces: AsyncIterator[bytes] = request.stream()
        self._left, self._seen, self._waited = b"", 0, 0.0

    def read(self, size: int = -1, /) -> bytes:
        """At the most `size` bytes; Invalid where the sender breaks off, or is too slow."""
        while not self._left:
            piece = in_loop(self.piece)
            if piece is None:
                return b""
            self._left = piece
        piece, self._left = (self._left, b"") if size < 0 else (self._left[:size], self._left[size:])
        return piece

    async def piece(self) -> bytes | None:
        """The next as it comes, None: it is over. Only the sender's own time is counted, and not what we do with it."""
        began = clock.monotonic()
        try:
            with anyio.fail_after(STALL_SECONDS + self._seen / LEAST_RATE - self._waited):
                piece = await anext(self._pieces, None)
        except ClientDisconnect as error:
            raise Invalid("The body broke off.", remedy="Send it again.") from error
        except TimeoutError as error:
            slow = f"The body came too slowly: less than {LEAST_RATE // 1024} KiB a second."
            raise Invalid(slow, remedy="Send it again over a better line.") from error
        self._waited += clock.monotonic() - began
        self._seen += len(piece or b"")
        return piece
