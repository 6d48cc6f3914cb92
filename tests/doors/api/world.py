"""Programs at the door: a simulation served over HTTP in this process, and a token for each of its people."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from reviewflow import clock
from reviewflow.api import commands
from reviewflow.api.application import application
from reviewflow.app import App, open_app
from reviewflow.engine.documents import master
from reviewflow.engine.identity import secrets
from reviewflow.nouns.paths import API
from reviewflow.store.database import transaction
from reviewflow.store.identity import tokens
from tests.doors.api.described import conform
from tests.stories.world import PEOPLE, Desk

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the test client of starlette, which warns of its own future
    from starlette import testclient

Row = dict[str, Any]
AT = "Reviewflow-At"


def token_for(app: App, person: str, scopes: Row | None = None) -> str:
    """A token as its person would have made it."""
    secret, now = secrets.draw_token(), clock.now()
    row: Row = {"id": secrets.draw_id(), "digest": secrets.digest(secret), "person": person, "name": "of a test"}
    row |= {"scopes": {"verbs": None, "subjects": None} | (scopes or {}), "made_at": now}
    row |= {"expires_at": now + timedelta(days=1), "used_at": None, "revoked_at": None}
    with transaction(app.engine) as connection:
        tokens.add(connection, row)
    return secret


_COMMANDS = commands.router  # as the house makes it; a test that seeds an operation puts another in its place
_first: list[FastAPI] = []


def _as_before(app: FastAPI) -> None:
    """All applications have the same routes, which FastAPI makes out, and describes, anew for each: 1 s of work."""
    if not _first:
        app.openapi()
        _first.append(app)
        return
    router = copy(_first[0].router)
    router.lifespan_context = app.router.lifespan_context
    app.router, app.openapi_schema = router, _first[0].openapi_schema


class TestClient(testclient.TestClient):
    """Goes over to the application's thread once for a whole exchange, and not once for each of its parts."""

    def __init__(self, app: Any, **options: Any) -> None:
        if isinstance(app, FastAPI) and commands.router is _COMMANDS:
            _as_before(app)
        super().__init__(app, **options)
        in_parts: httpx.BaseTransport = self._transport  # type: ignore[has-type]
        self._transport = _AtOnce(self, in_parts)


class _AtOnce(httpx.BaseTransport):
    def __init__(self, client: TestClient, in_parts: Any) -> None:
        self._client, self._in_parts = client, in_parts
        self._app = httpx.ASGITransport(
            in_parts.app, raise_app_exceptions=in_parts.raise_server_exceptions, client=in_parts.client
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._client.portal is None or not isinstance(request.stream, httpx.ByteStream):  # in pieces
            answer: httpx.Response = self._in_parts.handle_request(request)
            return answer
        return self._client.portal.call(self._answered, request)

    async def _answered(self, request: httpx.Request) -> httpx.Response:
        answer = await self._app.handle_async_request(request)
        body = b"" if request.method == "HEAD" else await answer.aread()
        return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(body))

    def close(self) -> None:
        self._in_parts.close()


@dataclass
class Program:
    """One who asks over HTTP; `desk` is the same database at the command line."""

    desk: Desk
    app: App
    client: TestClient
    tokens: dict[str, str] = field(default_factory=dict)

    def token(self, who: str) -> str:
        """The token of somebody, by the names of the stories."""
        if who not in self.tokens:
            self.tokens[who] = token_for(self.app, PEOPLE.get(who, who))
        return self.tokens[who]

    def ask(
        self, who: str | None, method: str, path: str, body: object = None, at: str | None = None, **headers: str
    ) -> httpx.Response:
        """One request, as `who`; header names with underscores for hyphens."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if who:
            sent["Authorization"] = f"Bearer {self.token(who)}"
        if at:
            sent[AT] = f"2026-{at}".replace(" ", "T") + ":00-04:00"
        url = path if path.startswith(("http", "/livez", "/readyz")) else API + path.format(**self.desk.refs)
        return self.client.request(method, url, headers=sent, json=body)

    def get(self, who: str | None, path: str, at: str | None = None, **headers: str) -> httpx.Response:
        """Look."""
        return self.ask(who, "GET", path, None, at, **headers)

    def do(self, who: str, path: str, body: object = None, at: str | None = None, **headers: str) -> httpx.Response:
        """Act, on whatever version there is unless another is named."""
        given = {"If_Match": "*"} | headers if "{" in path else headers
        return self.ask(who, "POST", path, {} if body is None else body, at, **given)


@contextmanager
def served(desk: Desk, client: dict[str, Any] | None = None, **api: Any) -> Iterator[Program]:
    """A desk's database at the door; `api` are settings of the door, `client` of the one who asks."""
    opened = open_app(desk.url, desk.config)
    own = replace(opened.settings.server.api, **{"person_rate": 10**6, "address_rate": 10**6} | api)
    documents = replace(opened.settings.server.documents, key=str(desk.file.with_name(f"{desk.file.name}.key")))
    settings = replace(opened.settings, server=replace(opened.settings.server, api=own, documents=documents))
    master.make(opened.engine, settings)
    app = App(settings, opened.engine)
    asker: dict[str, Any] = {"base_url": "http://127.0.0.1:8000"} | (client or {})
    with TestClient(application(app), raise_server_exceptions=False, **asker) as made:
        conform(made)
        yield Program(desk, app, made)
    app.engine.dispose()


def new(folder: Path) -> Iterator[Program]:
    """A new simulation at the door."""
    desk = Desk.new(folder)
    with served(desk) as program:
        yield program
    desk.close()
