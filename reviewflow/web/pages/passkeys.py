"""Passkeys of one's own: added through the browser, renamed, removed."""

import json

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from reviewflow import clock
from reviewflow.api.door import app_of, site_of
from reviewflow.api.entrance import give
from reviewflow.api.passkey_forms import Attestation
from reviewflow.engine.identity import passkeys
from reviewflow.engine.identity.authority import require_presence
from reviewflow.errors import Forbidden, Invalid, Refused, ReviewflowError, Unauthenticated
from reviewflow.web.door import Known, Posted, Reader, Waiting
from reviewflow.web.faults import status_of
from reviewflow.web.render import page

router = APIRouter(prefix="/me/passkeys")


@router.get("/new")
def show(request: Request, who: Known) -> Response:
    """What the browser hands to its authenticator, with a name for it."""
    return _form(request, who)


def _form(request: Request, who: Reader, name: str = "", error: ReviewflowError | None = None) -> Response:
    app = app_of(request)
    asked = passkeys.begin(app.engine, app.settings, who.principal, site_of(request), clock.now())
    told = {"options": json.dumps(asked.options), "name": name, "error": error}
    return page(request, "passkey-new.html", told, 200 if error is None else status_of(error))


@router.post("/new")
def make(request: Request, given: Waiting, who: Known) -> Response:
    """Kept; the other sessions are over, and this one goes on under a new cookie."""
    app, name = app_of(request), given.one("name")
    if given.one("step") == "change":
        return _form(request, who, name)
    try:
        credential = Attestation.model_validate_json(given.one("passkey")).model_dump()
        _, entered = passkeys.register(
            app.engine, app.settings, who.principal, site_of(request), name, credential, clock.now()
        )
    except ValidationError:
        return _form(request, who, name, Invalid("The browser gave no passkey.", remedy="Try again."))
    except (Unauthenticated, Invalid, Refused, Forbidden) as error:
        return _form(request, who, name, error)
    answer = RedirectResponse("/me?did=passkey#signing-in", 303)
    give(request, answer, entered)
    return answer


@router.post("/{id}/rename")
def rename(request: Request, id: str, given: Posted, who: Known) -> Response:
    """The name is for its owner alone."""
    passkeys.rename(app_of(request).engine, who.principal, id, given.one("name"))
    return RedirectResponse("/me?did=renamed#signing-in", 303)


@router.get("/{id}/remove")
def show_removal(request: Request, id: str, who: Known) -> Response:
    """Asked once more, of who proved a moment ago that he is there."""
    app = app_of(request)
    require_presence(who.principal, app.settings.server.identity, clock.now())
    found = next((one for one in passkeys.own(app.engine, who.principal) if one["id"] == id), None)
    if found is None:
        raise passkeys.missing()
    is_last = len(passkeys.own(app.engine, who.principal)) == 1
    return page(request, "passkey-remove.html", {"passkey": found, "is_last": is_last})


@router.post("/{id}/remove")
def remove(request: Request, id: str, given: Waiting, who: Known) -> Response:
    """It opens nothing any more."""
    app = app_of(request)
    if given.one("step") == "change":
        return show_removal(request, id, who)
    passkeys.remove(app.engine, app.settings, who.principal, id, clock.now())
    return RedirectResponse("/me?did=removed#signing-in", 303)
