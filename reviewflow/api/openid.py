"""Signing in by OpenID over HTTP: out to the provider, and back in the same browser."""

from typing import Annotated, Any

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict

from reviewflow import clock
from reviewflow.api import identity_forms as forms
from reviewflow.api.door import app_of, cookie_of, origin_of, site_of
from reviewflow.api.entrance import ASKED, Guarded, give_or_ask, open_router
from reviewflow.api.rates import address
from reviewflow.engine.identity import challenges, invitations, openid
from reviewflow.errors import Refused
from reviewflow.nouns.paths import API

open_doors = open_router()
COOKIE, PLAIN_COOKIE = "__Host-reviewflow-openid", "reviewflow-openid"
BACK = "/session/openid/callback"
Given = Annotated[str, Query(max_length=4000, description="As the provider sends it along.")]
GONE: dict[int | str, dict[str, Any]] = {303: {"description": "To the provider.", "content": {}}}


class Code(BaseModel):
    """A one-time code; the mailbox and the agency only where it is for the first administrator."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [
        {"code": "2345-6789-ABCD-EFGH-JKMN-PQRS-TUVW", "mailbox": None, "organization": None}
    ]})  # fmt: skip

    code: forms.OneTimeCode
    mailbox: forms.Mailbox | None = None
    organization: forms.Organization | None = None


class Elsewhere(BaseModel):
    """Where the browser goes next."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"location": "https://login.example/authorize?state=…"}]})

    location: str


@open_doors.get(
    "/session/openid", summary="Sign in by OpenID.", operation_id="session_openid", status_code=303,
    response_class=RedirectResponse, responses=GONE,
)  # fmt: skip
def start(request: Request, _: Guarded) -> Response:
    """Sends the browser to the provider, if one is configured."""
    app = app_of(request)
    started = openid.start(app.engine, app.settings, redirect_of(request, f"{API}{BACK}"), clock.now())
    answer = RedirectResponse(started.location, 303)
    keep(request, answer, started.cookie)
    return answer


@open_doors.post(
    "/invitations/accept/openid", summary="Use a one-time code with OpenID.", operation_id="code_accept_openid"
)
def accept(request: Request, response: Response, body: Code, _: Guarded) -> Elsewhere:
    """The account at the provider, to which the browser goes next, becomes that of the code's person."""
    app, code = app_of(request), body.code.get_secret_value()
    held = invitations.held(
        app.engine, app.settings, code, address(request), clock.now(), body.mailbox, body.organization
    )
    started = openid.start(app.engine, app.settings, redirect_of(request, f"{API}{BACK}"), clock.now(), **held)
    keep(request, response, started.cookie)
    return Elsewhere(location=started.location)


@open_doors.get(
    BACK, summary="Come back from the provider.", operation_id="session_openid_back", responses=ASKED,
    response_model=forms.Opened,
)  # fmt: skip
def finish(
    request: Request, response: Response, _: Guarded, code: Given = "", state: Given = "", iss: Given = ""
) -> Any:
    """Opens the session of the person whose account it is; what the provider says went wrong is not repeated."""
    app, back = app_of(request), openid.Returned(code, state, iss, kept(request))
    entered = openid.finish(
        app.engine, app.settings, back, redirect_of(request, f"{API}{BACK}"), address(request), clock.now(),
        site=site_of(request), agent=request.headers.get("user-agent", ""), former=cookie_of(request) or "",
    )  # fmt: skip
    answer = give_or_ask(request, response, entered)
    forget(request, answer if isinstance(answer, Response) else response)
    return answer


def redirect_of(request: Request, back: str) -> str:
    """Where the provider sends the browser back to; Refused where nobody knows at which address we are reached."""
    if site_of(request) is None:
        raise Refused(
            "The address to come back to from the provider is not known.",
            remedy="Write it as public_url under [api] in server.toml.",
        )
    return f"{origin_of(request)}{back}"


def keep(request: Request, response: Response, cookie: str) -> None:
    """Lax, so that it comes back along with the browser from the provider's pages."""
    seconds = int(challenges.LASTS.total_seconds())
    is_secure = _is_secure(request)
    response.set_cookie(_name(request), cookie, seconds, path="/", secure=is_secure, httponly=True, samesite="lax")


def kept(request: Request) -> str:
    """The secret that the browser brings back."""
    return request.cookies.get(_name(request), "")


def forget(request: Request, response: Response) -> None:
    """It is needed no more."""
    response.delete_cookie(_name(request), path="/", secure=_is_secure(request), httponly=True, samesite="lax")


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https"


def _name(request: Request) -> str:
    return COOKIE if _is_secure(request) else PLAIN_COOKIE
