"""Signing in by OpenID against a real provider on this machine: who it is here, and every lie that is refused."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey

from reviewflow import clock
from reviewflow.engine.identity import invitations
from reviewflow.engine.identity.authority import operator
from reviewflow.nouns.server import OpenId
from reviewflow.store.database import reading
from reviewflow.store.identity import people
from tests.doors.api.test_identity import HTTPS, SECURE, Browser, is_problem
from tests.doors.api.world import Program
from tests.doors.openid import CLIENT, SECRET, Provider, provided
from tests.engine.identity.installation import CHEAP
from tests.stories.world import PEOPLE

Row = dict[str, Any]


@pytest.fixture
def provider(shared: Program, tmp_path: Path) -> Iterator[Provider]:
    """A provider that knows the officer of lab one, and an installation that trusts its word on addresses."""
    (tmp_path / "openid").write_text(SECRET)
    with provided() as found:
        found.account = {"sub": "account-1", "email": PEOPLE["one"], "email_verified": True}
        openid = OpenId(found.issuer, CLIENT, "openid", trusts_email=True)
        server = shared.app.settings.server
        server = replace(server, openid=openid, secrets_folder=str(tmp_path), identity=replace(CHEAP, attempts=20))
        server = replace(server, api=replace(server.api, public_url=HTTPS))
        shared.app.settings = replace(shared.app.settings, server=server)
        for table in ("attempt", "openid_link"):
            shared.desk.query(f"DELETE FROM {table}")
        yield found


def gone(browser: Browser) -> str:
    """Where the browser is sent back to by the provider, once it was sent there."""
    answer = browser.client.get("/api/v1/session/openid", follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return to_provider(answer.headers["location"])


def to_provider(location: str) -> str:
    with httpx.Client(trust_env=False) as client:
        return client.get(location).headers["location"]


def back(browser: Browser, location: str) -> httpx.Response:
    """The browser comes back, as browsers do: from another site."""
    assert location.startswith(f"{HTTPS}/api/v1/session/openid/callback?")
    return browser.client.get(location, headers={"Sec-Fetch-Site": "cross-site"}, follow_redirects=False)


def test_who_is_known_by_a_trusted_address_comes_in(shared: Program, provider: Provider) -> None:
    """The account is then his, whatever address it has later; what is secret is not kept here meanwhile."""
    browser = Browser(shared)
    location = gone(browser)
    cookie = browser.client.cookies["__Host-reviewflow-openid"]
    everything = repr(shared.desk.query("SELECT * FROM challenge"))
    assert cookie not in everything and parse_qs(urlsplit(location).query)["state"][0] not in everything
    answer = back(browser, location)
    assert (answer.status_code, answer.json()["person"]) == (200, PEOPLE["one"])
    assert browser.cookie and "__Host-reviewflow-openid" not in browser.client.cookies
    assert browser.ask("GET", "/me").json()["method"] == "openid"
    provider.account |= {"email": PEOPLE["two"]}
    assert back(browser, gone(browser)).json()["person"] == PEOPLE["one"]


def test_an_address_is_not_trusted_unless_verified_and_configured(shared: Program, provider: Provider) -> None:
    """Nor does a second account take over a person who has one."""
    for told in ({"email_verified": False}, {"email_verified": "true"}, {"email": "nobody@lab.example"}):
        provider.lie = lambda claims, told=told: claims | told  # type: ignore[misc]
        browser = Browser(shared)
        assert is_problem(back(browser, gone(browser)), 401, "unauthenticated")
    provider.lie = lambda claims: claims
    server = shared.app.settings.server
    other = replace(server, openid=replace(server.openid, trusts_email=False))
    shared.app.settings = replace(shared.app.settings, server=other)
    assert is_problem(back(browser, gone(browser)), 401, "unauthenticated")
    shared.app.settings = replace(shared.app.settings, server=server)
    assert back(browser, gone(browser)).status_code == 200
    provider.account |= {"sub": "account-2"}
    assert is_problem(back(Browser(shared), gone(Browser(shared))), 401, "unauthenticated")
    browser = Browser(shared)
    assert is_problem(back(browser, gone(browser)), 401, "unauthenticated")


def test_an_invitation_links_the_account(shared: Program, provider: Provider) -> None:
    """Once; the code is used up, and the account is not another's from then on. An administrator can then sign in."""
    provider.account = {"sub": "account-9"}
    made = invitations.invite(
        shared.app.engine, shared.app.settings, operator(PEOPLE["admin"]), PEOPLE["admin"], clock.now()
    )
    browser = Browser(shared)
    answer = browser.ask("POST", "/invitations/accept/openid", {"code": made.code})
    assert answer.status_code == 200, answer.text
    assert made.code not in answer.json()["location"]
    assert back(browser, to_provider(answer.json()["location"])).json()["person"] == PEOPLE["admin"]
    told = "SELECT data FROM event WHERE subject = ? AND name = 'way_in_changed' ORDER BY seq DESC"
    assert "openid_linked" in str(shared.desk.query(told, PEOPLE["admin"])[0])
    again = browser.ask("POST", "/invitations/accept/openid", {"code": made.code})
    assert is_problem(again, 401, "unauthenticated")
    shared.desk.query("DELETE FROM credential")
    with reading(shared.app.engine) as connection:
        assert people.has_administrator(connection)
    other = invitations.invite(
        shared.app.engine, shared.app.settings, operator(PEOPLE["admin"]), PEOPLE["two"], clock.now()
    )
    answer = browser.ask("POST", "/invitations/accept/openid", {"code": other.code})
    assert is_problem(back(browser, to_provider(answer.json()["location"])), 409, "refused")
    shared.desk.query("DELETE FROM openid_link")
    with reading(shared.app.engine) as connection:
        assert not people.has_administrator(connection)


