"""The pages to which the types of problems lead, for people and for programs."""

from html import escape
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from reviewflow.api.door import anybody
from reviewflow.api.problems import PROBLEMS, Problem
from reviewflow.errors import NotFound
from reviewflow.nouns.paths import API

router = APIRouter(prefix="/problems", tags=["help"], dependencies=[Depends(anybody)])
_FRESH = {"Cache-Control": "public, max-age=3600", "Vary": "Accept"}


def _document(one: Problem) -> dict[str, object]:
    return {"type": f"{API}/problems/{one.slug}", "title": one.title, "status": one.status, "help": one.help}


def _either(example: object) -> dict[int | str, dict[str, Any]]:
    forms: dict[str, Any] = {"application/json": {"schema": {"type": "object"}, "example": example}}
    forms["text/html"] = {"schema": {"type": "string"}, "example": "<!doctype html>"}
    return {200: {"content": forms, "description": "The help page, as HTML for who asks for it."}}


Slug = Annotated[str, Path(description="The last part of a problem's type.", examples=["refused"])]
_ONE = _document(PROBLEMS["refused"])


@router.get(
    "",
    response_class=Response,
    summary="Every type of problem.",
    operation_id="problems",
    responses=_either({"problems": [_ONE]}),
)
def problems(request: Request) -> Response:
    """What can go wrong, by type."""
    return _page(request, list(PROBLEMS.values()), {"problems": [_document(one) for one in PROBLEMS.values()]})


@router.get(
    "/{slug}", response_class=Response, summary="One type of problem.", operation_id="problem", responses=_either(_ONE)
)
def problem(request: Request, slug: Slug) -> Response:
    """What it means, and what to do about it."""
    if slug not in PROBLEMS:
        raise NotFound("There is no such type of problem.", remedy=f"There is: {', '.join(PROBLEMS)}.")
    return _page(request, [PROBLEMS[slug]], _document(PROBLEMS[slug]))


def _page(request: Request, shown: list[Problem], document: dict[str, object]) -> Response:
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse(document, headers=_FRESH)
    parts = "".join(f"<h1>{p.status} {escape(p.title)}</h1><p>{escape(p.help)}</p>" for p in shown)
    head = "<!doctype html><html lang=en><meta charset=utf-8><title>reviewflow: problems</title>"
    return HTMLResponse(head + parts, headers=_FRESH)
