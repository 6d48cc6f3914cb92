"""A passkey as second factor beneath every door, and who counts as able to come in."""

from typing import Any

import pytest
from webauthn.helpers import base64url_to_bytes

from reviewflow.engine.identity import challenges, entrance, passkeys, second_factor, signatures, tokens
from reviewflow.engine.identity.questions import Asked, Site
from reviewflow.errors import Forbidden, Refused, Unauthenticated
from reviewflow.nouns.commands.programme import DeactivatePerson
from reviewflow.nouns.principal import EVERYTHING, ChallengeKind
from reviewflow.nouns.signature import Meaning
from reviewflow.store.database import reading, transaction
from reviewflow.store.identity import openid_links, people
from tests.engine.authenticator import ORIGIN, RP_ID, Authenticator
from tests.engine.identity.installation import ADMIN, HERE, MINUTE, OFFICER, OTHER, PASSWORD, Installation

SITE = Site(RP_ID, ORIGIN)


def with_passkey(place: Installation, person: str = OFFICER) -> tuple[Authenticator, Any]:
    """A person who has a password and a passkey, and his session."""
    place.has_password(person)
    made, who = Authenticator(), place.sign_in(person).principal
    asked = passkeys.begin(place.engine, place.settings, who, SITE, place.now)
    credential = made.register(base64url_to_bytes(asked.options["challenge"]))
    _, entered = passkeys.register(place.engine, place.settings, who, SITE, "safe", credential, place.now)
    return made, entered


def complete(place: Installation, credential: dict[str, Any]) -> Any:
    return second_factor.complete(place.engine, place.settings, SITE, credential, HERE, place.now)


def test_password_alone_opens_no_session(place: Installation) -> None:
    """Who has a passkey is asked for it; where no address is known, he is told so; and not a cookie is made."""
    passkey, _ = with_passkey(place)
    before = place.query("SELECT count(*) FROM session")
    with pytest.raises(Refused, match="bound to the address"):
        place.sign_in()
    asked = place.sign_in(site=SITE)
    assert isinstance(asked, Asked)
    assert place.query("SELECT count(*) FROM session") == before
    entered = complete(place, passkey.answer(base64url_to_bytes(asked.options["challenge"])))
    assert entered.principal.has_second_factor
    assert place.who(entered.cookie).person == OFFICER


def test_question_is_answered_once_within_minutes(place: Installation) -> None:
    """To the second; and only as what it was asked for."""
    with transaction(place.engine) as connection:
        drawn = [challenges.ask(connection, ChallengeKind.OPENID, None, place.now)[0] for _ in range(3)]
    for given, kind, at, is_good in (
        (drawn[0], ChallengeKind.OPENID, place.now + challenges.LASTS - MINUTE / 60, True),
        (drawn[0], ChallengeKind.OPENID, place.now, False),
        (drawn[1], ChallengeKind.OPENID, place.now + challenges.LASTS, False),
        (drawn[2], ChallengeKind.SIGNATURE, place.now, False),
        ("", ChallengeKind.OPENID, place.now, False),
        ("\ud800", ChallengeKind.OPENID, place.now, False),
    ):
        assert (challenges.answered(place.engine, kind, given, at) is not None) is is_good


def test_person_who_was_put_out_of_use_meanwhile_stays_out(place: Installation) -> None:
    """Between the password and the passkey, too: what he is given opens nothing."""
    passkey, _ = with_passkey(place)
    asked = place.sign_in(site=SITE)
    place.record(DeactivatePerson(reason="left"), OFFICER)
    entered = complete(place, passkey.answer(base64url_to_bytes(asked.options["challenge"])))
    with pytest.raises(Unauthenticated):
        place.who(entered.cookie)


def test_password_alone_does_nothing_that_asks_for_the_passkey(place: Installation) -> None:
    """Prove presence, change the password, sign; the passkey's own fresh answer does, and is made no fresher."""
    passkey, entered = with_passkey(place)
    place.now += 6 * MINUTE
    who, arguments = place.who(entered.cookie), (place.engine, place.settings)
    signing = signatures.Given("0" * 64, "An Officer", Meaning.AGREES, "", PASSWORD)
    for act in (
        lambda: entrance.prove(*arguments, who, PASSWORD, HERE, place.now),
        lambda: entrance.change(*arguments, who, PASSWORD, OTHER, HERE, place.now),
        lambda: signatures.sign(*arguments, who, signing, SITE, HERE, place.now),
    ):
        with pytest.raises(Forbidden, match="You have a passkey"):
            act()
    asked = second_factor.ask(place.engine, who, SITE, place.now)
    credential = passkey.answer(base64url_to_bytes(asked.options["challenge"]))
    proven = second_factor.prove(*arguments, who, SITE, credential, place.now)
    place.now += 4 * MINUTE
    changed = entrance.change(*arguments, place.who(proven.cookie), PASSWORD, OTHER, HERE, place.now)
    assert changed.principal.proven_at == place.now - 4 * MINUTE
    place.now += MINUTE
    with pytest.raises(Forbidden, match="You have a passkey"):
        entrance.change(*arguments, place.who(changed.cookie), OTHER, PASSWORD, HERE, place.now)
    with pytest.raises(Forbidden, match="proof that you are there"):
        tokens.make(*arguments, place.who(changed.cookie), "stolen", EVERYTHING, None, place.now)


def test_stale_proof_makes_no_passkey(place: Installation) -> None:
    """It asks for a fresh one."""
    place.has_password(OFFICER)
    who = place.sign_in().principal
    with pytest.raises(Forbidden, match="proof that you are there"):
        passkeys.begin(place.engine, place.settings, who, SITE, place.now + 6 * MINUTE)


def test_administrator_with_a_passkey_or_a_linked_account_is_one(place: Installation) -> None:
    """So that no code for a first one is drawn beside him."""

    def has_administrator() -> bool:
        with reading(place.engine) as connection:
            return people.has_administrator(connection)

    assert not has_administrator()
    with_passkey(place, ADMIN)
    place.query("DELETE FROM credential")
    assert has_administrator()
    place.query("UPDATE passkey SET removed_at = made_at")
    assert not has_administrator()
    with transaction(place.engine) as connection:
        openid_links.put(connection, "https://login.example", "1", ADMIN, place.now)
        openid_links.put(connection, "https://login.example", "2", ADMIN, place.now)
    assert has_administrator()
    assert place.query("SELECT subject FROM openid_link") == [("2",)]
