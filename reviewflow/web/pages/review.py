"""One review: where it stands, how much time is left and why, what may be done now, and all that is on record of it."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from reviewflow.api.door import app_of
from reviewflow.api.refs import tidied
from reviewflow.views.happened import happened
from reviewflow.web.door import Document, Known, see
from reviewflow.web.drawing.window_bar import window_bar
from reviewflow.web.pages import review_parts as parts
from reviewflow.web.pages.review_acts import acts
from reviewflow.web.pages.review_steps import steps
from reviewflow.web.render import page

router = APIRouter()
PAGE = 50  # events of a journal on a page
READINGS = 12


@router.get("/reviews/{ref}")
def show(request: Request, ref: str, who: Known, done: str | None = None) -> Response:
    """The whole of it on one page; `done` is the number of the event that the reader just recorded."""
    asked = {"ref": tidied(ref)}
    doc, story = see(request, "review", asked, who), see(request, "timeline", asked, who)
    events = story["events"]
    told = {
        "doc": doc,
        "zone": doc["policy"]["time_zone"],
        "done": parts.receipt(events, done, who.actor.ref),
        "steps": steps(doc),
        "bar": window_bar(story, doc["planned_releases"]),
        "why": see(request, "explanation", asked, who) if doc["window"] else None,
        "acts": acts(doc),
        "tolls": story["tolls"],
        "requests": parts.requests(doc, events),
        "matrix": parts.matrix(doc["findings"], app_of(request).settings.programme.severities),
        "determinations": parts.determinations(doc, events),
        "grants": parts.grants(doc),
        "halts": [one for one in doc["halts"] if one["state"] in ("ordered", "narrowed")],
        "events": events[::-1],
        "shown": parts.SHOWN,
        "letters": parts.letters(events),
        "reads": _reads(request, asked, who),
    }
    return page(request, "review.html", told)


def _reads(request: Request, asked: Document, who: Known) -> Document:
    """The newest readings first; as many as a page needs."""
    found = see(request, "reads", asked, who)
    return {"rows": found["reads"][::-1][:READINGS], "count": found["count"]}


@router.get("/reviews/{ref}/why")
def explain(request: Request, ref: str, who: Known) -> Response:
    """Why it is due when it is: each step with its date, what it rests on, and the dates that it replaced."""
    doc = see(request, "explanation", {"ref": tidied(ref)}, who)
    return page(request, "review-why.html", {"doc": doc, "zone": doc["policy"]["time_zone"]})


@router.get("/reviews/{ref}/journal")
def journal(request: Request, ref: str, who: Known, after: int = 0) -> Response:
    """Every event with its link in the chain, the oldest first, in pages."""
    doc = see(request, "journal", {"ref": tidied(ref)}, who)
    start = max(0, min(after, doc["count"]))
    rows = [_event(one) for one in doc["events"][start : start + PAGE]]
    told = {
        "doc": doc, "rows": rows, "start": start, "page": PAGE,
        "before": max(0, start - PAGE) if start else None,
        "later": start + PAGE if start + PAGE < doc["count"] else None,
    }  # fmt: skip
    return page(request, "review-journal.html", told)


def _event(one: Document) -> Document:
    """With its words; of what is internal to the other side there is only the link."""
    is_redacted = bool(one.get("is_redacted"))
    return {**one, "is_redacted": is_redacted, "says": "" if is_redacted else happened(one["name"], one["data"])}
