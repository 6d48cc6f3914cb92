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
from reviewflow.web.texts import folded, parted
from reviewflow.web.writing import day
from tests.stories.world import PEOPLE, filed
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
    since = late.text.partition("What happened since")[2].partition("<form")[0]
    assert "Note: One more." in since and "<strong>reviewer</strong>" in since and since.count('id="event-') == 1
    new = _hidden(late.text, "version")
    asked = mine.post(path, data={"text": "Words", "version": new})
    assert "Read, then sign" in asked.text and _hidden(asked.text, "version") == new != old
    given = {name: _hidden(asked.text, name) for name in ("printed_name", "digest_of_text", "nonce", "version")}
    signed = mine.post(path, data={"text": "Words", **given, "step": "sign", "password": entering.PASSWORD})
    assert signed.status_code == 303, signed.text


def test_what_is_internal_to_the_other_side_is_not_told_to_who_comes_late(pages: Pages) -> None:
    """That something was recorded is all that he is told of it."""
    old = _hidden(pages.get("one", "/reviews/{r}/do/note").text, "version")
    pages.desk("rev", "review note {r} --text 'Between us.'", "10-07 10:05")
    late = pages.post("one", "/reviews/{r}/do/note", {"text": "Mine.", "version": old})
    assert late.status_code == 412 and "Mine.</textarea>" in late.text
    assert "Nothing that you may read" in late.text and "Between us" not in late.text


def test_a_release_asks_for_what_it_has_to_acknowledge(pages: Pages) -> None:
    """No more than that, each in words; a digest may come as it is copied, and none is taken for another."""
    path = "/reviews/{r}/do/release"
    form = pages.get("one", path).text
    asked = re.findall(r'name="acknowledge" value="([^"]+)"', form)
    assert asked == ["no-determination"] and "No determination precedes this release." in form
    assert "already_happened" not in form  # the policy refuses none
    assert "copies_cannot_be_recalled" not in form and form.count("<span>11111111</span>") == 8
    other = pages.post("one", path, {"digest": "2" * 64, "acknowledge": "no-determination"})
    assert re.findall(r'name="acknowledge" value="([^"]+)"', other.text) == ["no-determination", "other-digest"]
    assert "Tick below that you know it." in other.text and "--acknowledge" not in other.text
    short = pages.post("one", path, {"digest": "1" * 63, "acknowledge": "no-determination"})
    assert short.status_code != 200
    pasted = f"SHA256: {' '.join(['11111111'] * 8)}"
    done = pages.post("one", path, {"digest": pasted, "acknowledge": "no-determination"})
    assert "It is on record" in done.text
    assert pages.desk.query("SELECT released_digest FROM review WHERE released_digest IS NOT NULL") == [
        {"released_digest": "1" * 64}
    ]


def test_a_breach_is_offered_where_the_policy_refuses_a_release(pages: Pages) -> None:
    """And as long as it does."""
    filed(pages.desk, "l", "10-07", "2027-03-01", sign="5", extra="--policy licensing-draft")
    assert 'name="already_happened"' in pages.get("one", "/reviews/{l}/do/release").text


def test_the_window_is_seen_before_its_clock_is_started(pages: Pages) -> None:
    """The one that it then is, by the same rules; who cannot start it is not told of one."""
    app, ref = pages.app, pages.desk.refs["q"]
    seen = app.document("review", {"ref": ref}, PEOPLE["intake"], app.now())["if_started"]
    page = pages.get("intake", "/reviews/{q}/do/start").text
    assert "The window that this opens" in page and day(seen["last_day_on"]) in page and "First reminder" in page
    assert app.document("review", {"ref": ref}, PEOPLE["two"], app.now())["if_started"] is None
    pages.desk("intake", "review start {q}", "10-07 10:00")
    app.refresh()
    window = app.document("review", {"ref": ref}, PEOPLE["intake"], app.now())["window"]
    names = ("clock_start_on", "day_1_on", "last_day_on", "due_at")
    assert [seen[name] for name in names] == [window[name] for name in names]
    assert [one["at"] for one in seen["notices"]] == [one["due_at"] for one in window["notices"]]


