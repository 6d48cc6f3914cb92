"""The documents of reviews: plain data that a server may send, shown the same from there as from the database."""

import contextlib
import importlib.util
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from reviewflow.app import App, open_app
from reviewflow.cli.card_page import print_card
from reviewflow.cli.duties_page import print_duties
from reviewflow.cli.explain_page import print_explanation
from reviewflow.cli.page import Page
from reviewflow.cli.policy_page import print_policies, print_policy
from reviewflow.cli.queue_page import print_queue
from reviewflow.cli.session import Session
from reviewflow.cli.story_page import print_story
from reviewflow.cli.window_page import as_text
from reviewflow.errors import NotFound
from reviewflow.nouns.plain import plain, revived
from reviewflow.views.index import VIEWS
from reviewflow.views.look import looking
from tests.stories.world import PEOPLE, Desk

LINE = re.compile(r"(!?)(\d\d-\d\d \d\d:\d\d) (\w+): (.*?)(?: => (\w+))?$", re.MULTILINE)
# What the stories lack: a clock that stands, two other zones, dates that were replaced, a draft that was never filed.
BESIDE = """
11-02 09:00 three: model register "Example Model Three-B" --digest {b} => mx
11-02 09:01 three: review open {{mx}} --agency example-office --policy foia => x
11-02 09:02 three: review submit {{x}}
11-02 10:00 intake: review start {{x}}
11-02 10:01 decider: review assign {{x}} reviewer@example-office.example
11-02 10:02 decider: review assign {{x}} reviewer@example-consulted.example --consulted
11-03 09:00 rev: review ask {{x}} --text "Which copy?"
11-04 09:00 three: review answer {{x}} 1 --text "The first."
11-05 09:00 rev: review ask {{x}} --text "And since when?"
11-02 09:00 two: model register "Example Model Two-X" --digest {c} => my
11-02 09:01 two: review open {{my}} --agency example-office --policy uk-merger-phase-1 => y
11-02 09:02 two: review submit {{y}}
11-02 10:00 intake: review start {{y}}
11-05 10:00 decider: review correct-start {{y}} 2026-11-03 --second {second} --reason "misdated"
11-04 09:00 three: model register "Example Model Three-C" --digest {d} => mz
11-04 09:01 three: review open {{mz}} --agency example-office => z
11-04 09:02 three: review withdraw {{z}} --reason "never filed"
""".format(second=PEOPLE["decider2"], **{sign: f"{sign}e" * 32 for sign in "bcd"})
END = datetime(2026, 11, 6, 17, tzinfo=UTC)
READERS = (None, *(PEOPLE[name] for name in ("one", "two", "viewer", "rev", "decider", "consulted")))
Printer = Callable[[Page], None]
OF_ONE: dict[str, Printer] = {"review": print_card, "timeline": print_story, "explanation": print_explanation}
OF_ALL: list[tuple[str, dict[str, Any], Printer]] = [
    ("reviews", {}, print_queue),
    ("reviews", {"all": True}, print_queue),
    ("reviews", {"state": "tolled"}, print_queue),
    ("deadlines", {}, print_duties),
    ("deadlines", {"all": True}, print_duties),
    ("policies", {}, print_policies),
]
WINDOWS: list[dict[str, Any]] = [
    {"policy": "eo-14409", "start": "2026-06-02T18:30", "planned_release": "2026-06-20"},
    {"policy": "hsr-second-phase", "start": "2026-06-02", "toll": ("2026-06-04/2026-06-05", "2026-06-10/")},
    {"policy": "eu-merger-phase-1", "start": "2026-06-02", "expect": "2026-06-03"},
    {"policy": "hsr", "latest_start_for": "2026-12-24"},
]


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[Desk]:
    """The month of the demonstration with some more: every command of its stories, and a tick at its end."""
    spec = importlib.util.spec_from_file_location("stories", root / "scripts" / "stories.py")
    assert spec and spec.loader
    stories = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(stories)
    desk = Desk.new(tmp_path_factory.mktemp("month"))
    lines = [line for text in (*stories.STORIES.values(), BESIDE) for line in LINE.findall(text)]
    for refused, at, who, text, name in sorted(lines, key=lambda line: line[1]):
        found = desk.line(text, PEOPLE[who], at, "--json")
        assert (found.code != 0) == bool(refused), (text, found.err)
        if name:
            desk.refs[name] = found.json["ref"]
    desk.tick("11-06 12:00")
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def app(month: Desk) -> App:
    """The installation on its database."""
    return open_app(month.url)


