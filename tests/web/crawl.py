"""Every page of a world in which much is confidential, as anybody who is signed in, or nobody."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import httpx

from reviewflow import clock
from reviewflow.app import App
from reviewflow.engine.identity import sessions
from reviewflow.nouns.principal import Method
from reviewflow.store.database import Engine, transaction
from reviewflow.web.site import Site, site
from tests.engine import world as w
from tests.web.world import TestClient  # type: ignore[attr-defined]

HTTPS = "https://reviews.example"
OURS = {"Origin": HTTPS, "Sec-Fetch-Site": "same-origin"}


@dataclass
class Guest:
    """One who asks for pages, as anybody."""

    world: w.World
    app: App
    site: Site
    client: TestClient
    cookies: dict[str, str] = field(default_factory=dict)

    def cookie(self, person: str) -> str:
        """Of a session of his own."""
        if person not in self.cookies:
            identity = self.app.settings.server.identity
            with transaction(self.app.engine) as connection:
                entered = sessions.enter(connection, identity, person, Method.PASSWORD, clock.now())
            self.cookies[person] = f"__Host-reviewflow={entered.cookie}"
        return self.cookies[person]

    def ask(self, person: str, path: str, data: dict[str, str] | None = None) -> httpx.Response:
        """A page, or a form that is sent; nothing is followed. An empty name is nobody."""
        sent = OURS | ({"Cookie": self.cookie(person)} if person else {})
        method = "GET" if data is None else "POST"
        return self.client.request(method, path, headers=sent, data=data, follow_redirects=False)


@contextmanager
def at_the_door(world: w.World, engine: Engine) -> Iterator[Guest]:
    """The site of a world, on an engine of one's own."""
    api = replace(world.settings.server.api, person_rate=10**6, address_rate=10**6, public_url=HTTPS)
    settings = replace(world.settings, server=replace(world.settings.server, api=api))
    app = App(settings, engine)
    made = site(app)
    with TestClient(made, HTTPS, raise_server_exceptions=False) as client:
        yield Guest(world, app, made, client)
