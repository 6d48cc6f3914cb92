"""The programme: public facts for everybody, and for who is signed in how it does, as far as he sees the reviews."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from reviewflow.api.door import anybody, app_of, cookie_of
from reviewflow.api.moment import now_of
from reviewflow.api.tags import tag, unless_known
from reviewflow.errors import Forbidden, Refused, Unauthenticated
from reviewflow.views.public_record import public_record
from reviewflow.web.door import Document, Reader, reader, see
from reviewflow.web.drawing.columns import Bars, columns, per_cent
from reviewflow.web.drawing.course import Course, course
from reviewflow.web.render import HEADERS, Renderer, page

SECONDS = 300  # how old the public page may be
STEPS = {
    "submission": ("Opened to filed", "from the day on which the lab opened the review to its latest filing"),
    "start": ("Filed to clock start", "until the window began"),
    "determination": ("Clock start to determination", "days on which the clock stood included"),
    "release": ("Determination to release", "of what was released after its determination"),
}
router = APIRouter()
Drawn = tuple[Document, Course | None]


@router.get("/programme")
def show(request: Request) -> Response:
    """What is on public record; more for who is signed in."""
    who = _visitor(request)
    now = now_of(request)
    record = public_record(app_of(request).settings, now)
    if who is None:
        return _public(request, record, now)
    doc, roster = see(request, "programme", who=who), see(request, "roster", who=who)["roster"]
    marks = {one["lab"]: one["is_made_up"] for one in doc["labs"]}
    on_record = {one["lab"] for one in record["labs"]}
    is_simulation = doc["is_simulation"]
    labs = [
        {**one, "is_made_up": marks.get(one["lab"], is_simulation and one["lab"] not in on_record)} for one in roster
    ]
    busiest = max([one["reviews"] for one in doc["load"] or ()], default=0)
    told = {"doc": doc, "steps": STEPS, "charts": _charts(doc), "per_cent": per_cent, "busiest": busiest}
    own = [(halt, course(halt["steps"], doc["now"])) for halt in doc["halts"]]
    return page(request, "programme.html", {**_facts(record, labs, own), **told})


def _visitor(request: Request) -> Reader | None:
    """Who is signed in; None for anybody else where the public page is on, who is counted by his address alone."""
    if request.headers.get("authorization") or cookie_of(request):
        try:
            return reader(request)
        except (Unauthenticated, Forbidden, Refused):
            pass
    if not app_of(request).settings.server.web.public_programme:
        raise Unauthenticated
    anybody(request)
    return None


def _public(request: Request, record: Document, now: datetime) -> Response:
    """The same bytes for everybody, so that whoever stands between may keep them for a while."""
    renderer: Renderer = request.app.state.renderer
    told = {**_facts(record, record["labs"]), "steps": STEPS, "as_of": now}
    body = renderer.text(request, "programme.html", told).encode()
    kept = {"Cache-Control": f"public, max-age={SECONDS}", "Vary": "Cookie, Authorization", "ETag": tag(body)}
    return unless_known(request, body, "text/html; charset=utf-8", {**HEADERS, **kept})


def _facts(record: Document, labs: list[Document], halts: Sequence[Drawn] = ()) -> dict[str, Any]:
    """What is on record ends with its last step: nobody says what became of it since."""
    return {
        "record": record,
        "labs": labs,
        "in_force": sum(one["agreement"] == "signed" for one in labs),
        "negotiating": [one for one in labs if one["agreement"] == "negotiating"],
        "halts": [*halts, *((halt, course(halt["steps"])) for halt in record["halts"])],
    }


def _charts(doc: Document) -> dict[str, Bars]:
    """A drawing a step, all in one scale; each lab, and all of them where there are several."""
    lines = [(one["name"], one["steps"]) for one in doc["labs"]]
    lines += [("All", doc["all"]["steps"])] if len(lines) > 1 else []
    most = max([one["median"] or 0 for _, steps in lines for one in steps.values()], default=0)
    return {
        step: columns([(name, found[step]["median"], days_in_words(found[step])) for name, found in lines], most, "All")
        for step in STEPS
    }


def days_in_words(step: Document) -> str:
    """2 days, of 7."""
    if step["median"] is None:
        return "none yet"
    return f"{step['median']:g} {'day' if step['median'] == 1 else 'days'}"
