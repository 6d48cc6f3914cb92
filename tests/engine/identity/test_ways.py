"""Ways in of a person: each change is on record and told, and a reset throws out whoever was in."""

import hashlib
from collections.abc import Callable

import pytest
from webauthn.helpers import base64url_to_bytes

from reviewflow import clock
from reviewflow.engine import calendar_link
from reviewflow.engine.identity import entrance, invitations, passkeys, tokens
from reviewflow.engine.identity.authority import operator
from reviewflow.errors import NotFound, Unauthenticated
from reviewflow.nouns.commands.programme import ActivatePerson, AddPerson, DeactivatePerson
from reviewflow.nouns.principal import EVERYTHING
from reviewflow.nouns.states import Role
from reviewflow.nouns.subject import Row
from reviewflow.store import inbox, journal
from reviewflow.store.database import reading, transaction
from reviewflow.store.identity import openid_links
from tests.engine.identity.installation import (
    ADMIN,
    DECIDER,
    HERE,
    OFFICER,
    OTHER,
    PASSWORD,
    RIVAL,
    VIEWER,
    Installation,
)
from tests.engine.identity.test_invitations import invite
from tests.engine.identity.test_second_factor import SITE, with_passkey
from tests.walls import as_the_working_role

ISSUER = "https://login.example"


def furnished(place: Installation) -> dict[str, Callable[[], object]]:
    """Whatever opens a door in the officer's name, each tried by calling it."""
    arguments, now = (place.engine, place.settings), place.now
    _, entered = with_passkey(place)
    cookie = entered.cookie
    token = tokens.make(*arguments, operator(OFFICER), "all", EVERYTHING, None, now).secret
    link = calendar_link.make(place.engine, OFFICER, now).secret
    with transaction(place.engine) as connection:
        openid_links.put(connection, ISSUER, "theirs", OFFICER, now)

    def first_factor() -> object:
        return place.sign_in(site=SITE)

    def account() -> object:
        with reading(place.engine) as connection:
            found = openid_links.person_of(connection, ISSUER, "theirs")
        if found is None:
            raise Unauthenticated("Nobody.")
        return found

    def passkey() -> object:
        if not passkeys.own(place.engine, operator(OFFICER)):
            raise Unauthenticated("None.")
        return True

    return {
        "session": lambda: place.who(cookie),
        "token": lambda: tokens.principal(*arguments, token, now),
        "calendar": lambda: calendar_link.calendar(*arguments, link, {"is_simulation": False, "genesis": "g"}, now),
        "password": first_factor, "account": account, "passkey": passkey,
    }  # fmt: skip


def opens(act: Callable[[], object]) -> bool:
    try:
        act()
    except (Unauthenticated, NotFound):
        return False
    return True


@pytest.mark.parametrize("way", ["password", "openid"])
def test_who_was_in_is_thrown_out_by_a_reset(place: Installation, way: str) -> None:
    """Session, token, calendar, account, password and passkey from before are over, whatever takes their place."""
    ways = furnished(place)
    code = invite(place).code
    assert {name for name, act in ways.items() if opens(act)} == set(ways)
    if way == "password":
        place.accept(code, OTHER)
    else:
        kept = invitations.held(place.engine, place.settings, code, HERE, place.now, None, None)
        invitations.accept_with(place.engine, place.settings, kept, link_mine(place), HERE, place.now)
    assert {name for name, act in ways.items() if opens(act)} == set()
    told = {row["name"] for row in letters(place, OFFICER)}
    assert told == {"way_in_changed"}


def test_role_that_the_installation_works_as_may_reset(place: Installation) -> None:
    """And make the first administrator: it deletes what is no record, and locks what it only reads."""
    first = invitations.invite_first(place.engine, place.settings, place.now)
    ways = furnished(place)
    place.engine.dispose()
    place.engine = as_the_working_role(place.database)
    assert first is not None
    assert place.accept(first.code, mailbox=ADMIN) == ADMIN
    place.accept(invite(place).code, OTHER)
    assert {name for name, act in ways.items() if opens(act)} == set()


