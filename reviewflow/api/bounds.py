"""No body is longer than the installation takes, whether its length is announced or not."""

from collections.abc import Callable
from contextlib import suppress

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reviewflow.api.problems import Answer
from reviewflow.errors import TooLarge


class _Exceeded(Exception):
    """More came than was announced or is taken."""


class Bounds:
    """`limit` in bytes; a route that takes more says so by its path, and counts for itself."""

    def __init__(self, app: ASGIApp, limit: int, exempt: Callable[[str], bool], refuse: Answer) -> None:
        self.app, self.limit, self.exempt, self.refuse = app, limit, exempt, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Counts what is received; answers 413 as soon as it is too much."""
        if scope["type"] != "http" or self.exempt(scope["path"]):
            await self.app(scope, receive, send)
            return
        has_begun, seen, is_over = False, 0, False

        async def count() -> Message:
            nonlocal seen, is_over
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.limit:
                is_over = True
                raise _Exceeded
            return message

        async def answer(message: Message) -> None:
            nonlocal has_begun
            if is_over and not has_begun:  # whatever was made of the broken body
                return
            has_begun = True
            await send(message)

        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if not announced.isdigit() or int(announced) > self.limit:
            await self._refuse(scope, receive, send)
            return
        with suppress(_Exceeded):
            await self.app(scope, count, answer)
        if is_over and not has_begun:
            await self._refuse(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        error = TooLarge(f"The body is longer than {self.limit:,} bytes.", remedy="Send less.")
        await self.refuse(Request(scope), error)(scope, receive, send)
