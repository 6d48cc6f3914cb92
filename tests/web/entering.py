"""Browsers of people who come in by a proof: passwords that cost little, and what a page's form holds."""

import html
import re
from dataclasses import replace
from typing import Any

import httpx
from starlette.testclient import TestClient

from reviewflow import clock
from reviewflow.engine.identity import entrance
from reviewflow.engine.identity.authority import operator
from tests.engine.identity.installation import CHEAP
from tests.stories.world import PEOPLE
from tests.web.world import HERE, OURS, Pages

PASSWORD, OTHER = "lantern orbit vault mosaic", "copper thistle engine rainfall"
COOKIE = "reviewflow"


def set_up(pages: Pages, **server: Any) -> None:
    """Other settings of the server, at both doors."""
    for app in (pages.app, pages.site.api.state.app, pages.site.web.state.app):
        identity = {"identity": replace(CHEAP, attempts=20)}
        app.settings = replace(app.settings, server=replace(app.settings.server, **identity | server))


def with_passwords(pages: Pages, *people: str) -> None:
    """These can sign in."""
    set_up(pages)
    for who in people:
        entrance.vouch(pages.app.engine, pages.app.settings, operator(PEOPLE[who]), PASSWORD, clock.now())


def browser(pages: Pages) -> TestClient:
    """A new one, of nobody."""
    made = TestClient(pages.site, HERE, client=("127.0.0.1", 50_000), headers=OURS, follow_redirects=False)
    made.portal = pages.nobody.portal
    return made


def sign_in(client: TestClient, who: str, password: str = PASSWORD, **more: str) -> httpx.Response:
    """By the form of the page."""
    return client.post("/sign-in", data={"mailbox": PEOPLE[who], "password": password} | more)


def signed_in(pages: Pages, who: str) -> TestClient:
    """A browser of somebody who gave his password."""
    made = browser(pages)
    answer = sign_in(made, who)
    assert (answer.status_code, answer.headers["location"]) == (303, "/"), answer.text
    return made


def a_while_passes(pages: Pages) -> None:
    """Nobody proved a moment ago that he is there."""
    pages.desk.query("UPDATE session SET proven_at = '2020' || substr(proven_at, 5)")


def attribute(answer: httpx.Response, name: str) -> str:
    """What an attribute of the page holds."""
    found = re.search(rf'{name}="([^"]*)"', answer.text)
    assert found, answer.text
    return html.unescape(found[1])


def hidden(answer: httpx.Response) -> dict[str, str]:
    """The hidden fields of the page's last form."""
    form = answer.text[answer.text.rindex("<form") :] if "<form" in answer.text else ""
    form = next((part for part in answer.text.split("<form") if 'name="next"' in part or 'name="kept"' in part), form)
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
    return {name: html.unescape(value) for name, value in found}
