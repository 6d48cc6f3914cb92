"""What stands before every operation, in this order: who asks, what the body is, how long it is."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from fastapi.routing import APIRoute

from reviewflow.api.door import principal
from reviewflow.api.singles import PlainRequest
from reviewflow.errors import UnsupportedMedia

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
JSON = "application/json"


class JsonRoute(APIRoute):
    """Reads no body that is not JSON; for operations at which nobody needs to be known."""

    def get_route_handler(self) -> Handler:
        """The usual handler behind the gate."""
        usual = super().get_route_handler()

        async def handle(request: Request) -> Response:
            if has_body(request):
                only_json(request)
            return await usual(PlainRequest(request.scope, request.receive))

        return handle


class KnownRoute(APIRoute):
    """Reads no body of somebody who is not known."""

    def get_route_handler(self) -> Handler:
        """The usual handler behind the gate."""
        usual = super().get_route_handler()

        async def handle(request: Request) -> Response:
            await run_in_threadpool(principal, request)
            return await usual(request)

        return handle


class GatedRoute(KnownRoute, JsonRoute):
    """Behind both gates, this one first."""


def has_body(request: Request) -> bool:
    """Whether there is anything to read."""
    return request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers


def only_json(request: Request) -> None:
    """UnsupportedMedia for anything else than JSON in UTF-8, as it is or not said at all."""
    kind, _, rest = request.headers.get("content-type", "").partition(";")
    charset = rest.strip().lower().replace('"', "")
    if kind.strip().lower() != JSON or charset not in ("", "charset=utf-8"):
        raise UnsupportedMedia(f"The body is not {JSON}.", remedy=f"Send it as `Content-Type: {JSON}`.")
