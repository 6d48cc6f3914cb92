"""Every command as a page: what it does, its form, what is signed with it, and what came of it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from reviewflow import clock
from reviewflow.api.door import app_of
from reviewflow.api.moment import now_of
from reviewflow.engine.call import Call
from reviewflow.engine.identity.authority import require_presence_for
from reviewflow.errors import (
    Busy,
    Forbidden,
    Invalid,
    NotFound,
    NotPresent,
    Refused,
    ReviewflowError,
    Stale,
    TooMany,
    Unauthenticated,
    Unavailable,
)
from reviewflow.nouns.commands.review import Release, Submit, SupplyItem
from reviewflow.nouns.paths import PLURALS
from reviewflow.web.door import Fields, Known, Reader, Waiting, inside, instant_of
from reviewflow.web.faults import status_of, told
from reviewflow.web.forms import release, signature, supply
from reviewflow.web.forms.beside import beside
from reviewflow.web.forms.field import fields_of
from reviewflow.web.forms.reading import Unfit, read
from reviewflow.web.forms.since import since
from reviewflow.web.forms.subject import Aim, again, aim, choices, version_of
from reviewflow.web.render import page

router = APIRouter()
UNPROVEN = (Forbidden, TooMany, Unauthenticated)  # the proof was none: the text still stands to be signed
WRONG = (Refused, Invalid, NotFound, Unavailable, *UNPROVEN)
AGAIN = "Send the form again in a moment: what was done already is not done twice."
JUDGEMENTS = ("outcome",)  # nothing but its reader's own hand fills them in


@router.get("/{plural}/do/{verb}")
def show_making(request: Request, plural: str, verb: str, who: Known) -> Response:
    """The form of what makes something new."""
    return show(request, aim(request, who, plural, verb, None), who, _asked(request))


@router.get("/{plural}/{ref}/do/{verb}")
def show_acting(request: Request, plural: str, ref: str, verb: str, who: Known) -> Response:
    """The form of what acts on something that is there."""
    return show(request, aim(request, who, plural, verb, ref), who, _asked(request))


@router.post("/{plural}/do/{verb}")
def make(request: Request, plural: str, verb: str, given: Waiting, who: Known) -> Response:
    """Do it."""
    return done(request, aim(request, who, plural, verb, None), who, given)


@router.post("/{plural}/{ref}/do/{verb}")
def act(request: Request, plural: str, ref: str, verb: str, given: Waiting, who: Known) -> Response:
    """Do it."""
    return done(request, aim(request, who, plural, verb, ref), who, given)


def _asked(request: Request) -> Fields:
    """What a link filled in already."""
    found = Fields()
    for name, value in request.query_params.multi_items():
        if name not in JUDGEMENTS:
            found.setdefault(name, []).append(value)
    return found


def show(
    request: Request, found: Aim, who: Reader, given: Fields, faults: Mapping[str, Sequence[str]] | None = None,
    error: ReviewflowError | None = None,
) -> Response:  # fmt: skip
    """The form with what was typed; `error` is why it was not done."""
    if isinstance(error, Stale):  # as it stands now, or the form would be too late for ever
        found = again(request, who, found)
    asked = fields_of(found.command, given, choices(request, who, found), faults)
    if found.command is Release and found.document is not None:
        asked = release.narrowed(request, who, found.document, given, asked)
    if found.command is SupplyItem and found.document is not None:
        asked = supply.worded(found.document, given, asked)
    keeps_key = bool(faults) or isinstance(error, Unavailable)
    shown = {
        "aim": found,
        "subject": found.document,
        "about": supply.ABOUT if found.command is SupplyItem else (found.command.__doc__ or "").partition("\n")[0],
        "gate": supply.tasks(found.document or {}, found.address) if found.command in (SupplyItem, Submit) else [],
        "fields": asked,
        "faults": faults or {},
        "error": error,
        "is_stale": isinstance(error, Stale),
        "is_too_late": _is_too_late(found, given, error),
        "typed": [(one.label, one.said) for one in asked if given.one(one.name)] if error or faults else [],
        "beside": beside(found),
        "since": since(request, who, found, given) if isinstance(error, Stale) else [],
        "dated": given.one("effective_at"),
        "key": (given.one("key") if keeps_key else "") or str(uuid.uuid4()),
        "back": inside(given.one("back") or found.home),
        "now": instant_of(request),
        "zone": found.zone.key,
    }
    status = 200 if not (faults or error) else 422 if error is None else status_of(error)
    return page(request, "act.html", shown, status)


def _is_too_late(found: Aim, given: Fields, error: ReviewflowError | None) -> bool:
    """Whether sending it is in vain: a fact may be dated to when it was not, and what is in doubt is sent again."""
    is_dated = found.command.fact and bool(given.one("effective_at"))
    return not (found.is_possible or is_dated or isinstance(error, Unavailable))


def done(request: Request, found: Aim, who: Reader, given: Fields) -> Response:
    """It is done, or asked to be signed; else the form comes back with what was typed and every reason."""
    try:
        wish, at = read(found.command, given, found.zone)
    except Unfit as unfit:
        return show(request, found, who, given, unfit.faults)
    principal = who.principal
    call = Call(
        found.ref, wish, principal.person, at, None, given.one("key") or None, principal.method, principal.scopes,
        if_one_of=version_of(given.one("version")),
    )  # fmt: skip
    try:
        if given.one("step") == "change":
            return show(request, found, who, given)
        if wish.signs is not None and given.one("step") != "sign":
            return signature.ask(request, found, who, call, given)
        return _done(request, found, who, call, given)
    except Busy:  # a second click: the first one is being done
        return RedirectResponse(found.home, 303)
    except NotPresent:
        raise
    except WRONG as error:
        if given.one("step") == "sign" and isinstance(error, UNPROVEN):
            return _to_sign_again(request, found, who, call, given, error)
        if placed := supply.placed(wish, error):
            return show(request, found, who, Fields({k: v for k, v in given.items() if k != "key"}), placed)
        return show(request, found, who, given, None, told(request, error, AGAIN))


def _to_sign_again(
    request: Request, found: Aim, who: Reader, call: Call, given: Fields, unproven: ReviewflowError
) -> Response:
    """The text once more; or the form, where there is nothing to sign any more."""
    try:
        return signature.ask(request, found, who, call, given, unproven)
    except WRONG as error:
        return show(request, found, who, given, None, told(request, error, AGAIN))


def _done(request: Request, found: Aim, who: Reader, call: Call, given: Fields) -> Response:
    app = app_of(request)
    assert call.command is not None
    require_presence_for(call.command, who.principal, app.settings.server.identity, clock.now())
    if call.command.signs is not None:
        call = replace(call, signature=signature.given(request, who, call, given))
    outcome = app.act(call, now_of(request))
    home = f"/{PLURALS[found.command.kind]}/{outcome.ref}"
    back = inside(given.one("back")) if given.one("back") and found.ref else home
    return RedirectResponse(f"{back}{'&' if '?' in back else '?'}done={outcome.seq}", 303)
