"""One's own page: wishes, tokens, passkeys and sessions, and the proof that what opens doors asks for."""

import json
import re

from webauthn.helpers import base64url_to_bytes

from tests.engine.authenticator import Authenticator
from tests.stories.world import PEOPLE
from tests.web import entering
from tests.web.entering import OTHER, PASSWORD, a_while_passes, attribute, hidden, sign_in, signed_in, with_passwords
from tests.web.world import HERE, Pages


def authenticator() -> Authenticator:
    return Authenticator(rp_id="127.0.0.1", origin=HERE)


def _challenge(text: str) -> bytes:
    return base64url_to_bytes(json.loads(text)["challenge"])


def test_wishes_come_filled_in_and_lead_back(pages: Pages) -> None:
    """The form has what holds now; sent, one is back on one's own page, and told so."""
    page = pages.get("one", "/me").text
    link = re.search(r'href="(/people/[^"]+/do/preferences\?[^"]+)"', page)
    assert link and "At once" in page
    form = pages.get("one", link[1].replace("&amp;", "&")).text
    for part in ('value="at_once" selected', 'value="08:00"', 'value="America/New_York"', 'value="none" checked'):
        assert part in form
    sent = {"cadence": "daily", "digest_at": "07:30", "quiet": "22:00-07:00", "mute": "reminders", "back": "/me"}
    answer = pages.post("one", f"/people/{PEOPLE['one']}/do/preferences", sent)
    assert answer.url.path == "/me" and "alert success" in answer.text
    assert "daily at 07:30" in answer.text and "22:00 to 07:00" in answer.text


def test_a_token_is_shown_once_and_is_no_wider_than_it_was_made(pages: Pages) -> None:
    """It opens what it was made for; revoked, it opens nothing."""
    made = pages.post("one", "/me/tokens/new", {"name": "<b>pipe", "days": "3", "verbs": ["read"]})
    assert made.status_code == 201 and made.headers["cache-control"] == "no-store"
    secret = re.search(r"rfl_\w+", made.text)
    assert secret and "<b>pipe" not in made.text
    program = {"Authorization": f"Bearer {secret[0]}"}
    assert pages.nobody.get("/api/v1/me", headers=program).json()["verbs"] == ["read"]
    page = pages.get("one", "/me").text
    assert secret[0] not in page and "read" in page
    [id] = re.findall(r"/me/tokens/(\w+)/revoke", page)
    assert "revoked" in pages.post("one", f"/me/tokens/{id}/revoke").text
    assert pages.nobody.get("/api/v1/me", headers=program).status_code == 401
    wrong = pages.post("one", "/me/tokens/new", {"name": "kept text", "days": "9999", "verbs": ["read"]})
    assert wrong.status_code == 422 and 'value="kept text"' in wrong.text and 'value="read" checked' in wrong.text


def test_a_form_sent_twice_makes_one_token(pages: Pages) -> None:
    """The second click is told so: the secret was in the first answer, which a browser may not have shown."""
    key = re.search(r'name="key" value="([^"]+)"', pages.get("one", "/me/tokens/new").text)
    assert key
    sent = {"name": "pipe", "days": "3", "verbs": ["read"], "key": key[1]}
    assert pages.post("one", "/me/tokens/new", sent).status_code == 201
    second = pages.post("one", "/me/tokens/new", sent)
    assert second.status_code == 409 and "made by this form already" in second.text
    assert pages.get("one", "/me").text.count("/revoke") == 1
    assert pages.post("two", "/me/tokens/new", sent).status_code == 201  # another's key is not his


def test_an_address_says_nothing_that_did_not_happen(still: Pages) -> None:
    """What came of it is told as the record has it now."""
    done = ("is changed", "was set", "is added", "is removed", "is over", "are over", "is revoked", "new name")
    for did in ("password", "passkey", "removed", "ended", "others", "revoked", "renamed"):
        said = "".join(re.findall(r'role="status">.*?</div>', still.get("auditor", f"/me?did={did}").text, re.DOTALL))
        assert not [word for word in done if word in said], (did, said)


def test_what_opens_doors_asks_who_is_there(pages: Pages) -> None:
    """After a while a fresh proof is asked for; what was typed waits behind it, and the cookie is another one."""
    with_passwords(pages, "one")
    mine = signed_in(pages, "one")
    a_while_passes(pages)
    answer = mine.get("/me/tokens/new")
    assert (answer.status_code, answer.headers["location"]) == (303, "/me/prove?next=/me/tokens/new")
    asked = mine.post("/me/tokens/new", data={"name": "release pipeline", "days": "5"})
    assert asked.status_code == 403 and "Prove that it is you" in asked.text
    carried = hidden(asked)
    assert carried["next"] == "/me/tokens/new" and "release pipeline" in carried["kept"]
    wrong = mine.post("/me/prove", data={**carried, "password": OTHER})
    assert wrong.status_code == 403 and OTHER not in wrong.text
    before = mine.cookies[entering.COOKIE]
    proven = mine.post("/me/prove", data={**carried, "password": PASSWORD})
    assert proven.status_code == 200 and 'action="/me/tokens/new"' in proven.text
    assert mine.cookies[entering.COOKIE] != before
    form = mine.post("/me/tokens/new", data={"name": "release pipeline", "days": "5", "step": "change"})
    assert form.status_code == 200 and 'value="release pipeline"' in form.text
    assert mine.post("/me/tokens/new", data={"name": "release pipeline", "days": "5"}).status_code == 201
    assert mine.get("/me/prove?next=https://mallory.example/").headers["location"] == "/"


