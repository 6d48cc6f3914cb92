"""The form of every command: what was typed is never lost, nothing is done twice, and who signs reads what stands."""

import re
from typing import Any

import pytest

from reviewflow.app import App
from reviewflow.engine.identity import signatures
from reviewflow.errors import NotFound, NotNow, ReviewflowError, TooMany, Unauthenticated, Unavailable
from reviewflow.nouns.idempotency import NOT_KNOWN
from reviewflow.web.forms.field import Field
from reviewflow.web.render import Renderer
from tests.web import entering
from tests.web.entering import OTHER
from tests.web.world import Pages

NOTE = {"text": "Ask about the safeguards first.", "key": "k1"}


def _hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found, text
    return found[1]


def _signer(pages: Pages) -> Any:
    """The decider at his own browser, with something to sign."""
    pages.desk("rev", "review recommend {r} cleared --text Why --statement Words", "10-07 10:00")
    entering.with_passwords(pages, "decider")
    return entering.signed_in(pages, "decider")


def test_commit_in_doubt_keeps_the_form_and_is_done_once(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sent again under the same key, the second answer is that of the first; nothing of the installation is told."""
    act = App.act

    def lost(*given: Any) -> None:
        act(*given)
        raise Unavailable(f"The connection to db.internal was lost. {NOT_KNOWN}", remedy="Ask with the key.")

    with monkeypatch.context() as broken:
        broken.setattr(App, "act", lost)
        answer = pages.post("rev", "/reviews/{r}/do/note", NOTE)
    assert answer.status_code == 503 and NOTE["text"] in answer.text and NOT_KNOWN in answer.text
    assert _hidden(answer.text, "key") == "k1" and "db.internal" not in answer.text
    again = {**NOTE, "version": _hidden(answer.text, "version")}
    assert "It is on record" in pages.post("rev", "/reviews/{r}/do/note", again).text
    assert len(pages.desk.query("SELECT 1 AS one FROM event WHERE name = 'note_added'")) == 1


@pytest.mark.parametrize(
    ("error", "status"), [(NotFound("There is none."), 404), (NotNow("Later."), 503), (TooMany("Too much."), 429)]
)
def test_what_was_typed_comes_back(
    pages: Pages, monkeypatch: pytest.MonkeyPatch, error: ReviewflowError, status: int
) -> None:
    """Whatever it is that was in the way."""
    monkeypatch.setattr(App, "act", _raising(error))
    answer = pages.post("rev", "/reviews/{r}/do/note", NOTE)
    assert answer.status_code == status and NOTE["text"] in answer.text and error.reasons[0] in answer.text


def _raising(error: ReviewflowError) -> Any:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    return fail


@pytest.mark.parametrize(("error", "status"), [(Unauthenticated("It proves nothing."), 401), (TooMany("Wait."), 429)])
def test_proof_that_is_none_leaves_the_text_to_be_signed(
    pages: Pages, monkeypatch: pytest.MonkeyPatch, error: ReviewflowError, status: int
) -> None:
    """As a wrong password does."""
    mine, path = _signer(pages), f"/reviews/{pages.desk.refs['r']}/do/clear"
    monkeypatch.setattr(signatures, "sign", _raising(error))
    answer = mine.post(path, data={"text": "Words", "key": "k2", "step": "sign", "password": OTHER})
    assert answer.status_code == status and "Read, then sign" in answer.text
    assert error.reasons[0] in answer.text and _hidden(answer.text, "key") == "k2"


def test_text_that_changed_meanwhile_is_said_to_have_changed(pages: Pages) -> None:
    """After a wrong password it is another one at times; the same is not said to be."""
    mine, path = _signer(pages), f"/reviews/{pages.desk.refs['r']}/do/clear"
    asked = mine.post(path, data={"text": "Words"})
    sent = {"text": "Words", "step": "sign", "password": OTHER, "nonce": _hidden(asked.text, "nonce")}
    same = mine.post(path, data={**sent, "digest_of_text": _hidden(asked.text, "digest_of_text")})
    assert same.status_code == 403 and "has changed since you read it" not in same.text
    other = mine.post(path, data={**sent, "digest_of_text": "0" * 64})
    assert other.status_code == 403 and "The text has changed since you read it: read it again" in other.text


def test_who_signs_has_read_what_stands(pages: Pages) -> None:
    """What went on since is told before anything is signed; the form that comes back is of what stands now."""
    mine, path = _signer(pages), f"/reviews/{pages.desk.refs['r']}/do/clear"
    old = _hidden(mine.get(path).text, "version")
    pages.desk("rev", "review note {r} --text 'One more.'", "10-07 10:05")
    late = mine.post(path, data={"text": "Words", "version": old})
    assert late.status_code == 412 and "Words</textarea>" in late.text and "<pre" not in late.text
    new = _hidden(late.text, "version")
    asked = mine.post(path, data={"text": "Words", "version": new})
    assert "Read, then sign" in asked.text and _hidden(asked.text, "version") == new != old
    given = {name: _hidden(asked.text, name) for name in ("printed_name", "digest_of_text", "nonce", "version")}
    signed = mine.post(path, data={"text": "Words", **given, "step": "sign", "password": entering.PASSWORD})
    assert signed.status_code == 303, signed.text


def test_no_judgement_comes_filled_in(still: Pages) -> None:
    """Whatever an address says, its reader chooses."""
    page = still.get("rev", "/reviews/{r}/do/recommend?outcome=cleared&text=Fine").text
    assert '<option value="cleared">' in page and "Fine" in page and '" selected' not in page


def test_faults_stand_at_their_fields(still: Pages) -> None:
    """Of a tick and of a time, too."""
    sent = {"digest": "1" * 64, "effective_at": "yesterday"}
    page = still.post("one", "/reviews/{r}/do/release", sent).text
    assert 'id="e-effective_at"' in page
    assert 'aria-describedby="h-effective_at e-effective_at" aria-invalid="true"' in page
    tick = Field("shared", "Shared", "Shared with the lab", "tick", False, (), (), ("No.",), 200)
    drawn = str(Renderer().templates.get_template("parts.html").module.field(tick))  # type: ignore[attr-defined]
    assert '<p class="fault" id="e-shared">No.</p>' in drawn
    assert 'aria-invalid="true" aria-describedby="e-shared"' in drawn
