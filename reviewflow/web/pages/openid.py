"""In by the account that one has at one's organization: out to its provider, and back to where one wanted to go."""

from urllib.parse import quote, unquote, urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from reviewflow import clock
from reviewflow.api.door import anybody, app_of, cookie_of, site_of
from reviewflow.api.openid import forget, keep, kept, redirect_of
from reviewflow.api.rates import address
from reviewflow.engine.identity import challenges, invitations, openid
from reviewflow.errors import ReviewflowError
from reviewflow.web.door import Posted, inside
from reviewflow.web.pages.again import sign_in_page
from reviewflow.web.pages.entrance import WRONG, entered_or_asked, show_invitation_again
from reviewflow.web.render import page

router = APIRouter(dependencies=[Depends(anybody)])
BACK = "/sign-in/openid/callback"  # registered at the provider, beside the API's own
NEXT = "reviewflow-next"  # where to go on to; a page of ours, whoever wrote it


@router.get("/sign-in/openid")
def start(request: Request, next: str = "/") -> Response:
    """Sends the browser to the provider."""
    app = app_of(request)
    try:
        started = openid.start(app.engine, app.settings, redirect_of(request, BACK), clock.now())
    except ReviewflowError as error:
        return sign_in_page(request, inside(next), error)
    answer = RedirectResponse(started.location, 303)
    keep(request, answer, started.cookie)
    _remember(request, answer, inside(next))
    return answer


@router.get(BACK)
def finish(request: Request, code: str = "", state: str = "", iss: str = "") -> Response:
    """Opens the session of the person whose account it is, under a new cookie."""
    app, next = app_of(request), inside(unquote(request.cookies.get(_name(request), "/")))
    back = openid.Returned(code[:4000], state[:4000], iss[:4000], kept(request))
    try:
        entered = openid.finish(
            app.engine, app.settings, back, redirect_of(request, BACK), address(request), clock.now(),
            site=site_of(request), agent=request.headers.get("user-agent", ""), former=cookie_of(request) or "",
        )  # fmt: skip
        answer = entered_or_asked(request, entered, next)
    except ReviewflowError as error:
        answer = sign_in_page(request, next, error)
    forget(request, answer)
    answer.delete_cookie(_name(request), path="/", secure=_is_secure(request), httponly=True, samesite="lax")
    return answer


@router.post("/invitation/openid")
def accept(request: Request, given: Posted) -> Response:
    """A one-time code is looked at; the account at the provider, to which one goes next, becomes that of its person.

    The way there is a link, since a form of ours leads nowhere else.
    """
    app = app_of(request)
    try:
        held = invitations.held(
            app.engine, app.settings, given.one("code"), address(request), clock.now(), given.one("mailbox") or None,
            given.one("organization") or None,
        )  # fmt: skip
        started = openid.start(app.engine, app.settings, redirect_of(request, BACK), clock.now(), **held)
    except WRONG as error:
        return show_invitation_again(request, given, error)
    told = {"location": started.location, "host": urlsplit(started.location).hostname}
    answer = page(request, "elsewhere.html", told)
    keep(request, answer, started.cookie)
    _remember(request, answer, "/")
    return answer


def _remember(request: Request, answer: Response, next: str) -> None:
    seconds, is_secure = int(challenges.LASTS.total_seconds()), _is_secure(request)
    answer.set_cookie(
        _name(request), quote(next), seconds, path="/", secure=is_secure, httponly=True, samesite="lax"
    )  # fmt: skip


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https"


def _name(request: Request) -> str:
    return f"__Host-{NEXT}" if _is_secure(request) else NEXT
