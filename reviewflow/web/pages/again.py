"""What waits behind a proof: a form that was open when a session ended, or asked who is there, is there again."""

import json

from fastapi import Request
from fastapi.responses import Response
from pydantic import TypeAdapter, ValidationError

from reviewflow import clock
from reviewflow.api.door import app_of, principal, site_of
from reviewflow.engine.identity import passkeys, second_factor
from reviewflow.engine.identity.authority import require_person
from reviewflow.errors import ReviewflowError
from reviewflow.web.door import Fields
from reviewflow.web.faults import status_of
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


def sign_in_again(request: Request, given: Fields) -> Response:
    """The sign-in page that carries the form behind it; nothing was recorded."""
    answer = sign_in_page(request, request.url.path, kept=kept(given))
    answer.status_code = 401
    return answer


def prove_again(request: Request, given: Fields) -> Response:
    """The same page, which carries the form behind it; nothing was done."""
    return ask_proof(request, request.url.path, kept(given), status=403)


def ask_proof(
    request: Request, next: str, kept: str = "", error: ReviewflowError | None = None, status: int = 200
) -> Response:
    """Password, or passkey of who has one."""
    app, who = app_of(request), principal(request)
    require_person(who)
    options = ""
    if passkeys.own(app.engine, who):
        options = json.dumps(second_factor.ask(app.engine, who, site_of(request), clock.now()).options)
    told = {"next": next, "kept": kept, "error": error, "options": options}
    return page(request, "prove.html", told, status)


def kept(given: Fields) -> str:
    """What was typed, to be carried along; no secret."""
    return json.dumps({name: values for name, values in given.items() if name not in SECRETS})


def kept_of(text: str) -> Fields:
    """What was carried along; nothing where it is not ours any more."""
    try:
        return Fields(_KEPT.validate_json(text or "{}"))
    except ValidationError:
        return Fields()
