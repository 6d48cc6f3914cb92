"""The answer of every view to each cell, as it is given to whatever door asks for it."""

from collections.abc import Collection, Iterator
from contextlib import nullcontext

from reviewflow.app import App
from reviewflow.errors import Forbidden, NotFound
from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import Row
from reviewflow.views.index import VIEWS
from reviewflow.views.view import View
from tests.doors.api.matrix import engine
from tests.doors.api.matrix.table import Answer, Cell, expected, kind_of
from tests.doors.api.matrix.world import PRINCIPALS, Scene, Target, states_of


def operation_of(view: View) -> str:
    """As the table names it."""
    return f"GET {view.path}"


def looked(scene: Scene, names: Collection[str] = VIEWS.keys()) -> Iterator[Cell]:
    """Everybody looks at everything, at a subject in each of its states."""
    app = App(scene.world.settings, scene.world.engine)
    for kind in ("", "letter", *Kind):
        views = [view for name, view in VIEWS.items() if name in names and kind_of(operation_of(view)) == kind]
        targets = scene.letters() if kind == "letter" else scene.of(Kind(kind)) if kind else [Target(None)]
        for target in targets if views else ():
            for state in states_of(Kind(kind)) if target.kind else ("",):
                with scene.standing(target, state) if target.kind else nullcontext(), engine.reading_once():
                    for view in views:
                        yield from _cells(app, scene, view, target, state)


def _cells(app: App, scene: Scene, view: View, target: Target, state: str) -> Iterator[Cell]:
    operation = operation_of(view)
    for person in PRINCIPALS:
        words = target.words(person, state)
        declared = Answer.NOT_ALLOWED if "out-of-use" in words else expected(operation, words, state)
        declared = Answer.NOT_THERE if declared is Answer.UNKNOWN else declared  # nobody is there who asks unknown
        yield operation, target.ref, state, person, declared, _answer(app, scene, view, target, person)


def _answer(app: App, scene: Scene, view: View, target: Target, person: str) -> Answer:
    asked: Row = {"ref": target.ref} if target.kind else {"id": target.ref} if target.ref else {}
    if view.name in ("policy", "window"):
        asked = {"policy": "tolls"} | ({"start": "2026-07-06"} if view.name == "window" else {})
    try:
        document = app.document(view.name, asked, person, scene.world.now)
    except NotFound:
        return Answer.NOT_THERE
    except Forbidden:
        return Answer.NOT_ALLOWED
    assert not target.ref or target.ref in (document.get("ref"), document.get("id")), (view.name, target.ref)
    return Answer.ALLOWED
