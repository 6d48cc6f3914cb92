"""What waits behind a proof: a form that was open when a session ended, or asked who is there, is there again."""

import json

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from pydantic import TypeAdapter, ValidationError

from reviewflow import clock
from reviewflow.api.door import SAFE, app_of, principal, site_of
from reviewflow.engine.identity import passkeys, second_factor
from reviewflow.engine.identity.authority import require_person
from reviewflow.errors import NotPresent, ReviewflowError
from reviewflow.web.door import Fields, here, to_prove, to_sign_in
from reviewflow.web.faults import answer_error, status_of
from reviewflow.web.pages.simulation import roles_for
from reviewflow.web.render import page

_KEPT = TypeAdapter(dict[str, list[str]])
SECRETS = frozenset({"password", "passkey", "nonce", "step", "key", "current", "again", "credential"})


def sign_in_page(
    request: Request, next: str, error: ReviewflowError | None = None, mailbox: str = "", kept: str = "",
    is_ended: bool = False,
) -> Response:  # fmt: skip
    """The ways in; what went wrong with the last one, and what waits behind it."""
    told = {
        "next": next, "kept": kept, "error": error, "mailbox": mailbox, "roles": roles_for(request),
        "is_ended": is_ended, "has_openid": bool(app_of(request).settings.server.openid.issuer),
    }  # fmt: skip
    return page(request, "sign-in.html", told, 200 if error is None else status_of(error))


def answer_unproven(request: Request, error: Exception) -> Response:
    """Who is not known, or was not there a moment ago, is led to prove it and back; a form that waits goes with him."""
    is_known = isinstance(error, NotPresent)
    if request.method in SAFE:
        return RedirectResponse((to_prove if is_known else to_sign_in)(here(request)), 303)
    given: Fields | None = getattr(request.state, "waiting", None)
    if given is None:
        return answer_error(request, error)
    try:
        answer = (ask_proof if is_known else sign_in_page)(request, request.url.path, kept=kept(given))
    except ReviewflowError as fault:
        return answer_error(request, fault)
    answer.status_code = 403 if is_known else 401
    return answer


def ask_proof(request: Request, next: str, kept: str = "", error: ReviewflowError | None = None) -> Response:
    """Password, or passkey of who has one."""
    app, who = app_of(request), principal(request)
    require_person(who)
    options = ""
    if passkeys.own(app.engine, who):
        options = json.dumps(second_factor.ask(app.engine, who, site_of(request), clock.now()).options)
    told = {"next": next, "kept": kept, "error": error, "options": options}
    return page(request, "prove.html", told, 200 if error is None else status_of(error))


def kept(given: Fields) -> str:
    """What was typed, to be carried along; no secret."""
    return json.dumps({name: values for name, values in given.items() if name not in SECRETS})


def kept_of(text: str) -> Fields:
    """What was carried along; nothing where it is not ours any more."""
    try:
        return Fields(_KEPT.validate_json(text or "{}"))
    except ValidationError:
        return Fields()
