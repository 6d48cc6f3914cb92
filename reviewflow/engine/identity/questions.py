"""What passkeys are asked: by which address, with which challenge, and which question an answer is to."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reviewflow.engine.identity import challenges
from reviewflow.errors import Refused, Unauthenticated
from reviewflow.nouns.principal import ChallengeKind
from reviewflow.nouns.subject import Row
from reviewflow.store.database import Connection, Engine

NOT_PROVEN = "The passkey does not prove it, or what it answers was not asked, or no longer."  # one for all of these
ASK_AGAIN = "Begin again; each question is answered once, within 5 minutes."


@dataclass(frozen=True)
class Site:
    """The address that passkeys are bound to: `rp_id` is the host, `origin` scheme, host and port."""

    rp_id: str
    origin: str


@dataclass(frozen=True)
class Asked:
    """What a browser is to hand to its authenticator, and until when it may be answered."""

    options: Row
    expires_at: datetime


def ask(connection: Connection, site: Site | None, person: str, own: list[Row], now: datetime, **data: object) -> Asked:
    """Ask for one of a person's passkeys; within the caller's transaction."""
    here = need(site)
    drawn, expires = challenges.ask(connection, ChallengeKind.PASSKEY_SIGN_IN, person, now, **data)
    return Asked(options(here, own, binary(drawn)), expires)


def options(site: Site, own: list[Row], challenge: bytes) -> Row:
    """What a browser hands to `navigator.credentials.get`."""
    from webauthn import generate_authentication_options
    from webauthn.helpers.structs import UserVerificationRequirement as Verification

    return document(
        generate_authentication_options(
            rp_id=site.rp_id,
            challenge=challenge,
            allow_credentials=described(own),
            user_verification=Verification.REQUIRED,
        )
    )


def answered(engine: Engine, credential: Row, now: datetime) -> tuple[Row, bytes]:
    """The question that a passkey answers, which is used up, and its challenge; Unauthenticated where there is none."""
    said = challenge_of(credential)
    found = challenges.answered(engine, ChallengeKind.PASSKEY_SIGN_IN, said, now)
    if found is None:
        raise Unauthenticated(NOT_PROVEN, remedy=ASK_AGAIN)
    return found, binary(said)


def need(site: Site | None) -> Site:
    """Refused where nobody knows at which address this server is reached."""
    if site is None:
        raise Refused(
            "Passkeys are bound to the address of this server, and it is not known.",
            remedy="Write it as public_url under [api] in server.toml.",
        )
    return site


def binary(text: str) -> bytes:
    """What base64url stands for."""
    from webauthn.helpers import base64url_to_bytes

    found: bytes = base64url_to_bytes(text)
    return found


def challenge_of(credential: Row) -> str:
    """The challenge that the browser says was answered; it is then looked up, and so found to be ours."""
    from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_client_data_json

    try:
        said = base64url_to_bytes(credential["response"]["clientDataJSON"])
        return bytes_to_base64url(parse_client_data_json(said).challenge)
    except Exception as error:
        raise Unauthenticated(NOT_PROVEN, remedy=ASK_AGAIN) from error


def described(own: list[Row]) -> Any:
    """Passkeys as options name them."""
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=binary(row["id"])) for row in own]


def document(options: Any) -> Row:
    """Options as JSON that a browser reads."""
    from webauthn import options_to_json

    found: Row = json.loads(options_to_json(options))
    return found
