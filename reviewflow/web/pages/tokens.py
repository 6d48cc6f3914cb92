"""Tokens for programs: made by who is there, shown once, revoked at once."""

import uuid

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from reviewflow import clock
from reviewflow.api.door import app_of
from reviewflow.engine.identity import tokens
from reviewflow.engine.identity.authority import require_presence
from reviewflow.errors import Forbidden, Invalid, NotFound, NotPresent, Refused, ReviewflowError
from reviewflow.nouns.principal import Scopes
from reviewflow.web.door import Fields, Known, Posted, Reader, Waiting
from reviewflow.web.faults import status_of
from reviewflow.web.render import page

router = APIRouter(prefix="/me/tokens")


@router.get("/new")
def show(request: Request, who: Known) -> Response:
    """The form, for who proved a moment ago that he is there."""
    require_presence(who.principal, app_of(request).settings.server.identity, clock.now())
    return _form(request, who, Fields())


def _form(request: Request, who: Reader, given: Fields, error: ReviewflowError | None = None) -> Response:
    limits = app_of(request).settings.server.identity
    groups: dict[str, list[str]] = {}
    for verb in tokens.verbs():
        groups.setdefault(verb.partition(" ")[0] if " " in verb else "look", []).append(verb)
    told = {
        "error": error, "given": given, "groups": groups, "days": given.one("days", str(limits.token_days)),
        "most": limits.token_days_at_most, "chosen": set(given.get("verbs", [])),
        "key": str(uuid.uuid4()),
    }  # fmt: skip
    return page(request, "token-new.html", told, 200 if error is None else status_of(error))


@router.post("/new")
def make(request: Request, given: Waiting, who: Known) -> Response:
    """A token, and its secret this once."""
    app = app_of(request)
    if given.one("step") == "change":
        return _form(request, who, given)
    scopes = Scopes(*(_named(given, name) for name in ("verbs", "subjects", "organizations")))
    try:
        made = tokens.make(
            app.engine, app.settings, who.principal, given.one("name"), scopes, _days(given), clock.now(),
            given.one("key"),
        )  # fmt: skip
    except NotPresent:
        raise
    except (Invalid, Forbidden, NotFound, Refused) as error:
        return _form(request, who, given, error)
    zone = app.settings.pin().policy.window.time_zone
    return page(request, "token-made.html", {"made": made.row, "secret": made.secret, "zone": zone}, 201)


def _named(given: Fields, name: str) -> frozenset[str] | None:
    """What is ticked, or named one a line; None where nothing is."""
    found = [part for value in given.get(name, []) for part in value.replace(",", "\n").split("\n") if part.strip()]
    return frozenset(part.strip() for part in found) or None


def _days(given: Fields) -> int | None:
    said = given.one("days")
    if said and not (said.isdecimal() and len(said) < 6):
        raise Invalid("The days of a token are a whole number.")
    return int(said) if said else None


@router.post("/{id}/revoke")
def revoke(request: Request, id: str, given: Posted, who: Known) -> Response:
    """It opens nothing from now on."""
    app = app_of(request)
    tokens.revoke(app.engine, app.settings, who.principal, id, clock.now())
    return RedirectResponse("/me?did=revoked#tokens", 303)
