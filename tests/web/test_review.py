"""The page of one review: where it stands, how much time is left and why, what may be done, all that is on record."""

import re
from html import unescape

import pytest

from reviewflow.errors import Unavailable
from reviewflow.nouns.idempotency import NOT_KNOWN
from reviewflow.web.drawing.window_bar import window_bar
from reviewflow.web.pages.review_steps import steps
from tests.web.world import Pages

SCRIPT = "<script>alert(1)</script>"


def _text(page: str, part: str) -> str:
    """The words of a section of a page, without its marks."""
    found = re.search(rf'<section[^>]* id="{part}".*?</section>', page, re.DOTALL)
    assert found is not None, f"no part {part}"
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", found[0])).split())


def _links(page: str) -> list[str]:
    return [unescape(href) for href in re.findall(r'href="([^"]*)"', page)]


def test_page_says_which_day_of_the_window_it_is_and_when_it_ends(still: Pages) -> None:
    """Day N of 30, the last day with its zone, and a drawing whose words say the same."""
    page = still.get("rev", "/reviews/{r}").text
    words = _text(page, "window")
    assert words.startswith("Day 1 of 30 29 days left, due Wed 4 Nov 2026, 23:59 EST")
    assert "day 1 of 30, from Tue 6 Oct 2026 to Wed 4 Nov 2026" in words
    assert "Last day Wed 4 Nov 2026" in words


def test_title_of_the_page_holds_the_reference_alone(still: Pages) -> None:
    """What a browser keeps of a page names no model."""
    found = re.search(r"<title>(.*?)</title>", still.get("rev", "/reviews/{r}").text)
    assert found is not None and found[1] == f"Review {still.desk.refs['r']} · reviewflow"


def test_reasons_of_the_due_time_are_numbered_steps_one_click_away(still: Pages) -> None:
    """On the page as something to open, and on a page of its own with what it is pinned to."""
    inside = still.get("one", "/reviews/{r}").text
    assert (
        "Why is it due then?" in inside and "<li>Day 1 is the day after the event day: Tue 6 Oct 2026.</li>" in inside
    )
    whole = still.get("one", "/reviews/{r}/why").text
    assert "<li>Day 1 is the day after the event day: Tue 6 Oct 2026.</li>" in whole and "tzdata" in whole


def test_buttons_are_what_the_lifecycle_lets_each_reader_do(still: Pages) -> None:
    """The reviewer's next step comes first; a viewer has none; nobody is offered what is another's."""
    ref = still.desk.refs["r"]
    rev, lab = still.get("rev", "/reviews/{r}").text, still.get("one", "/reviews/{r}").text
    assert f"/reviews/{ref}/do/recommend" in _links(rev) and "outcome=" not in rev
    assert f"/reviews/{ref}/do/clear" not in _links(rev) and f"/reviews/{ref}/do/release" in _links(lab)
    assert not [href for href in _links(still.get("auditor", "/reviews/{r}").text) if "/do/" in href]


def test_refused_commands_are_explained(still: Pages) -> None:
    """Of the wrong state, which states are right; of a rule, the rule's own reason, found out by trying."""
    decider = _text(still.get("decider", "/reviews/{r}").text, "do")
    assert "asks for two persons: a reviewer recommends first, another person signs." in decider
    assert "Stop the clock (toll) The policy eo-14409 tolls on nothing that a person can declare" in decider
    intake = _text(still.get("intake", "/reviews/{r}").text, "do")
    assert "Start the clock It is possible while the review is submitted; it is under review." in intake
    lab = _text(still.get("one", "/reviews/{r}").text, "do")
    assert "Answer a request There is no information request that it could be about." in lab


def test_lab_is_told_nothing_that_is_internal(pages: Pages) -> None:
    """Neither who is assigned, nor a recommendation, an unshared finding or document, nor letters to the agency."""
    pages.desk("rev", "review find {r} --title Uplift --domain cybersecurity --severity high", "10-07 10:00")
    pages.desk("rev", "review recommend {r} concerns --text Why --statement Words", "10-07 10:01")
    page = pages.get("one", "/reviews/{r}").text
    for word in ("reviewer@", "Uplift", "Recommendation", "recommend", "decider@", "intake@example-office.example:"):
        assert word not in page.replace("A reviewer recommends", ""), word
    assert "Uplift" in pages.get("rev", "/reviews/{r}").text


