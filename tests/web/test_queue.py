"""The queue as each role sees it: what is theirs first, filters in the address, views that are kept, and CSV."""

import csv
import io
import re
from typing import Any

import pytest

from reviewflow.web.drawing.time_left import WIDE, time_left
from tests.stories.world import PEOPLE
from tests.web.world import Pages

TEXT = re.compile(r"<[^>]+>")


def _said(page: str) -> str:
    return " ".join(TEXT.sub(" ", page).split())


def _refs(page: str) -> list[str]:
    return re.findall(r'<a href="/reviews/(RV-[0-9A-Z]{4}-[0-9A-Z]{4})"', page)


def test_each_role_sees_its_own_first(still: Pages) -> None:
    """Intake what was submitted, a reviewer what he looks at, an officer of a lab only its own, an auditor plain."""
    r, q = still.desk.refs["r"], still.desk.refs["q"]
    intake, rev = (still.get(who, "/").text for who in ("intake", "rev"))
    assert _refs(intake) == [q, r] and "Yours to do: 1" in intake and "The others: 1" in intake
    assert _refs(rev) == [r] and "Look, and recommend" in rev
    for who, seen in (("one", [r]), ("viewer", [r]), ("two", [q]), ("three", [])):
        page = still.get(who, "/").text
        assert _refs(page) == seen
        assert "Assigned" not in page and "recommend" not in page and "Reviewer" not in _said(page)
    assert "Yours to do:" not in still.get("auditor", "/").text


def test_time_left_is_drawn_and_said(still: Pages) -> None:
    """A bar with a name, the same in words beside it, and red only where somebody must act, which says what."""
    page = still.get("decider", "/").text
    assert 'role="img" aria-label="29 days left"' in page and page.count("29 days left") == 2
    assert "must-act" not in page
    assert "style=" not in page and "<script>" not in page


def test_what_is_over_is_red_and_says_what_is_owed(pages: Pages) -> None:
    """A check that is overdue: on the line of intake, and of everybody who sees it."""
    pages.desk.tick("10-20 09:00")
    for who in ("intake", "decider"):
        page = pages.get(who, "/").text
        line = next(row for row in page.split("<tr")[1:] if pages.desk.refs["q"] in row)
        assert "must-act" in line and "Over 12 days ago" in line
        assert '<span class="must">Check whether it is complete' in line


def test_an_overdue_answer_stands_out_on_both_sides(pages: Pages) -> None:
    """As soon as it is due, before any tick; one that is still to come is told in its place, and is not red."""

    def line(who: str) -> str:
        page = pages.get(who, "/").text
        return next(row for row in page.split("<tr")[1:] if pages.desk.refs["r"] in row)

    pages.desk("rev", "review ask {r} --text 'What changed?'", "10-06 10:00")
    for who in ("one", "rev"):
        assert "Answer by" in _said(line(who)) and "must" not in line(who)
        assert ("Your" if who == "one" else "The lab&#39;s") + " answer due in 3 days" in _said(line(who))
    pages.desk("intake", f"review assign {{q}} {PEOPLE['rev2']}", "10-12 09:00")
    for who, whom in (("one", "You Answer"), ("decider", "The lab Answer"), ("rev", "The lab's answer")):
        found = line(who)
        assert "must-act" in found and f"{whom} overdue since Fri 9 Oct 2026" in _said(found)
        assert "nswer overdue" in found.partition('<span class="must">')[2] and '<span class="much">' in found
    office = list(csv.DictReader(io.StringIO(pages.get("decider", "/reviews.csv?state=under_review").text, newline="")))
    assert [row["is_answer_overdue"] for row in office if row["ref"] == pages.desk.refs["r"]] == ["yes"]
    assert "See to a recommendation" in line("rev")  # whose again it is: no answer may come


def test_filters_stand_in_the_address(still: Pages) -> None:
    """And narrow; what cannot be asked is said above the usual queue, with 422, or 403 for what is internal."""
    r, q = still.desk.refs["r"], still.desk.refs["q"]
    asked = {
        "state=submitted": [q], "lab=example-lab-one": [r], "waiting_on=intake": [q], "waiting_on=reviewer": [r],
        "due_within=7": [q], "due_before=2026-10-07": [], "yours=true": [], "sort=model": [q, r], "sort=newest": [q, r],
    }  # fmt: skip
    for query, found in asked.items():
        page = still.get("decider", f"/?{query}")
        assert page.status_code == 200 and sorted(_refs(page.text)) == sorted(found), query
    assert _refs(still.get("rev", "/?assigned=me").text) == [r]
    for query in ("state=nowhere", "due_before=soon", "due_within=x", "sort=size", "after=x"):
        page = still.get("decider", f"/?{query}")
        assert page.status_code == 422 and "This cannot be asked" in page.text and _refs(page.text), query
    assert still.get("one", "/?waiting_on=decider").status_code == 403


def test_an_empty_queue_teaches(still: Pages) -> None:
    """Each role what would bring something here; a filter that finds nothing, how to take it off."""
    assert "Open a review" in still.get("three", "/").text
    assert "You are assigned to no review" in still.get("rev2", "/").text
    assert "No review fits these filters" in still.get("decider", "/?state=lapsed").text
    assert "Nothing waits for you" in still.get("decider", "/?yours=true").text
    assert 'href="/reviews/new" data-new' in still.get("one", "/").text
    assert "/reviews/new" not in still.get("viewer", "/").text


