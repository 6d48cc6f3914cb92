"""The timeline and the calendar: what lies where, the same in words, and the address by which a phone subscribes."""

import re
from datetime import date
from typing import Any

import pytest

from reviewflow.rules.months import Month, Span, around, read_month
from reviewflow.web.drawing import gantt
from reviewflow.web.writing import dated, spoken
from tests.web.entering import PASSWORD, a_while_passes, hidden, signed_in, with_passwords
from tests.web.world import Pages


def lane_of(text: str, ref: str) -> str:
    """The words of a review's lane."""
    row = next(part for part in text.split("<tr>") if f"/reviews/{ref}" in part and "<svg" in part)
    found = re.search(r"<title>([^<]*)</title>", row)
    assert found
    return found[1]


def test_a_lane_says_in_words_what_it_draws(still: Pages) -> None:
    """Window, submission and planned release stand in the drawing's own words, with their dates."""
    answer = still.get("rev", "/timeline")
    said = lane_of(answer.text, still.desk.refs["r"])
    assert answer.status_code == 200
    assert "window 6 Oct 2026 to 4 Nov 2026" in said
    assert "submitted 5 Oct 2026" in said
    assert "general release planned 1 Dec 2026" in said


def test_the_timeline_shows_to_each_reader_what_is_his(still: Pages) -> None:
    """A lab finds its own reviews and no other's, drawn or in the table; a reviewer what he is assigned to."""
    refs = still.desk.refs
    seen = {who: still.get(who, "/timeline").text for who in ("one", "two", "rev", "decider")}
    assert refs["r"] in seen["one"] and refs["q"] not in seen["one"]
    assert refs["q"] in seen["two"] and refs["r"] not in seen["two"]
    assert refs["q"] not in seen["rev"]
    assert refs["r"] in seen["decider"] and refs["q"] in seen["decider"]


def test_a_span_out_of_order_is_said_above_the_usual_one(still: Pages) -> None:
    """What cannot be drawn is refused with its reason, and the page still shows the usual span."""
    for query in ("from=2026-12-01&to=2026-11-01", "from=2026-01-01&to=2036-01-01", "from=soon", "zoom=decade"):
        answer = still.get("decider", f"/timeline?{query}")
        assert answer.status_code == 422, query
        assert 'role="alert"' in answer.text and still.desk.refs["r"] in answer.text


def test_the_ways_to_earlier_and_later_keep_the_filters(still: Pages) -> None:
    """Whole months are followed by whole months, and a filter stays."""
    text = still.get("decider", "/timeline?zoom=quarter&from=2026-10-01&lab=example-lab-one&order=lab").text
    assert "from=2027-01-01&amp;to=2027-03-31&amp;lab=example-lab-one&amp;order=lab" in text
    assert "from=2026-07-01&amp;to=2026-09-30&amp;lab=example-lab-one" in text


def test_no_name_stands_in_an_address_or_title(still: Pages) -> None:
    """Neither the title nor any address of the page holds the name of a model."""
    text = still.get("decider", "/timeline").text
    title = re.search(r"<title>([^<]*)</title>", text)
    addresses = " ".join(re.findall(r'href="([^"]*)"', text))
    assert title and "Model" not in title[1] and "Model" not in addresses and "%20" not in addresses


ROW: dict[str, Any] = {
    "day_1_on": "2026-10-06", "clock_start_on": "2026-10-05", "last_day_on": "2026-11-04", "determined_on": None,
    "released_on": None, "withdrawn_on": None, "is_lapsed": False, "tolls": [], "halts": [], "submitted_on": None,
    "determination": None, "released_stage": None, "planned_releases": [],
}  # fmt: skip
SPAN = Span(date(2026, 10, 1), date(2026, 11, 30))


@pytest.mark.parametrize(
    ("more", "kinds"),
    [
        ({}, ["gone", "left"]),
        ({"determined_on": "2026-10-09", "determination": "cleared"}, ["gone", "rest"]),
        ({"is_lapsed": True, "last_day_on": "2026-10-08"}, ["gone", "over"]),
        ({"tolls": [{"from_on": "2026-10-07", "to_on": None, "cause": "information_request"}], "last_day_on": None},
         ["gone", "toll"]),
        ({"day_1_on": "2027-01-02", "clock_start_on": "2027-01-01", "last_day_on": "2027-02-01"}, []),
    ],
)  # fmt: skip
def test_a_window_is_drawn_by_what_became_of_it(more: dict, kinds: list[str]) -> None:
    """What is gone, left, not needed any more, tolled or over is told apart; outside the span nothing is drawn."""
    lane = gantt.review_lane({**ROW, **more}, SPAN, date(2026, 10, 12))
    assert [bar.kind for bar in lane.bars] == kinds
    assert all(float(bar.x[:-1]) >= 0 and float(bar.x[:-1]) + float(bar.width[:-1]) <= 100.01 for bar in lane.bars)


