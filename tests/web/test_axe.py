"""No page has a fault that axe-core knows, in light and in dark, on a desk and on a telephone."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.stories.world import Desk
from tests.web import axe, screens
from tests.web.browser import NARROW, WIDE, Tab, tab

Finding = tuple[str, str, Any]
COMBINATIONS = {
    "light-wide": (WIDE, "light"), "dark-narrow": (NARROW, "dark"),
    "dark-wide": (WIDE, "dark"), "light-narrow": (NARROW, "light"),
}  # fmt: skip
TESTED = ("light-wide", "dark-narrow")  # the other two in scripts/prove web
SHARES = 4  # so that two workers share the work
EXPLAINED: dict[str, str] = {}  # of what axe could not decide: rule, and why it holds


def seen(page: Any, name: str, who: str, path: str) -> list[Finding]:
    """What is wrong with the page that is open, in one combination."""
    viewport, scheme = COMBINATIONS[name]
    page.set_viewport_size(viewport)
    page.emulate_media(color_scheme=scheme)
    violations, incomplete = axe.ask(page)
    found: list[Finding] = [(name, f"{who} {path}", one) for one in violations]
    found += [(name, f"{who} {path}", ["undecided", *one]) for one in incomplete if one[0] not in EXPLAINED]
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > viewport["width"]:
        found.append((name, f"{who} {path}", f"is {wide} wide"))
    return found


def walk(place: Tab, looks: list[tuple[str, str]], combinations: tuple[str, ...]) -> list[Finding]:
    """Every page of one's own, once for all combinations."""
    found: list[Finding] = []
    for who, path in looks:
        answer = place.page.goto(path)
        assert answer is not None
        if answer.status == 404:
            continue
        for name in combinations:
            found += seen(place.page, name, who, path)
    return found


@pytest.mark.parametrize("share", range(SHARES))
def test_no_page_has_a_fault(chromium: Browser, exhibition: str, exhibits: Desk, share: int) -> None:
    """Every screen in every state that the stories reach: nothing violated or undecided, nothing too wide."""
    looks = [*screens.looks(exhibits)][share::SHARES]
    found: list[Finding] = []
    for who in dict.fromkeys(who for who, _ in looks):
        with tab(chromium, exhibition, who or None) as place:
            found += walk(place, [look for look in looks if look[0] == who], TESTED)
    assert found == []
