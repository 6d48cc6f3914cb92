"""What is told of a database that fails: to callers nothing of where it is, to the log everything."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from reviewflow import logs
from reviewflow.api.application import application
from reviewflow.app import App
from reviewflow.engine.identity import secrets
from reviewflow.nouns.paths import API
from reviewflow.settings.settings import load_settings
from reviewflow.store.database import connect

AWAY = {
    "server": ("postgresql+psycopg://svc_reviews@127.0.0.1:1/lab_reviews", ("svc_reviews", "127.0.0.1", "lab_reviews")),
    "file": ("sqlite:////nowhere/lab-reviews.db", ("nowhere", "lab-reviews", "sqlite")),
}


@pytest.fixture(params=list(AWAY))
def away(request: pytest.FixtureRequest) -> Iterator[tuple[TestClient, tuple[str, ...]]]:
    """A server whose database is not there, and what nobody outside may learn of it."""
    url, words = AWAY[request.param]
    app = App(load_settings(None), connect(url))
    logs.configure("warning")
    with TestClient(application(app), base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client, words
    logs.configure("error")
    app.engine.dispose()


def test_strangers_learn_nothing_of_the_database(
    away: tuple[TestClient, tuple[str, ...]], capfd: pytest.CaptureFixture[str]
) -> None:
    """503 in fixed words with the request's name, under which the log has the reasons; /readyz in fixed words too."""
    client, words = away
    token = {"Authorization": f"Bearer {secrets.draw_token()}"}
    known = client.get(f"{API}/me", headers=token)
    signing_in = client.post(f"{API}/session", json={"mailbox": "a@b.example", "password": "lantern orbit vault"})
    calendar, ready = client.get(f"{API}/calendar/x.ics"), client.get("/readyz")
    logged = capfd.readouterr().err
    for answer in (known, signing_in, calendar):
        assert (answer.status_code, answer.json()["type"]) == (503, f"{API}/problems/unavailable"), answer.text
        assert answer.headers["retry-after"] == "5"
        assert answer.json()["instance"].removeprefix("urn:uuid:") in logged
    assert (ready.status_code, ready.text) == (503, "The database cannot be used.\n")
    for answer in (known, signing_in, calendar, ready):
        assert not [word for word in words if word in answer.text]
    assert all(word in logged for word in words)