def seen(app: App, reader: str | None, view: str, asked: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A document as the view made it, and what a client has of it that was sent over a wire."""
    found = VIEWS[view]
    with looking(app.engine, app.settings, reader, END) as look:
        document = found.show(look if found.needs_database else app.settings, found.asked(**asked))
    told = app.document(view, asked, reader, END)
    sent = json.loads(json.dumps(told))
    assert sent == told, "not plain"
    back = revived(sent)
    assert plain(back) == told, "not what was told"
    return {name: told[name] for name in ("now", "time_zone", "is_simulation", "reader")} | document, back


def alike(made: Any, back: Any, key: str = "") -> None:
    """Asserts that nothing was lost on the way; what was stored as JSON, such as an event's data, has no dates."""
    match made:
        case dict() if key == "data":
            assert plain(made) == plain(back)
        case dict():
            assert made.keys() == back.keys()
            for name in made:
                alike(made[name], back[name], name)
        case list() | tuple():
            assert len(made) == len(back)
            for one, other in zip(made, back, strict=True):
                alike(one, other, key)
        case datetime():
            assert made.tzinfo is not None
            assert key.endswith("_at") or key == "at", f"{key} does not tell that it is an instant"
            assert back == made if key.endswith("_at") else datetime.fromisoformat(back) == made
        case date():
            assert key.endswith("_on"), f"{key} does not tell that it is a date"
            assert back == made
        case _:
            assert (back, type(back)) == (made, type(plain(made))), key


def shown(printer: Printer, document: dict[str, Any]) -> str:
    """What a terminal shows of it."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        printer(Page(Session(), document))
    return out.getvalue()


def same(app: App, reader: str | None, view: str, asked: dict[str, Any], printer: Printer) -> str:
    """What is shown of a document, after asserting that it is the same from the database and over the wire."""
    made, back = seen(app, reader, view, asked)
    alike(made, back)
    text = shown(printer, back)
    assert text == shown(printer, made)
    return text


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("view", OF_ONE)
def test_document_of_each_review_survives_the_wire(app: App, month: Desk, view: str, reader: str | None) -> None:
    """Of every review of the month that the reader sees, whatever became of it; and it is printed the same."""
    states = {row["ref"]: row["state"] for row in month.query("SELECT ref, state FROM review")}
    found = set()
    for ref, state in states.items():
        with contextlib.suppress(NotFound):
            assert ref in same(app, reader, view, {"ref": ref}, OF_ONE[view])
            found.add(state)
    assert found, "nothing was compared"
    assert reader is not None or found >= {"draft", "under_review", "tolled", "cleared", "released", "withdrawn"}


@pytest.mark.parametrize("reader", READERS)
def test_list_survives_the_wire(app: App, reader: str | None) -> None:
    """The queue, what is owed, the policies."""
    for view, asked, printer in OF_ALL:
        assert same(app, reader, view, asked, printer)


def test_policy_survives_the_wire(app: App) -> None:
    """Each of them, whose file has times of day under the names of instants."""
    for policy in app.settings.policies:
        assert policy in same(app, None, "policy", {"policy": policy}, print_policy)


@pytest.mark.parametrize("asked", WINDOWS, ids=lambda asked: asked["policy"])
def test_window_survives_the_wire(app: App, asked: dict[str, Any]) -> None:
    """Forward, with a cap, while the clock stands, with a claimed end, and planned ahead."""
    made, back = seen(app, None, "window", asked)
    alike(made, back)
    assert as_text(back)
    assert back["time_zone"] == app.settings.policies[asked["policy"]].window.time_zone
    assert bool(back.get("faults")) == ("expect" in asked)


def test_view_is_found_by_its_name_and_its_path() -> None:
    """No two views have one path, and what a path asks for is a field of the view."""
    assert len({view.path for view in VIEWS.values()}) == len(VIEWS)
    for view in VIEWS.values():
        assert set(re.findall(r"{(\w+)}", view.path)) <= {field.name for field in fields(view.asked)}, view.path


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("due_at", "2026-11-06T17:00:00Z", END),
        ("due_on", "2026-11-06", date(2026, 11, 6)),
        ("ends_at", "23:59", "23:59"),
        ("made_at", "2026-11-06T17:00:00", "2026-11-06T17:00:00"),
        ("digest_on", "monday", "monday"),
        ("says", "2026-11-06", "2026-11-06"),
    ],
)
def test_name_tells_what_text_means(key: str, text: str, value: object) -> None:
    """An instant has its offset; a time of day, a weekday and what is no date by its name stay text."""
    assert revived({"a": [{key: text}], key: [text]}) == {"a": [{key: value}], key: [value]}
