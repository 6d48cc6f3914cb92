"""What decides stands once: a request that two readers could read in two ways is read by nobody."""

import json
from collections import Counter
from typing import Any

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from reviewflow.api.problems import Answer
from reviewflow.errors import Invalid

ONCE = frozenset(
    {b"authorization", b"content-length", b"content-type", b"host", b"idempotency-key", b"if-match", b"origin"}
)
_LENGTHS = frozenset({b"content-length", b"transfer-encoding"})


class Singles:
    """Refuses headers of weight that stand twice, and a body with two lengths."""

    def __init__(self, app: ASGIApp, refuse: Answer) -> None:
        self.app, self.refuse = app, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """422 before anything is looked at."""
        if scope["type"] == "http":
            count = Counter(name for name, _ in scope["headers"])
            twice = sorted(name.decode() for name in ONCE if count[name] > 1)
            reasons = [f"The header {name} stands twice." for name in twice]
            if count.keys() >= _LENGTHS:
                reasons.append("The body has two lengths: Content-Length and Transfer-Encoding.")
            if reasons:
                await self.refuse(Request(scope), Invalid(*reasons, remedy="Send it once."))(scope, receive, send)
                return
        await self.app(scope, receive, send)


class PlainRequest(Request):
    """A request whose JSON reads in one way only."""

    async def json(self) -> Any:
        """As usual; a key that stands twice and what is no number of JSON's are faults."""
        if not hasattr(self, "_plain"):
            self._plain = json.loads(await self.body(), object_pairs_hook=_object, parse_constant=_no_number)
        return self._plain


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise json.JSONDecodeError("a key stands twice", "", 0)
    return made


def _no_number(name: str) -> Any:
    raise json.JSONDecodeError(f"{name} is no number of JSON's", "", 0)
