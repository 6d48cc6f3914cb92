"""What is signed with a command: the exact text first, then one proof that its signer is there."""

import json
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from pydantic import ValidationError

from reviewflow import clock
from reviewflow.api.door import app_of, site_of
from reviewflow.api.moment import now_of
from reviewflow.api.passkey_forms import Assertion
from reviewflow.api.rates import address
from reviewflow.engine.call import Call
from reviewflow.engine.identity import signatures
from reviewflow.errors import Invalid, ReviewflowError, Stale
from reviewflow.nouns.principal import Method
from reviewflow.nouns.signature import Meaning, Signature
from reviewflow.web.door import Fields, Reader
from reviewflow.web.faults import status_of
from reviewflow.web.forms.subject import Aim, again
from reviewflow.web.render import page

_OWN = ("digest_of_text", "nonce", "printed_name", "password", "passkey", "step", "version")


def ask(
    request: Request, found: Aim, who: Reader, call: Call, given: Fields, error: ReviewflowError | None = None
) -> Response:
    """The text that is to be signed, with what proves the signer; nothing is done.

    Stale where its reader has not seen what is on record now: what was due is recorded before, and he would sign it.
    """
    app, now = app_of(request), now_of(request)
    statement = app.statement(call, now, given.one("printed_name") or None)
    found = _as_read(again(request, who, found), call, statement["version"])
    asked: dict[str, Any] = {"nonce": "", "expires_at": None, "passkey": None}
    is_vouched = statement["method"] == Method.OPERATOR
    if not is_vouched:
        asked = signatures.ask(
            app.engine, who.principal, statement["digest"], statement["ref"], site_of(request), clock.now()
        )
    told = {
        "aim": found, "subject": found.document, "statement": statement, "asked": asked, "is_vouched": is_vouched,
        "passkey": json.dumps(asked["passkey"]) if asked["passkey"] else "", "error": error,
        "kept": [*kept(given), ("version", found.version)], "now": now,
        "is_changed": given.one("digest_of_text") not in ("", statement["digest"]),
        "zone": found.zone.key,
    }  # fmt: skip
    return page(request, "sign.html", told, 200 if error is None else status_of(error))


def _as_read(found: Aim, call: Call, version: int) -> Aim:
    """What the statement is on; Stale where that is not what its reader has read."""
    if found.document is None:
        return found
    seq, head = found.document["version"], found.document["head"]
    if seq != version or (call.versions and not any(v.seq == seq and head.startswith(v.head) for v in call.versions)):
        read = ", ".join(str(one.seq) for one in call.versions) or str(version)
        raise Stale(f"{found.ref} is at version {seq}; you have read version {read}.", remedy="Look at it, then go on.")
    return found


def kept(given: Fields) -> list[tuple[str, str]]:
    """The command's own fields, for the signature to bring again."""
    return [(name, value) for name, values in given.items() if name not in _OWN for value in values]


def given(request: Request, who: Reader, call: Call, given: Fields) -> Signature | None:
    """The signature that a form brings, proven; None where the operator vouches or the call was answered before."""
    assert call.command is not None and call.command.signs is not None
    app, principal = app_of(request), who.principal
    if principal.method is Method.OPERATOR or signatures.was_answered(app.engine, call):
        return None
    made = signatures.Given(
        given.one("digest_of_text"), given.one("printed_name"), Meaning(call.command.signs), given.one("nonce"),
        given.get("password", [""])[-1], _answered(given.one("passkey")),
    )  # fmt: skip
    return signatures.sign(app.engine, app.settings, principal, made, site_of(request), address(request), clock.now())


def _answered(text: str) -> dict[str, Any] | None:
    """What an authenticator answered through the browser."""
    if not text:
        return None
    try:
        return Assertion.model_validate_json(text).model_dump()
    except ValidationError as error:
        raise Invalid("The passkey's answer cannot be read.", remedy="Try again.") from error
