"""What waits behind a proof: a form that was open when a session ended, or asked who is there, is there again."""

import json

from fastapi import Request
from fastapi.responses import Response

from reviewflow import clock
from reviewflow.api.door import app_of, principal, site_of
from reviewflow.engine.identity import passkeys, second_factor
from reviewflow.engine.identity.authority import require_person
from reviewflow.errors import ReviewflowError
from reviewflow.web.door import Fields
from reviewflow.web.render import page

SECRETS = frozenset({"password", "passkey", "nonce", "step", "key", "current", "again", "credential"})


def sign_in_again(request: Request, given: Fields, error: ReviewflowError) -> Response:
    """The sign-in page that carries the form behind it; nothing was recorded."""
    told = {
        "next": request.url.path, "kept": kept(given), "error": error, "mailbox": "", "has_openid": False,
        "is_ended": True, "roles": [],
    }  # fmt: skip
    return page(request, "sign-in.html", told, 401)


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
        found = json.loads(text) if text else {}
    except ValueError:
        return Fields()
    if not isinstance(found, dict):
        return Fields()
    return Fields({str(name): [str(value) for value in values] for name, values in found.items()})
