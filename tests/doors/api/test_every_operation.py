"""What holds for every operation, whatever it does."""

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from reviewflow.api import commands, looks
from reviewflow.api.application import application
from reviewflow.api.bodies import body_of
from reviewflow.api.description import asks_who
from reviewflow.api.examples import REFS, example
from reviewflow.nouns.commands.form import REGISTRY, Command
from reviewflow.nouns.paths import API, path_of
from reviewflow.nouns.states import Kind
from reviewflow.rules import lifecycle
from reviewflow.rules.row import Row
from reviewflow.views.index import VIEWS
from tests.doors.api.world import Program

Operation = tuple[str, str, dict[str, Any]]  # method, path, description
PROBLEM = "application/problem+json"
LONG = "x" * 1_100_000
EVERYBODY = ("one", "intake", "rev", "decider", "admin", "auditor", "viewer")
FEW = ("one", "decider", "admin")  # between them they do what the others do


def described(shared: Program) -> dict[str, Any]:
    """The description of the API, as anybody may read it."""
    found: dict[str, Any] = shared.get(None, "/openapi.json").json()
    return found


def operations(document: dict[str, Any]) -> Iterator[Operation]:
    """Every operation of a description."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def filled(document: dict[str, Any], operation: Operation) -> tuple[str, dict[str, str], dict[str, Any] | None]:
    """Path with its query, headers and body, all from the examples that the description gives."""
    _, path, described = operation
    query, headers = {}, {}
    for parameter in described.get("parameters", ()):
        given = str((parameter["schema"].get("examples") or parameter.get("examples") or [None])[0])
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", given)
        elif parameter["in"] == "query" and parameter["required"]:
            query[parameter["name"]] = given
        elif parameter["name"] == "If-Match":
            headers["If-Match"] = "*"
    body = None
    if takes_json(described):
        schema = described["requestBody"]["content"]["application/json"]["schema"]
        body = document["components"]["schemas"][_name(schema)]["examples"][0]
    return path + ("?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else ""), headers, body


def takes_json(described: dict[str, Any]) -> bool:
    """Whether a body is asked for, and is no document as it is."""
    return "application/json" in described.get("requestBody", {}).get("content", ())


def _name(schema: dict[str, Any]) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


def is_documented(operation: Operation, answer: httpx.Response) -> bool:
    """Whether the description says that this may be answered."""
    return str(answer.status_code) in operation[2]["responses"]


def send(
    program: Program,
    who: str | None,
    document: dict[str, Any],
    operation: Operation,
    *,
    path: str | None = None,
    headers: dict[str, str] | None = None,
    body: object = None,
    content: Any = None,
) -> httpx.Response:
    """One request by the examples, of which parts may be replaced."""
    usual, given, example = filled(document, operation)
    given |= {"Authorization": f"Bearer {program.token(who)}"} if who else {}
    given |= headers or {}
    sent: dict[str, Any] = {"json": body or example} if content is None else {"content": content}
    return program.client.request(operation[0], path or usual, headers=given, **sent)


def test_every_command_and_every_view_has_an_operation(shared: Program) -> None:
    """No door forgets a command of the tables that a person can give, or a view."""
    assert missing(described(shared)) == []


def missing(document: dict[str, Any]) -> list[str]:
    """What the tables and the views have, and the description does not."""
    known = {(method, path) for method, path, _ in operations(document)}
    wanted = [("POST", API + path_of(row.command)) for rows in lifecycle.TABLES.values() for row in rows
              if not row.command.by_system]  # fmt: skip
    wanted += [("GET", API + view.path) for view in VIEWS.values()]
    return sorted({f"{method} {path}" for method, path in wanted if (method, path) not in known})


def test_new_command_without_an_operation_is_found(shared: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that the tables have, and that no router made, is named; made anew, the router has it."""
    before = described(shared)
    open_row = lifecycle.TABLES[Kind.REVIEW][0]
    try:
        seeded = _seed()
        row = Row(seeded, open_row.source, open_row.to, open_row.who, (), "seeded")
        monkeypatch.setitem(lifecycle.TABLES, Kind.REVIEW, (*lifecycle.TABLES[Kind.REVIEW], row))
        assert missing(before) == ["POST /api/v1/reviews/{ref}/seeded"]
        monkeypatch.setattr(commands, "router", commands.router.__wrapped__)  # made anew
        assert missing(application(shared.app).openapi()) == []
    finally:
        REGISTRY.pop("Seeded")


def _seed() -> type[Command]:
    class Seeded(Command, kind=Kind.REVIEW, verb="seeded"):
        """A command that was added to the tables."""

    return dataclasses.dataclass(frozen=True, kw_only=True)(Seeded)


