"""What the description promises of answers: the recorded examples, the views as they are now, the client's types."""

import types
from collections.abc import Callable
from dataclasses import replace
from typing import Any, get_args, get_origin, get_type_hints, is_typeddict

import jsonschema_rs
import pytest
from fastapi.openapi.utils import get_openapi

from reviewflow.api import answers
from reviewflow.client import documents
from reviewflow.nouns.paths import API, PLURALS
from reviewflow.nouns.states import Kind
from reviewflow.views.index import VIEWS
from reviewflow.views.look import Document
from reviewflow.views.view import View
from tests.databases import SQLITE
from tests.doors.api.described import ANEW, Description, closed
from tests.doors.api.world import Program
from tests.stories.world import PEOPLE

DATABASES = (SQLITE,)  # of everything that may be asked on both, each test of the API sees that it is as described
NAMES = {  # of the client's types, in the description
    "Reader": "Reader", "Owed": "Owed", "Outcome": "CommandOutcome", "Attached": "Attached", "Fact": "Fact",
    "ReleaseCheck": "ReleaseCheck", "Events": "EventPage", "Me": "Who",
}  # fmt: skip
JSON = {str: "string", int: "integer", bool: "boolean", list: "array", dict: "object", type(None): "null"}


def test_examples_are_as_described() -> None:
    """Each view has a schema of its own, with an example that has its keys and no others."""
    known = answers.schemas()
    parts = {"schemas": {name: closed(schema) for name, schema in known.items()}}
    for view in VIEWS.values():
        validator = jsonschema_rs.Draft202012Validator({**answers.schema_of(view), "components": parts})
        [example] = known[answers.component(view)]["examples"]
        assert not list(validator.iter_errors(example)), (view.name, ANEW)
    assert len({answers.component(view) for view in VIEWS.values()}) == len(VIEWS)


