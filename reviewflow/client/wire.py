"""One question and its answer: asked again where that is safe, and sent nowhere else."""

import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import httpx

from reviewflow import clock
from reviewflow.client.address import api_of
from reviewflow.client.answer import Document, document_of, error_of, retry_after
from reviewflow.errors import Busy, Forbidden, Invalid, NotFound, Refused, ReviewflowError, TooMany, Unavailable
from reviewflow.nouns.idempotency import NOT_KNOWN

KEY = "Idempotency-Key"
PAUSES = (0.25, 1.0, 3.0)  # seconds before each further attempt
CONNECT_SECONDS = 10.0
DOCUMENT_SECONDS = 300.0  # for an answer about a document, all of which is read and verified before
_NOT_REACHED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)  # nothing was sent
_BETWEEN = (HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT)  # said by a proxy: the answer was lost
_DECIDED = (Refused, Invalid, Forbidden, NotFound)  # by the server, which knows what was done under the key

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
        self._timeout = httpx.Timeout(timeout, connect=min(CONNECT_SECONDS, timeout))
        self._longer = httpx.Timeout(timeout, connect=self._timeout.connect, read=max(timeout, DOCUMENT_SECONDS))
        try:
            self._http = httpx.Client(
                headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
                timeout=self._timeout,
                follow_redirects=False,
                trust_env=is_https,  # proxies and authorities of one's own; to this machine nothing takes a way round
                # In the clear no authority is asked, and to read them all takes longer than the answer.
                verify=is_https or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
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
        return document_of(self._answer(lambda: asked, method, path, is_repeatable=is_repeatable))

    def send(
        self, path: str, pieces: Callable[[], Iterator[bytes]], *, query: Query, headers: Mapping[str, str],
        is_repeatable: bool,
    ) -> Document:  # fmt: skip
        """The same for a command that comes with bytes, which are taken anew for each attempt."""

        def asked() -> dict[str, Any]:
            return {"params": list(query), "headers": dict(headers), "content": pieces(), "timeout": self._longer}

        return document_of(self._answer(asked, "POST", path, is_repeatable=is_repeatable))

    def fetch(self, path: str, *, headers: Mapping[str, str]) -> httpx.Response:
        """A good answer whose bytes are still to come; whoever takes it closes it."""
        asked: dict[str, Any] = {"headers": {**headers, "Accept": "*/*"}, "timeout": self._longer}
        return self._answer(lambda: asked, "GET", path, is_whole=False)

    def _answer(
        self, asked: Callable[[], dict[str, Any]], method: str, path: str, *, is_repeatable: bool = True,
        is_whole: bool = True,
    ) -> httpx.Response:  # fmt: skip
        """What was sent once and got no answer stays in doubt, whatever befalls the attempts after it."""
        left, doubt = self._patience, None
        for pause in (*PAUSES, None):
            request = self._http.build_request(method, f"{self.url}{path}", **asked())
            key = request.headers.get(KEY)
            try:
                answer = self._once(request, is_whole=is_whole)
            except httpx.RequestError as error:
                was_sent = not isinstance(error, _NOT_REACHED)
                fault: ReviewflowError = _lost(self.url, _why(error), key) if was_sent else _unreached(self.url, error)
                wait, is_over, is_open = 0.0, was_sent and not is_repeatable, was_sent
            else:
                if answer.status_code in (HTTPStatus.OK, HTTPStatus.CREATED):
                    return answer
                fault, wait = _told(self.url, answer, key), retry_after(answer) or 0.0
                is_over, is_open = not (is_repeatable and _passes(answer, fault)), _leaves_open(fault)
            doubt = fault if is_open else doubt
            wait = max(wait, pause or 0.0)
            if pause is None or is_over or wait > left:
                raise doubt if doubt is not None and not _is_decided(fault) else fault
            left -= wait
            clock.pause(wait)
        raise AssertionError

    def _once(self, request: httpx.Request, *, is_whole: bool) -> httpx.Response:
        """An answer, read to its end where it is bad or wanted whole."""
        answer = self._http.send(request, stream=True)
        if is_whole or answer.status_code != HTTPStatus.OK:
            try:
                answer.read()
            finally:
                answer.close()
        return answer


def _lost(url: str, why: str, key: str | None) -> Unavailable:
    """It was sent, and what it did is not known; a command can be asked again under its key."""
    said = f"The answer of {url} was lost: {why.removesuffix('.')}."
    if key is None:
        return Unavailable(said, remedy="Ask again.")
    return Unavailable(said, NOT_KNOWN, remedy=f"Ask again under the idempotency key {key}: it is done once.")


def _unreached(url: str, error: httpx.RequestError) -> Unavailable:
    why = "it took too long" if isinstance(error, httpx.TimeoutException) else str(error) or "it does not answer"
    return Unavailable(
        f"The server {url} cannot be reached: {why.removesuffix('.')}. Nothing was asked of it.",
        remedy="See that it runs, and that this is its address.",
    )


def _why(error: httpx.RequestError) -> str:
    return "it took too long" if isinstance(error, httpx.TimeoutException) else str(error) or "it broke off"


def _told(url: str, answer: httpx.Response, key: str | None) -> ReviewflowError:
    """What is wrong; of a command to which a proxy answered for the server nothing is known."""
    if key is not None and answer.status_code in _BETWEEN:
        return _lost(url, f"{answer.status_code} came from between", key)
    return error_of(answer)


def _leaves_open(fault: ReviewflowError) -> bool:
    return any(NOT_KNOWN in reason for reason in fault.reasons)


def _is_decided(fault: ReviewflowError) -> bool:
    return isinstance(fault, _DECIDED) and not isinstance(fault, Busy)


def _passes(answer: httpx.Response, fault: ReviewflowError) -> bool:
    """Whether it may be otherwise in a moment."""
    is_busy = isinstance(fault, Busy | TooMany) or answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    return is_busy or answer.status_code in _BETWEEN
