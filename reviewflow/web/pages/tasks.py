"""What a submission still needs: one task after the other, each on record as soon as it is done."""

import uuid
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from reviewflow.api.refs import tidied
from reviewflow.errors import NotFound, ReviewflowError
from reviewflow.web.door import Document, Known, Reader, see
from reviewflow.web.faults import status_of
from reviewflow.web.forms import supply
from reviewflow.web.forms.subject import HEAD
from reviewflow.web.pages.preview import Preview, preview
from reviewflow.web.render import page

router = APIRouter(prefix="/reviews")
FILING = ("draft", "returned")


@router.get("/{ref}/tasks")
def show(request: Request, ref: str, who: Known) -> Response:
    """The list of one review."""
    return page_of(request, who, tidied(ref))


def page_of(
    request: Request, who: Reader, ref: str, error: ReviewflowError | None = None, heading: str = "It was not done"
) -> Response:
    """The same; `error` is why the last step was not done."""
    doc = see(request, "review", {"ref": ref}, who)
    gate = supply.tasks(doc, f"/reviews/{doc['ref']}/tasks")
    is_filing = doc["state"] in FILING
    verbs = {one["verb"] for one in doc["possible"]}
    told = {
        "doc": doc,
        "tasks": gate,
        "left": [task for task in gate if not task.is_done],
        "is_filing": is_filing,
        "returned": _returned(request, who, doc) if doc["state"] == "returned" else None,
        "agreement": _agreement(request, who, doc),
        "verbs": verbs,
        "why_not": next((one["why"] for one in doc["refused"] if one["verb"] == "submit"), []) if is_filing else [],
        "preview": _preview(request, who, doc) if is_filing else None,
        "key": str(uuid.uuid4()),
        "version": f"{doc['version']}-{doc['head'][:HEAD]}",
        "error": error,
        "heading": heading,
        "recorded": request.query_params.get("done", "") if request.method == "GET" else "",
    }
    return page(request, "tasks.html", told, 200 if error is None else status_of(error))


def _returned(request: Request, who: Reader, doc: Document) -> Document | None:
    """The event by which it came back, with its reason."""
    events = see(request, "timeline", {"ref": doc["ref"]}, who)["events"]
    return next((one for one in reversed(events) if one["name"] == "returned"), None)


def _agreement(request: Request, who: Reader, doc: Document) -> dict[str, Any]:
    """Whether the policy asks for one, and which is in force between the two."""
    try:
        rule = see(request, "policy", {"policy": doc["policy"]["id"]}, who)["policy"]["submission"]
    except NotFound:  # the review keeps its own copy, which is not shown here
        rule = {"requires_agreement": False}
    found = see(request, "agreements", {"lab": doc["lab"]}, who)["agreements"]
    between = [row for row in found if row["agency"] == doc["agency"]]
    in_force = next((row for row in between if row["state"] == "signed"), None)
    return {
        "is_needed": rule["requires_agreement"],
        "is_in_force": in_force is not None,
        "row": in_force or next(iter(between), None),
    }


def _preview(request: Request, who: Reader, doc: Document) -> Preview | None:
    planned_on = min((row["planned_on"] for row in doc["planned_releases"]), default="")
    try:
        return preview(request, who, doc["policy"]["id"], planned_on)
    except NotFound:
        return None
