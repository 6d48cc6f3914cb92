"""No page shows anybody what is not his, and nothing that somebody wrote is ever more than text."""

import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

import pytest
from markupsafe import Markup

from reviewflow.nouns.states import Kind
from tests import databases
from tests.doors.api.canaries import Whole, met
from tests.doors.api.test_canaries import leaking
from tests.engine import world as w
from tests.walls import SILENT
from tests.web.crawl import at_the_door
from tests.web.screens import KINDS, SCREENS, Screen, commands, every

EVERYBODY = ("", w.OFFICER, w.RIVAL, w.REVIEWER, w.CONSULTED, w.DECIDER, w.ADMIN)
FORMS = [w.OFFICER, w.RIVAL]  # who look at every form; the others at what is shown
NO_PAGES = ("/static/{digest}/{name}", "/reviews/{ref}/dossier.pdf")
HOSTILE = "\"'></textarea></title><x-canary onpointerover=alert(1)>{{7*7}}<script>alert(1)</script>"
_NO_TEXT = re.compile(r"^/static/|\.pdf\b")  # of a PDF the bytes tell nothing: it is made of the page beside it
MOVED = re.compile(r"'location': '([^']*)'")
TITLED = re.compile(r"[^\n]{3,120} · reviewflow")
AS_TEXT = str(Markup.escape(HOSTILE))


class Hostile(Whole):
    """Each text is one that breaks out wherever a page lets it."""

    hostile = HOSTILE

    def say(self, lab: str, whose: str) -> str:
        """A canary, and the rest of it."""
        return super().say(lab, whose) + self.hostile

    def _documents(self, lab: str, officer: str) -> None:
        """In the name of a file no slash may be."""
        self.hostile = HOSTILE.replace("/", "")
        super()._documents(lab, officer)
        self.hostile = HOSTILE


class Place:
    """A world and its door."""

    def __init__(self, stack: ExitStack, folder: Path, kind: type[Whole]) -> None:
        databases.current = databases.SQLITE
        self.world = w.new_world(31)
        stack.callback(self.world.close)
        self.canaries = kind(self.world, folder)
        self.guest = stack.enter_context(at_the_door(self.world, self.world.engine))

    def refs(self, kind: Kind, is_form: bool) -> Iterable[str]:
        """Of everything there is; of what a form acts on, one of either lab."""
        rows = self.world.query("SELECT ref, lab FROM subject WHERE kind = ? ORDER BY ref", kind.value)
        found = [(str(ref), lab) for ref, lab in rows if ref not in (w.OFFICER, w.RIVAL, w.DECIDER)]
        return list({lab: ref for ref, lab in found}.values())[:1] if is_form else [ref for ref, _ in found]

    def pages(self, person: str) -> Iterator[tuple[str, str]]:
        """What is answered to every address there is, and to every link on the pages that are shown."""
        asked, kinds = set[str](), set[str]()
        paths = [path for path, screen in SCREENS.items() if _is_met(path, screen, person)]
        waiting = [address for path in paths for address in every(path, self.refs)]
        letters = [str(id) for (id,) in self.world.query("SELECT DISTINCT letter FROM delivery ORDER BY 1")]
        waiting = [one.replace("{id}", id) for one in waiting for id in (letters[::20] if "{id}" in one else ("",))]
        while waiting:
            address = waiting.pop()
            if address in asked:
                continue
            asked.add(address)
            answer = self.guest.ask(person, address)
            yield f"{address} {answer.status_code}", f"{answer.headers} {answer.text}"
            for link in Elements.of(answer.text).links if _is_page(answer.text) else ():
                if (kind := _kind(link)) not in kinds and link.startswith("/") and not _NO_TEXT.search(link):
                    kinds.add(kind)
                    waiting.append(link)


def _is_met(path: str, screen: Screen, person: str) -> bool:
    """Whether a page is asked for by somebody: what is public by nobody, a form by few."""
    if path in NO_PAGES or (screen.is_public and person and path != "/programme"):
        return False
    return "/do/" not in path or person in FORMS


def _is_page(text: str) -> bool:
    return "<!doctype html>" in text


def _is_source(tag: str, given: dict[str, str]) -> bool:
    """A link to where a fact stands; calendars of elsewhere are subscribed to by a scheme of their own."""
    return tag == "a" and given["href"].startswith(("https://", "webcal://"))


def _kind(link: str) -> str:
    """One link of each kind is followed: those that differ only in references and values are alike."""
    address = urlsplit(link)
    path = re.sub(r"[A-Z]{2}-\w{4}-\w{4}|[^/]+@[^/]+|\d+|[0-9a-f]{16,}", "*", address.path)
    return f"{path} {sorted(parse_qs(address.query))}"


class Elements(HTMLParser):
    """What is on a page: its links, its title, and every element or attribute that is none of ours."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.title, self._is_title = "", False
        self.foreign: list[str] = []

    @classmethod
    def of(cls, page: str) -> "Elements":
        """Those of a page, whatever stands before it."""
        return _elements(page.partition("<!doctype html>")[2] or page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._is_title = tag == "title"
        self.links += [given[name] for name in ("href", "action", "src") if name in given]
        is_ours = tag != "script" or given.get("src", "").startswith("/static/")
        bad = [name for name in given if name.startswith("on") or name in ("style", "x-canary", "srcdoc")]
        if not is_ours or bad or tag in ("x-canary", "style", "iframe", "object", "embed", "base"):
            self.foreign.append(f"<{tag} {bad}>")
        if "href" in given and ":" in given["href"].partition("/")[0] and not _is_source(tag, given):
            self.foreign.append(f"<{tag}> leads to {given['href']}")

    def handle_data(self, data: str) -> None:
        if self._is_title and not self.title:  # a drawing has a title too, which stands in no window or history
            self.title = data
        self._is_title = False


@lru_cache(2)
def _elements(page: str) -> Elements:
    made = Elements()
    made.feed(page)
    return made


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A world in which every text says whose it is, and breaks out where it can."""
    with ExitStack() as stack:
        yield Place(stack, tmp_path_factory.mktemp("hostile"), Hostile)


