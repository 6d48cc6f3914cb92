"""Pages for every test of the web application.

`pages` is a fresh simulation whose clock stands at 2026-10-06 09:20 in New York: review `r` of lab one under review
since the day before, with reviewer `rev` assigned and access given; review `q` of lab two submitted. No more is in it.

    def test_queue_names_what_runs_out(pages):
        pages.desk("rev", "review request {r} 'What changed?'", "10-07 10:00", "i")   # a command line, at its time
        answer = pages.get("rev", "/reviews/{r}")      # a page as somebody, by the names of tests/stories/world.py
        answer = pages.post("rev", "/reviews/{r}/do/note", {"text": "One more."})    # a form, and where it leads
        pages.client("rev")                            # the signed-in starlette TestClient; pages.nobody is nobody
        pages.desk.refs["r"], pages.app, pages.site

`still` is the same simulation, made once a module, for tests that only look. Both are on SQLite unless a test asks for
`database_kind` before them.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests import databases
from tests.stories.begun import begun
from tests.stories.world import Desk
from tests.web import browser, gallery, screens, world


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[world.Pages]:
    """A simulation of one's own at the door."""
    with begun(tmp_path) as desk, world.served(desk) as made:
        yield made


@pytest.fixture(scope="module")
def _still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], world.Pages]]:
    with ExitStack() as stack:

        @cache
        def made(kind: str) -> world.Pages:
            desk = stack.enter_context(begun(tmp_path_factory.mktemp(kind)))
            return stack.enter_context(world.served(desk))

        yield lambda: made(databases.current)


@pytest.fixture
def still(_still: Callable[[], world.Pages]) -> world.Pages:
    """One for all the tests of a module, which change nothing."""
    return _still()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of this process; each test opens contexts of its own."""
    with browser.chromium() as made:
        yield made


@pytest.fixture(scope="session")
def exhibits(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Every state that the stories reach, on SQLite; for tests that only look."""
    base = tmp_path_factory.getbasetemp()  # of one worker, where there are several
    return gallery.hung((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "gallery")


@pytest.fixture(scope="session")
def exhibition(exhibits: Desk) -> Iterator[str]:
    """The address at which they are shown."""
    with browser.serving(exhibits) as (base, _):
        yield base


@pytest.fixture(scope="session")
def guided(exhibits: Desk) -> Iterator[world.Pages]:
    """The same without a port."""
    with world.served(exhibits) as made:
        yield made


@pytest.fixture(scope="session")
def shown(guided: world.Pages) -> dict[tuple[str, str], str]:
    """Each screen in each state that the stories reach, by who looks and where: rendered once for all tests of it."""
    found = {}
    for who, path in screens.looks(guided.desk, whole=False):
        answer = guided.get(who or None, path)
        assert answer.status_code in (200, 422), (who, path)
        assert answer.headers["content-type"].startswith("text/html"), path
        found[who, path] = answer.text
    return found
