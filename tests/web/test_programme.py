"""The programme: public facts for everybody, figures for who is signed in, as far as the reviews are his to see."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from reviewflow.app import App
from reviewflow.errors import Invalid
from reviewflow.nouns.server import Web
from reviewflow.rules.figures import days_by_step, runs_out_soon
from reviewflow.settings.fields import Fields
from reviewflow.settings.settings import load_settings
from reviewflow.settings.web import read_web
from reviewflow.views.public_record import public_record
from reviewflow.web.drawing.course import FIRST, LAST, course
from reviewflow.web.site import pages as pages_of
from reviewflow.web.sources import sourced
from tests.stories.world import PEOPLE
from tests.web.world import HERE, Pages

NEW_YORK = ZoneInfo("America/New_York")
NOVEMBER = datetime(2026, 11, 6, 14, tzinfo=UTC)


def _figures(pages: Pages, who: str) -> dict:
    pages.app.refresh()
    return pages.app.document("programme", {}, PEOPLE[who], pages.app.now())


def test_anybody_reads_the_public_record(still: Pages) -> None:
    """Without signing in: labs, agreements, halts and disputed facts with their sources, kept for some minutes."""
    answer = still.get(None, "/programme")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert "Cookie" in answer.headers["vary"]
    for said in ("Anthropic", "The last major US lab without an agreement", "Any foreign national", "All users: both"):
        assert said in answer.text
    assert 'href="https://www.federalregister.gov/citation/91-FR-34565"' in answer.text
    known = still.nobody.get("/programme", headers={"If-None-Match": answer.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")


def test_public_page_tells_nothing_of_the_database(still: Pages) -> None:
    """Neither a reference, nor a mailbox, nor a model or figure of anybody's review; and no made-up lab."""
    text = still.get(None, "/programme").text
    assert not re.search(r"\b(RV|MD|AG|HA|CM)-[0-9A-Z]{4}-[0-9A-Z]{4}\b", text)
    for secret in ("Example Model", "example-lab", "example-office", "Example Lab One", "Determined on time", "Load"):
        assert secret not in text


def test_a_stale_cookie_reads_the_public_page(still: Pages) -> None:
    """Whose session is over is nobody, and is not sent away."""
    answer = still.nobody.get("/programme", headers={"Cookie": "reviewflow=" + "a" * 43})
    assert answer.status_code == 200
    assert "No sign-in is needed" in answer.text


def test_signed_in_page_is_nobody_elses(still: Pages) -> None:
    """It holds figures of one reader, and no cache keeps it."""
    answer = still.get("decider", "/programme")
    assert answer.headers["cache-control"] == "no-store"
    assert "Determined on time" in answer.text and "Load" in answer.text
    assert 'class="tag new">made up' in answer.text


