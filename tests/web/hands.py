"""How one acts on a page: with a pointer, and with the keyboard alone. Everything is found by what it is called."""

import re

from playwright.sync_api import Locator, Page

from tests.web.browser import Tab

STOPS = 250  # more than any page has
_FOCUS = """(wanted) => {
  const here = document.activeElement, style = getComputedStyle(here);
  const inside = !here.matches(":focus");  // in a part of the browser's own, which marks itself: a calendar
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  const drawn = inside || outlined || style.boxShadow !== "none";
  return [here === wanted, here === document.body, drawn, here.outerHTML.slice(0, 120)];
}"""


class Hand:
    """Somebody with a pointer."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab

    @property
    def page(self) -> Page:
        """The page that is open."""
        return self.tab.page

    @property
    def main(self) -> Locator:
        """Its content."""
        return self.page.locator("main")

    @property
    def path(self) -> str:
        """Where one is, without the question."""
        return re.sub(r"^https?://[^/]+|[?#].*$", "", self.page.url)

    @property
    def ref(self) -> str:
        """The reference of the subject that the page is of."""
        return self.path.split("/")[2]

    def reads(self, text: str) -> None:
        """The page says so."""
        self.main.get_by_text(text).first.wait_for()

    def follow(self, name: str | re.Pattern[str]) -> None:
        """A link."""
        self.click(self.main.get_by_role("link", name=name, exact=isinstance(name, str)).first)

    def press(self, name: str | re.Pattern[str]) -> None:
        """A button."""
        self.click(self.main.get_by_role("button", name=name, exact=isinstance(name, str)).first)

    def write(self, label: str, text: str) -> None:
        """Into a field."""
        self._field(label).fill(text)

    def date(self, label: str, on: str) -> None:
        """Into a field of a date, YYYY-MM-DD."""
        self._field(label).fill(on)

    def choose(self, label: str, text: str) -> None:
        """From a list."""
        self._field(label).select_option(label=text)

    def tick(self, label: str) -> None:
        """A box, or one of several."""
        self._field(label).check()

    def click(self, there: Locator) -> None:
        """What is found; one is then where that leads, with all of that page."""
        self.reach(there)
        with self.page.expect_navigation():
            self._do(there)

    def reach(self, there: Locator) -> None:
        """Go on to it, where one has a way to go."""

    def _do(self, there: Locator) -> None:
        there.click()

    def _field(self, label: str) -> Locator:
        return self.main.get_by_label(re.compile(f"^{re.escape(label)}")).first


class Keyboard(Hand):
    """Somebody without a pointer: Tab, Enter, Space, arrows and what is typed; the focus is seen at every stop.

    The first page is gone through whole; of the others the links above the content are skipped, as one does.
    """

    _knows_the_way = False

    def _skip(self) -> None:
        if self._knows_the_way and self.page.evaluate("document.activeElement === document.body"):
            self.page.keyboard.press("Tab")
            self.page.keyboard.press("Enter")
        self._knows_the_way = True

    def reach(self, there: Locator) -> None:
        """Go on to it."""
        self._skip()
        wanted, is_round = there.element_handle(), 0
        for _ in range(STOPS):
            found, is_body, is_drawn, what = self.page.evaluate(_FOCUS, wanted)
            assert is_body or is_drawn or 'id="main"' in what or 'id="error"' in what, f"no focus is seen on {what}"
            if found:
                return
            is_round += is_body
            assert is_round < 4, f"{there} is not reached by the keyboard"
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{there} is too far for the keyboard")

    def write(self, label: str, text: str) -> None:
        """Typed over what is there."""
        self.reach(self._field(label))
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def date(self, label: str, on: str) -> None:
        """Month, day and year, as the browser of an American asks."""
        self.reach(self._field(label))
        year, month, day = on.split("-")
        self.page.keyboard.type(f"{month}{day}{year}")

    def choose(self, label: str, text: str) -> None:
        """By its first letters."""
        self.reach(self._field(label))
        self.page.keyboard.type(text)

    def tick(self, label: str) -> None:
        """With the space bar."""
        there = self._field(label)
        if not there.is_checked():
            self.reach(there)
            self.page.keyboard.press("Space")

    def _do(self, there: Locator) -> None:
        """With the return key."""
        self.page.keyboard.press("Enter")