def faults(place: Place, person: str) -> Iterator[str]:
    """What somebody meets on all pages that he should not."""
    signs, is_met = place.canaries.signs(person), False
    for what, text in place.pages(person):
        found = Elements.of(text if _is_page(text) else "")
        if what.rpartition(" ")[2] >= "500":
            yield f"{person}: {what}"  # what fails shows nothing, and proves nothing
        if foreign := met(text, signs, what):
            yield f"{person}: {what} tells {foreign}"
        if found.foreign:
            yield f"{person}: {what} has {found.foreign[:3]}"
        yield from (
            f"{person}: {what} names {where}"
            for where in (found.title, *map(unquote_plus, [*found.links, *MOVED.findall(text)]))
            if "canary" in where.replace(SILENT, "")
        )
        if "'content-type': 'text/html" in text and not TITLED.fullmatch(found.title):
            yield f"{person}: {what} is titled {found.title}"
        is_met |= AS_TEXT in text
    if person and not is_met:
        yield f"{person}: a crawl that met nothing proves nothing"


@pytest.mark.parametrize("person", EVERYBODY)
def test_nobody_meets_what_is_anothers(place: Place, person: str) -> None:
    """On no page, by whatever address; no text is in a title or an address, and none has become an element."""
    assert [*faults(place, person)] == []


def test_a_hole_in_the_filter_is_found(place: Place) -> None:
    """The crawl meets what one wrong line shows."""
    with leaking():
        found = dict(_reviews(place))
    assert {sign for signs in found.values() for sign in signs} >= {"canary-lab-a-review"}


def _reviews(place: Place) -> Iterator[tuple[str, set[str]]]:
    signs = place.canaries.signs(w.RIVAL)
    for ref in place.canaries.reviews.values():
        for path in ("/reviews/{ref}", "/reviews/{ref}/do/note"):
            answer = place.guest.ask(w.RIVAL, path.format(ref=ref))
            yield path.format(ref=ref), met(answer.text, signs)


@pytest.mark.parametrize("page", [
    "<p>Hello <script>alert(1)</script></p>", "<input value=''onpointerover=alert(1)>", '<p style="width:3px">x</p>',
    '<a href="javascript:alert(1)">x</a>', "<x-canary>", '<a href="&#106;avascript:alert(1)">x</a>',
])  # fmt: skip
def test_an_element_that_is_not_ours_is_found(page: str) -> None:
    """The look above sees each of them."""
    assert Elements.of(page).foreign


def forms() -> Iterator[tuple[str, str, str]]:
    """Plural, verb and the name of each field of every command, and those that all forms have."""
    from dataclasses import fields

    for plural, kind in KINDS.items():
        for creates in (False, True):
            for command in commands(kind, creates=creates):
                names = [field.name for field in fields(command)]
                yield plural if creates else f"{plural}/{{ref}}", command.verb, " ".join(names)


def test_what_is_typed_comes_back_as_text(place: Place) -> None:
    """Every field of every command, asked for in an address and sent in a form that is not taken: it is shown again."""
    count = 0
    for path, verb, names in forms():
        kind = KINDS[path.split("/")[0]]
        ref = next(iter(place.refs(kind, False)), "")
        wanted = dict.fromkeys([*names.split(), "effective_at", "key", "version", "back", "printed_name"], HOSTILE)
        address = f"/{path.format(ref=ref)}/do/{verb}"
        asked = place.guest.ask(w.DECIDER, f"{address}?{urlencode(wanted)}")
        sent = place.guest.ask(w.DECIDER, address, wanted)
        for answer in (asked, sent):
            assert not Elements.of(answer.text).foreign, f"{address}: {Elements.of(answer.text).foreign}"
            assert answer.status_code < 500, f"{address}: {answer.status_code}"
            count += HOSTILE.partition("<")[0] in answer.text or "x-canary" in answer.text
    assert count > 60, "what was typed came back hardly anywhere"


def test_ways_in_show_what_is_typed_as_text(place: Place) -> None:
    """The pages before the door, the problems, and what an expired session carries along."""
    ref = next(iter(place.canaries.reviews.values()))
    sent = (
        ("", "/sign-in", {"mailbox": HOSTILE, "password": HOSTILE, "next": HOSTILE, "kept": HOSTILE}),
        (
            "",
            "/invitation",
            {"code": HOSTILE, "mailbox": HOSTILE, "organization": HOSTILE, "password": "x", "again": "y"},
        ),
        ("", "/sign-in/passkey", {"passkey": HOSTILE, "next": HOSTILE, "kept": HOSTILE}),
        ("", f"/reviews/{ref}/do/note", {"text": HOSTILE, HOSTILE: HOSTILE}),
        (w.DECIDER, f"/reviews/{ref}/do/clear", {"text": HOSTILE, "printed_name": HOSTILE, HOSTILE: HOSTILE}),
    )
    for person, address, data in sent:
        answer = place.guest.ask(person, address, data)
        assert not Elements.of(answer.text).foreign, address
        assert answer.status_code < 500, address
    for address in (
        f"/sign-in?{urlencode({'next': HOSTILE})}",
        f"/{HOSTILE}",
        f"/reviews/{HOSTILE}",
        f"/?lab={HOSTILE}",
    ):
        answer = place.guest.ask(w.DECIDER, address)
        assert not Elements.of(answer.text).foreign, address
        assert answer.status_code < 500, address
