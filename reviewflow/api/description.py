"""The description of the API (OpenAPI 3.1): every answer that an operation may give, and who may ask."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from reviewflow.api.answers import schemas as answers
from reviewflow.api.door import COOKIE, PLAIN_COOKIE, anybody, encrypted, principal
from reviewflow.api.problems import MEDIA_TYPE, PROBLEMS
from reviewflow.api.tags import tag, unless_known
from reviewflow.nouns.paths import API

Document = dict[str, Any]
Routes = dict[tuple[str, str], APIRoute]
_REFUSALS = {  # of every operation, by who may ask, by method and by the headers that it takes
    "open": ("not-found", "method-not-allowed", "too-large", "invalid", "too-many-requests", "fault", "unavailable"),
    "known": ("unauthenticated", "forbidden", "refused"),
    "secret": ("refused",),
    "write": ("malformed", "unsupported-media-type"),
    "change": ("stale", "precondition-required"),
    "keyed": ("busy", "key-reused"),
}
_HEADERS: dict[str, Document] = {  # that come with refusals; those of the rate with whatever is counted
    "RateLimit-Limit": {"description": "Requests in a minute.", "schema": {"type": "integer"}},
    "RateLimit-Remaining": {"description": "How many of them are left.", "schema": {"type": "integer"}},
    "RateLimit-Reset": {"description": "Seconds until they are whole again.", "schema": {"type": "integer"}},
    "Retry-After": {"description": "Seconds after which to ask again.", "schema": {"type": "integer"}},
    "WWW-Authenticate": {"description": "How to say who asks.", "schema": {"type": "string"}},
    "Allow": {"description": "The methods that the address knows.", "schema": {"type": "string"}},
}
_OF_RATE = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
_OF = {  # by the problem with which they come
    "unauthenticated": "WWW-Authenticate", "method-not-allowed": "Allow", "busy": "Retry-After",
    "too-many-requests": "Retry-After", "unavailable": "Retry-After",
}  # fmt: skip
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
_SESSION = (
    "Of a person who signed in at POST /session. What changes anything is taken from our own origin only: beside the "
    "cookie a program sends `Origin` with the server's public address, such as `Origin: https://reviews.example`, or "
    f"`Sec-Fetch-Site: same-origin`. Over plain http on loopback the cookie is named `{PLAIN_COOKIE}`."
)
SECURITY: Document = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token of one person, which begins with rfl_."},
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": _SESSION},
}


router = APIRouter()


@router.get("/openapi.json", include_in_schema=False, dependencies=[Depends(anybody)], response_class=Response)
def show(request: Request) -> Response:
    """The description, for anybody; written once, and sent once to who asks again with its ETag."""
    kept = request.app.state
    if not hasattr(kept, "description"):
        body = json.dumps(request.app.openapi(), ensure_ascii=False, separators=(",", ":")).encode()
        kept.description = body, {"ETag": tag(body), "Cache-Control": "public, no-cache"}
    body, headers = kept.description
    return unless_known(request, body, "application/json", headers)


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
    parts["headers"] = _HEADERS
    schemas = parts.setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    schemas |= {name: schema for name, schema in answers().items() if name not in schemas}  # closed lists are in both
    shared: Document = parts.setdefault("responses", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            _finish(operation, method, shared, routes[path, method])
    return found


def asks_who(route: APIRoute) -> bool:
    """Whether an operation is for somebody who is known."""
    return _asks(route, principal)


def _asks(route: APIRoute, what: object) -> bool:
    return any(dependency.call is what for dependency in route.dependant.dependencies)


def _groups(route: APIRoute, method: str, names: Sequence[str]) -> Iterator[str]:
    """Of the refusals, those that an operation knows; `names` are those of its parameters."""
    yield "open"
    if asks_who(route):
        yield "known"
    if _asks(route, encrypted):
        yield "secret"
    if method in ("post", "put", "patch"):
        yield "write"
    if "If-Match" in names:
        yield "change"
    if "Idempotency-Key" in names:
        yield "keyed"


def _finish(operation: Document, method: str, shared: Document, route: APIRoute) -> None:
    operation["security"] = [{"token": []}, {"session": []}] if asks_who(route) else []
    names = [parameter["name"] for parameter in operation.get("parameters", ())]
    for parameter in operation.get("parameters", ()):
        parameter["required"] = parameter["required"] or parameter["name"] == "If-Match"
        parameter.setdefault("description", _PLACES.get(parameter["name"], ""))
    refusals: dict[str, list[str]] = {}
    for slug in (slug for group in _groups(route, method, names) for slug in _REFUSALS[group]):
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
    names = dict.fromkeys((*(_OF[slug] for slug in slugs if slug in _OF), *_OF_RATE))
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
    title = "; ".join(PROBLEMS[slug].title for slug in slugs) + "."
    return {"description": title, "headers": headers, "content": content}