def test_a_confidential_channel_asks_too_and_keeps_what_was_typed(pages: Pages) -> None:
    """The generated form of a command leads to the same proof."""
    with_passwords(pages, "one")
    mine = signed_in(pages, "one")
    a_while_passes(pages)
    sent = {"channel_kind": "email", "address": PEOPLE["one"], "confidential": "yes", "back": "/me"}
    asked = mine.post(f"/people/{PEOPLE['one']}/do/add-channel", data=sent)
    assert asked.status_code == 403 and "Prove that it is you" in asked.text
    back = mine.post("/me/prove", data={**hidden(asked), "password": PASSWORD})
    assert f'action="/people/{PEOPLE["one"]}/do/add-channel"' in back.text
    done = mine.post(f"/people/{PEOPLE['one']}/do/add-channel", data=sent)
    assert done.status_code == 303 and done.headers["location"].startswith("/me?done=")
    assert "confidential too" in mine.get("/me").text


def test_a_passkey_is_made_used_and_removed(pages: Pages) -> None:
    """From then on it is asked for at the door, and stands where the password stood as a proof."""
    with_passwords(pages, "two")
    mine, other, passkey = signed_in(pages, "two"), signed_in(pages, "two"), authenticator()
    asked = attribute(mine.get("/me/passkeys/new"), "data-passkey-new")
    made = passkey.register(_challenge(asked))
    answer = mine.post("/me/passkeys/new", data={"name": "my key", "passkey": json.dumps(made)})
    assert answer.headers["location"].startswith("/me?did=passkey")
    assert "my key" in mine.get("/me").text and other.get("/me").status_code == 303
    again = entering.browser(pages)
    step = sign_in(again, "two", next="/inbox")
    assert step.status_code == 200 and entering.COOKIE not in again.cookies
    given = {**hidden(step), "passkey": json.dumps(passkey.answer(_challenge(attribute(step, "data-passkey"))))}
    assert again.post("/sign-in/passkey", data=given).headers["location"] == "/inbox"
    a_while_passes(pages)
    [id] = re.findall(r"/me/passkeys/([\w-]+)/remove", again.get("/me").text)
    assert again.get(f"/me/passkeys/{id}/remove").headers["location"].startswith("/me/prove")
    proof = again.get(f"/me/prove?next=/me/passkeys/{id}/remove")
    assert 'type="password"' not in proof.text
    answered = json.dumps(passkey.answer(_challenge(attribute(proof, "data-passkey"))))
    assert again.post("/me/prove", data={**hidden(proof), "passkey": answered}).status_code == 303
    assert again.post(f"/me/passkeys/{id}/remove", data={"_": ""}).headers["location"].startswith("/me?did=removed")
    assert sign_in(entering.browser(pages), "two").status_code == 303


def test_sessions_are_ended_by_their_owner(pages: Pages) -> None:
    """The others, or one by one; another's cannot be ended."""
    with_passwords(pages, "one", "two")
    mine, other, rival = signed_in(pages, "one"), signed_in(pages, "one"), signed_in(pages, "two")
    [theirs] = re.findall(r"/me/sessions/(\w+)/end\"", rival.get("/me").text)
    assert mine.post(f"/me/sessions/{theirs}/end", data={"_": ""}).status_code == 404
    assert mine.post("/me/sessions/end-others", data={"_": ""}).status_code == 303
    assert other.get("/me").status_code == 303 and mine.get("/me").status_code == 200
    [own] = re.findall(r"/me/sessions/(\w+)/end\"", mine.get("/me").text)
    assert mine.post(f"/me/sessions/{own}/end", data={"_": ""}).headers["location"] == "/sign-in"
    assert mine.get("/me").status_code == 303 and rival.get("/me").status_code == 200


def test_a_changed_password_ends_other_sessions(pages: Pages) -> None:
    """The one that holds is asked for; this session goes on under a new cookie."""
    with_passwords(pages, "one")
    mine, other = signed_in(pages, "one"), signed_in(pages, "one")
    before = mine.cookies[entering.COOKIE]
    wrong = mine.post("/me/password", data={"current": OTHER, "password": OTHER, "again": OTHER})
    assert wrong.status_code == 403 and OTHER not in wrong.text
    done = mine.post("/me/password", data={"current": PASSWORD, "password": OTHER, "again": OTHER})
    assert done.status_code == 303 and mine.cookies[entering.COOKIE] != before
    assert mine.get("/me").status_code == 200 and other.get("/me").status_code == 303
    assert sign_in(entering.browser(pages), "one", OTHER).status_code == 303
