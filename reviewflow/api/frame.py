"""Around every request: its name, one line in the log, headers that a browser obeys, and no traceback to anybody."""

import uuid
from collections.abc import Callable
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reviewflow import clock, logs
from reviewflow.nouns.server import Api

SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",  # what is open to all says otherwise
}
HSTS = "max-age=31536000; includeSubDomains"


class Frame:
    """The outermost layer; what is underneath may set any of the headers itself."""

    def __init__(self, app: ASGIApp, api: Api, fail: Callable[[Request], Response]) -> None:
        self.app, self.fail = app, fail
        self._is_https = api.public_url.startswith("https:")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers every request, whatever happens."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["name"] = str(uuid.uuid4())
        told: dict[str, Any] = {}
        began = clock.monotonic()

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                told["status"] = message["status"]
                self._add(MutableHeaders(scope=message), scope)
            await send(message)

        try:
            await self.app(scope, receive, answer)
        except Exception as error:  # the last resort: the log has it whole, the caller its name
            logs.get().error("fault", request=state["name"], exc_info=error)
            if "status" in told:
                raise
            await self.fail(Request(scope))(scope, receive, answer)
        finally:
            _log(scope, told.get("status", 0), clock.monotonic() - began)

    def _add(self, headers: MutableHeaders, scope: Scope) -> None:
        for name, value in SECURITY.items():
            headers.setdefault(name, value)
        if self._is_https or scope["scheme"] == "https":
            headers.setdefault("Strict-Transport-Security", HSTS)
        headers["Reviewflow-Request"] = scope["state"]["name"]
        rate = scope["state"].get("rate")
        if rate is not None:
            headers["RateLimit-Limit"] = str(rate.limit)
            headers["RateLimit-Remaining"] = str(rate.remaining)
            headers["RateLimit-Reset"] = str(rate.reset)


def _log(scope: Scope, status: int, seconds: float) -> None:
    """The address as it is declared, never as it was asked: a path may be a secret, a query may hold one."""
    route, who, client = scope.get("route"), scope["state"].get("principal"), scope.get("client")
    logs.get().info(
        "request",
        request=scope["state"]["name"],
        method=scope["method"],
        path=getattr(route, "path", None) or "-",
        status=status,
        milliseconds=round(seconds * 1000),
        person=who.person if who else None,
        client=client[0] if client else None,
    )
