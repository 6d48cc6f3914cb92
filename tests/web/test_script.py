"""What our script adds in a real browser: a window that follows what is typed, and keys that lead somewhere."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from reviewflow.web.navigation import SHORTCUTS
from tests.stories.begun import begun
from tests.stories.world import Desk
from tests.web import browser
from tests.web.browser import tab
from tests.web.hands import Hand

Served = tuple[Desk, str]
BRIEFLY_MS = 150  # in which a key that leads somewhere has led there
FOCUSED = "document.activeElement"
ROW = f"{FOCUSED}.closest('tr')?.rowIndex ?? 0"
_IS_SEEN = f"""() => {{
  const box = {FOCUSED}.getBoundingClientRect();
  const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return box.top >= 0 && box.left >= 0 && box.width > 40 && box.height > 20 && there === {FOCUSED};
}}"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A simulation in which nothing more is done, and its address; two partners are proposed."""
    with begun(tmp_path_factory.mktemp("script")) as desk:
        for name in ("Example Bank", "Example Utility"):
            desk("one", f"partner propose {{r}} --name '{name}'", "10-06 09:20")
        with browser.serving(desk) as (base, _):
            yield desk, base


# The planned release, and then: the last day, the length, the first reminder.
MOVES = (
    ("2026-10-20", "Mon 19 Oct 2026", "13 of 30 days", "Mon 12 Oct 2026, 09:00 EDT"),
    ("2026-11-05", "Wed 4 Nov 2026", "29 of 30 days", "Wed 21 Oct 2026, 09:00 EDT"),
    ("2026-12-01", "Thu 5 Nov 2026", "30 days", "Thu 22 Oct 2026, 09:00 EDT"),
)


@pytest.mark.parametrize("scripts", [True, False])
def test_the_window_moves_with_the_planned_release(chromium: Browser, served: Served, scripts: bool) -> None:
    """With scripts as one types, without by a button: first day, last day, cap and reminders; nothing is recorded."""
    desk, base = served
    before = len(desk.query("SELECT seq FROM event"))
    with tab(chromium, base, "one", java_script_enabled=scripts) as place:
        hand = Hand(place)
        hand.page.goto("/reviews/new")
        hand.tick("A new one, registered in the same step")
        hand.write("Name and version", "Example Model 8")
        card, said = hand.page.locator("section.window"), hand.page.locator("[data-part=said]")
        for on, last, length, first in MOVES:
            hand.date("Planned first release", on)
            if scripts:  # the page stays, and so does the focus
                expect(card.locator("dd").nth(1)).to_have_text(last)
                assert last.split(" ", 1)[1].removesuffix(" 2026") in said.inner_text()
                assert hand.page.evaluate(f"{FOCUSED}.name") == "on"
            else:
                hand.press("Show the window")
            facts = dict(zip(card.locator("dt").all_inner_texts(), card.locator("dd").all_inner_texts(), strict=True))
            assert (facts["Day 1"], facts["Last day"]) == ("Wed 7 Oct 2026", last)
            assert facts["Length"].partition(",")[0] == length
            assert card.locator("tbody td time").first.inner_text() == first
            assert hand.path == "/reviews/new" and hand.main.get_by_label("Name and version").input_value()
        hand.date("Planned first release", "2026-10-07")
        if not scripts:
            hand.press("Show the window")
        expect(card).to_contain_text("No window with this planned release")
    assert len(desk.query("SELECT seq FROM event")) == before


def press(page: Page, keys: str) -> None:
    """One after the other, as the sheet has them."""
    for key in keys.split():
        page.keyboard.press(key)


def test_every_key_of_the_sheet_does_what_it_says(chromium: Browser, served: Served) -> None:
    """It opens by ?, Escape closes it and gives the focus back; what it lists leads there, and no key is unlisted."""
    with tab(
        chromium,
        served[1],
        "admin",
    ) as place:
        page = place.page
        page.goto("/me")
        link = page.get_by_role("link", name="Registers")
        link.focus()
        press(page, "?")
        sheet = page.get_by_role("dialog", name="Shortcuts")
        sheet.wait_for()
        assert page.evaluate(f"!!{FOCUSED}.closest('dialog')")
        rows = [(row.get_by_role("rowheader").inner_text(), row.get_by_role("cell").inner_text())
                for row in sheet.locator("tbody tr").all()]  # fmt: skip
        assert rows == [(keys.replace(" ", " then "), says) for keys, says in SHORTCUTS]
        press(page, "Escape")
        sheet.wait_for(state="hidden")
        expect(link).to_be_focused()
        ways = {keys: says.removeprefix("Go to: ") for keys, says in SHORTCUTS if says.startswith("Go to: ")}
        for keys, name in ways.items():
            with page.expect_navigation():
                press(page, keys)
            assert name in page.locator("header [aria-current=page]").inner_text()
        page.goto("/admin/people")
        press(page, "?")
        sheet.wait_for()
        press(page, "?")
        sheet.wait_for(state="hidden")
        press(page, "n")
        page.wait_for_url("**/people/do/add")
        place.come_in("decider", "/partners")  # where a row has several links
        rows_stepped_on = []
        for key in "jjkk":
            press(page, key)
            rows_stepped_on.append(page.evaluate(ROW))
        assert rows_stepped_on == [1, 2, 1, 1]
        with page.expect_navigation():
            press(page, "g q")
        press(page, "/")
        assert page.evaluate(f"{FOCUSED}.matches('form.filters *')")
        assert {keys for keys, _ in SHORTCUTS} == {*ways, "/", "j", "k", "n", "?"}


def test_keys_rest_while_one_types_and_where_they_are_off(chromium: Browser, served: Served) -> None:
    """In a field a key is a letter; switched off they stay so on every page; the first stop of Tab is the content."""
    with tab(chromium, served[1], "one") as place:
        page, went = place.page, list[str]()
        page.goto("/calendar")
        page.on("request", lambda one: None if "/static/" in one.url else went.append(one.url))
        page.locator("[data-filter]").fill("")
        page.keyboard.type("gin?/jk", delay=5)
        page.wait_for_timeout(BRIEFLY_MS)
        assert page.locator("[data-filter]").input_value() == "gin?/jk" and went == []
        page.goto("/help/shortcuts")
        switch = page.get_by_role("button", name="Use single-key shortcuts")
        expect(switch).to_have_attribute("aria-pressed", "true")
        switch.click()
        expect(switch).to_have_attribute("aria-pressed", "false")
        page.goto("/")
        went.clear()
        press(page, "g i n ? /")
        page.wait_for_timeout(BRIEFLY_MS)
        assert went == [] and page.evaluate(f"{FOCUSED} === document.body")
        page.goto("/help/shortcuts")
        page.locator("main").get_by_text("They are off in this browser.").wait_for()
        switch.click()
        with page.expect_navigation():
            press(page, "g q")
        press(page, "Tab")
        assert page.evaluate(f"{FOCUSED}.textContent") == "Skip to the content" and page.evaluate(_IS_SEEN)
        press(page, "Enter")
        assert page.evaluate(f"{FOCUSED}.id") == "main" and page.url.endswith("/#main")
