"""Letters on pages: the newest first, what is unread, and the word that one has them."""

import re

import pytest

from reviewflow.store.database import reading
from reviewflow.store.inbox import how_many_wait
from reviewflow.web import letters
from reviewflow.web.pages import inbox
from tests.stories.world import PEOPLE
from tests.web.world import Pages


def _letters(page: str) -> list[str]:
    return re.findall(r'<a href="/inbox/([0-9a-f-]{36})">', page)


def _count(page: str) -> int:
    found = re.search(r'Inbox <span class="count">(\d+)', page)
    return int(found[1]) if found else 0


def test_a_letter_is_unread_then_seen_then_acknowledged(pages: Pages) -> None:
    """What is not acknowledged is counted beside Inbox on every page; a second press changes nothing."""
    inbox = pages.get("one", "/inbox").text
    letters, before = _letters(inbox), _count(inbox)
    assert before == len(letters) > 2 and inbox.count('class="unread"') == before
    assert "[SIMULATION]" not in inbox and "<title>Inbox" in inbox
    letter = pages.get("one", f"/inbox/{letters[0]}").text
    assert "Chain head" in letter and f"<title>Letter {letters[0][:8]}" in letter
    assert pages.get("one", "/inbox").text.count('class="unread"') == before - 1
    for _ in range(2):
        answer = pages.post("one", f"/inbox/{letters[0]}/acknowledge")
        assert answer.url.path == f"/inbox/{letters[0]}" and ">Acknowledge<" not in answer.text
    assert _count(pages.get("one", "/").text) == before - 1
    assert letters[0] not in _letters(pages.get("one", "/inbox?open=yes").text)
    assert letters[0] in _letters(pages.get("one", "/inbox").text)


def test_several_are_acknowledged_at_once(pages: Pages) -> None:
    """Those that were chosen, or all of the page; one that cannot be is named, and the others are."""
    own = _letters(pages.get("one", "/inbox").text)
    not_his = _letters(pages.get("two", "/inbox").text)[0]
    answer = pages.post("one", "/inbox/acknowledge", {"letter": [own[0], not_his]})
    assert answer.status_code == 422 and f"Letter {not_his[:8]}: There is no letter" in answer.text
    assert "1 letter acknowledged." in answer.text and _count(answer.text) == len(own) - 1
    assert pages.post("one", "/inbox/acknowledge").status_code == 422
    many = pages.post("one", "/inbox/acknowledge", {"letter": [f"{n:032x}" for n in range(26)]})
    assert many.status_code == 422 and "1 letter more: at most 25 are acknowledged at once." in many.text
    here = re.findall(r'name="here" value="([^"]+)"', pages.get("one", "/inbox").text)
    answer = pages.post("one", "/inbox/acknowledge", {"here": here, "all": "yes"})
    assert sorted([*here, own[0]]) == sorted(own) and _count(answer.text) == 0
    assert f"{len(here)} letters acknowledged." in answer.text and 'name="letter"' not in answer.text


def test_steps_of_a_letter_are_ways_to_pages(pages: Pages) -> None:
    """Each that has a page; the letter as it was sent stands below, and nothing in it is taken for HTML."""
    pages.desk("rev", "review ask {r} --text '<b>reviewflow</b> review clear'", "10-06 10:00")
    inbox = pages.get("one", "/inbox").text
    assert inbox.count("Asks you to answer the request") == 1 and "for information" in inbox
    letter = pages.get("one", f"/inbox/{_letters(inbox)[0]}").text
    shown, _, sent = letter.partition("As it was sent")
    r = pages.desk.refs["r"]
    assert f'<a href="/reviews/{r}/do/answer?request=1">Answer a request</a>' in shown
    assert f'<a href="/reviews/{r}">Review {r}</a>' in shown and 'href="#acknowledge"' in shown
    assert "reviewflow review answer" not in shown and "REVIEWFLOW_AS" not in shown
    assert f"    reviewflow review answer {r} 1 --text" in sent and "<b>" not in letter
    assert letters.way_of(["halt", "explode", "HA-1"]) is None is letters.way_of(["x"])
    long = "\n".join(f"  | line {number} <i>" for number in range(200))
    told = letters.shown(f"The question:\n\n{long}\n\nBye")
    assert told.count("<details") == 1 and "<i>" not in told
    assert re.findall(r"line \d+", told) == re.findall(r"line \d+", long) and told.endswith("Bye")


def test_nobody_reads_the_letters_of_another(still: Pages) -> None:
    """They are not there for him, nor can he acknowledge them."""
    letter = _letters(still.get("one", "/inbox").text)[0]
    assert still.get("two", f"/inbox/{letter}").status_code == 404
    assert still.post("two", f"/inbox/{letter}/acknowledge").status_code == 404


def test_older_letters_are_on_the_next_page(still: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each letter is on one page, the newest on the first."""
    every = _letters(still.get("one", "/inbox").text)
    monkeypatch.setattr(inbox, "A_PAGE", 2)
    page, found = still.get("one", "/inbox").text, list[str]()
    while True:
        found += _letters(page)
        older = re.search(r'href="(/inbox\?after=[^"]+)"', page)
        if older is None:
            break
        page = still.get("one", older[1]).text
    assert found == every and len(found) > 2 and "Newest letters" in page


def test_the_count_is_that_of_the_inbox(database_kind: str, pages: Pages) -> None:
    """Counted without reading: also where a letter goes by two channels, and one of these was acknowledged."""
    person = PEOPLE["one"]
    for way in ("folder", "email"):
        pages.desk("one", f"person add-channel {person} {way}", "10-06 09:30")
    pages.desk("rev", 'review ask {r} --text "By two ways?"', "10-06 10:00")
    pages.site.web.state.app.refresh()
    for acknowledged in (False, True):
        if acknowledged:
            pages.post("one", f"/inbox/{_letters(pages.get('one', '/inbox').text)[0]}/acknowledge")
        with reading(pages.app.engine) as connection:
            counted = how_many_wait(connection, person)
        pages.app.refresh()
        told = pages.app.document("inbox", {}, person, pages.app.now())
        assert counted == told["not_acknowledged"]
        assert (told["count"] == counted) is not acknowledged
