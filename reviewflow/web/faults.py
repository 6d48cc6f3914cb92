"""What goes wrong, as a page: what happened, what it is called, what to do now."""

from contextlib import suppress

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from reviewflow import errors as e
from reviewflow import logs
from reviewflow.api.door import cookie_of
from reviewflow.api.problems import CANNOT, PROBLEMS, RETRY_SECONDS, slug_of
from reviewflow.nouns.idempotency import NOT_KNOWN
from reviewflow.web.door import reader


def answer_error(request: Request, error: Exception) -> Response:
    """What reviewflow refuses, with every reason."""
    assert isinstance(error, e.ReviewflowError)
    error, headers = told(request, error), {}
    if isinstance(error, e.TooMany):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, e.Unavailable):
        headers["Retry-After"] = str(RETRY_SECONDS)
    return respond(request, slug_of(error), list(error.reasons), error.remedy, headers)


def told(request: Request, error: e.ReviewflowError, remedy: str | None = None) -> e.ReviewflowError:
    """As a reader is told of it: what the installation is about stands in the log, and is none of his.

    `remedy` is what helps where what he typed is still before him.
    """
    if not isinstance(error, e.Unavailable) or isinstance(error, e.NotNow):
        return error
    logs.get().error("unavailable", request=_name(request), why=" ".join(error.reasons), remedy=error.remedy)
    is_in_doubt = any(NOT_KNOWN in reason for reason in error.reasons)
    usual = error.remedy if is_in_doubt else "Try again later."
    return e.Unavailable(CANNOT, *[NOT_KNOWN] * is_in_doubt, remedy=remedy or usual)


def answer_validation(request: Request, error: Exception) -> Response:
    """An address whose question cannot be understood."""
    assert isinstance(error, RequestValidationError)
    places = sorted({".".join(str(part) for part in fault["loc"][1:])[:100] for fault in error.errors()})
    return respond(request, "invalid", [f"The address holds something for {', '.join(places)} that cannot be read."])


def answer_http(request: Request, error: Exception) -> Response:
    """No such page, or no such way to ask for it."""
    assert isinstance(error, HTTPException)
    is_method = error.status_code == 405
    if cookie_of(request) is not None:  # who is known keeps his navigation
        with suppress(e.ReviewflowError):
            reader(request)
    reasons = ["This page is not sent to."] if is_method else ["There is no such page."]
    return respond(
        request, "method-not-allowed" if is_method else "not-found", reasons, headers=dict(error.headers or {})
    )


def answer_fault(request: Request) -> Response:
    """What nobody foresaw: the log has it whole, the reader its name."""
    return respond(request, "fault", [PROBLEMS["fault"].help.replace("`instance`", "name below")])


def respond(
    request: Request, slug: str, reasons: list[str], remedy: str | None = None, headers: dict[str, str] | None = None
) -> Response:
    """The page of a problem. It looks nothing up, so that it can be shown whatever is the matter."""
    renderer = request.app.state.renderer if "app" in request.scope else None
    if renderer is None:  # refused before any door was reached
        from reviewflow.web.render import Renderer

        renderer = Renderer()
    problem = PROBLEMS[slug]
    told = {"problem": problem, "reasons": reasons or [problem.help], "remedy": remedy, "name": _name(request)}
    told["is_known"] = cookie_of(request) is not None
    answer: Response = renderer.page(request, "problem.html", told, status=problem.status)
    answer.headers.update(headers or {})
    return answer


def _name(request: Request) -> str:
    return str(request.scope.get("state", {}).get("name", ""))


def status_of(error: e.ReviewflowError) -> int:
    """The status of an answer that tells of it."""
    return PROBLEMS[slug_of(error)].status