def test_views_are_kept_and_deleted(pages: Pages) -> None:
    """Under any name, which is text and nothing else; a count beside it; nobody else has it."""
    name = '"><script>x</script>'
    page = pages.post("decider", "/views", {"name": name, "state": "submitted", "sort": "yours"}).text
    assert "<script>x" not in page and "&lt;script&gt;" in page
    assert re.search(r'href="/\?state=submitted" aria-current="page">.*?<span class="tally">1</span>', page)
    assert "&lt;script&gt;" not in pages.get("admin", "/").text
    assert pages.post("admin", "/views/delete", {"name": name}).status_code == 404
    assert "&lt;script&gt;" not in pages.post("decider", "/views/delete", {"name": name}).text
    for wrong in ({"state": "nowhere"}, {"sort": "nothing"}):  # nothing of it is kept
        assert pages.post("decider", "/views", {"name": "x", **wrong}).status_code == 422
    assert pages.desk.query("SELECT name FROM saved_view") == []


def test_csv_is_whole_and_calculates_nothing(pages: Pages) -> None:
    """All that the filters find, CRLF and quoted; what begins as a formula does not; a lab reads nothing internal."""
    desk = pages.desk
    desk("one", 'model register \'=HYPERLINK("x"), "y"\'', "10-06 10:00", "m")
    desk("one", "review open {m}", "10-06 10:01", "d")
    answer = pages.get("one", "/reviews.csv")
    assert (
        answer.headers["content-type"].startswith("text/csv") and "attachment" in answer.headers["content-disposition"]
    )
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert {row["ref"] for row in rows} == {desk.refs["r"], desk.refs["d"]}
    assert next(row["model_name"] for row in rows if row["ref"] == desk.refs["d"]) == '\'=HYPERLINK("x"), "y"'
    assert answer.text.count("\r\n") == 3 and "assigned" not in rows[0]
    office = list(csv.DictReader(io.StringIO(pages.get("decider", "/reviews.csv?state=under_review").text, newline="")))
    assert [(row["ref"], row["assigned"]) for row in office] == [(desk.refs["r"], "reviewer@example-office.example")]


def test_pages_of_the_queue(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    """One after the other, with the filters kept, and back to the start."""
    monkeypatch.setattr("reviewflow.web.pages.queue.A_PAGE", 1)
    first = pages.get("decider", "/?sort=model").text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following and "sort=model" in following[1] and "Page 1 of 2" in first
    second = pages.client("decider").get(following[1].replace("&amp;", "&")).text
    assert "Page 2 of 2" in second and 'rel="next"' not in second
    assert sorted(_refs(first) + _refs(second)) == sorted((pages.desk.refs["r"], pages.desk.refs["q"]))


def test_bar_stays_within_its_width() -> None:
    """Whatever the days are: before day 1, tolled, over, or with no last day."""
    row: dict[str, Any] = {
        "due_kind": "window",
        "clock_start_on": "2026-10-05",
        "day_1_on": "2026-10-06",
        "remaining_days": None,
    }
    row |= {"urgency": None, "state": "under_review", "tolled": [{"first_on": "2026-10-01", "last_on": "2026-10-10"}]}
    for last in ("2026-11-04", "2026-10-06", None):
        for today in ("2026-10-05", "2026-10-06", "2026-10-20", "2027-01-01"):
            bar = time_left({**row, "last_day_on": last, "today_on": today})
            assert bar and 0 < bar.today <= WIDE
            assert all(
                piece.x >= 0 and piece.width >= 0 and piece.x + piece.width <= WIDE + 0.2 for piece in bar.pieces
            )
    assert time_left({**row, "state": "draft", "last_day_on": None, "today_on": "2026-10-05"}) is None


def test_what_is_a_persons_own_is_no_tokens(pages: Pages) -> None:
    """A token keeps no view and deletes none, ends no session, moves no clock; nor is it told how many letters wait."""
    made = pages.post("rev", "/me/tokens/new", {"name": "reads", "days": "3", "verbs": ["read"]})
    secret = re.search(r"rfl_\w+", made.text)
    assert secret
    program = {"Authorization": f"Bearer {secret[0]}"}
    pages.post("rev", "/views", {"name": "Mine", "state": "under_review"})
    for path, sent in (
        ("/views", {"name": "Other", "state": "under_review"}),
        ("/views/delete", {"name": "Mine"}),
        ("/me/sessions/end-others", {}),
        ("/simulation/clock", {"by": "day"}),
    ):
        answer = pages.nobody.post(path, data={"_": "", **sent}, headers=program, follow_redirects=False)
        assert answer.status_code == 403, path
    assert pages.desk.query("SELECT name FROM saved_view") == [{"name": "Mine"}]
    waits = re.search(r'href="/inbox"[^>]*>.*?</a>', pages.get("rev", "/reviews/{r}").text, re.S)
    told = pages.nobody.get("/", headers=program)
    assert told.status_code == 200 and waits and re.search(r"\d", TEXT.sub("", waits[0]))
    seen = re.search(r'href="/inbox"[^>]*>.*?</a>', told.text, re.S)
    assert seen and not re.search(r"\d", TEXT.sub("", seen[0]))