def test_public_page_can_be_switched_off(still: Pages) -> None:
    """It then asks to sign in first, as every other page."""
    server = replace(still.app.settings.server, web=Web(public_programme=False))
    app = App(replace(still.app.settings, server=server), still.app.engine, "web")
    client = type(still.nobody)(pages_of(app, still.site.api), HERE, client=("127.0.0.1", 50_000))
    answer = client.get("/programme", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/programme")


def test_web_table_is_checked() -> None:
    """`[web]` takes true or false, and no other key."""
    assert load_settings().server.web.public_programme
    faults: list[str] = []
    fields = Fields("server.toml", {"public_programme": "yes", "publik": 1}, faults, "web")
    read_web(fields)
    fields.finish()
    assert len(faults) == 2, Invalid(*faults)


def test_a_lab_is_told_its_own_figures_only(database_kind: str, still: Pages) -> None:
    """Not how many reviews another lab has, nor whom the agency lets look, nor what runs out."""
    mine, all_of_them = _figures(still, "one"), _figures(still, "decider")
    assert [lab["lab"] for lab in mine["labs"]] == ["example-lab-one"]
    assert mine["all"]["reviews"] == 1 < all_of_them["all"]["reviews"] == 2
    assert mine["load"] is None and mine["unrecommended"] is None
    page = still.get("one", "/programme").text
    assert "Load" not in page and PEOPLE["rev"] not in page


def test_a_reviewer_counts_what_he_looks_at(database_kind: str, still: Pages) -> None:
    """Figures of the reviews to which he is assigned, and his own load."""
    mine = _figures(still, "rev")
    assert mine["scope"] == "person"
    assert mine["all"]["reviews"] == 1
    assert mine["load"] == [{"person": PEOPLE["rev"], "reviews": 1, "consulted": 0}]


def test_load_tells_of_who_looks_at_nothing(database_kind: str, still: Pages) -> None:
    """Reviewers of the office without a review stand last; another office's are none of it."""
    load = {one["person"]: one["reviews"] for one in _figures(still, "decider")["load"]}
    assert load == {PEOPLE["rev"]: 1, PEOPLE["rev2"]: 0}


def test_what_ends_within_a_week_unrecommended_is_told(pages: Pages) -> None:
    """From seven days before the last day on, until a recommendation stands."""
    pages.desk.tick("10-27 09:00")
    assert _figures(pages, "decider")["unrecommended"] == []
    pages.desk.tick("10-29 09:00")
    (ending,) = _figures(pages, "decider")["unrecommended"]
    assert (ending["ref"], ending["days_left"]) == (pages.desk.refs["r"], 6)
    assert pages.desk.refs["r"] in pages.get("decider", "/programme").text
    pages.desk("rev", "review recommend {r} cleared --text fine --statement 'No concerns.'", "10-30 09:00")
    assert _figures(pages, "decider")["unrecommended"] == []


def test_steps_are_counted_in_civil_days_and_in_their_order() -> None:
    """The median with its number; a release before the determination waited for none."""
    filed = datetime(2026, 10, 1, 3, tzinfo=UTC)  # still September in New York
    row = {
        "opened_at": datetime(2026, 9, 28, 16, tzinfo=UTC), "submitted_at": filed, "clock_start_on": date(2026, 10, 1),
        "determined_at": datetime(2026, 10, 21, 16, tzinfo=UTC), "released_at": None,
    }  # fmt: skip
    early = {
        **row,
        "released_at": datetime(2026, 10, 20, tzinfo=UTC),
        "determined_at": datetime(2026, 10, 26, tzinfo=UTC),
    }
    found = days_by_step([row, early], NEW_YORK)
    assert found["submission"] == {"median": 2.0, "count": 2}
    assert found["start"] == {"median": 1.0, "count": 2}
    assert found["determination"] == {"median": 22.0, "count": 2}
    assert found["release"] == {"median": None, "count": 0}


@pytest.mark.parametrize(
    ("day", "soon"), [("2026-11-05", False), ("2026-11-06", True), ("2026-11-13", True), ("2026-11-14", False)]
)
def test_a_week_is_seven_days_from_today(day: str, soon: bool) -> None:
    """Today is among them, what has ended is not."""
    assert runs_out_soon(date.fromisoformat(day), NOVEMBER, NEW_YORK) is soon


def test_record_is_that_of_its_day() -> None:
    """What is still to come is not told: in May the halt of June is not known, nor the office's name of September."""
    settings = load_settings()
    may, now = (public_record(settings, at) for at in (datetime(2026, 5, 20, 16, tzinfo=UTC), NOVEMBER))
    assert may["halts"] == [] and len(now["halts"]) == 1
    assert {one["name"]: one["agreement"] for one in may["labs"]}["Meta"] is None
    assert {one["name"]: one["agreement"] for one in now["labs"]}["Meta"] == "negotiating"
    assert len(may["offices"][0]["names"]) == 2 and len(now["offices"][0]["names"]) == 3
    assert all(one["source"] for one in (*now["labs"], *now["halts"], *now["releases"]))
    assert all(len(one["claims"]) > 1 and all(claim["source"] for claim in one["claims"]) for one in now["disputed"])


def test_course_of_the_halt_on_record() -> None:
    """Fable 5 was ordered off and switched off, then served again; Mythos 5 narrowed, lifted, and never restored."""
    (halt,) = public_record(load_settings(), NOVEMBER)["halts"]
    assert [step["does"] for step in halt["steps"]] == ["ordered", "implemented", "narrowed", "lifted", "restored"]
    drawn = course(halt["steps"])
    assert drawn is not None
    kinds = {(lane.model, lane.what): [piece.kind for piece in lane.pieces] for lane in drawn.lanes}
    assert kinds == {
        ("Fable 5", "ordered"): ["full"],
        ("Fable 5", "implemented"): ["full"],
        ("Mythos 5", "ordered"): ["full", "part"],
        ("Mythos 5", "implemented"): ["full", "on"],
    }
    places = [float(mark.x[:-1]) for mark in drawn.marks]
    assert places == sorted(places) and (places[0], places[-1]) == (FIRST, LAST)
    assert [mark.numbers for mark in drawn.marks] == ["1, 2", "3", "4", "5"]
    until_now = course(halt["steps"], "2027-06-12T12:00:00Z")  # a halt of our own that goes on is drawn up to now
    assert until_now is not None and float(until_now.marks[-1].x[:-1]) < LAST / 2
    [*_, (since, on)] = [lane.pieces for lane in until_now.lanes]
    assert (since.kind, on.kind, on.x) == ("full", "on", f"{LAST:.1f}%")


def test_sources_are_text_but_for_their_addresses() -> None:
    """Nothing of a source becomes markup, and only web addresses and citations become links."""
    said = str(sourced('<b>x</b> javascript:alert(1) 16 CFR 803.10 and https://a.example/"onx=1; 91 FR 34565'))
    assert "<b>" not in said and 'href="javascript' not in said and '"onx' not in said.replace("&#34;onx", "")
    assert said.count("<a ") == 3
