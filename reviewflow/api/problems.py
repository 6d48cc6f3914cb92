"""Errors as problem documents (RFC 9457): a stable type that leads to a help page, and every reason."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.routing import Route

from reviewflow import errors as e
from reviewflow import logs
from reviewflow.nouns.idempotency import NOT_KNOWN
from reviewflow.nouns.paths import API
from reviewflow.nouns.problems import SLUGS

Answer = Callable[[Request, Exception], Response]
MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5  # after which what cannot be had now may be asked for again
BUSY_SECONDS = 1  # the same of what another request is doing
CANNOT = "The server cannot do this now. Its operator finds the reasons in the log, under the instance of this problem."


@dataclass(frozen=True)
class Problem:
    """One type of problem; `help` says what a caller can do about it."""

    slug: str
    status: int
    title: str
    help: str


_ALL = (
    Problem("malformed", 400, "Malformed", "The request cannot be read at all: it is no JSON in UTF-8."),
    Problem("unauthenticated", 401, "Not signed in", "Send a token as `Authorization: Bearer rfl_...`, or sign in."),
    Problem("forbidden", 403, "Not allowed", "It is there, and it is not yours to do. The reasons say whose it is."),
    Problem("not-found", 404, "Not found", "There is no such thing, or it is not yours to see: one answer."),
    Problem("method-not-allowed", 405, "Method not allowed", "The header Allow says which methods this address knows."),
    Problem("refused", 409, "Refused", "The process does not allow this now: see the reasons. Nothing was changed."),
    Problem("busy", 409, "Being done", "The same command is being done under this Idempotency-Key; ask again."),
    Problem("stale", 412, "Changed meanwhile", "It changed since you read it. Read it again; nothing was changed."),
    Problem("too-large", 413, "Too large", "The body has more bytes than this installation takes."),
    Problem("unsupported-media-type", 415, "Unsupported media type", "Send it as `Content-Type: application/json`."),
    Problem("invalid", 422, "Invalid", "The request cannot be understood. Each reason names what and where."),
    Problem("key-reused", 422, "Key used before", "The Idempotency-Key was used for another command; make a new one."),
    Problem("precondition-required", 428, "Precondition required", "Read the subject, and send its ETag as If-Match."),
    Problem("too-many-requests", 429, "Too many requests", "Wait for as many seconds as Retry-After says."),
    Problem("fault", 500, "Fault", "A fault of reviewflow itself. Tell the operator the `instance`; his log has it."),
    Problem("unavailable", 503, "Unavailable", "It cannot be done now. Retry-After says when to ask again."),
)  # fmt: skip
PROBLEMS = {problem.slug: problem for problem in _ALL}

_BY_STATUS = {p.status: p.slug for p in reversed(_ALL)}


def slug_of(error: e.ReviewflowError) -> str:
    """The type of an error: of the nearest of its ancestors that has one."""
    return next((SLUGS[kind] for kind in type(error).__mro__ if kind in SLUGS), "fault")


def respond(
    request: Request, slug: str, reasons: list[str], remedy: str | None = None, headers: dict[str, str] | None = None
) -> Response:
    """A problem as an answer; its instance is the request's own name, which stands in the log too."""
    problem = PROBLEMS[slug]
    body: dict[str, Any] = {
        "type": f"{API}/problems/{slug}",
        "title": problem.title,
        "status": problem.status,
        "detail": " ".join(reasons) or problem.help,
        "reasons": reasons,
        "remedy": remedy,
        "instance": f"urn:uuid:{_name(request)}",
    }
    text = json.dumps(body)  # in ASCII: what is echoed need not be good Unicode
    return Response(text, problem.status, headers, media_type=MEDIA_TYPE)


def answer_fault(request: Request) -> Response:
    """What nobody foresaw: the log has it whole, the caller its name."""
    return respond(request, "fault", [])


def _name(request: Request) -> str:
    return str(request.scope.get("state", {}).get("name", ""))


def answer_error(request: Request, error: Exception) -> Response:
    """What reviewflow refuses, with every reason; but where a database, a file or a host is, only the log is told."""
    assert isinstance(error, e.ReviewflowError)
    if isinstance(error, e.Unavailable) and not isinstance(error, e.NotNow):
        logs.get().error("unavailable", request=_name(request), why=" ".join(error.reasons), remedy=error.remedy)
        in_doubt = any(NOT_KNOWN in reason for reason in error.reasons)
        reasons, remedy = ([CANNOT, NOT_KNOWN], error.remedy) if in_doubt else ([CANNOT], "Ask again later.")
        return respond(request, "unavailable", reasons, remedy, {"Retry-After": str(RETRY_SECONDS)})
    slug, headers = slug_of(error), {}
    if isinstance(error, e.Unauthenticated):
        headers["WWW-Authenticate"] = 'Bearer realm="reviewflow"'
    if isinstance(error, e.TooMany):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, e.NotNow):
        headers["Retry-After"] = str(RETRY_SECONDS)
    if isinstance(error, e.Busy):
        headers["Retry-After"] = str(BUSY_SECONDS)
    return respond(request, slug, list(error.reasons), error.remedy, headers)


def answer_validation(request: Request, error: Exception) -> Response:
    """What does not fit the operation's parameters or body: each place and what is wrong there, never the value."""
    assert isinstance(error, RequestValidationError)
    return respond(request, "invalid", [_sentence(fault) for fault in error.errors()])


def _sentence(fault: dict[str, Any]) -> str:
    place, *names = (str(part) for part in fault["loc"])
    where = ".".join(names)[:200]
    said = str(fault["msg"]).removesuffix(".")
    if fault["type"] == "json_invalid":
        return f"{place}: It is no JSON that reads in one way: {fault['ctx']['error']}."
    return f"{place} {where}: {said}." if where else f"{place}: {said}."


def answer_http(request: Request, error: Exception) -> Response:
    """What the router answers by itself: no such address, no such method."""
    assert isinstance(error, HTTPException)
    slug = _BY_STATUS.get(error.status_code, "malformed")
    reasons = {"not-found": "There is no such address.", "method-not-allowed": f"{request.method} is not known here."}
    headers = dict(error.headers or {})
    if slug == "method-not-allowed":
        headers["Allow"] = ", ".join(_methods(request))
    return respond(request, slug, [reasons.get(slug, PROBLEMS[slug].help)], headers=headers)


def _methods(request: Request) -> list[str]:
    """What an address knows, by all its routes: the router itself names only those of the first."""
    place = request.url.path.removeprefix(API)
    routes = [r for r in request.app.state.routes if isinstance(r, Route) and r.path_regex.match(place)]
    plainest = min((r.path for r in routes), key=lambda path: path.count("{"), default="")
    known = {method for r in routes if r.path == plainest for method in r.methods or ()}
    return sorted(known | ({"HEAD"} if "GET" in known else set()))
