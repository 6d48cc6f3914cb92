"""The ways in: another cookie each time, nowhere else afterwards, by an organization's account, and what is lost."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.testclient import TestClient

from reviewflow import clock
from reviewflow.engine.identity import invitations
from reviewflow.engine.identity.authority import operator
from reviewflow.nouns.server import OpenId
from tests.doors.openid import CLIENT, SECRET, Provider, provided
from tests.stories.world import PEOPLE
from tests.web import entering
from tests.web.entering import OTHER, attribute, browser, hidden, set_up, sign_in, with_passwords
from tests.web.world import HERE, Pages


@pytest.fixture
def provider(pages: Pages, tmp_path: Path) -> Iterator[Provider]:
    """One that knows the officer of lab one, and whose word on addresses is trusted."""
    (tmp_path / "openid").write_text(SECRET)
    with provided() as found:
        found.account = {"sub": "account-1", "email": PEOPLE["one"], "email_verified": True}
        openid = OpenId(found.issuer, CLIENT, "openid", trusts_email=True)
        set_up(pages, openid=openid, secrets_folder=str(tmp_path))
        yield found


def back_from(client: TestClient, location: str) -> httpx.Response:
    """The browser goes to the provider, and comes back from there."""
    with httpx.Client(trust_env=False) as outside:
        returned = outside.get(location).headers["location"]
    assert returned.startswith(f"{HERE}/sign-in/openid/callback?")
    return client.get(returned, headers={"Sec-Fetch-Site": "cross-site", "Origin": ""})


def test_each_sign_in_has_a_cookie_of_its_own(pages: Pages) -> None:
    """One that was planted, or that was there before, opens nothing afterwards."""
    with_passwords(pages, "one")
    mine = browser(pages)
    mine.cookies.set(entering.COOKIE, "planted" * 6)
    assert sign_in(mine, "one").status_code == 303
    first = mine.cookies.get(entering.COOKIE, domain="127.0.0.1") or ""
    assert first and first != "planted" * 6
    assert sign_in(mine, "one").status_code == 303
    second = mine.cookies.get(entering.COOKIE, domain="127.0.0.1") or ""
    assert second not in ("", first)
    for cookie, status in ((first, 303), (second, 200)):
        other = browser(pages)
        other.cookies.set(entering.COOKIE, cookie)
        assert other.get("/me").status_code == status


def test_a_way_in_leads_to_our_own_pages_alone(pages: Pages) -> None:
    """Whatever address is asked for."""
    with_passwords(pages, "one")
    for address in (
        "https://mallory.example",
        "//mallory.example",
        "/\\mallory.example",
        "javascript:alert(1)",
        "\t//x",
    ):
        answer = sign_in(browser(pages), "one", next=address)
        assert answer.headers["location"] == "/", address
        assert (
            pages.client("two").get("/sign-in", params={"next": address}, follow_redirects=False).headers["location"]
            == "/"
        )
    assert sign_in(browser(pages), "one", next="/inbox?open=yes").headers["location"] == "/inbox?open=yes"


def test_a_session_that_ended_says_so(pages: Pages) -> None:
    """At the door, with the page that was wanted behind it; who never was in is told nothing of the kind."""
    with_passwords(pages, "one")
    mine = browser(pages)
    sign_in(mine, "one")
    pages.desk.query("UPDATE session SET ended_at = made_at")
    answer = mine.get("/inbox?open=yes", follow_redirects=True)
    assert answer.url.path == "/sign-in" and "Your session ended" in answer.text
    assert hidden(answer)["next"] == "/inbox?open=yes"
    assert "Your session ended" not in browser(pages).get("/sign-in").text
    wrong = sign_in(mine, "one", OTHER)
    assert wrong.status_code == 401 and OTHER not in wrong.text


def test_by_openid_one_is_back_where_one_wanted_to_be(pages: Pages, provider: Provider) -> None:
    """Under a new cookie; in the browser that began, once."""
    mine = browser(pages)
    assert "your organization's account" in mine.get("/sign-in?next=/inbox").text.replace("&#39;", "'")
    away = mine.get("/sign-in/openid?next=/inbox")
    assert away.status_code == 303 and away.headers["location"].startswith(provider.issuer)
    assert parse_qs(urlsplit(away.headers["location"]).query)["redirect_uri"] == [f"{HERE}/sign-in/openid/callback"]
    answer = back_from(mine, away.headers["location"])
    assert (answer.status_code, answer.headers["location"]) == (303, "/inbox")
    assert PEOPLE["one"] in mine.get("/me").text and provider.issuer in mine.get("/me").text
    assert set(mine.cookies) == {entering.COOKIE}
    again = mine.get("/sign-in/openid?next=//mallory.example")
    mine.cookies.set("reviewflow-next", "https%3A//mallory.example", domain="127.0.0.1", path="/")
    assert back_from(mine, again.headers["location"]).headers["location"] == "/"
    begun, other = mine.get("/sign-in/openid"), browser(pages)
    refused = back_from(other, begun.headers["location"])
    assert refused.status_code == 401 and "did not sign you in" in refused.text
    assert entering.COOKIE not in other.cookies


def test_an_invitation_by_openid_links_the_account(pages: Pages, provider: Provider) -> None:
    """The code leads there by a link, since no form of ours leads elsewhere; it is used up."""
    provider.account = {"sub": "account-7", "email": "somebody@elsewhere.example", "email_verified": True}
    settings = pages.site.web.state.app.settings
    made = invitations.invite(pages.app.engine, settings, operator(PEOPLE["admin"]), PEOPLE["two"], clock.now())
    mine = browser(pages)
    assert mine.post("/invitation/openid", data={"code": "2345-6789"}).status_code == 401
    page = mine.post("/invitation/openid", data={"code": made.code})
    assert page.status_code == 200 and made.code not in page.text
    assert "form-action 'self'" in page.headers["content-security-policy"]
    link = next(one for one in re.findall(r'href="([^"]+)"', page.text) if one.startswith(provider.issuer))
    assert back_from(mine, link.replace("&amp;", "&")).headers["location"] == "/"
    assert PEOPLE["two"] in mine.get("/me").text
    assert mine.post("/invitation/openid", data={"code": made.code}).status_code == 401


def test_who_is_lost_keeps_his_navigation(still: Pages) -> None:
    """On a page that is not there; with what it means, and no word of what was typed."""
    answer = still.get("one", "/nothing/of<b>this")
    assert answer.status_code == 404 and 'data-key="i"' in answer.text and "of<b>this" not in answer.text
    assert "/help/problems/not-found" in answer.text
    nobody = still.nobody.get("/nothing")
    assert nobody.status_code == 404 and 'data-key="i"' not in nobody.text
    assert "To the queue" not in nobody.text and '<a class="button" href="/sign-in">' in nobody.text
    assert attribute(nobody, "lang") == "en"


@pytest.mark.parametrize(
    "header", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Anything", "X-Real-IP", "Via"]
)
def test_a_simulation_behind_a_proxy_asks_for_a_proof(pages: Pages, header: str) -> None:
    """Whoever comes through one is not known to sit at this machine, whatever host and address it shows."""
    mine = browser(pages)
    assert mine.get(f"/simulation/as/{PEOPLE['one']}", headers={header: "127.0.0.1"}).status_code == 404
    assert PEOPLE["one"] not in mine.get("/sign-in", headers={header: "127.0.0.1"}).text
    assert mine.get(f"/simulation/as/{PEOPLE['one']}").status_code == 303


def test_a_published_simulation_asks_for_a_proof(pages: Pages) -> None:
    """Where its address names another machine; its own name is its own."""
    mine, api = browser(pages), pages.app.settings.server.api
    for url, status in (("https://demo.example", 404), ("http://localhost:8000", 303)):
        set_up(pages, api=replace(api, public_url=url))
        answer = mine.get(f"/simulation/as/{PEOPLE['one']}")
        assert answer.status_code == status, url


def test_an_old_proxy_is_none_of_ours(pages: Pages) -> None:
    """No browser speaks HTTP/1.0; the default of some proxies does."""

    async def old(scope: Any, receive: Any, send: Any) -> None:
        await pages.site({**scope, "http_version": "1.0"}, receive, send)

    client = TestClient(old, HERE, client=("127.0.0.1", 50_000), follow_redirects=False)
    assert client.get(f"/simulation/as/{PEOPLE['one']}").status_code == 404
