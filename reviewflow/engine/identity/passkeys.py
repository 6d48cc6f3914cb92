"""Passkeys: keys on an authenticator that asks its owner for finger or PIN: made, listed, renamed and removed."""

from datetime import datetime
from hashlib import sha256

from reviewflow import logs
from reviewflow.engine.identity import challenges, questions, sessions, ways
from reviewflow.engine.identity.authority import is_present, require_person, require_presence
from reviewflow.errors import Forbidden, Invalid, NotFound, NotPresent, Refused, Unauthenticated
from reviewflow.nouns.commands.form import SHORT_TEXT
from reviewflow.nouns.principal import ChallengeKind, Principal, WayChange
from reviewflow.nouns.server import Identity
from reviewflow.nouns.subject import Row
from reviewflow.settings.settings import Settings
from reviewflow.store.database import Connection, Engine, reading, transaction
from reviewflow.store.identity import passkeys as store
from reviewflow.store.identity import sessions as session_store

MOST = 20  # of one person
_SHOWN = ("id", "name", "transports", "made_at", "used_at")


def begin(
    engine: Engine, settings: Settings, who: Principal, site: questions.Site | None, now: datetime
) -> questions.Asked:
    """What a new passkey of somebody who is there is made from."""
    from webauthn import generate_registration_options
    from webauthn.helpers.structs import AuthenticatorSelectionCriteria, ResidentKeyRequirement
    from webauthn.helpers.structs import UserVerificationRequirement as Verification

    require_presence(who, settings.server.identity, now)
    here = questions.need(site)
    with transaction(engine) as connection:
        own = store.of_person(connection, who.person)
        if len(own) >= MOST:
            raise Refused(f"You have {MOST} passkeys already.", remedy="Remove one that you no longer use.")
        drawn, expires = challenges.ask(connection, ChallengeKind.PASSKEY_NEW, who.person, now, session=who.id)
    options = generate_registration_options(
        rp_id=here.rp_id, rp_name="reviewflow", user_name=who.person, user_id=sha256(who.person.encode()).digest(),
        challenge=questions.binary(drawn), exclude_credentials=questions.described(own),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=Verification.REQUIRED
        ),
    )  # fmt: skip
    return questions.Asked(questions.document(options), expires)


def register(
    engine: Engine,
    settings: Settings,
    who: Principal,
    site: questions.Site | None,
    name: str,
    credential: Row,
    now: datetime,
) -> tuple[Row, sessions.Entered]:
    """Keep a new passkey; other sessions are over, and this one has a second factor, and a new cookie."""
    from webauthn import verify_registration_response
    from webauthn.helpers import bytes_to_base64url

    require_person(who)
    here, said = questions.need(site), questions.challenge_of(credential)
    found = challenges.answered(engine, ChallengeKind.PASSKEY_NEW, said, now)
    if found is None or (found["person"], found["data"]["session"]) != (who.person, who.id):
        raise Unauthenticated(questions.NOT_PROVEN, remedy=questions.ASK_AGAIN)
    try:
        made = verify_registration_response(
            credential=credential, expected_challenge=questions.binary(said), expected_rp_id=here.rp_id,
            expected_origin=here.origin, require_user_verification=True,
        )  # fmt: skip
    except Exception as error:
        logs.get().info("passkey_refused", person=who.person, why=type(error).__name__)
        raise Unauthenticated(questions.NOT_PROVEN, remedy=questions.ASK_AGAIN) from error
    row: Row = {"id": bytes_to_base64url(made.credential_id), "person": who.person, "name": _name(name)}
    row |= {"public_key": bytes_to_base64url(made.credential_public_key), "sign_count": made.sign_count}
    row |= {"transports": _transports(credential), "made_at": now, "used_at": None, "removed_at": None}
    with transaction(engine) as connection:
        if store.is_known(connection, row["id"]):
            raise Refused("This passkey is, or was, in use here already.", remedy="Make a new one.")
        store.add(connection, row)
        _record(connection, settings, who, WayChange.PASSKEY_ADDED, row, now)
        session_store.end_all(connection, who.person, now, but=who.id)
        entered = sessions.prove(connection, settings.server.identity, who, now, by_second_factor=True)
    logs.get().info("passkey_made", person=who.person, id=row["id"])
    return _shown(row), entered


def own(engine: Engine, who: Principal) -> list[Row]:
    """Those of the person who asks."""
    require_person(who)
    with reading(engine) as connection:
        return [_shown(row) for row in store.of_person(connection, who.person)]


def rename(engine: Engine, who: Principal, id: str, name: str) -> Row:
    """Another name; NotFound where he has none of this id."""
    require_person(who)
    called = _name(name)
    with transaction(engine) as connection:
        if not (id.isprintable() and store.rename(connection, who.person, id, called)):
            raise missing()
        [row] = [row for row in store.of_person(connection, who.person) if row["id"] == id]
    return _shown(row)


def remove(engine: Engine, settings: Settings, who: Principal, id: str, now: datetime) -> None:
    """It opens nothing any more, and the other sessions are over; by its owner, who is there."""
    require_presence(who, settings.server.identity, now)
    with transaction(engine) as connection:
        row = next((row for row in store.of_person(connection, who.person) if row["id"] == id), None)
        if row is None or not store.remove(connection, who.person, id, now):
            raise missing()
        _record(connection, settings, who, WayChange.PASSKEY_REMOVED, row, now)
        session_store.end_all(connection, who.person, now, but=who.id)
    logs.get().info("passkey_removed", person=who.person, id=id)


def require_none(engine: Engine, person: str, otherwise: type[Forbidden] = Forbidden) -> None:
    """Forbidden for a password where a passkey is there to prove more."""
    with reading(engine) as connection:
        if store.of_person(connection, person):
            raise otherwise("You have a passkey; a password does not stand in for it.", remedy="Use the passkey.")


def require_fresh(engine: Engine, limits: Identity, who: Principal, now: datetime) -> None:
    """NotPresent where a passkey is there, and did not prove a moment ago that its owner is."""
    if not (who.has_second_factor and is_present(who, limits, now)):
        require_none(engine, who.person, NotPresent)


def missing() -> NotFound:
    """One answer for what is not there, and what is another's."""
    return NotFound("There is no such passkey, or it was removed.", remedy="List them first.")


def _record(
    connection: Connection, settings: Settings, who: Principal, change: WayChange, row: Row, now: datetime
) -> None:
    ways.changed(connection, settings, who.person, change, who.person, now, key=row["public_key"])


def _transports(credential: Row) -> list[str]:
    known = ("ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb")
    said = credential["response"].get("transports")
    return sorted({one for one in said if one in known}) if isinstance(said, list) else []


def _name(name: str) -> str:
    if not (name.strip() and len(name) <= SHORT_TEXT and name.isprintable()):
        raise Invalid(f"A passkey's name is one line of up to {SHORT_TEXT} characters, such as key in the safe.")
    return name.strip()


def _shown(row: Row) -> Row:
    return {name: row[name] for name in _SHOWN}
