"""A session that ended while a form was open: sign in, and what was typed is still there."""

import json

from fastapi import Request
from fastapi.responses import Response

from reviewflow.errors import ReviewflowError
from reviewflow.web.door import Fields
from reviewflow.web.render import page

SECRETS = frozenset({"password", "passkey", "nonce", "step", "key"})


def sign_in_again(request: Request, given: Fields, error: ReviewflowError) -> Response:
    """The sign-in page that carries the form behind it; nothing was recorded."""
    kept = json.dumps({name: values for name, values in given.items() if name not in SECRETS})
    told = {"next": request.url.path, "kept": kept, "error": error, "mailbox": "", "has_openid": False, "roles": []}
    return page(request, "sign-in.html", told, 401)


def kept_of(text: str) -> Fields:
    """What was carried along; nothing where it is not ours any more."""
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return Fields()
    if not isinstance(found, dict):
        return Fields()
    return Fields({str(name): [str(value) for value in values] for name, values in found.items()})