def test_words_are_put_into_what_is_ours_alone() -> None:
    """A stored word and a date are read out; a mailbox, an address, a file and what is quoted stay as they are."""
    assert spoken("The item access_ready is missing.") == "The item access ready is missing."
    for typed in ("first_officer@example-lab.example is there.", "'a_b' is none.", "see example.gov/a_b"):
        assert spoken(typed) == typed
    assert dated("It ends on 2026-06-02.") == "It ends on 2 Jun 2026."
    for typed in ("https://example.gov/2026-06-02/order", "2026-06-02.pdf", "'2026-06-02'", "v-2026-06-02"):
        assert dated(typed) == typed


def test_months_begin_their_weeks_on_sunday() -> None:
    """A month is whole weeks from Sunday on; spans follow each other without a gap or an overlap."""
    assert Month(2026, 11).weeks[0][0] == date(2026, 11, 1)
    assert all(week[0].isoweekday() == 7 for week in Month(2027, 2).weeks)
    span = around(date(2026, 11, 6))
    assert (span.first, span.last) == (date(2026, 10, 1), date(2026, 12, 31))
    assert span.beside(1) == Span(date(2027, 1, 1), date(2027, 3, 31)) and span.beside(1).beside(-1) == span
    assert read_month("2026-01").plus(-1).text == "2025-12"


def test_the_calendar_has_what_is_due_on_its_day_and_why_a_day_is_closed(still: Pages) -> None:
    """A window's end stands on its last day, a federal holiday has its name, and neighbours are one link away."""
    text = still.get("decider", "/calendar?month=2026-11").text
    due = re.search(r'<time datetime="2026-11-04">.*?</td>', text, re.S)
    assert due and "Window ends" in due[0] and still.desk.refs["r"] in due[0]
    assert "Veterans Day" in text and "Thanksgiving" in text
    assert "/calendar?month=2026-10" in text and "/calendar?month=2026-12" in text
    assert re.findall(r'<abbr title="(\w+)"', text)[:2] == ["Sunday", "Monday"]
    assert still.get("decider", "/calendar?month=2026-13").status_code == 422


def test_a_calendar_of_another_lab_is_empty_of_it(still: Pages) -> None:
    """Nobody finds another lab's deadlines there, nor in the file."""
    assert still.desk.refs["r"] not in still.get("two", "/calendar?month=2026-11").text
    file = still.get("two", "/calendar/reviewflow.ics")
    assert file.headers["content-type"].startswith("text/calendar") and still.desk.refs["r"] not in file.text


def test_the_secret_address_is_shown_once_and_ends_when_it_is_replaced(pages: Pages) -> None:
    """The address stands on the page that made it and on no later one; replaced or revoked, it leads nowhere."""
    made = pages.post("one", "/calendar/subscribe", {"do": "make"})
    address = re.search(r'value="(http[^"]+\.ics)"', made.text)
    assert address and made.headers["cache-control"] == "no-store"
    path = address[1].removeprefix("http://127.0.0.1")
    assert pages.nobody.get(path).status_code == 200
    assert path not in pages.get("one", "/calendar/subscribe").text
    again = pages.post("one", "/calendar/subscribe", {"do": "make"})
    assert pages.nobody.get(path).status_code == 404
    later = re.search(r'value="http://127.0.0.1([^"]+\.ics)"', again.text)
    assert later and pages.nobody.get(later[1]).status_code == 200
    pages.post("one", "/calendar/subscribe", {"do": "revoke"})
    assert pages.nobody.get(later[1]).status_code == 404


def test_the_address_asks_who_is_there_and_leads_back(pages: Pages) -> None:
    """After a while a proof is asked for; back at the page nothing is made until one says so."""
    with_passwords(pages, "one")
    mine = signed_in(pages, "one")
    a_while_passes(pages)
    asked = mine.post("/calendar/subscribe", data={"do": "make"})
    assert asked.status_code == 403 and "Prove that it is you" in asked.text
    assert hidden(asked)["next"] == "/calendar/subscribe"
    assert mine.post("/me/prove", data={**hidden(asked), "password": PASSWORD}).status_code == 200
    page = mine.post("/calendar/subscribe", data={"do": "make", "step": "change"})
    assert page.status_code == 200 and pages.desk.query("SELECT * FROM calendar_link") == []
    assert ".ics" in mine.post("/calendar/subscribe", data={"do": "make"}).text
