"""Signing over HTTP: the statement with what is asked of its signer, and the signature that comes with a command."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Request
from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from reviewflow import clock
from reviewflow.api.door import app_of, site_of
from reviewflow.api.entrance import guarded
from reviewflow.api.passkey_forms import OPTIONS, Assertion, Password, one_proof
from reviewflow.api.rates import address
from reviewflow.engine.call import Call
from reviewflow.engine.identity import signatures
from reviewflow.nouns.principal import Method, Principal
from reviewflow.nouns.signature import Meaning, Signature
from reviewflow.nouns.subject import Row

DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
NONCE = "mZ0fF0P6n3Gk5yq2bq8m4o3bq1X9d7tLr0wVxKcYh2A"


PrintedName = Annotated[str, StringConstraints(max_length=200)]


class Signing(BaseModel):
    """A signature: of which text, in whose printed name and which meaning, and one proof that its signer is there.

    A wrong password is 403: nothing is signed, and the session goes on.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{
        "digest": DIGEST, "printed_name": "A. Decider", "meaning": "determines", "nonce": NONCE, "password": "…",  # nosec B105
    }]})  # fmt: skip

    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    printed_name: PrintedName
    meaning: Meaning
    nonce: Annotated[str, StringConstraints(max_length=100)]
    password: Password | None = None
    passkey: Assertion | None = None

    _one = model_validator(mode="after")(one_proof)


class Statement(BaseModel):
    """The exact text, and what is asked of its signer; without a nonce for a token, which cannot sign.

    `ref` is the subject's; where the command makes it, it was drawn with the text, and is that of what is made.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{
        "ref": "RV-7K3M-9QXP", "command": "review clear", "meaning": "determines", "printed_name": "A. Decider",
        "method": "passkey", "version": 7, "text": "Determination\\n…", "digest": DIGEST, "nonce": NONCE,
        "expires_at": "2026-11-20T14:05:00Z", "passkey": OPTIONS, "now": "2026-11-20T14:00:00Z",
        "time_zone": "America/New_York", "is_simulation": False,
        "reader": {"ref": "decider@example-office.example", "organization": "example-office", "side": "agency"},
    }]})  # fmt: skip

    ref: str
    command: str
    meaning: Meaning
    printed_name: str
    method: Method
    version: int
    text: str
    digest: str
    nonce: str | None
    expires_at: datetime | None
    passkey: dict[str, Any] | None
    now: datetime
    time_zone: str
    is_simulation: bool
    reader: dict[str, str | None] | None


def shown(request: Request, who: Principal, call: Call, printed_name: str | None, now: datetime) -> Statement:
    """The statement of a call, on a record in which all that was due is recorded, if its reader sees it at all."""
    app = app_of(request)
    found = app.statement(call, now, printed_name)
    asked: Row = {"nonce": None, "expires_at": None, "passkey": None}
    if who.method is not Method.TOKEN:
        asked = signatures.ask(app.engine, who, found["digest"], found["ref"], site_of(request), clock.now())
    return Statement(**found, **asked)


def signed(request: Request, who: Principal, call: Call, given: Signing | None) -> Signature | None:
    """The signature that comes with a call, proven; None where there is none, or the call was answered before.

    A token is Forbidden to sign before anything is looked at. A proof is used up, whatever the engine says then.
    """
    if given is None:
        return None
    guarded(request)
    signatures.require_no_token(who)
    app = app_of(request)
    if signatures.was_answered(app.engine, call):
        return None
    made = signatures.Given(
        given.digest, given.printed_name, given.meaning, given.nonce,
        None if given.password is None else given.password.get_secret_value(),
        None if given.passkey is None else given.passkey.model_dump(),
    )  # fmt: skip
    return signatures.sign(app.engine, app.settings, who, made, site_of(request), address(request), clock.now())