LIES: dict[str, Callable[[Row], Row]] = {
    "nonce": lambda claims: claims | {"nonce": "another"},
    "no nonce": lambda claims: {name: value for name, value in claims.items() if name != "nonce"},
    "audience": lambda claims: claims | {"aud": "another"},
    "many audiences": lambda claims: claims | {"aud": [CLIENT, "another"], "azp": "another"},
    "issuer": lambda claims: claims | {"iss": "https://mallory.example"},
    "expired": lambda claims: claims | {"exp": claims["exp"] - 3600, "iat": claims["iat"] - 3600},
    "no expiry": lambda claims: {name: value for name, value in claims.items() if name != "exp"},
    "proven long ago": lambda claims: claims | {"auth_time": claims["auth_time"] - 3600},
    "not said when proven": lambda claims: {name: value for name, value in claims.items() if name != "auth_time"},
    "no subject": lambda claims: {name: value for name, value in claims.items() if name != "sub"},
    "strange subject": lambda claims: claims | {"sub": "a\0b"},
}


@pytest.mark.one_database
@pytest.mark.parametrize("what", LIES)
def test_token_that_does_not_hold_is_refused(shared: Program, provider: Provider, what: str) -> None:
    """Whatever its claims say, in one sentence; the same browser comes in with one that holds."""
    provider.lie = LIES[what]
    browser = Browser(shared)
    answer = back(browser, gone(browser))
    assert is_problem(answer, 401, "unauthenticated") and browser.cookie is None
    assert "did not sign you in" in answer.json()["detail"]
    provider.lie = lambda claims: claims
    assert back(browser, gone(browser)).status_code == 200


@pytest.mark.one_database
@pytest.mark.parametrize("what", ["none", "HS256", "another key"])
def test_token_that_the_provider_did_not_sign_is_refused(shared: Program, provider: Provider, what: str) -> None:
    """Without a signature, with the public key as a secret, or by a key that is not the provider's."""
    if what == "another key":
        provider.signs_with = RSAKey.generate_key(2048, {"kid": "one"})
    else:
        provider.algorithm = what
    browser = Browser(shared)
    assert is_problem(back(browser, gone(browser)), 401, "unauthenticated")


def test_answer_to_another_question_is_refused(shared: Program, provider: Provider) -> None:
    """Another state, another browser, a state or code used before, another issuer, no code."""
    victim, attacker = Browser(shared), Browser(shared)
    stolen = gone(attacker)
    assert is_problem(back(victim, stolen), 401, "unauthenticated")  # no cookie: a planted answer
    gone(victim)
    assert is_problem(back(victim, gone(attacker)), 401, "unauthenticated")  # a cookie, and another's answer
    right = gone(victim)
    assert is_problem(back(victim, right.replace("state=", "state=x")), 401, "unauthenticated")
    right = gone(victim)
    kept = victim.client.cookies["__Host-reviewflow-openid"]
    assert back(victim, right).status_code == 200
    victim.client.cookies.set("__Host-reviewflow-openid", kept, domain="testserver.local")
    assert is_problem(back(victim, right), 401, "unauthenticated")  # again
    code = parse_qs(urlsplit(right).query)["code"][0]
    state = parse_qs(urlsplit(gone(victim)).query)["state"][0]
    replayed = f"{HTTPS}/api/v1/session/openid/callback?code={code}&state={state}"
    assert is_problem(back(victim, replayed), 401, "unauthenticated")
    assert provider.refusals == ["code"]
    provider.keeps_codes = True
    injected = parse_qs(urlsplit(gone(attacker)).query)["code"][0]
    state = parse_qs(urlsplit(gone(victim)).query)["state"][0]
    injection = f"{HTTPS}/api/v1/session/openid/callback?code={injected}&state={state}"
    assert is_problem(back(victim, injection), 401, "unauthenticated")
    assert provider.refusals == ["code", "verifier"]
    provider.answers = {"iss": "https://mallory.example"}
    assert is_problem(back(victim, gone(victim)), 401, "unauthenticated")
    provider.answers, provider.about = {}, {"authorization_response_iss_parameter_supported": True}
    assert is_problem(back(victim, gone(victim)), 401, "unauthenticated")
    provider.answers = {"iss": provider.issuer}
    assert back(victim, gone(victim)).status_code == 200
    refused = f"{HTTPS}/api/v1/session/openid/callback?error=access_denied&error_description=%3Cscript%3E"
    answer = back(victim, refused)
    assert is_problem(answer, 401, "unauthenticated") and "script" not in answer.text


def test_provider_that_fails_or_names_another_is_unavailable(shared: Program, provider: Provider) -> None:
    """Nobody is sent anywhere; nor to a place where what is secret would cross a wire in the clear."""
    browser = Browser(shared)
    for about in (
        {"issuer": "https://mallory.example"},
        {"token_endpoint": "http://login.example/token"},
        {"jwks_uri": 7},
    ):
        provider.about = about
        answer = browser.ask("GET", "/session/openid")
        assert is_problem(answer, 503, "unavailable") and SECURE not in answer.headers.get("set-cookie", "")
    shared.app.settings = replace(shared.app.settings, server=replace(shared.app.settings.server, openid=OpenId()))
    assert is_problem(browser.ask("GET", "/session/openid"), 404, "not-found")
