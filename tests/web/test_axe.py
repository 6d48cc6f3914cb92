"""No page has a fault that axe-core knows, in light and in dark, on a desk and on a telephone; none is too wide."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page

from reviewflow.web.render import POLICY
from tests.stories.begun import begun
from tests.stories.world import Desk
from tests.web import axe, browser, screens
from tests.web.browser import NARROW, WIDE, Tab, tab
from tests.web.posted import sent

Finding = tuple[str, str, Any]
HALF: Any = {"width": 640, "height": 400}  # what 200 % zoom leaves of a window of 1280
COMBINATIONS: dict[str, tuple[Any, Any]] = {
    "light-wide": (WIDE, "light"), "dark-narrow": (NARROW, "dark"),
    "dark-wide": (WIDE, "dark"), "light-narrow": (NARROW, "light"),
}  # fmt: skip
TESTED = ("light-wide", "dark-narrow")  # the other two in scripts/prove web
SHARES = 8  # so that two workers share the work
# Wider than its window, or cut off without a way to scroll.
_LOST = """() => [...document.querySelectorAll("main *, header *, footer *")].filter((one) => {
  const box = one.getBoundingClientRect(), style = getComputedStyle(one);
  if (!box.width || style.position === "absolute" || one.closest("svg, .scroll, pre, .unseen")) return false;
  return box.right > innerWidth + 1 || (style.overflowX === "hidden" && one.scrollWidth > one.clientWidth + 1);
}).map((one) => one.outerHTML.slice(0, 120)).slice(0, 3)"""


def seen(page: Page, name: str, what: str) -> list[Finding]:
    """What is wrong with the page that is open, in one combination."""
    viewport, scheme = COMBINATIONS[name]
    page.set_viewport_size(viewport)
    page.emulate_media(color_scheme=scheme)
    return [(name, what, one) for one in axe.ask(page)] + too_wide(page, name, what, viewport["width"])


def too_wide(page: Page, name: str, what: str, width: int) -> list[Finding]:
    """A page scrolls one way only; what is wide in it, as a table, scrolls for itself."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [(name, what, f"is {wide} wide: {page.evaluate(_LOST)}")] if wide > width else []


def walk(place: Tab, looks: Iterable[tuple[str, str]], combinations: Sequence[str] = TESTED) -> list[Finding]:
    """Every page, once for all combinations; a form that is made from its fields for one, where they are few."""
    found: list[Finding] = []
    for number, (who, path) in enumerate(looks):
        answer = place.context.request.get(path)
        assert answer.status in (200, 422), (who, path)
        place.page.set_content(answer.text())
        is_alike = "/do/" in path and len(combinations) < len(COMBINATIONS)
        for name in [combinations[number % len(combinations)]] if is_alike else combinations:
            found += seen(place.page, name, f"{who} {path}")
        place.page.set_viewport_size(HALF)
        found += too_wide(place.page, "zoomed", f"{who} {path}", HALF["width"])
    return found


@contextmanager
def showing(browser: Browser, base: str, who: str) -> Iterator[Tab]:
    """A tab of somebody with axe in it, whose page stays: the next is written in its place, so that axe stays warm.

    Each is whole, with its own sheet and script, under the policy that all pages have; what a navigation may do wrong
    is of the journeys.
    """
    with tab(browser, base, who or None, reduced_motion="reduce") as place:
        place.page.goto("/help/shortcuts")
        place.page.evaluate(f"{axe.script()}; 0")
        yield place


def of_readers(browser: Browser, base: str, looks: list[tuple[str, str]], names: Sequence[str]) -> list[Finding]:
    """The same of everybody's."""
    found: list[Finding] = []
    for who in dict.fromkeys(who for who, _ in looks):
        with showing(browser, base, who) as place:
            found += walk(place, [look for look in looks if look[0] == who], names)
    return found


