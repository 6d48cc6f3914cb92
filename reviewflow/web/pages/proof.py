"""Proving to be there before what opens doors is changed, and another password."""

from hmac import compare_digest

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from reviewflow import clock
from reviewflow.api.door import app_of, site_of
from reviewflow.api.entrance import give
from reviewflow.api.passkey_forms import Assertion
from reviewflow.api.rates import address
from reviewflow.engine.identity import entrance, own, passkeys, second_factor, sessions
from reviewflow.engine.identity.authority import is_present
from reviewflow.errors import Forbidden, Invalid, NotPresent, Refused, ReviewflowError, TooMany, Unauthenticated
from reviewflow.web.door import Known, Posted, Reader, Waiting, inside
from reviewflow.web.faults import status_of
from reviewflow.web.pages.again import ask_proof
from reviewflow.web.pages.entrance import go_on
from reviewflow.web.render import page

router = APIRouter(prefix="/me")
WRONG = (Unauthenticated, Forbidden, Invalid, Refused, TooMany)


@router.get("/prove")
def show_proof(request: Request, who: Known, next: str = "/me") -> Response:
    """Password or passkey, and on to what asked for it; who is known to be there goes on at once."""
    limits = app_of(request).settings.server.identity
    has_passkey = bool(passkeys.own(app_of(request).engine, who.principal))
    if is_present(who.principal, limits, clock.now()) and (who.principal.has_second_factor or not has_passkey):
        return RedirectResponse(inside(next), 303)
    return ask_proof(request, inside(next))


@router.post("/prove")
def prove(request: Request, given: Posted, who: Known) -> Response:
    """The session goes on under a new cookie, and its owner to where he was."""
    next, kept = inside(given.one("next")), given.one("kept")
    try:
        entered = _proven(request, given.one("passkey"), given.get("password", [""])[-1], who)
    except WRONG as error:
        return ask_proof(request, next, kept, error)
    return go_on(request, entered, next, kept)


def _proven(request: Request, passkey: str, password: str, who: Reader) -> sessions.Entered:
    app, now = app_of(request), clock.now()
    if not passkey:
        return entrance.prove(app.engine, app.settings, who.principal, password, address(request), now)
    try:
        answered = Assertion.model_validate_json(passkey).model_dump()
    except ValidationError as error:
        raise Invalid("The passkey's answer cannot be read.", remedy="Try again.") from error
    return second_factor.prove(app.engine, app.settings, who.principal, site_of(request), answered, now)


@router.get("/password")
def show_password(request: Request, who: Known) -> Response:
    """Another password, for who gives the one that holds."""
    app = app_of(request)
    passkeys.require_fresh(app.engine, app.settings.server.identity, who.principal, clock.now())
    return _password(request, who)


def _password(request: Request, who: Reader, error: ReviewflowError | None = None) -> Response:
    has_one = own.ways_of(app_of(request).engine, who.principal).password_set_at is not None
    status = 200 if error is None else status_of(error)
    return page(request, "password.html", {"error": error, "has_one": has_one}, status)


@router.post("/password")
def change(request: Request, given: Waiting, who: Known) -> Response:
    """The other sessions are over, and this one goes on under a new cookie."""
    app, password = app_of(request), given.get("password", [""])[-1]
    if given.one("step") == "change":
        return show_password(request, who)
    try:
        if not compare_digest(password.encode(), given.get("again", [""])[-1].encode()):
            raise Invalid("The two passwords differ.", remedy="Type the same password twice.")
        entered = entrance.change(
            app.engine, app.settings, who.principal, given.get("current", [""])[-1], password, address(request),
            clock.now(),
        )  # fmt: skip
    except NotPresent:
        raise
    except WRONG as error:
        return _password(request, who, error)
    answer = RedirectResponse("/me?did=password#signing-in", 303)
    give(request, answer, entered)
    return answer
