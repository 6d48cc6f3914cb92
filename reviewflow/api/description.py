"""The description of the API (OpenAPI 3.1): every answer that an operation may give, and who may ask."""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from reviewflow.api.door import COOKIE, principal
from reviewflow.api.problems import MEDIA_TYPE, PROBLEMS
from reviewflow.nouns.paths import API

Document = dict[str, Any]
Routes = dict[tuple[str, str], APIRoute]
_REFUSALS = {  # of every operation, by whether one must be known and by method
    "open": ("not-found", "method-not-allowed", "too-large", "invalid", "too-many-requests", "fault", "unavailable"),
    "known": ("unauthenticated", "forbidden", "refused"),
    "write": ("malformed", "unsupported-media-type"),
    "change": ("stale", "precondition-required"),
}
_PLACES = {"ref": "The reference.", "id": "The id, as it is listed."}  # where an operation does not say it better
_TEXT, _TEXT_OR_NONE = {"type": "string"}, {"type": ["string", "null"]}
PROBLEM: Document = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457; `type` leads to a help page, `reasons` holds every reason.",
    "required": ["type", "title", "status", "detail", "reasons", "remedy", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"}, "title": _TEXT, "status": {"type": "integer"},
        "detail": _TEXT, "reasons": {"type": "array", "items": _TEXT}, "remedy": _TEXT_OR_NONE,
        "instance": {"type": "string", "format": "uri"},
    },
}  # fmt: skip
SECURITY: Document = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token of one person, which begins with rfl_."},
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "Of a browser; same origin only."},
}


def describe(made: FastAPI, routes: Sequence[BaseRoute]) -> None:
    """Complete what FastAPI describes; it is made once, when it is first asked for."""
    known = {(API + r.path, method.lower()): r for r in routes if isinstance(r, APIRoute) for method in r.methods or ()}

    def openapi() -> Document:
        if made.openapi_schema is None:
            found = get_openapi(
                title=made.title, version=made.version, description=made.description, routes=made.routes,
                openapi_version="3.1.0",
            )  # fmt: skip
            made.openapi_schema = _complete(found, known)
        return made.openapi_schema

    made.openapi = openapi  # type: ignore[method-assign]


def _complete(found: Document, routes: Routes) -> Document:
    parts = found.setdefault("components", {})
    parts["securitySchemes"] = SECURITY
    schemas = parts.setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    shared: Document = parts.setdefault("responses", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            _finish(operation, method, shared, is_open=not asks_who(routes[path, method]))
    return found


def asks_who(route: APIRoute) -> bool:
    """Whether an operation is for somebody who is known."""
    return any(dependency.call is principal for dependency in route.dependant.dependencies)


def _finish(operation: Document, method: str, shared: Document, *, is_open: bool) -> None:
    operation["security"] = [] if is_open else [{"token": []}, {"session": []}]
    names = [parameter["name"] for parameter in operation.get("parameters", ())]
    writes, changes = method in ("post", "put", "patch"), "If-Match" in names
    groups = ["open"] + ["known"] * (not is_open) + ["write"] * writes + ["change"] * changes
    for parameter in operation.get("parameters", ()):
        parameter["required"] = parameter["required"] or parameter["name"] == "If-Match"
        parameter.setdefault("description", _PLACES.get(parameter["name"], ""))
    refusals: dict[str, list[str]] = {}
    for slug in (slug for group in groups for slug in _REFUSALS[group]):
        refusals.setdefault(str(PROBLEMS[slug].status), []).append(slug)
    responses = operation["responses"]
    for status, slugs in refusals.items():
        if status not in responses or status == "422":
            shared["-".join(slugs)] = _refusal(slugs)
            responses[status] = {"$ref": f"#/components/responses/{'-'.join(slugs)}"}
    operation["responses"] = dict(sorted(responses.items()))


def _refusal(slugs: list[str]) -> Document:
    problem = PROBLEMS[slugs[0]]
    example = {
        "type": f"{API}/problems/{problem.slug}", "title": problem.title, "status": problem.status,
        "detail": problem.help, "reasons": [problem.help], "remedy": None,
        "instance": "urn:uuid:00000000-0000-4000-8000-000000000000",
    }  # fmt: skip
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}}
    return {"description": "; ".join(PROBLEMS[slug].title for slug in slugs) + ".", "content": content}
