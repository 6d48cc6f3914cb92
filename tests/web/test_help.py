"""Help: every problem, state and policy has its page, and every link leads somewhere; policies are for who is known."""

import re

from reviewflow.api.problems import PROBLEMS
from reviewflow.nouns import meanings
from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import NEW
from reviewflow.rules.lifecycle import TABLES
from reviewflow.web.drawing.lifecycle import moves
from reviewflow.web.navigation import SHORTCUTS
from tests.web.world import Pages


def _links(page: str) -> set[str]:
    return set(re.findall(r'href="(/help[^"#]*)"', page))


def test_every_state_means_something() -> None:
    """Of every lifecycle, whatever leads out of it or into it; and every type of problem says what to do."""
    assert set(meanings.MEANINGS) == set(meanings.SUBJECTS) == set(Kind)
    for kind, rows in TABLES.items():
        met = {one.source for one in moves(rows)} | {one.to for one in moves(rows)}
        assert met - {NEW, "same"} == {str(state) for state in meanings.MEANINGS[kind]}, kind
    assert set(meanings.PROBLEMS) == set(PROBLEMS)


def test_every_link_of_help_leads_somewhere(still: Pages) -> None:
    """From the index on, without signing in, with one heading of the first rank each."""
    found, seen = _links(still.get(None, "/help").text), set[str]()
    assert not any("policies" in link for link in found), "as the API, nobody in particular is told of them"
    while todo := found - seen:
        for link in sorted(todo):
            page = still.get(None, link)
            assert (page.status_code, page.text.count("<h1")) == (200, 1), link
            found |= _links(page.text)
        seen |= todo
    states = sum(len(every) for every in meanings.MEANINGS.values())
    assert len(seen) > states + len(PROBLEMS) + len(Kind)


def test_a_state_says_who_moves_it_where_by_what(still: Pages) -> None:
    """As the table of the process has it, with the condition where there is one, and the state marked."""
    page = still.get(None, "/help/states/review/under-review").text
    for part in ("a decider of the agency", "lapse", "the system", "if a toll is open", 'class="state here"'):
        assert part in page
    final = still.get(None, "/help/states/review/withdrawn").text
    assert "this state is final" in final
    assert still.get(None, "/help/states/review/nowhere").status_code == 404


def test_a_policy_is_told_in_words_with_its_source(still: Pages) -> None:
    """The same sentences that the command line prints."""
    asked = still.nobody.get("/help/policies/eo-14409", follow_redirects=False)
    assert asked.headers["location"] == "/sign-in?next=/help/policies/eo-14409"
    assert 'href="/sign-in?next=/help"' in still.get(None, "/help").text
    assert 'href="/help/policies/eo-14409"' in still.get("one", "/help").text
    page = still.get("one", "/help/policies/eo-14409").text
    for part in (
        "30 calendar days",
        "who recommends does not sign",
        "Executive Order 14409",
        "it is never an approval",
    ):
        assert part in page
    assert still.get("one", "/help/policies/nothing").status_code == 404


def test_the_sheet_of_shortcuts_is_a_page_too(still: Pages) -> None:
    """With every key of the navigation; who is signed in keeps his navigation on it."""
    page = still.get(None, "/help/shortcuts").text
    sheet = page[page.index("data-sheet") :]
    assert all(f"<kbd>{key}</kbd>" in sheet for keys, _ in SHORTCUTS for key in keys.split(" "))
    assert 'data-key="i"' in still.get("one", "/help/shortcuts").text and 'data-key="i"' not in page


def test_single_keys_can_be_switched_off(still: Pages) -> None:
    """By a button of the sheet's page that says whether they are on; the script asks before it takes a key."""
    page = still.get(None, "/help/shortcuts").text
    assert re.search(r'<button type="button"[^>]* data-keys aria-pressed="true"', page)
    script = still.get(None, re.findall(r'src="([^"]*reviewflow[^"]*js)"', page)[0]).text
    assert "[data-keys]" in script and "localStorage" in script and len(script.encode()) < 10_000
