"""How heavy a page is, and how much a reader waits for: a budget for each."""

import gzip
import re
from collections import Counter

from playwright.sync_api import Browser

from reviewflow.nouns.states import Kind
from reviewflow.web.assets import TYPES, content
from tests.web import screens
from tests.web.browser import tab
from tests.web.world import Pages

FIRST_LOAD, STYLES, SCRIPT = 100_000, 30_000, 10_000  # bytes; styles compressed, the others as they are sent
REQUESTS = 5  # the page, its styles, its script and its icon, and nothing but once
ELEMENTS = 3_000
SHIFT = 0.1  # how far what is read may move while it loads: "good" of the Web Vitals
_MEASURE = """() => new Promise((done) => {
  let shift = 0;
  new PerformanceObserver((list) => { for (const one of list.getEntries()) shift += one.value; })
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done([shift, document.querySelectorAll("*").length,
    performance.getEntriesByType("resource").length + 1]), 50);
})"""


def test_styles_and_script_are_small() -> None:
    """One sheet of at most 30 KB compressed, one script of at most 10 KB as it is."""
    assert len(gzip.compress(content("reviewflow.css"), 9)) <= STYLES
    assert len(content("reviewflow.js")) <= SCRIPT
    assert set(TYPES) == {"reviewflow.css", "reviewflow.js", "icon.svg"}


def test_first_load_of_every_page_is_small(shown: dict[tuple[str, str], str]) -> None:
    """With all that it needs, uncompressed, under 100 KB; only our own styles, script and icon are asked for."""
    assets = sum(len(content(name)) for name in TYPES)
    heavy, found = {}, Counter[str]()
    for (who, path), page in shown.items():
        found.update(re.findall(r'<(?:link|script|img|source|iframe)\b[^>]*?(?:href|src)="([^"]*)"', page))
        if (weight := len(page.encode()) + assets) > FIRST_LOAD:
            heavy[f"{who} {path}"] = weight
    assert heavy == {}
    assert {re.sub(r"^/static/[0-9a-f]{16}/", "", address) for address in found} == set(TYPES)


def test_what_is_kept_is_asked_for_once(guided: Pages) -> None:
    """Styles, script and icon are kept for ever under an address of their own; a page is never kept."""
    page = guided.get("one", "/").text
    for address in set(re.findall(r'/static/[^"]+', page)):
        answer = guided.get(None, address)
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert guided.get("one", "/").headers["cache-control"] == "no-store"
    assert "defer" in re.findall(r"<script[^>]*>", page)[0]


def test_pages_stand_still_while_they_load(chromium: Browser, exhibition: str, guided: Pages) -> None:
    """Nothing jumps, few elements, few requests: on the pages that one sees most."""
    ref = screens.in_each_state(guided.desk, Kind.REVIEW, "decider")[-2]
    with tab(chromium, exhibition, "decider") as place:
        for path in ("/", f"/reviews/{ref}", "/timeline", "/programme", "/inbox"):
            place.page.goto(path)
            shift, elements, requests = place.page.evaluate(_MEASURE)
            assert shift <= SHIFT and elements <= ELEMENTS and requests <= REQUESTS, (path, shift, elements, requests)
