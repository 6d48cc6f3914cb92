"""Programs at the door: a simulation served over HTTP in this process, and a token for each of its people."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from reviewflow import clock
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
    from starlette.testclient import TestClient

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
