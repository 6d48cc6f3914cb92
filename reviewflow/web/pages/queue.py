"""The queue: what waits, for whom, the least time left first."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from reviewflow.api.door import app_of
from reviewflow.api.moment import now_of
from reviewflow.engine import saved_view
from reviewflow.engine.identity.authority import require_person
from reviewflow.errors import Forbidden, Invalid, ReviewflowError
from reviewflow.rules.instants import read_day
from reviewflow.web import filters
from reviewflow.web.door import Document, Known, Posted, Reader, Waiting, see
from reviewflow.web.drawing.time_left import time_left
from reviewflow.web.faults import status_of
from reviewflow.web.filters import Filters, address
from reviewflow.web.pages.choices import labs_of
from reviewflow.web.paging import see_page
from reviewflow.web.render import page
from reviewflow.web.sheet import sheet

router = APIRouter()
A_PAGE = 50
Number = Annotated[int, Query(alias="page", ge=1, le=1_000_000)]
DUTIES = ("officer", "intake", "reviewer", "decider")


@router.get("/")
def show(request: Request, who: Known, after: str = "", number: Number = 1) -> Response:
    """The first page after signing in; what cannot be asked is said above the usual one."""
    asked, error = filters.read(request.query_params), None
    try:
        doc, following = see_page(request, "reviews", _asked(asked, who), who, A_PAGE, after)
    except (Invalid, Forbidden) as fault:
        error, asked, after = fault, Filters(), ""
        doc, following = see_page(request, "reviews", _asked(asked, who), who, A_PAGE)
    return _shown(request, who, asked, doc, following, number if after else 1, error)


def _asked(asked: Filters, who: Reader) -> dict[str, object]:
    """As the view is asked; Invalid for a date or a number that is none."""
    found = asked.asked(who)
    if asked.due_within and not (asked.due_within.isascii() and asked.due_within.isdigit()):
        raise Invalid("The number of days is none.", remedy="Choose one of those in the list.")
    found["due_within"] = int(asked.due_within) if asked.due_within else None
    found["due_before"] = read_day(asked.due_before) if asked.due_before else None
    return found


def _shown(
    request: Request, who: Reader, asked: Filters, doc: Document, following: str | None, number: int,
    error: ReviewflowError | None,
) -> Response:  # fmt: skip
    views = [{**view, "href": address(view["query"]), "is_here": view["query"] == asked.query} for view in doc["views"]]
    yours = [row for row in doc["reviews"] if row["is_yours"]] if (asked.sort or "yours") == "yours" else []
    told: dict[str, Any] = {
        "doc": doc, "asked": asked, "error": error, "views": views, "is_kept": any(v["is_here"] for v in views),
        "own": [view for view in views if view["is_kept"]], "labs": labs_of(request, who), "choices": filters,
        "waiting": {"lab": "The lab", **filters.WITHIN} if not who.is_lab else filters.WAITING,
        "parts_of": _parts(doc["reviews"], yours, doc), "bar": time_left, "number": number,
        "pages": -(-doc["count"] // A_PAGE), "next": following and asked.but() + _and(asked, following, number + 1),
        "has_duties": who.has(*DUTIES), "states": doc["in_states"],
    }  # fmt: skip
    return page(request, "queue.html", told, 200 if error is None else status_of(error))


def _and(asked: Filters, after: str, number: int) -> str:
    return f"{'&' if asked.query else '?'}page={number}&after={after}"


def _parts(rows: list[Document], yours: list[Document], doc: Document) -> list[tuple[str, list[Document]]]:
    """The reader's own under a heading before the others; one part without a heading where there is nothing to part."""
    if not doc["count_yours"] or len(yours) == len(rows) == doc["count"]:
        return [("", rows)]
    own = (f"Yours to do: {doc['count_yours']:,}", yours)
    rest = (f"The others: {doc['count'] - doc['count_yours']:,}", [row for row in rows if not row["is_yours"]])
    return [part for part in (own, rest) if part[1]] if yours or rest[1] else [("", rows)]


@router.get("/reviews.csv")
def table(request: Request, who: Known) -> Response:
    """All that the filters find, to be worked on elsewhere."""
    doc = see(request, "reviews", {**_asked(filters.read(request.query_params), who), "views": False}, who)
    headers = {"Content-Disposition": f'attachment; filename="reviews-{doc["now"][:10]}.csv"'}
    return Response(
        sheet(doc, is_lab=who.is_lab), media_type="text/csv; charset=utf-8; header=present", headers=headers
    )


@router.get("/reviews")
def list_of_them(request: Request, who: Known) -> Response:
    """The same as the queue."""
    return RedirectResponse(address(request.url.query), 303)


@router.post("/views")
def save(request: Request, given: Waiting, who: Known) -> Response:
    """Keeps the filters under a name; a form that waited for the sign-in shows them first."""
    require_person(who.principal)
    asked = _kept(given)
    if given.one("step") == "change":
        return RedirectResponse(address(asked.query), 303)
    see_page(request, "reviews", {**_asked(asked, who), "views": False}, who, 1)  # what cannot be asked is not kept
    saved_view.save(app_of(request).engine, who.actor.ref, given.one("name"), asked.query, now_of(request))
    return RedirectResponse(address(asked.query), 303)


def _kept(given: Mapping[str, list[str]]) -> Filters:
    return filters.read({name: values[-1] for name, values in given.items() if name != "name"})


@router.post("/views/delete")
def forget(request: Request, given: Posted, who: Known) -> Response:
    """Deletes one of his own; the reviews in it stay as they are."""
    require_person(who.principal)
    saved_view.forget(app_of(request).engine, who.actor.ref, given.one("name"))
    return RedirectResponse("/", 303)