def test_every_operation_is_described_whole(shared: Program) -> None:
    """Each has a summary, an example of what is sent and of what is answered, and says who may ask."""
    document = described(shared)
    assert document["openapi"].startswith("3.1")
    seen = set()
    for method, path, operation in operations(document):
        name = f"{method} {path}"
        assert operation["summary"].endswith((".", "?")), name
        assert operation["operationId"] not in seen, name
        seen.add(operation["operationId"])
        assert "security" in operation, name
        for parameter in operation.get("parameters", ()):
            assert parameter["description"], name
        good = [answer for status, answer in operation["responses"].items() if status in ("200", "201")]
        for answer in good:
            assert all(has_example(document, media) for media in answer["content"].values()), name
        for media in operation.get("requestBody", {}).get("content", {}).values():
            assert has_example(document, media), name


def has_example(document: dict[str, Any], media: dict[str, Any]) -> bool:
    """Whether a body has an example, its own or its schema's."""
    if "example" in media:
        return True
    schema = media["schema"]
    return "examples" in (document["components"]["schemas"][_name(schema)] if "$ref" in schema else schema)


def test_nobody_is_let_in_unknown(shared: Program) -> None:
    """Without a token every operation but the open ones answers 401, a wrong token too, and says how to come in."""
    document = described(shared)
    asked = 0
    for operation in operations(document):
        answer = send(shared, None, document, operation)
        assert is_documented(operation, answer), (operation[:2], answer.text)
        if operation[2]["security"]:
            asked += 1
            assert answer.status_code in (401, 429), operation[:2]
            assert answer.headers["content-type"] == PROBLEM
            assert "bearer" in answer.headers.get("www-authenticate", "bearer").lower()
    assert asked > 70


def test_unknown_and_misread_references_are_not_found(shared: Program) -> None:
    """A reference of nothing, one that was misread and one that is no reference are one and the same problem."""
    document = described(shared)
    for operation in operations(document):
        if "{ref}" not in operation[1] or "identity" in operation[2]["tags"]:  # closed to tokens, whatever they name
            continue
        for ref in ("RV-2222-2222", "RV-7K3M-9QXD", "nobody", "a%00b", "%F0%9F%92%A9", "x" * 199):
            path, _, _ = filled(document, operation)
            filled_path = re.sub(r"\{ref\}", ref, operation[1]).replace("{no}", "1")
            query = "?" + path.partition("?")[2] if "?" in path else ""
            answer = send(shared, "decider", document, operation, path=filled_path + query)
            assert answer.status_code == 404, (operation[:2], ref, answer.text)
            assert answer.json()["type"] == f"{API}/problems/not-found"


@pytest.mark.one_database
def test_bodies_are_bounded_and_are_json(shared: Program) -> None:
    """A long body is 413, announced or not; another form than JSON is 415; what is no JSON, or of another form, 422."""
    document = described(shared)
    for operation in operations(document):
        if operation[0] != "POST" or not takes_json(operation[2]) or not operation[2]["security"]:
            continue
        name = operation[:2]
        json = {"Content-Type": "application/json"}
        assert send(shared, "one", document, operation, content=LONG, headers=json).status_code == 413, name
        chunks = (LONG[:300_000].encode() for _ in range(4))
        assert send(shared, "one", document, operation, content=chunks, headers=json).status_code == 413, name
        for kind in ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1"):
            answer = send(shared, "one", document, operation, content="{}", headers={"Content-Type": kind})
            assert answer.status_code == 415, (name, kind, answer.text)
        assert send(shared, "one", document, operation, content="{", headers=json).status_code == 422, name
        assert send(shared, "one", document, operation, content=b'"\xff"', headers=json).status_code == 400, name
        deep = "[" * 100_000
        assert send(shared, "one", document, operation, content=deep, headers=json).status_code in (400, 422), name
        strange = send(shared, "one", document, operation, body={"no_such_field": 1})
        assert strange.status_code == 422, name
        assert "no_such_field" in strange.json()["detail"], name


def test_every_example_is_answered_as_described(shared: Program) -> None:
    """Sent as it stands by anybody, every example is understood; whatever is answered is described, and no fault."""
    document = described(shared)
    for who in EVERYBODY if shared.desk.base is None else FEW:
        for operation in operations(document):
            if operation[1].endswith(("/readyz",)):
                continue
            answer = send(shared, who, document, operation)
            assert is_documented(operation, answer), (who, operation[:2], answer.text)
            assert answer.status_code < 500, (who, operation[:2], answer.text)
            assert answer.status_code not in (400, 415, 428), (who, operation[:2], answer.text)
            hardened(answer)


def hardened(answer: httpx.Response) -> None:
    """The headers that a browser obeys stand on every answer."""
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"]
    assert "server" not in answer.headers


def test_examples_are_good_bodies() -> None:
    """Each worked example passes its own form, and names references whose check character fits."""
    for command in commands.all_commands():
        body_of(command).model_validate(example(command))
    assert all(ref for ref in REFS.values())


def test_who_must_be_known_is_told_from_the_route(shared: Program) -> None:
    """What the description says of who may ask is what the routes do."""
    for router in (commands.router(), looks.router()):
        assert all(asks_who(route) for route in router.routes)  # type: ignore[arg-type]