def link_mine(place: Installation) -> Callable[..., None]:
    """Another account at the provider becomes his."""
    return lambda connection, person: openid_links.put(connection, ISSUER, "mine", person, place.now)


def letters(place: Installation, person: str) -> list[Row]:
    """What somebody is told of."""
    with reading(place.engine) as connection:
        return inbox.letters_to(connection, person)


def changes(place: Installation, person: str = OFFICER) -> list[tuple[str, str]]:
    """What is on record of the ways in of a person: what changed, and by whom."""
    with reading(place.engine) as connection:
        events = journal.events_of(connection, person)
    return [(e["data"]["change"], e["data"]["made_by"]) for e in events if e["name"] == "way_in_changed"]


def test_each_change_of_a_way_in_is_on_record_and_told(place: Installation) -> None:
    """With who did it, and a passkey's fingerprint; of a code that replaces them all other officers are told too."""
    place.record(AddPerson(mailbox="second@lab-a.example", organization="lab-a", roles=(Role.OFFICER,)))
    _, entered = with_passkey(place)
    [key] = place.query("SELECT public_key FROM passkey")
    [shown] = passkeys.own(place.engine, entered.principal)
    invitations.invite(place.engine, place.settings, operator(ADMIN), OFFICER, place.now)
    passkeys.remove(place.engine, place.settings, entered.principal, shown["id"], place.now)
    entrance.change(place.engine, place.settings, entered.principal, PASSWORD, OTHER, HERE, place.now)
    assert changes(place) == [
        ("password_set", entrance.OPERATOR), ("passkey_added", OFFICER), ("reset_invited", ADMIN),
        ("passkey_removed", OFFICER), ("password_set", OFFICER),
    ]  # fmt: skip
    with reading(place.engine) as connection:
        prints = {
            e["data"]["fingerprint"] for e in journal.events_of(connection, OFFICER) if "fingerprint" in e["data"]
        }
    assert prints == {hashlib.sha256(base64url_to_bytes(key[0])).hexdigest()}
    assert len(letters(place, OFFICER)) == 5
    assert [row["data"]["change"] for row in letters(place, "second@lab-a.example")] == ["reset_invited"]
    for other in (VIEWER, RIVAL, ADMIN, DECIDER):
        assert letters(place, other) == []


def test_reset_of_an_administrator_is_told_to_those_of_his_agency(place: Installation) -> None:
    """So that none of them becomes another in silence; a first invitation replaces nothing and is not told."""
    second = "second-admin@office.example"
    place.record(AddPerson(mailbox=second, organization="office", roles=(Role.ADMIN,)))
    invite(place, DECIDER)
    assert changes(place, DECIDER) == []
    place.has_password(DECIDER)
    invite(place, DECIDER)
    assert changes(place, DECIDER)[-1] == ("reset_invited", ADMIN)
    assert [len(letters(place, who)) for who in (DECIDER, ADMIN, second, OFFICER)] == [2, 1, 1, 0]


def test_refused_change_of_a_way_in_leaves_no_event(place: Installation) -> None:
    """A code that was used meanwhile, a passkey that is not there."""
    made = invite(place)
    kept = invitations.held(place.engine, place.settings, made.code, HERE, place.now, None, None)
    place.accept(made.code)
    before = changes(place)
    with pytest.raises(Unauthenticated):
        invitations.accept_with(place.engine, place.settings, kept, link_mine(place), HERE, place.now)
    with pytest.raises(NotFound):
        passkeys.remove(place.engine, place.settings, operator(OFFICER), "none", place.now)
    assert changes(place) == before


def test_calendar_link_ends_with_its_person_for_good(place: Installation) -> None:
    """As sessions and tokens do: somebody who is in use again makes another."""
    opens_calendar = furnished(place)["calendar"]
    assert opens(opens_calendar)
    place.record(DeactivatePerson(reason="left"), OFFICER)
    assert not opens(opens_calendar)
    place.record(ActivatePerson(), OFFICER)
    assert not opens(opens_calendar)
    with pytest.raises(NotFound):
        calendar_link.link_of(place.engine, OFFICER)
    calendar_link.make(place.engine, OFFICER, clock.now())
    assert calendar_link.link_of(place.engine, OFFICER)
