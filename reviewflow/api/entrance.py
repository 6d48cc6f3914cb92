"""The doors by which people come in and go out: signing in, presence, passwords, one-time codes."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from reviewflow import clock
from reviewflow.api import identity_forms as forms
from reviewflow.api import passkey_forms
from reviewflow.api.door import COOKIE, PLAIN_COOKIE, Known, anybody, app_of, cookie_of, encrypted, same_origin, site_of
from reviewflow.api.gate import GatedRoute, JsonRoute
from reviewflow.api.problems import MEDIA_TYPE
from reviewflow.api.rates import address
from reviewflow.engine.identity import entrance, invitations, second_factor, sessions
from reviewflow.engine.identity.questions import Asked
from reviewflow.store.database import transaction


def guarded(request: Request) -> None:
    """Refused where a password would cross a wire in the clear; Forbidden where another site's page sends it."""
    encrypted(request)
    if "origin" in request.headers or "sec-fetch-site" in request.headers:
        same_origin(request)


def _problem(what: str) -> dict[str, Any]:
    return {"description": what, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


Guarded = Annotated[None, Depends(guarded)]
REFUSALS: dict[int | str, dict[str, Any]] = {  # of what is open to those who are not known yet
    401: _problem("Not signed in."),
    403: _problem("Not allowed."),
    409: _problem("Refused."),
}


def open_router() -> APIRouter:
    """For what is open to those who are not known yet."""
    return APIRouter(tags=["identity"], route_class=JsonRoute, dependencies=[Depends(anybody)], responses=REFUSALS)


def own_router() -> APIRouter:
    """For what is one's own."""
    return APIRouter(prefix="/me", tags=["identity"], route_class=GatedRoute)


open_doors, mine = open_router(), own_router()


ASKED: dict[int | str, dict[str, Any]] = {
    202: {"model": passkey_forms.Asked, "description": "Who has a passkey answers with it at /session/passkey."}
}


@open_doors.post(
    "/session", summary="Sign in.", operation_id="session_open", status_code=201, responses=ASKED,
    response_model=forms.Opened,
)  # fmt: skip
def sign_in(request: Request, response: Response, body: forms.SignIn, _: Guarded) -> Any:
    """Opens a session by mailbox and password. The answer is the same, and takes as long, whoever cannot."""
    app = app_of(request)
    entered = entrance.sign_in(
        app.engine, app.settings, body.mailbox, body.password.get_secret_value(), address(request), clock.now(),
        agent=request.headers.get("user-agent", ""), former=cookie_of(request) or "", site=site_of(request),
    )  # fmt: skip
    return give_or_ask(request, response, entered)


@open_doors.delete("/session", summary="Sign out.", operation_id="session_close", status_code=204)
def sign_out(request: Request, response: Response) -> None:
    """Ends the session of the cookie, if there is one; the browser is told to forget what it keeps."""
    cookie, app = cookie_of(request), app_of(request)
    if cookie:
        same_origin(request)
        with transaction(app.engine) as connection:
            sessions.leave(connection, app.settings.server.identity, cookie, clock.now())
    for name, is_secure in ((COOKIE, True), (PLAIN_COOKIE, False)):
        response.delete_cookie(name, path="/", secure=is_secure, httponly=True, samesite="lax")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


@open_doors.post("/invitations/accept", summary="Use a one-time code.", operation_id="code_accept", status_code=201)
def accept(request: Request, body: forms.Acceptance, _: Guarded) -> forms.Accepted:
    """Sets one's password by a one-time code, which is used up. Then sign in with it."""
    app, code, password = app_of(request), body.code.get_secret_value(), body.password.get_secret_value()
    made = invitations.accept(
        app.engine, app.settings, code, password, address(request), clock.now(),
        mailbox=body.mailbox, organization=body.organization,
    )  # fmt: skip
    return forms.Accepted(person=made.person)


@mine.post("/prove", summary="Prove that you are there.", operation_id="me_prove")
def prove(request: Request, response: Response, body: passkey_forms.Presence, who: Known, _: Guarded) -> forms.Opened:
    """By the password, or by the passkey of who has one, as acts of weight ask. The session has a new cookie then.

    A wrong password is 403, and the session goes on.
    """
    app, now = app_of(request), clock.now()
    if body.passkey is not None:
        answered = body.passkey.model_dump()
        entered = second_factor.prove(app.engine, app.settings, who, site_of(request), answered, now)
    else:
        password = body.password.get_secret_value() if body.password else ""
        entered = entrance.prove(app.engine, app.settings, who, password, address(request), now)
    return give(request, response, entered)


@mine.put("/password", summary="Change your password.", operation_id="me_password")
def change_password(
    request: Request, response: Response, body: forms.NewPassword, who: Known, _: Guarded
) -> forms.Opened:
    """All your other sessions are over, and this one goes on under a new cookie. A wrong `current` is 403."""
    app = app_of(request)
    current, wanted = body.current.get_secret_value(), body.password.get_secret_value()
    entered = entrance.change(app.engine, app.settings, who, current, wanted, address(request), clock.now())
    return give(request, response, entered)


def give_or_ask(request: Request, response: Response, entered: sessions.Entered | Asked) -> Any:
    """The cookie, or what is asked of who has a passkey."""
    if isinstance(entered, sessions.Entered):
        return give(request, response, entered)
    return JSONResponse(passkey_forms.Asked(**vars(entered)).model_dump(mode="json"), 202)


def give(request: Request, response: Response, entered: sessions.Entered) -> forms.Opened:
    """Hand out the cookie: no script reads it, and no other site's request brings it."""
    is_secure = request.url.scheme == "https"
    seconds = int((entered.expires_at - clock.now()).total_seconds())
    name = COOKIE if is_secure else PLAIN_COOKIE
    response.set_cookie(name, entered.cookie, seconds, path="/", secure=is_secure, httponly=True, samesite="lax")
    who = entered.principal
    return forms.Opened(person=who.person, id=who.id, expires_at=entered.expires_at, proven_at=who.proven_at)
