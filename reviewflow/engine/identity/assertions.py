"""What a passkey answers, judged: whose it is, what it signed, whether it saw its owner, and that its count goes on."""

from datetime import datetime

from reviewflow import logs
from reviewflow.engine.identity.questions import ASK_AGAIN, NOT_PROVEN, Site, need
from reviewflow.errors import Unauthenticated
from reviewflow.nouns.subject import Row
from reviewflow.store.database import Connection
from reviewflow.store.identity import passkeys as store


def accept(
    connection: Connection, site: Site | None, person: str, credential: Row, challenge: bytes, now: datetime
) -> Row:
    """The passkey that signed the challenge, which is counted as used; within the caller's transaction.

    Unauthenticated with one sentence where it is not this person's, or proves nothing. A count that went back is told
    in the log: somebody may have a copy of the key.
    """
    from webauthn import verify_authentication_response
    from webauthn.helpers import base64url_to_bytes

    here, id = need(site), credential.get("id")
    row = next((row for row in store.of_person(connection, person) if row["id"] == id), None)
    if row is None:
        raise _refused(person, "not this person's")
    try:
        found = verify_authentication_response(
            credential=credential, expected_challenge=challenge, expected_rp_id=here.rp_id, expected_origin=here.origin,
            credential_public_key=base64url_to_bytes(row["public_key"]), credential_current_sign_count=0,
            require_user_verification=True,
        )  # fmt: skip
    except Exception as error:
        raise _refused(person, type(error).__name__) from error
    if not store.use(connection, person, row["id"], found.new_sign_count, now):
        logs.get().warning(
            "passkey_count_went_back", person=person, id=row["id"], had=row["sign_count"], said=found.new_sign_count
        )
        raise Unauthenticated(NOT_PROVEN, remedy=ASK_AGAIN)
    logs.get().info("passkey_used", person=person, id=row["id"])
    return row


def _refused(person: str, why: str) -> Unauthenticated:
    logs.get().info("passkey_refused", person=person, why=why)
    return Unauthenticated(NOT_PROVEN, remedy=ASK_AGAIN)
