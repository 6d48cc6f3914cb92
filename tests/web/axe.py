"""What axe-core says of a page; it comes with axe-playwright-python and is read from there."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ALL = [*TAGS, "best-practice"]
_RUN = """async (asked) => {
  const found = await axe.run(document, asked);
  const told = (one) => one.nodes.map((node) => [one.id, node.target.join(" "), node.html.slice(0, 160),
    [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; ").slice(0, 300)]);
  return [found.violations.flatMap(told), found.incomplete.flatMap(told), found.passes.length];
}"""


@cache
def script() -> str:
    """The program."""
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def ask(page: Page, tags: list[str] | None = None) -> tuple[list[Any], list[Any]]:
    """Violations, and what it could not decide; each with rule, place, element and reason."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(f"{script()}; 0")
    asked = {"runOnly": {"type": "tag", "values": tags or TAGS}, "resultTypes": ["violations", "incomplete"]}
    violations, incomplete, passed = page.evaluate(_RUN, asked)
    assert passed > 5, f"axe looked at nothing: {json.dumps(asked)}"
    return violations, incomplete
