"""Every time on every page stands with its zone, and with how far it is from now."""

import re
from html.parser import HTMLParser

import pytest

VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"}
BLOCKS = {"p", "td", "th", "dd", "dt", "li", "summary", "h1", "h2", "h3", "h4", "div", "footer"}
# Where times stand that are no instants of the record: each step of a reckoning says its zone or offset by itself, a
# policy's rules are times of any day, a hint shows how one types, and a letter is as it was sent.
OTHERWISE = {"ol.basis", "details.why", "dl.rules", "p.hint", "letter", "script"}
ZONED = re.compile(r", \d\d:\d\d (?:[A-Z]{3,5}|UTC[+-]\d\d:\d\d)$")
BARE = re.compile(r"\b(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?\b(?! Eastern)")  # which a source says of itself
EXAMPLE = re.compile(r"\bWrite [^.]+\.")  # of how one types, in a refusal
NEAR = re.compile(r"\bnow\b|today|tomorrow|yesterday|\b[Ii]n \d+ \w+|\d+ \w+ (?:ago|left|over)\b|[Ll]ast day")


class Times(HTMLParser):
    """What a page says of instants that nobody could place."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.faults, self.met, self._open = list[str](), 0, list[tuple[str, set[str]]]()
        self._blocks: list[list[str]] = [[]]  # of each block that is open: what it says, with its instants marked
        self._instant: str | None = None
        self._own = re.findall(r'As of <time datetime="([^"]+)"', page)
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        given = dict(attrs)
        classes = (given.get("class") or "").split()
        self._open.append((tag, {tag, *classes, *(f"{tag}.{one}" for one in classes)}))
        if tag in BLOCKS:
            self._blocks.append([])
        at = given.get("datetime") or "" if tag == "time" else ""
        self._instant = at if "T" in at else None

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag == "time":
            self._instant = None
        if tag in BLOCKS and len(self._blocks) > 1:
            self._read("".join(self._blocks.pop()))

    def _read(self, said: str) -> None:
        if said.count("\0") > len(NEAR.findall(said)):
            self.faults.append(f"not how far: {' '.join(said.split())[:100]}")

    def handle_data(self, data: str) -> None:
        if any(names & OTHERWISE for _, names in self._open):
            return
        if self._instant is None:
            self._blocks[-1].append(data)
            self.faults += [f"a bare time: {data.strip()[:100]}"] if BARE.search(EXAMPLE.sub("", data)) else []
            return
        self.met += 1
        self._blocks[-1].append(f"{data}\0" if self._instant not in self._own else data)
        self.faults += [] if ZONED.search(data) else [f"no zone: {data}"]


def test_every_time_has_its_zone_and_how_far_it_is(shown: dict[tuple[str, str], str]) -> None:
    """On each screen in each state that the stories reach, but on the dossier: its paper is read on another day."""
    found = {look: Times(page) for look, page in shown.items() if not look[1].endswith("/dossier")}
    assert {look: times.faults for look, times in found.items() if times.faults} == {}
    assert sum(times.met for times in found.values()) > 500


@pytest.mark.parametrize("fault", [
    "<p>Due at 17:00.</p>", "<p>As of 09:20:01 EDT</p>",
    '<p><time datetime="2026-10-06T13:20:00Z">Tue 6 Oct 2026, 09:20</time> (today)</p>',
    '<p><time datetime="2026-10-06T13:20:00Z">Tue 6 Oct 2026, 09:20 EDT</time></p>',
    '<ul><li>Asked <time datetime="2026-10-06T13:20:00Z">Tue 6 Oct 2026, 09:20 EDT</time></li><li>in 3 days</li></ul>',
])  # fmt: skip
def test_a_time_that_nobody_can_place_is_found(fault: str) -> None:
    """The look above sees each of them."""
    assert Times(f"<main>{fault}</main>").faults