@pytest.mark.parametrize("share", range(SHARES))
def test_no_page_has_a_fault(chromium: Browser, exhibition: str, exhibits: Desk, share: int) -> None:
    """Every screen in every state that the stories reach: nothing violated or undecided, nothing too wide."""
    looks = screens.looks(exhibits, whole=False)[share::SHARES]
    assert of_readers(chromium, exhibition, looks, TESTED) == []


def of_answers(chromium: Browser, desk: Desk, names: Sequence[str]) -> list[Finding]:
    """What is wrong with the pages that come back when something is sent."""
    found: list[Finding] = []
    with browser.serving(desk) as (base, _):
        every = sorted(sent(desk), key=lambda one: one[0])
        for who, own in groupby(every, key=lambda one: one[0]):
            with showing(chromium, base, who) as place:
                for _, path, data in own:
                    answer = place.context.request.post(path, form=data, headers={"Origin": base})
                    assert answer.headers["content-type"].startswith("text/html"), path
                    place.page.set_content(answer.text())
                    for name in names:
                        found += seen(place.page, name, f"{who} {path} {urlencode(data)[:60]}")
    return found


def test_no_answer_has_a_fault(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What comes back when something is sent: faults, refusals, what is to be signed, the ended session."""
    with begun(tmp_path_factory.mktemp("sent")) as desk:
        assert of_answers(chromium, desk, ["dark-narrow"]) == []


SEEDED = {
    "<input name=a>": "label", '<img src="/x.svg">': "image-alt", '<p class="faint">Grey.</p>': "color-contrast",
    '<p class="wide">x</p>': "wide", '<button aria-label=""></button>': "button-name", "<a href=/x></a>": "link-name",
    '<svg width="99" height="20"><rect width="99" height="20" class="dim"/><text y="14" class="dimmer">x</text></svg>':
    "color-contrast", '<div role="nothing">x</div>': "aria-roles",
}  # fmt: skip
_SHEET = """.faint { color: #999; background: #aaa } .wide { width: 2000px }
.dim { fill: #888 } .dimmer { fill: #777 }"""


def test_a_fault_is_found(chromium: Browser, exhibition: str) -> None:
    """The look above sees each seeded page, and why it is wrong, on the page where the one before stood."""
    with showing(chromium, exhibition, "") as place:
        place.page.route("**/seeded.css", lambda route: route.fulfill(body=_SHEET, content_type="text/css"))
        place.page.route("**/x.svg", lambda route: route.fulfill(body="<svg/>", content_type="image/svg+xml"))
        for fault, rule in SEEDED.items():
            place.page.set_content(
                '<!doctype html><html lang="en"><head><title>x</title><link rel="stylesheet" href="/seeded.css"></head>'
                f"<body><main><h1>x</h1>{fault}</main></body></html>"
            )
            found = seen(place.page, "light-wide", "seeded")
            assert [rule in repr(one) for one in found] == [True], found
        place.page.set_content('<!doctype html><html lang="en"><head><title>x</title></head><body><main><h1>x</h1>')
        assert seen(place.page, "light-wide", "whole") == []


@pytest.mark.parametrize("fault", [
    '<p style="color: red">x</p>', "<script>1</script>", '<img src="https://elsewhere.example/x.png" alt="">',
    "<style>p { color: red }</style>", '<script src="/none.js"></script>',
    '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" alt="">', '<iframe src="/help"></iframe>',
])  # fmt: skip
def test_a_page_that_breaks_the_policy_is_found(chromium: Browser, exhibition: str, fault: str) -> None:
    """A tab tells of styles and scripts that are inline, of what is fetched elsewhere, and of what is not there."""
    body = f'<!doctype html><html lang="en"><head><title>x</title></head><body><main>{fault}</main></body></html>'
    headers = {"Content-Security-Policy": POLICY, "Content-Type": "text/html"}
    place = Tab(chromium, exhibition)
    place.page.route("**/seeded", lambda route: route.fulfill(body=body, headers=headers))
    place.page.goto("/seeded")
    place.page.wait_for_load_state("networkidle")
    with pytest.raises(AssertionError):
        place.close()
