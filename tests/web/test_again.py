"""A form that was open when its session ended: it waits behind every way in, and is said to be there."""

import json
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from reviewflow.nouns.server import OpenId
from tests.engine.authenticator import Authenticator
from tests.stories.world import PEOPLE
from tests.web import entering
from tests.web.entering import OTHER, PASSWORD, attribute, browser, hidden, set_up, sign_in, with_passwords
from tests.web.test_own import _challenge, authenticator
from tests.web.world import Pages

TYPED = "What <b>changed</b> since?"


def _note(pages: Pages, client: TestClient) -> httpx.Response:
    """A note that is sent after the session ended."""
    pages.desk.query("UPDATE session SET ended_at = made_at")
    return client.post(f"/reviews/{pages.desk.refs['r']}/do/note", data={"text": TYPED})


def _is_back(answer: httpx.Response) -> bool:
    return answer.status_code == 200 and 'value="What &lt;b&gt;changed&lt;/b&gt; since?"' in answer.text


def test_a_wrong_password_is_told_beside_what_waits(pages: Pages) -> None:
    """Both are said, and the form still waits."""
    with_passwords(pages, "rev")
    mine = entering.signed_in(pages, "rev")
    asked = _note(pages, mine)
    assert asked.status_code == 401 and "Your session ended" in asked.text and 'id="error"' not in asked.text
    wrong = sign_in(mine, "rev", OTHER, **hidden(asked))
    assert "Your session ended" in wrong.text and "You are not signed in" in wrong.text
    assert _is_back(sign_in(mine, "rev", PASSWORD, **hidden(wrong)))


def test_in_a_simulation_one_click_brings_the_form_back(pages: Pages) -> None:
    """Nobody there has a password; the way in without one carries the form, and is a form of our own pages."""
    asked = _note(pages, browser_of(pages, "rev"))
    assert 'action="/simulation/as"' in asked.text and f'value="{PEOPLE["rev"]}"' in asked.text
    mine = browser(pages)
    back = mine.post("/simulation/as", data={"mailbox": PEOPLE["rev"], **hidden(asked)})
    assert _is_back(back) and mine.get("/me").status_code == 200
    assert mine.post("/simulation/as", data={"mailbox": "nobody@example.org"}).status_code == 404
    assert mine.post("/simulation/as", data={"mailbox": PEOPLE["rev"]}, headers={"Origin": "null"}).status_code == 403


def browser_of(pages: Pages, who: str) -> TestClient:
    made = browser(pages)
    assert made.get(f"/simulation/as/{PEOPLE[who]}").status_code == 303
    return made


def test_who_has_only_openid_comes_in_beside_it(pages: Pages) -> None:
    """What was typed does not travel through the provider, and that is said; it waits here for another tab."""
    mine = browser_of(pages, "rev")
    set_up(pages, openid=OpenId("https://id.example", "us", "openid"))
    asked = _note(pages, mine)
    assert 'href="/sign-in/openid?next=/me" target="_blank"' in asked.text
    assert "does not travel" in asked.text and 'action="/sign-in/waiting"' in asked.text
    waits = hidden(asked)
    early = mine.post("/sign-in/waiting", data=waits)
    assert early.status_code == 401 and "You are not signed in" in early.text and hidden(early) == waits
    mine.get(f"/simulation/as/{PEOPLE['rev']}")
    assert _is_back(mine.post("/sign-in/waiting", data=waits))


def test_a_failed_passkey_keeps_the_form(pages: Pages) -> None:
    """What waits behind the passkey waits behind the password again."""
    with_passwords(pages, "two")
    passkey: Authenticator = authenticator()
    mine = entering.signed_in(pages, "two")
    made = passkey.register(_challenge(attribute(mine.get("/me/passkeys/new"), "data-passkey-new")))
    mine.post("/me/passkeys/new", data={"name": "key", "passkey": json.dumps(made)})
    step = sign_in(mine, "two", kept=json.dumps({"text": ["typed"]}), next="/inbox")
    for broken in ("", "no", "[" * 20_000, json.dumps({**passkey.answer(b"x" * 32)})):
        answer = mine.post("/sign-in/passkey", data={**hidden(step), "passkey": broken})
        assert answer.status_code < 500 and "typed" in hidden(answer)["kept"], broken[:20]


@pytest.mark.parametrize("kept", ['{"a":5}', '{"a":[5]}', '{"a":"b"}', "[" * 20_000, "5", "x", '{"a":["\\ud800"]}'])
def test_what_is_not_ours_any_more_is_left(pages: Pages, kept: str) -> None:
    """Whatever somebody sends as a waiting form, he comes in."""
    with_passwords(pages, "one")
    assert sign_in(browser(pages), "one", kept=kept).status_code == 303


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/me/tokens/new", {"name": "pipeline", "days": "5", "verbs": ["read"]}),
        ("/me/passkeys/new", {"name": "pipeline"}),
        ("/views", {"name": "Mine", "state": "under_review"}),
    ],
)
def test_other_forms_wait_too(pages: Pages, path: str, sent: dict[str, Any]) -> None:
    """The sign-in carries them; back at the form nothing is done by that alone."""
    mine = browser_of(pages, "one")
    pages.desk.query("UPDATE session SET ended_at = made_at")
    asked = mine.post(path, data=sent)
    assert asked.status_code == 401 and json.loads(hidden(asked)["kept"])["name"] == [sent["name"]]
    mine.get(f"/simulation/as/{PEOPLE['one']}")
    form = mine.post(path, data={**sent, "step": "change"}, follow_redirects=True)
    assert form.status_code == 200 and pages.desk.query("SELECT * FROM saved_view") == []
    assert form.url.path != "/views" and ('value="pipeline"' in form.text or "under_review" in form.url.query.decode())


def test_a_proof_does_not_say_that_one_signed_in(pages: Pages) -> None:
    """The page between says what holds after both."""
    with_passwords(pages, "one")
    mine = entering.signed_in(pages, "one")
    kept = {"next": "/me/tokens/new", "kept": json.dumps({"name": ["pipeline"]})}
    page = mine.post("/me/prove", data={**kept, "password": PASSWORD})
    assert "Back to the form" in page.text and "signed in again" not in page.text.lower()
