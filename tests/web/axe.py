"""What axe-core says of a page; it comes with axe-playwright-python and is read from there.

What it leaves undecided is decided here, or stays a finding: for a reason that is among those of `UNDECIDED` the colour
of a text is compared with that of whatever lies under it, shape by shape; and a header of a column has cells that are
filled, though they be headers of rows.
"""

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ALONE = {"iframes": False, "preload": False}  # no page has a frame, or a sheet that it cannot read where it stands
UNDECIDED = {  # what axe says, and why that is no fault where the measured contrast suffices
    "pseudo element": "the line and the dots of a timeline are drawn by a pseudo element, beside the text",
    "contains an image node": "a drawing is inline SVG, whose shapes axe does not look through; its text is measured",
    "overlapped by another element": "the same, where a line of the drawing crosses the box of its text",
    "partially obscured": "a box overlaps the edge of another; the text itself lies free, and is measured",
    "too short to determine": "one sign, such as the number of a day; it is text, and is measured as such",
    "only non-text characters": "a sign beside words that say the same, hidden from readers of the screen",
}
_HEADED = """(place) => {
  const table = document.querySelector(place), heads = [...table.querySelectorAll("thead th")];
  const rows = [...table.querySelectorAll("tbody tr")].filter((row) => row.cells.length === heads.length);
  return rows.length > 0 && heads.every((_, column) => rows.some((row) => row.cells[column].textContent.trim()));
}"""
_RUN = """async (asked) => {
  const found = await axe.run(document, asked);
  const told = (one) => one.nodes.map((node) => [one.id, node.target.join(" "), node.html.slice(0, 160),
    [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; ").slice(0, 300)]);
  return [found.violations.flatMap(told), found.incomplete.flatMap(told), found.passes.length];
}"""
_CONTRAST = """(places) => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const parsed = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; return { r, g, b, a: a / 255 };
  };
  const colour = (element, isText) => {
    const style = getComputedStyle(element), shape = element instanceof SVGElement && element.localName !== "svg";
    const drawn = element.localName === "line" ? style.stroke : style.fill;
    const { r, g, b, a } = parsed(shape ? drawn : isText ? style.color : style.backgroundColor);
    return { r, g, b, a: shape && drawn === "none" ? 0 : a * (shape ? style.fillOpacity * style.opacity : 1) };
  };
  const over = (top, under) => ({ r: top.r * top.a + under.r * (1 - top.a), g: top.g * top.a + under.g * (1 - top.a),
    b: top.b * top.a + under.b * (1 - top.a), a: 1 });
  const light = ({ r, g, b }) => [r, g, b].map((one) => one / 255)
    .map((one) => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
    .reduce((sum, one, index) => sum + one * [0.2126, 0.7152, 0.0722][index], 0);
  return places.map((place) => {
  const text = document.querySelector(place);
  if (!text) return 0;
  text.scrollIntoView({ block: "center", inline: "center" });
  const box = text.getClientRects()[0], ratios = [];  // of what goes over several lines, the first
  for (const part of [0.2, 0.5, 0.8]) {
    const stack = document.elementsFromPoint(box.left + box.width * part, box.top + box.height / 2);
    if (!stack.includes(text)) continue;
    const from = stack.indexOf(text) + (text instanceof SVGElement);  // what is HTML may have a ground of its own
    const under = stack.slice(from).filter((one) => one.localName !== "text" && (one === text || !text.contains(one)));
    let ground = { r: 255, g: 255, b: 255, a: 1 };
    for (const one of under.reverse()) ground = over(colour(one, false), ground);
    const ink = over(colour(text, true), ground), [a, b] = [light(ink), light(ground)].sort((x, y) => y - x);
    ratios.push((a + 0.05) / (b + 0.05));
  }
  const style = getComputedStyle(text), size = parseFloat(style.fontSize);
  const isLarge = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) || text.ariaHidden === "true";
  return ratios.length ? Math.min(...ratios) / (isLarge ? 3 : 4.5) : 0;
  });
}"""


@cache
def script() -> str:
    """The program."""
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def ask(page: Page) -> list[Any]:
    """What is wrong, or stays undecided: rule, place, element and reason of each."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(f"{script()}; 0")
    asked = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations", "incomplete"], **ALONE}
    violations, incomplete, passed = page.evaluate(_RUN, asked)
    assert passed > 2, f"axe looked at nothing: {json.dumps(asked)}"
    return [*violations, *_unsettled(page, incomplete)]


def _unsettled(page: Page, undecided: list[list[str]]) -> Iterator[list[str]]:
    """What is left: not the contrast of a text that suffices, and not a column of filled cells."""
    texts = [one for one in undecided if one[0] == "color-contrast" and any(words in one[3] for words in UNDECIDED)]
    measured = page.evaluate(_CONTRAST, [one[1] for one in texts]) if texts else []
    yield from (one for one, ratio in zip(texts, measured, strict=True) if ratio < 1)
    for one in undecided:
        if one not in texts and not (one[0] == "th-has-data-cells" and page.evaluate(_HEADED, one[1])):
            yield one