def test_requests_have_their_clock_and_their_own_buttons(pages: Pages) -> None:
    """What is asked shows when it is due; the lab's button fills in which request; once overdue it says so."""
    pages.desk("rev", "review ask {r} --text 'What changed?'", "10-07 10:00")
    page = pages.get("one", "/reviews/{r}").text
    assert f"/reviews/{pages.desk.refs['r']}/do/answer?request=1" in _links(page)
    assert "6 days left, due Tue 13 Oct 2026, 23:59 EDT" in _text(page, "requests").replace(" ,", ",")
    pages.desk(None, "tick", "10-20 10:00")
    late = pages.get("one", "/reviews/{r}").text
    assert "Overdue since Tue 13 Oct 2026" in _text(late, "requests")


def test_what_was_just_recorded_is_shown_as_a_receipt_to_whoever_did_it(pages: Pages) -> None:
    """With version and chain head; a number in the address that is not one's own event shows nothing."""
    answer = pages.post("rev", "/reviews/{r}/do/note", {"text": "One more."})
    assert answer.url.query.startswith(b"done=")
    assert "It is on record" in answer.text and "Note: One more." in answer.text
    head = pages.app.document("review", {"ref": pages.desk.refs["r"]}, None, pages.app.now())["head"]
    assert f'chain head <code class="digest">{head}</code>' in answer.text
    assert "It is on record" not in pages.get("decider", f"/reviews/{{r}}?{answer.url.query.decode()}").text
    assert "It is on record" not in pages.get("rev", "/reviews/{r}?done=nothing").text


def test_signature_stands_with_its_printed_name_and_digest(pages: Pages) -> None:
    """Who signed what and when, with the exact text; the lab reads it too, and not who recommended."""
    pages.desk("rev", "review recommend {r} cleared --text Why --statement Words", "10-07 10:00")
    pages.desk("decider", "review clear {r}", "10-07 10:05")
    words = _text(pages.get("one", "/reviews/{r}").text, "outcome")
    assert "Signed by decider @example-office.example , printed name decider@example-office.example" in words
    assert "Digest" in words and "Determination: cleared" in words and "Recommended by" not in words


def test_letters_are_told_of_ones_own_side_alone(still: Pages) -> None:
    """Who of the reader's organization was told of an event, and whether he opened the letter."""
    ref, now = still.desk.refs["r"], still.app.now()
    for person in ("officer@example-lab-one.example", "intake@example-office.example"):
        events = still.app.document("timeline", {"ref": ref}, person, now)["events"]
        told = [one["to"] for event in events for one in event["letters"]]
        assert told and all(to.endswith(person.partition("@")[2]) for to in told)


def test_what_somebody_typed_is_shown_as_text(pages: Pages) -> None:
    """Nowhere on the page does it become a part of it."""
    pages.post("rev", "/reviews/{r}/do/note", {"text": SCRIPT, "shared": "yes"})
    pages.desk("rev", f"review ask {{r}} --text '{SCRIPT}'", "10-07 10:00")
    for path in ("", "/journal"):
        page = pages.get("one", f"/reviews/{{r}}{path}").text
        assert SCRIPT not in page and "&lt;script&gt;" in page


def test_review_of_another_lab_is_not_there(still: Pages) -> None:
    """As one that does not exist, on every page of it."""
    for path in ("", "/why", "/journal", "/do/attach", "/documents/1"):
        assert still.get("two", f"/reviews/{{r}}{path}").status_code == 404


def test_document_comes_in_by_the_form_and_goes_out_as_it_was(pages: Pages) -> None:
    """Marked, kept by its digest, and always sent as a file to keep."""
    ref, client = pages.desk.refs["r"], pages.client("one")
    body = b"%PDF-1.7 " + b"x" * 300_000
    files = {"marking": (None, "PROPRIETARY"), "file": ("c:\\tmp\\cärd.pdf", body, "application/pdf")}
    answer = client.post(f"/reviews/{ref}/do/attach", files=files)
    assert answer.status_code == 200 and "It is on record" in answer.text
    assert "PROPRIETARY" in _text(answer.text, "documents") and "cärd.pdf" in answer.text
    kept = client.get(f"/reviews/{ref}/documents/1")
    assert kept.content == body and kept.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in kept.headers["Content-Security-Policy"]


def test_attached_from_the_task_list_one_is_back_there(pages: Pages) -> None:
    """Nobody is led away from here, though."""
    ref, mine = pages.desk.refs["r"], pages.client("one")
    form = f"/reviews/{ref}/do/attach"
    assert f'name="back" value="/reviews/{ref}/tasks"' in mine.get(f"{form}?back=/reviews/{ref}/tasks").text
    assert "mallory" not in mine.get(f"{form}?back=https://mallory.example/").text
    files = {"back": (None, f"/reviews/{ref}/tasks"), "file": ("a.txt", b"a", "text/plain")}
    answer = mine.post(form, files=files)
    assert answer.url.path == f"/reviews/{ref}/tasks" and "<strong>On record</strong>" in answer.text


