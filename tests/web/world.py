"""People at the door: a simulation served as the site in this process, and a client for each of its people."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from reviewflow import clock
from reviewflow.app import App, open_app
from reviewflow.engine.documents import master
from reviewflow.engine.identity import entrance
from reviewflow.engine.identity.authority import operator
from reviewflow.web.site import Site, site
from tests.engine.identity.installation import CHEAP, PASSWORD
from tests.stories.world import PEOPLE, Desk

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the test client of starlette, which warns of its own future
    from starlette.testclient import TestClient

HERE = "http://127.0.0.1"
OURS = {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}


def opened(desk: Desk, **api: Any) -> App:
    """The application of a desk's database: documents have a key, and passwords cost little; `api` is of the door."""
    found = open_app(desk.url, desk.config)
    own = replace(found.settings.server.api, **{"person_rate": 10**6, "address_rate": 10**6} | api)
    documents = replace(found.settings.server.documents, key=str(desk.file.with_name(f"{desk.file.name}.key")))
    server = replace(found.settings.server, api=own, documents=documents, identity=replace(CHEAP, attempts=20))
    settings = replace(found.settings, server=server)
    master.make(found.engine, settings)
    return App(settings, found.engine)


def with_password(app: App, *people: str) -> None:
    """Each has the PASSWORD, as the operator of the machine sets it."""
    for who in people:
        entrance.vouch(app.engine, app.settings, operator(PEOPLE[who]), PASSWORD, clock.now())


@dataclass
class Pages:
    """The site of a desk; `desk` is the same database at the command line, and `nobody` is not signed in."""

    desk: Desk
    app: App
    site: Site
    nobody: TestClient
    clients: dict[str, TestClient] = field(default_factory=dict)

    def client(self, who: str) -> TestClient:
        """Signed in as somebody, by the names of the stories or by his mailbox; the same one each time."""
        if who not in self.clients:
            made = TestClient(self.site, HERE, client=("127.0.0.1", 50_000), headers=OURS)
            made.portal = self.nobody.portal
            answer = made.get(f"/simulation/as/{PEOPLE.get(who, who)}", follow_redirects=False)
            assert answer.status_code == 303, answer.text
            self.clients[who] = made
        return self.clients[who]

    def get(self, who: str | None, path: str) -> httpx.Response:
        """Look at a page, as somebody or nobody; `{name}` stands for the reference of a story."""
        client = self.client(who) if who else self.nobody
        return client.get(path.format(**self.desk.refs))

    def post(self, who: str | None, path: str, data: dict[str, Any] | None = None) -> httpx.Response:
        """Send a form, and go where it leads."""
        client = self.client(who) if who else self.nobody
        return client.post(path.format(**self.desk.refs), data={"_": ""} | (data or {}))


@contextmanager
def served(desk: Desk, **api: Any) -> Iterator[Pages]:
    """A desk's database at the door for people, in this process and without a port."""
    app = opened(desk, **api)
    made = site(app)
    with TestClient(made, HERE, client=("127.0.0.1", 50_000), headers=OURS) as nobody:
        yield Pages(desk, app, made, nobody)
    app.engine.dispose()
