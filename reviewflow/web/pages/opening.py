"""Opening a review: one form for the model, the policy and the planned release, with the window that would follow."""

import uuid
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from reviewflow.api.moment import now_of
from reviewflow.errors import Busy, Forbidden, Invalid, NotFound, ReviewflowError, Unavailable
from reviewflow.nouns.states import Kind
from reviewflow.web.door import Document, Fields, Known, Reader, Waiting, see
from reviewflow.web.faults import status_of
from reviewflow.web.forms import opening
from reviewflow.web.forms.field import Choices, Option
from reviewflow.web.pages import tasks
from reviewflow.web.pages.preview import preview
from reviewflow.web.render import page
from reviewflow.web.writing import title

router = APIRouter(prefix="/reviews")
SHOWN = ("show", "change")  # the button that shows the window, and a form that comes back from the sign-in


@router.get("/new")
def show(request: Request, who: Known) -> Response:
    """The form, as far as a link filled it in."""
    given = Fields()
    for name, value in request.query_params.multi_items():
        given.setdefault(name, []).append(value)
    return _form(request, who, given)


@router.post("/new")
def send(request: Request, given: Waiting, who: Known) -> Response:
    """Registers, opens and plans; or shows the window, and does nothing."""
    if given.one("step") in SHOWN:
        return _form(request, who, given)
    policy = _policy(see(request, "policies", who=who), given)
    now = {"policy": policy, "start": now_of(request).isoformat()}
    zone = ZoneInfo(see(request, "window", now, who)["time_zone"])
    faults = opening.faults_of(given, zone)
    refused = preview(request, who, policy, given.one("on")).error if not faults else None
    if faults or refused:
        return _form(request, who, given, faults or {"on": _told(refused)})
    return _carried_out(request, who, given, zone)


def _carried_out(request: Request, who: Reader, given: Fields, zone: ZoneInfo) -> Response:
    found = opening.carry_out(request, who, given, zone)
    if found.review is not None:
        if found.error is None:
            return RedirectResponse(f"/reviews/{found.review}/tasks", 303)
        return tasks.page_of(request, who, found.review, found.error, "The review is open; its planned release is not")
    if isinstance(found.error, Busy):  # a second click: the first one is being done
        return RedirectResponse("/", 303)
    if found.model is not None:
        given = Fields(given | {"which": ["known"], "model": [found.model]})
    return _form(request, who, given, error=found.error, registered=found.model)


def _told(error: ReviewflowError | None) -> list[str]:
    return list(error.reasons) if error else []


def _form(
    request: Request, who: Reader, given: Fields, faults: Mapping[str, Sequence[str]] | None = None,
    error: ReviewflowError | None = None, registered: str | None = None,
) -> Response:  # fmt: skip
    if not (who.is_lab and who.has("officer")):
        raise Forbidden("A review is opened by an officer of the lab whose model it is.")
    known, models = see(request, "policies", who=who), _models(request, who)
    is_new = opening.is_new(given) or (not models and not given.one("which"))
    given = Fields(given | {"policy": [_policy(known, given)], "which": ["new" if is_new else "known"]})
    asked = opening.asked(given, _choices(request, who, known, models), faults or {})
    keeps_key = bool(faults) or isinstance(error, Unavailable) or given.one("step") == "show"
    told = {
        "doc": known,
        "fields": asked,
        "shown": list(asked.values()),
        "faults": faults or {},
        "error": error,
        "registered": registered,
        "which": given.one("which"),
        "models": models,
        "preview": preview(request, who, given.one("policy"), given.one("on")),
        "key": (given.one("key") if keeps_key else "") or str(uuid.uuid4()),
    }
    return page(request, "open.html", told, 200 if not (faults or error) else 422 if not error else status_of(error))


def _policy(known: Document, given: Fields) -> str:
    """What was chosen, where there is such a policy; else the programme's own."""
    chosen = given.one("policy")
    return chosen if chosen in {one["id"] for one in _forward(known)} else str(known["default"])


def _forward(known: Document) -> list[Document]:
    """Those by which a review can run: one that counts towards the past is for the planner."""
    return [one for one in known["policies"] if one["direction"] == "forward"]


def _models(request: Request, who: Reader) -> list[Document]:
    """The lab's models that no open review is about."""
    busy = {row["model"] for row in see(request, "reviews", who=who)["reviews"]}
    return [row for row in see(request, "models", who=who)["models"] if row["ref"] not in busy]


def _choices(request: Request, who: Reader, known: Document, models: list[Document]) -> Choices:
    policies: list[Option] = [(one["id"], one["title"]) for one in _forward(known)]
    policies.sort(key=lambda one: one[0] != known["default"])
    named = [(row["ref"], f"{row['name']} ({row['ref']})") for row in sorted(models, key=lambda row: str(row["name"]))]
    return Choices({"policy": policies, "agency": _agencies(request, who)}, {Kind.MODEL: named})


def _agencies(request: Request, who: Reader) -> list[Option]:
    """Those with the power to review, where the reader sees them."""
    try:
        found = see(request, "organizations", who=who)["organizations"]
    except (Forbidden, Invalid, NotFound):
        return []
    return [(row["ref"], row["name"] or title(row["ref"])) for row in found if "review" in (row["powers"] or ())]