def test_document_whose_answer_was_lost_comes_back_with_its_key(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sent again it is attached once; what the installation is about is not told."""

    def lost(*_: object) -> None:
        raise Unavailable(f"The connection to db.internal was lost. {NOT_KNOWN}")

    monkeypatch.setattr("reviewflow.engine.documents.store.store", lost)
    files = {"key": (None, "k1"), "marking": (None, "SECRET"), "file": ("a.txt", b"a", "text/plain")}
    answer = pages.client("one").post(f"/reviews/{pages.desk.refs['r']}/do/attach", files=files)
    assert answer.status_code == 503 and 'value="k1"' in answer.text and 'value="SECRET"' in answer.text
    assert NOT_KNOWN in answer.text and "db.internal" not in answer.text


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"file": ("", b"", "text/plain")}, "No file was chosen."),
        ({"marking": (None, "X"), "file": ("a.txt", b"", "text/plain")}, "The document is empty."),
        ({"marking": (None, "x" * 100_000), "file": ("a.txt", b"a", "text/plain")}, "longer than its fields can be"),
    ],
)
def test_document_that_cannot_be_taken_is_refused_with_the_form(still: Pages, files: dict, why: str) -> None:
    """What is wrong stands on the form, and nothing was recorded."""
    answer = still.client("one").post(f"/reviews/{still.desk.refs['r']}/do/attach", files=files)
    assert answer.status_code in (409, 422) and why in answer.text
    assert "Nothing is attached." in still.get("one", "/reviews/{r}").text


def test_document_from_a_page_of_somebody_else_is_not_taken(still: Pages) -> None:
    """A form that another site sends with the reader's session."""
    files, sent = (
        {"file": ("a.txt", b"a", "text/plain")},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    )
    answer = still.client("one").post(f"/reviews/{still.desk.refs['r']}/do/attach", files=files, headers=sent)
    assert answer.status_code == 403


def test_draft_shows_its_task_list_and_no_window(pages: Pages) -> None:
    """What is missing can be supplied from the page; the agency's parts are not there yet."""
    pages.desk("three", "model register 'Example Model Three-X' --digest " + "7" * 64, "10-07 09:00", "m")
    pages.desk("three", "review open {m} --agency example-office", "10-07 09:01", "d")
    page = pages.get("three", "/reviews/{d}").text
    links, ref = _links(page), pages.desk.refs["d"]
    assert f"/reviews/{ref}/tasks" in links and f"/reviews/{ref}/do/supply?item=system_card" in links
    assert '<svg class="window-bar"' not in page and 'id="findings"' not in page


def test_bar_marks_tolls_notices_and_what_lies_beyond() -> None:
    """Each day has its place; a plan long after the window is told in words instead."""
    notice = {"notice": "-1d", "due_at": "2026-10-10T13:00:00Z", "is_raised": False}
    window = {
        "day_1_on": "2026-10-02", "clock_start_on": "2026-10-01", "last_day_on": "2026-10-11", "remaining_days": None,
        "time_zone": "America/New_York", "status": "open", "tolled_on": ["2026-10-03", "2026-10-04"],
        "notices": [notice],
    }  # fmt: skip
    story = {"now": "2026-10-06T16:00:00Z", "window": window, "determination": None}
    story |= dict.fromkeys(("determined_at", "released_at", "withdrawn_at"))
    bar = window_bar(story, [{"planned_on": "2026-12-01"}])
    assert bar is not None
    assert [(span.kind, span.x, span.width) for span in bar.spans] == [
        ("gone", 0, 45), ("left", 45, 55), ("toll", 10, 20)
    ]  # fmt: skip
    assert bar.today.x == 45 and bar.notices[0].x == 85 and bar.notices[0].kind == "coming"
    assert bar.beyond == ("Tue 1 Dec 2026: planned release",)


def test_what_came_after_the_release_is_not_shown_as_before_it() -> None:
    """The four stand in their own order; where the record went otherwise, the step says so."""
    card = {
        "state": "released", "window": {"clock_start_on": "2026-10-01", "last_day_on": "2026-10-31"},
        "submitted_at": "2026-10-01T13:00:00Z", "determined_at": "2026-11-05T15:00:00Z", "determination": "cleared",
        "is_lapsed": True, "released_at": "2026-11-02T15:00:00Z", "withdrawn_at": None,
    }  # fmt: skip
    assert [step.note for step in steps(card)] == ["", "", "after it lapsed, after the release", ""]
    in_order = {**card, "is_lapsed": False, "released_at": "2026-11-09T15:00:00Z"}
    assert {step.note for step in steps(in_order)} == {""}
