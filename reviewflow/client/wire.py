"""One question and its answer: asked again where that is safe, and sent nowhere else."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import httpx

from reviewflow import clock
from reviewflow.client.address import api_of
from reviewflow.client.answer import Document, document_of, error_of, retry_after
from reviewflow.errors import Busy, Invalid, ReviewflowError, TooMany, Unavailable

KEY = "Idempotency-Key"
PAUSES = (0.25, 1.0, 3.0)  # seconds before each further attempt
CONNECT_SECONDS = 10.0
_NOT_REACHED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)  # nothing was sent
_BETWEEN = (HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT)  # said by a proxy: the answer was lost

Query = Sequence[tuple[str, str]]


class Wire:
    """A connection to one server in the name of one token, which is told to nobody else."""

    def __init__(
        self, url: str, token: str, timeout: float, patience: float, transport: httpx.BaseTransport | None
    ) -> None:
        """`timeout` of one attempt and `patience` with a server that says when to ask again, both in seconds."""
        self.url, self._patience = api_of(url), patience
        if not token.isascii() or not token.isprintable() or not token or " " in token:
            raise Invalid("The token is none: it is one word such as rfl_...", remedy="Make one, and give it whole.")
        is_https = self.url.startswith("https:")
        try:
            self._http = httpx.Client(
                headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
                timeout=httpx.Timeout(timeout, connect=min(CONNECT_SECONDS, timeout)),
                follow_redirects=False,
                trust_env=is_https,  # proxies and authorities of one's own; to this machine nothing takes a way round
                transport=transport,
            )
        except (OSError, ValueError) as error:
            raise Unavailable(f"No connection can be prepared: {error}.") from error

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def ask(
        self, method: str, path: str, *, query: Query = (), body: Document | None = None,
        headers: Mapping[str, str] | None = None, is_repeatable: bool = True,
    ) -> Document:  # fmt: skip
        """The document of an answer; the error that it tells, or Unavailable where there is none.

        Where nothing was sent it is always sent again; otherwise only where asking twice does the same as once.
        """
        asked: dict[str, Any] = {"params": list(query), "headers": dict(headers or {}), "json": body}
        left = self._patience
        for pause in (*PAUSES, None):
            try:
                answer = self._http.request(method, f"{self.url}{path}", **asked)
            except httpx.RequestError as error:
                was_sent = not isinstance(error, _NOT_REACHED)
                key = asked["headers"].get(KEY)
                fault: ReviewflowError = _lost(self.url, error, key) if was_sent else _unreached(self.url, error)
                wait, is_over = 0.0, was_sent and not is_repeatable
            else:
                if answer.status_code in (HTTPStatus.OK, HTTPStatus.CREATED):
                    return document_of(answer)
                fault, wait = error_of(answer), retry_after(answer) or 0.0
                is_over = not (is_repeatable and _passes(answer, fault))
            wait = max(wait, pause or 0.0)
            if pause is None or is_over or wait > left:
                raise fault
            left -= wait
            clock.pause(wait)
        raise AssertionError


def _lost(url: str, error: httpx.RequestError, key: str | None) -> Unavailable:
    """It was sent, and what it did is not known; a command can be asked again under its key."""
    slow = isinstance(error, httpx.TimeoutException)
    why = "it took too long" if slow else str(error) or "it broke off"
    said = f"The answer of {url} was lost: {why.removesuffix('.')}."
    if key is None:
        return Unavailable(said, remedy="Ask again.")
    more = "Whether the command was done is not known."
    return Unavailable(said, more, remedy=f"Ask again under the idempotency key {key}: it is done once.")


def _unreached(url: str, error: httpx.RequestError) -> Unavailable:
    why = "it took too long" if isinstance(error, httpx.TimeoutException) else str(error) or "it does not answer"
    return Unavailable(
        f"The server {url} cannot be reached: {why.removesuffix('.')}. Nothing was asked of it.",
        remedy="See that it runs, and that this is its address.",
    )


def _passes(answer: httpx.Response, fault: ReviewflowError) -> bool:
    """Whether it may be otherwise in a moment."""
    is_busy = isinstance(fault, Busy | TooMany) or answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    return is_busy or answer.status_code in _BETWEEN
