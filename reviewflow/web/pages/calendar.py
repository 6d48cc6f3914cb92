"""The calendar: what is due on each day of a month, and the address by which a phone subscribes to one's own."""

from contextlib import suppress
from datetime import date
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from reviewflow import clock
from reviewflow.api.calendars import ICAL, VERB
from reviewflow.api.door import app_of, origin_of, site_of
from reviewflow.engine import calendar_link, reach
from reviewflow.engine.identity.authority import require_presence
from reviewflow.errors import Forbidden, Invalid, NotFound, NotPresent, Refused, ReviewflowError
from reviewflow.nouns.paths import API
from reviewflow.nouns.subject import Row
from reviewflow.rules.months import Month, day_after, month_of, read_month
from reviewflow.web.door import Document, Known, Reader, Waiting, see
from reviewflow.web.drawing import month as drawing
from reviewflow.web.faults import status_of
from reviewflow.web.pages.choices import labs_of
from reviewflow.web.render import HEADERS, page
from reviewflow.web.today import today_of

router = APIRouter()


@router.get("/calendar")
def show(request: Request, who: Known, month: str = "", lab: str = "") -> Response:
    """The month that is asked for, else today's."""
    error, wanted = None, month_of(today_of(request))
    try:
        wanted = read_month(month) if month else wanted
    except Invalid as fault:
        error = fault
    return _shown(request, who, wanted, lab, error)


def _shown(request: Request, who: Reader, month: Month, lab: str, error: ReviewflowError | None = None) -> Response:
    doc, today = _due(request, who, month, lab), today_of(request)
    found = drawing.weeks(month, doc["deadlines"], doc["closed_days"], today)
    days = [day for week in found for day in week if day.is_inside]
    told = {
        "doc": doc, "error": error, "month": month, "name": drawing.named(month), "weekdays": drawing.WEEKDAYS,
        "weeks": found, "days": [day for day in days if day.items or day.closed or day.is_today],
        "lab": lab, "labs": labs_of(request, who),
        **{name: _address(one, lab) for name, one in _beside(month, today).items()},
    }  # fmt: skip
    return page(request, "calendar.html", told, 200 if error is None else status_of(error))


def _due(request: Request, who: Reader, month: Month, lab: str) -> Document:
    first, last = month.weeks[0][0], month.weeks[-1][-1]
    asked = {"lab": lab or None, "due_from": first, "due_before": day_after(last), "all": True}
    return see(request, "deadlines", asked, who)


def _beside(month: Month, today: date) -> dict[str, Month]:
    return {"earlier": month.plus(-1), "later": month.plus(1), "now": month_of(today)}


def _address(month: Month, lab: str) -> str:
    return f"/calendar?{urlencode({'month': month.text} | ({'lab': lab} if lab else {}))}"


def _link(request: Request, who: Reader) -> Row | None:
    """When the secret address was made and last used; None where there is none."""
    try:
        return calendar_link.link_of(app_of(request).engine, who.principal.person)
    except NotFound:
        return None


@router.get("/calendar/reviewflow.ics")
def download(request: Request, who: Known) -> Response:
    """One's own deadlines as an iCalendar file."""
    text = see(request, "calendar", who=who)["text"]
    headers = {**HEADERS, "Content-Disposition": 'attachment; filename="reviewflow.ics"', "Cache-Control": "no-store"}
    return Response(text, media_type=ICAL, headers=headers)


@router.get("/calendar/subscribe")
def subscribing(request: Request, who: Known) -> Response:
    """How a phone or a desk calendar follows one's deadlines, and whether an address for it was made."""
    return _subscribed(request, who)


def _subscribed(request: Request, who: Reader, address: str = "", error: ReviewflowError | None = None) -> Response:
    told = {
        "address": address, "error": error, "link": _link(request, who), "is_possible": site_of(request) is not None,
        "now": clock.now(), "zone": app_of(request).settings.pin().policy.window.time_zone,
    }  # fmt: skip
    answer = page(request, "calendar-link.html", told, 200 if error is None else status_of(error))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@router.post("/calendar/subscribe")
def subscribe(request: Request, given: Waiting, who: Known) -> Response:
    """Makes the secret address, which is told this once; the one before ends. Or revokes it."""
    app, person = app_of(request), who.principal
    reach.require(person.scopes, VERB)
    if given.one("step") == "change":
        return _subscribed(request, who)
    if given.one("do") == "revoke":
        with suppress(NotFound):  # a second click
            calendar_link.revoke(app.engine, person.person, clock.now())
        return RedirectResponse("/calendar/subscribe", 303)
    try:
        require_presence(person, app.settings.server.identity, clock.now())
        if site_of(request) is None:
            raise Refused("The address at which the calendar is to be had is not known.", remedy="Tell the operator.")
    except NotPresent:
        raise
    except (Forbidden, Refused) as error:
        return _subscribed(request, who, "", error)
    made = calendar_link.make(app.engine, person.person, clock.now())
    return _subscribed(request, who, f"{origin_of(request)}{API}/calendar/{made.secret}.ics")