def test_a_question_and_its_answer_show_their_dates(pages: Pages) -> None:
    """Before they are sent; what is over is said to be late."""
    app, ref = pages.app, pages.desk.refs["r"]
    seen = app.document("review", {"ref": ref}, PEOPLE["rev"], app.now())["if_asked"]
    page = pages.get("rev", "/reviews/{r}/do/ask").text
    assert "What this question sets going" in page and day(seen["answer_due_on"]) in page
    assert "a question does not stop it" in page and day("2026-11-04") in page
    pages.desk("rev", "review ask {r} --text 'What changed?'", "10-06 09:30")
    assert pages.desk.due("r", "answer", 1) == ("open", seen["answer_due_on"])
    app.refresh()
    page = pages.get("one", "/reviews/{r}/do/answer?request=1").text
    assert "What is asked" in page and "What changed?" in page and day(seen["answer_due_on"]) in page
    assert '<option value="1" selected' in pages.get("one", "/reviews/{r}/do/answer").text
    assert "the answer moves nothing" in page and "marked late</strong>" not in page
    pages.desk.tick("10-12 09:30")
    app.refresh()
    assert "this is over, and the answer is marked late" in pages.get("one", "/reviews/{r}/do/answer").text
    pages.desk("rev", "review ask {r} --text 'And who?'", "10-12 09:31")
    pages.desk("one", "review answer {r} 1 --text 'This.'", "10-12 09:32")
    pages.app.refresh()
    page = pages.get("one", "/reviews/{r}/do/answer").text
    assert '<option value="2" selected' in page and '<option value="1"' not in page, "what is answered is not asked"


def test_what_comes_too_late_is_shown_and_not_sent_again(pages: Pages) -> None:
    """Why, what one may do instead, and what was typed; no button. A fact that is dated to when it could be has one."""
    path = "/reviews/{r}/do/ask"
    old = _hidden(pages.get("rev", path).text, "version")
    pages.desk("one", "review withdraw {r} --reason 'Another plan.'", "10-07 10:00")
    late = pages.post("rev", path, {"text": "What <b>changed</b>?\n\nAnd why?", "version": old})
    assert late.status_code == 412 and "It can no longer be done" in late.text and "Withdrawn is final" in late.text
    assert "What you typed" in late.text and "What &lt;b&gt;changed&lt;/b&gt;?" in late.text and "And why?" in late.text
    assert '<form method="post" action="/reviews/' not in late.text and "send it again" not in late.text
    again = pages.post("rev", path, {"text": "What changed?"})
    assert again.status_code == 409 and '<form method="post" action="/reviews/' not in again.text
    path = "/reviews/{r}/do/withdraw"
    dated = pages.post("one", path, {"reason": "So it was.", "effective_at": "2026-10-06 12:00"})
    assert dated.status_code == 409 and '<form method="post" action="/reviews/' in dated.text


def test_what_was_recommended_stands_beside_what_is_signed(pages: Pages) -> None:
    """Its words and its reasons, or that there is none, before anything is typed; to who signs alone."""
    path = "/reviews/{r}/do/clear"
    page = pages.get("decider", path).text
    assert "As things stand it would be refused" in page and "a reviewer recommends first" in page
    pages.desk("rev", "review recommend {r} cleared --text 'The reasons.' --statement 'Words <of> it.'", "10-07 10:00")
    pages.app.refresh()
    page = pages.get("decider", path).text
    assert "would be refused" not in page and "Words &lt;of&gt; it." in page and "The reasons." in page
    assert "Leave the text empty to sign these words" in page
    assert (
        "It recommends cleared, not what you are about to sign"
        in pages.get("decider", "/reviews/{r}/do/raise-concerns").text
    )
    for who in ("one", "intake"):
        assert "The reasons." not in pages.get(who, path).text


def test_a_long_text_is_folded_and_whole(still: Pages) -> None:
    """Nothing of it is lost, and nothing in it is HTML; a short one is as it was."""
    long = "\n\n".join(f"<b>{number}</b> " + "words and more words. " * 20 for number in range(20))
    shown = str(folded(long))
    assert shown.count("<details") == 1 and "<b>" not in shown and len(shown.partition("<details")[0]) < 1600
    assert re.findall(r"&lt;b&gt;(\d+)", shown) == [str(number) for number in range(20)]
    assert shown.count("words and more words.") == 400
    assert folded("a\n\nb") == "<p>a</p><p>b</p>" and "<details" not in folded("a " * 800)
    assert len("".join(parted("x" * 5000))) == 5000


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


def test_no_window_is_shown_that_cannot_be_opened(pages: Pages) -> None:
    """An item of the gate is missing: neither to intake, nor to the operator of the machine, who is refused nothing."""
    app, ref = pages.app, pages.desk.refs["q"]
    pages.desk.query("DELETE FROM submission_item WHERE subject = ? AND item = 'system_card'", ref)
    for who in (PEOPLE["intake"], None):
        assert app.document("review", {"ref": ref}, who, app.now())["if_started"] is None
