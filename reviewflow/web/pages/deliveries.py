"""Letters that did not go out: to whom, why, and sending them again."""

from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from reviewflow.api.door import app_of
from reviewflow.api.moment import now_of
from reviewflow.engine import reach
from reviewflow.errors import Forbidden, Invalid, NotFound, Refused, ReviewflowError
from reviewflow.web.door import Document, Posted, see
from reviewflow.web.faults import status_of
from reviewflow.web.pages.keeping import Keeper, keeping

router = APIRouter(prefix="/admin/deliveries")


@router.get("")
def show(request: Request, who: Keeper, all: str = "", done: int = -1) -> Response:
    """Those that were set aside or wait after a failure; `all` also those that only wait for their time."""
    return _shown(request, who, bool(all), done)


def _shown(
    request: Request, who: Keeper, every: bool, done: int = -1, error: ReviewflowError | None = None
) -> Response:
    doc = see(request, "deliveries", {"all": every}, who)
    due = sum(_is_due_again(one, doc["now"]) for one in doc["deliveries"]) if done >= 0 else 0
    told = {"doc": doc, "is_all": every, "due": due, "error": error}
    return keeping(request, "admin-deliveries.html", told, 200 if error is None else status_of(error))


def _is_due_again(one: Document, now: str) -> bool:
    """Whether it failed, and is to be tried at once and as if for the first time."""
    at = one["next_attempt_at"]
    return bool(at and one["why"] and not one["attempts"]) and datetime.fromisoformat(at) <= datetime.fromisoformat(now)


@router.post("/requeue")
def requeue(request: Request, given: Posted, who: Keeper) -> Response:
    """Those that are ticked, or all of them, are due at once."""
    reach.require(who.principal.scopes, "deliveries requeue")
    letters, every = given.get("letter", []), given.one("every") == "yes"
    try:
        if not who.has("admin"):
            raise Forbidden(f"Sending letters again is for administrators; {who.actor.ref} is none.")
        told = app_of(request).requeue(
            [] if every else letters, who.principal.person, now_of(request), who.principal.scopes, every=every
        )  # fmt: skip
    except (Forbidden, Invalid, NotFound, Refused) as error:
        return _shown(request, who, False, error=error)
    return RedirectResponse(f"/admin/deliveries?all=yes&done={len(told['letters'])}", 303)
