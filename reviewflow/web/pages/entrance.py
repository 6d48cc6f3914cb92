"""The ways in and out: signing in, the passkey after it, a one-time code, signing out."""

import json
from hmac import compare_digest

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from reviewflow import clock
from reviewflow.api import entrance as doors
from reviewflow.api.door import anybody, app_of, cookie_of, principal, site_of
from reviewflow.api.passkey_forms import Assertion
from reviewflow.api.rates import address
from reviewflow.engine.identity import entrance, invitations, second_factor, sessions
from reviewflow.engine.identity.questions import Asked
from reviewflow.errors import Forbidden, Invalid, NotFound, Refused, ReviewflowError, TooMany, Unauthenticated
from reviewflow.web.door import Fields, Posted, inside
from reviewflow.web.faults import status_of
from reviewflow.web.pages import simulation
from reviewflow.web.pages.again import kept_of, sign_in_page
from reviewflow.web.render import page

router = APIRouter(dependencies=[Depends(anybody)])
WRONG = (Unauthenticated, Forbidden, Invalid, NotFound, Refused, TooMany)


@router.get("/sign-in")
def show_sign_in(request: Request, next: str = "/") -> Response:
    """Mailbox and password, and what else this installation has; who is in already goes on."""
    try:
        principal(request)
    except (Unauthenticated, Forbidden, Refused):
        return sign_in_page(request, inside(next), is_ended=cookie_of(request) is not None)
    return RedirectResponse(inside(next), 303)


@router.post("/sign-in")
def sign_in(request: Request, given: Posted) -> Response:
    """Opens a session; who has a passkey is asked for it first. The answer is the same whoever cannot."""
    app, next, kept = app_of(request), inside(given.one("next")), given.one("kept")
    try:
        entered = entrance.sign_in(
            app.engine, app.settings, given.one("mailbox"), given.get("password", [""])[-1], address(request),
            clock.now(), agent=request.headers.get("user-agent", ""), former=cookie_of(request) or "",
            site=site_of(request),
        )  # fmt: skip
    except WRONG as error:
        return sign_in_page(request, next, error, given.one("mailbox"), kept)
    return entered_or_asked(request, entered, next, kept)


def entered_or_asked(request: Request, entered: sessions.Entered | Asked, next: str, kept: str = "") -> Response:
    """On to where one wanted to go, with what was typed there; or the page that asks for the passkey."""
    if isinstance(entered, Asked):
        told = {"next": next, "kept": kept, "options": json.dumps(entered.options), "error": None}
        return page(request, "passkey.html", told)
    return go_on(request, entered, next, kept)


def go_on(request: Request, entered: sessions.Entered, next: str, kept: str = "") -> Response:
    """With the new cookie to the page that was asked for; a form that was open is open again."""
    answer = _onward(request, next, kept)
    doors.give(request, answer, entered)
    return answer


def _onward(request: Request, next: str, kept: str) -> Response:
    given = kept_of(kept)
    told = {"next": next, "fields": [(name, value) for name, values in given.items() for value in values]}
    return page(request, "back-to-form.html", told) if given else RedirectResponse(next, 303)


@router.post("/sign-in/passkey")
def complete(request: Request, given: Posted) -> Response:
    """The second step, by what the authenticator answered."""
    app, next, kept = app_of(request), inside(given.one("next")), given.one("kept")
    try:
        answered = Assertion.model_validate_json(given.one("passkey")).model_dump()
        entered = second_factor.complete(
            app.engine, app.settings, site_of(request), answered, address(request), clock.now(),
            agent=request.headers.get("user-agent", ""), former=cookie_of(request) or "",
        )  # fmt: skip
    except ValidationError:
        gave_none = Invalid("The passkey gave no answer.", remedy="Sign in again.")
        return sign_in_page(request, next, gave_none, kept=kept)
    except WRONG as error:
        return sign_in_page(request, next, error, kept=kept)
    return go_on(request, entered, next, kept)


@router.post("/sign-in/waiting")
def go_back(request: Request, given: Posted) -> Response:
    """Who came in meanwhile by another tab is at the form again that waits in this one."""
    next, kept = inside(given.one("next")), given.one("kept")
    try:
        principal(request)
    except WRONG as error:
        return sign_in_page(request, next, error, kept=kept)
    return _onward(request, next, kept)


@router.post("/simulation/as")
def come_in(request: Request, given: Posted) -> Response:
    """As by the links of a simulation, for who has a form that waits."""
    entered = simulation.entered(request, given.one("mailbox"))
    return go_on(request, entered, inside(given.one("next")), given.one("kept"))


@router.post("/sign-out")
def sign_out(request: Request, given: Posted) -> Response:
    """The session is over, and the browser forgets what it kept."""
    answer = page(request, "signed-out.html", {})
    doors.sign_out(request, answer)
    return answer


@router.get("/invitation")
def show_invitation(request: Request) -> Response:
    """Where a one-time code is used; the code is typed, since an address would be kept by many."""
    return show_invitation_again(request, Fields())


@router.post("/invitation")
def accept(request: Request, given: Posted) -> Response:
    """Sets one's password by the code, which is used up."""
    app = app_of(request)
    password = given.get("password", [""])[-1]
    try:
        if not compare_digest(password.encode(), given.get("again", [""])[-1].encode()):
            raise Invalid("The two passwords differ.", remedy="Type the same password twice.")
        made = invitations.accept(
            app.engine, app.settings, given.one("code"), password, address(request), clock.now(),
            mailbox=given.one("mailbox") or None, organization=given.one("organization") or None,
        )  # fmt: skip
    except WRONG as error:
        return show_invitation_again(request, given, error)
    return page(request, "accepted.html", {"person": made.person})


def show_invitation_again(request: Request, given: Fields, error: ReviewflowError | None = None) -> Response:
    """The page of the code, with what was typed but for passwords."""
    told = {name: given.one(name) for name in ("code", "mailbox", "organization")}
    has_openid = bool(app_of(request).settings.server.openid.issuer)
    status = 200 if error is None else status_of(error)
    return page(request, "invitation.html", {**told, "error": error, "has_openid": has_openid}, status)
