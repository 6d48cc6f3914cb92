"""The page beside the text: the same words, well formed, and nothing that a reader did not ask for."""

import re
from html.parser import HTMLParser

import pytest

from reviewflow.nouns.actor import Actor
from tests.notify import cases as c
from tests.notify.test_letters import catch_up_letter

VOID = {"meta", "br", "hr"}
KNOWN = {
    "html", "head", "title", "style", "body", "main", "h1", "h2", "p", "table", "tr", "th", "td", "blockquote", "ol",
    "ul", "li", "pre", "code",
}  # fmt: skip
ATTRIBUTES = {"lang", "charset", "name", "content", "http-equiv", "scope"}


class Reader(HTMLParser):
    """Reads a page strictly: every element known and closed in its place; keeps the words of the body."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.seen: list[str] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in KNOWN | VOID, tag
        assert {name for name, _ in attrs} <= ATTRIBUTES
        self.seen.append(tag)
        self.words.append(" ")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "body" in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


def words(text: str) -> str:
    """The words of a text without what lays them out: lines under headings, marks of quotes, bullets, numbers."""
    return " ".join(re.sub(r"(?m)^[-=]{4,}$|^  \|| {2}\* |^ {2}\s*\d+\. ", " ", text).split())


@pytest.mark.parametrize("name", c.names())
@pytest.mark.parametrize("to", c.PEOPLE, ids=["lab", "agency"])
def test_page_has_the_words_of_the_text(name: str, to: Actor) -> None:
    """Every letter, word for word, as headings, tables, lists and quotes that a screen reader can walk."""
    if to is c.LAB and name in c.ONLY_AGENCY:
        return
    made = c.one(name, to, is_simulation=True)
    page = Reader(made.html)
    assert page.text == words(made.text)
    assert {"h1", "table", "th", "pre"} <= set(page.seen)
    assert '<html lang="en">' in made.html


def test_page_of_a_catch_up_letter() -> None:
    """One heading a subject below the first, the events as a list."""
    made = catch_up_letter()
    page = Reader(made.html)
    assert page.text == words(made.text)
    assert (page.seen.count("h1"), page.seen.count("h2"), page.seen.count("li")) == (1, 3, 5)


def test_page_loads_and_runs_nothing() -> None:
    """No link, picture, script or form; a browser is told to load nothing, and no colour is set against a dark one."""
    made = c.one("information_requested", c.LAB).html
    assert "default-src 'none'" in made
    assert not re.search(r"https?:|src=|href=|url\(|@import|<script|<img|\bon\w+=|background|[^-]color:", made)


def test_what_people_write_is_no_markup() -> None:
    """Signs of markup, in words, titles and names, are there as signs; lines of a quote stay lines."""
    evil = "<script>alert('x')</script> & \"y\"\n</blockquote><img src=x>\u202e"
    made = c.one("returned", c.LAB, {"reason": evil}, title="</title><b>Model & Co")
    page = Reader(made.html)
    assert page.text == words(made.text)
    assert "<script>alert('x')</script> & \"y\" </blockquote><img src=x>" in page.text
    assert (
        "<title>Submission returned: mend it, and file it again - &lt;/title&gt;&lt;b&gt;Model &amp; Co (" in made.html
    )
    assert "&quot;y&quot;<br>\n&lt;/blockquote&gt;" in made.html