def test_each_name_is_of_one_thing(shared: Program) -> None:
    """Whatever is referred to is there; a name given twice is of the same closed list; all of it stays small."""
    app: Any = shared.client.app
    document = app.openapi()
    ours, own = answers.schemas(), get_openapi(title="", version="", routes=app.routes)["components"]["schemas"]
    assert all(ours[name]["enum"] == own[name].get("enum") for name in ours.keys() & own.keys())
    text = shared.get(None, "/openapi.json").text
    named = {part.partition('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert named <= document["components"]["schemas"].keys()
    assert len(text) < 700_000


# ---------------------------------------------------------------------------- the views as they are now


@pytest.fixture
def full(shared: Program) -> Program:
    """With one of every kind."""
    desk = shared.desk
    if "h" not in desk.refs:
        desk("one", 'coverage ask {mr} --agency example-office --text "Is it covered?"', "10-06 09:00", "v")
        desk("one", 'partner propose {r} --name "Example Hospital"', "10-06 09:01", "p")
        line = f"commitment agree example-lab-one --text x --owner {PEOPLE['one']} --review {{r}}"
        desk("decider", line, "10-06 09:02", "c")
        line = "halt order --models {mr} --scope all --basis example --agency example-office"
        desk("decider", line, "10-06 09:03", "h")
    return shared


def faults(full: Program, *views: View) -> list[str]:
    """What views answer otherwise than it was recorded, to a lab and to who looks after it all."""
    description, found = Description(full.client.app.openapi()), list[str]()  # type: ignore[attr-defined]
    hooks, full.client.event_hooks = full.client.event_hooks, {}  # which would end the test at the first
    for view in views:
        answered = [full.get(who, path) for who in ("one", "auditor") for path in paths(full, who, view)]
        assert any(answer.status_code == 200 for answer in answered), view.name
        found += [fault for answer in answered for fault in description.faults(answer)]
    full.client.event_hooks = hooks
    return found


def paths(full: Program, who: str, view: View) -> list[str]:
    """Where a view answers with something."""
    if "{ref}" in view.path:
        kind = next((kind for kind in Kind if view.path.startswith(f"/{PLURALS[kind]}/")), Kind.REVIEW)
        rows = full.desk.query("SELECT ref FROM subject WHERE kind = ? ORDER BY ref LIMIT 2", kind.value)
        return [view.path.format(ref=row["ref"]) for row in rows]
    if "{id}" in view.path:
        return [view.path.format(id=one["id"]) for one in full.get(who, "/letters").json()["letters"][:1]]
    return [view.path.format(policy="eo-14409") + "?start=2026-11-20" * (view.name == "window")]


def test_views_answer_as_recorded(full: Program) -> None:
    """Every view has the keys, and values of the types, that were recorded: not one more and not one less."""
    assert faults(full, *VIEWS.values()) == [], ANEW


@pytest.mark.parametrize(
    "change", [lambda d: d | {"new": 1}, lambda d: d | {"count": "3"}, lambda d: {k: d[k] for k in d if k != "count"}]
)
def test_view_that_answers_otherwise_is_found(
    full: Program, monkeypatch: pytest.MonkeyPatch, change: Callable[[Document], Document]
) -> None:
    """A key more, a value of another type, and a key less."""
    view, show = VIEWS["roster"], VIEWS["roster"].show
    monkeypatch.setitem(VIEWS, "roster", replace(view, show=lambda look, asked: change(show(look, asked))))
    assert len(faults(full, view)) == 2
    monkeypatch.undo()
    assert faults(full, view) == []


# ---------------------------------------------------------------------------- what the client says of them


def test_outcome_is_as_described(full: Program) -> None:
    """What a command did, its deadlines too, has the keys that the description tells, to the last."""
    answer = full.do("rev", "/reviews/{r}/ask", {"text": "Which tools may the model call?"}, "10-06 10:00")
    assert [one["kind"] for one in answer.json()["deadlines"]].count("window") == 1
    assert Description(full.client.app.openapi()).faults(answer) == []  # type: ignore[attr-defined]


def test_types_of_the_client_are_as_described(shared: Program) -> None:
    """The same keys, with values of the same types; `now` comes as a header."""
    schemas = shared.client.app.openapi()["components"]["schemas"]  # type: ignore[attr-defined]
    typed = {name: one for name, one in vars(documents).items() if is_typeddict(one) and name != "Label"}  # of headers
    assert typed.keys() == NAMES.keys()
    for name, one in typed.items():
        told = {key: kinds(schemas, schema) for key, schema in schemas[NAMES[name]]["properties"].items()}
        hints = {key: kinds_of(hint) for key, hint in get_type_hints(one).items() if key != "now"}
        assert hints == told, name


def kinds(schemas: Document, schema: Document) -> set[str]:
    """The types of JSON that a schema lets through."""
    if "$ref" in schema:
        return kinds(schemas, schemas[schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return set[str]().union(*(kinds(schemas, one) for one in schema["anyOf"]))
    return {schema["type"]} if isinstance(schema["type"], str) else set(schema["type"])


def kinds_of(hint: Any) -> set[str]:
    """The types of JSON that a type of Python stands for."""
    if isinstance(hint, types.UnionType):
        return set[str]().union(*map(kinds_of, get_args(hint)))
    return {"object" if is_typeddict(hint) else JSON[get_origin(hint) or hint]}


def test_parameters_are_described_as_they_are_taken(shared: Program) -> None:
    """A page of events in its own bounds, a reference by the kind of its path, and a check by a name there is."""
    paths = shared.client.app.openapi()["paths"]  # type: ignore[attr-defined]

    def schema(path: str, name: str) -> dict[str, Any]:
        found = next(one for one in paths[f"{API}{path}"]["get"]["parameters"] if one["name"] == name)
        return dict(found["schema"])

    limit = schema("/events", "limit")
    assert (limit["minimum"], limit["maximum"]) == (1, 500)
    starts = {"models": "MD-", "agreements": "AG-", "people": "reviewer@", "organizations": "example-lab-one"}
    for plural, start in starts.items():
        assert schema(f"/{plural}/{{ref}}", "ref")["examples"][0].startswith(start)
    assert schema("/models/{ref}/release-check", "policy")["examples"] == ["release"]
