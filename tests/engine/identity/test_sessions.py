"""Sessions: new with each sign-in, over when idle, old, ended, or when the owner's standing or password changes."""

from datetime import timedelta

import pytest

from reviewflow.engine.identity import authority, entrance, secrets, sessions
from reviewflow.errors import Forbidden, Invalid, NotFound, Unauthenticated
from reviewflow.nouns.commands.programme import (
    ActivateOrganization,
    ActivatePerson,
    ChangeRoles,
    DeactivateOrganization,
    DeactivatePerson,
)
from reviewflow.nouns.principal import EVERYTHING, Method, Principal
from reviewflow.nouns.states import Role
from tests.engine.identity.installation import (
    ADMIN,
    HERE,
    HOUR,
    MINUTE,
    OFFICER,
    OTHER,
    PASSWORD,
    RIVAL,
    VIEWER,
    Installation,
)


@pytest.fixture
def known(place: Installation) -> Installation:
    """Those who sign in have passwords."""
    place.has_password(OFFICER, RIVAL, ADMIN)
    return place


def is_over(place: Installation, cookie: str) -> bool:
    """Whether it opens nothing, and says so in the one sentence."""
    try:
        place.who(cookie)
    except Unauthenticated as error:
        assert error.reasons == (sessions.NOBODY,)
        return True
    return False


def test_who_signs_in_is_known_by_his_cookie(known: Installation) -> None:
    """With the method and the moment of the proof; only a digest of the cookie is kept, and no repr shows it."""
    entered = known.sign_in(f" {OFFICER.upper()} ", agent="Browser 9\0\x1b[1m" + "x" * 500)
    wanted = Principal(OFFICER, Method.PASSWORD, entered.principal.id, EVERYTHING, known.now)
    assert known.who(entered.cookie) == entered.principal == wanted
    assert entered.expires_at == known.now + 12 * HOUR
    assert entered.cookie not in known.everything() + repr(entered)
    [(digest, agent)] = known.query("SELECT digest, agent FROM session")
    assert digest == secrets.digest(entered.cookie)
    assert agent == ("Browser 9[1m" + "x" * 500)[:200]


@pytest.mark.parametrize("cookie", ["", "x", "\0", "ä" * 1000, "rfl_" + "0" * 36, "\ud800"])
def test_what_is_no_cookie_opens_nothing(known: Installation, cookie: str) -> None:
    """Whatever it is, and also the digest that the database holds."""
    known.sign_in()
    assert is_over(known, cookie)
    assert is_over(known, known.query("SELECT digest FROM session")[0][0])


def test_no_session_is_taken_over_from_before(known: Installation) -> None:
    """Signing in makes a new cookie and a new id, and ends the session that the browser brought along."""
    first = known.sign_in(RIVAL)
    second = known.sign_in(OFFICER, former=first.cookie)
    assert len({first.cookie, second.cookie, first.principal.id, second.principal.id}) == 4
    assert is_over(known, first.cookie)
    planted = "planted-by-somebody-else"
    third = known.sign_in(OFFICER, former=planted)
    assert is_over(known, planted)
    assert not is_over(known, second.cookie)
    assert third.cookie != planted


def test_an_idle_session_is_over(known: Installation) -> None:
    """After the minutes of the setting without use, not before; use begins them anew, and is written once a minute."""
    cookie = known.sign_in().cookie
    for _ in range(5):
        known.now += 29 * MINUTE
        assert not is_over(known, cookie)
    seen = known.query("SELECT seen_at FROM session")
    known.now += timedelta(seconds=59)
    known.who(cookie)
    assert known.query("SELECT seen_at FROM session") == seen
    known.now += timedelta(seconds=1)
    known.who(cookie)
    assert known.query("SELECT seen_at FROM session") > seen
    known.now += 30 * MINUTE
    assert is_over(known, cookie)
    known.now -= 30 * MINUTE - timedelta(seconds=1)
    assert not is_over(known, cookie)


def test_an_old_session_is_over_however_busy(known: Installation) -> None:
    """After the hours of the setting; a proof of presence in between does not prolong it."""
    entered = known.sign_in()
    cookie = entered.cookie
    for _ in range(35):
        known.now += 20 * MINUTE
        cookie = entrance.prove(known.engine, known.settings, known.who(cookie), PASSWORD, HERE, known.now).cookie
    known.now = entered.expires_at - timedelta(microseconds=1)
    assert not is_over(known, cookie)
    known.now = entered.expires_at
    assert is_over(known, cookie)


def test_its_owner_lists_and_ends_his_sessions(known: Installation) -> None:
    """One, or all but the one that asks; another's is not there for him."""
    mine = [known.sign_in(agent=f"browser {n}") for n in range(4)]
    rival = known.sign_in(RIVAL)
    me = mine[0].principal
    arguments = known.engine, known.settings
    found = sessions.sessions_of(*arguments, me, OFFICER, known.now)
    assert {row["id"] for row in found} == {one.principal.id for one in mine}
    assert [row["agent"] for row in found if row["is_current"]] == ["browser 0"]
    assert "digest" not in found[0]
    sessions.end(*arguments, me, OFFICER, mine[1].principal.id, known.now)
    assert is_over(known, mine[1].cookie)
    for wrong in (mine[1].principal.id, rival.principal.id, "", "\0"):
        with pytest.raises(NotFound):
            sessions.end(*arguments, me, OFFICER, wrong, known.now)
    assert sessions.end_all(*arguments, me, OFFICER, known.now) == 2
    assert [is_over(known, one.cookie) for one in mine] == [False, True, True, True]
    sessions.end(*arguments, me, OFFICER, me.id, known.now)
    assert is_over(known, mine[0].cookie)
    assert not is_over(known, rival.cookie)


def test_only_an_administrator_ends_those_of_others(known: Installation) -> None:
    """Somebody else is refused, where he sees the person at all; the system and the record have none."""
    officer, admin, rival = known.sign_in(), known.sign_in(ADMIN), known.sign_in(RIVAL)
    arguments = known.engine, known.settings
    with pytest.raises(NotFound):
        sessions.end_all(*arguments, rival.principal, OFFICER, known.now)
    with pytest.raises(Forbidden):
        sessions.sessions_of(*arguments, officer.principal, VIEWER, known.now)
    for nobody in ("system", "record", "lab-a", "nobody@lab-a.example"):
        with pytest.raises(NotFound):
            sessions.end_all(*arguments, admin.principal, nobody, known.now)
    assert len(sessions.sessions_of(*arguments, admin.principal, OFFICER, known.now)) == 1
    assert sessions.end_all(*arguments, admin.principal, OFFICER, known.now) == 1
    assert is_over(known, officer.cookie)
    assert not is_over(known, admin.cookie)


@pytest.mark.parametrize("whom", ["person", "organization"])
def test_a_deactivation_ends_sessions_for_good(known: Installation, whom: str) -> None:
    """Also those that nobody used meanwhile; once in use again the person signs in anew."""
    used, unused, rival = known.sign_in(), known.sign_in(), known.sign_in(RIVAL)
    if whom == "person":
        known.record(DeactivatePerson(reason="left"), OFFICER)
    else:
        known.record(DeactivateOrganization(reason="closed"), "lab-a")
    known.now += MINUTE
    assert is_over(known, used.cookie)
    with pytest.raises(Unauthenticated, match="cannot sign in"):
        known.sign_in()
    if whom == "person":
        known.record(ActivatePerson(), OFFICER)
    else:
        known.record(ActivateOrganization(), "lab-a")
    assert is_over(known, used.cookie)
    assert is_over(known, unused.cookie)
    assert sessions.sessions_of(known.engine, known.settings, Principal(OFFICER, Method.OPERATOR), OFFICER,
                                known.now) == []  # fmt: skip
    assert not is_over(known, known.sign_in().cookie)
    assert not is_over(known, rival.cookie)


def test_a_new_password_ends_all_other_sessions(known: Installation) -> None:
    """It asks for the one before; the session that changed it goes on under a new cookie."""
    one, two = known.sign_in(), known.sign_in()
    arguments = known.engine, known.settings, one.principal
    with pytest.raises(Forbidden, match="password is wrong"):
        entrance.change(*arguments, OTHER, OTHER, HERE, known.now)
    with pytest.raises(Invalid):
        entrance.change(*arguments, PASSWORD, "short", HERE, known.now)
    assert not is_over(known, two.cookie)
    changed = entrance.change(*arguments, PASSWORD, OTHER, HERE, known.now)
    assert changed.principal.id == one.principal.id
    assert [is_over(known, one.cookie), is_over(known, two.cookie), is_over(known, changed.cookie)] == [
        True,
        True,
        False,
    ]
    with pytest.raises(Unauthenticated):
        known.sign_in()
    known.sign_in(password=OTHER)


def test_the_operator_sets_a_password_and_ends_all_sessions(known: Installation) -> None:
    """Without the one before, since who runs the machine vouches; never for one out of use, or for nobody."""
    one = known.sign_in()
    known.has_password(OFFICER, password=OTHER)
    assert is_over(known, one.cookie)
    known.record(DeactivatePerson(reason="left"), OFFICER)
    for nobody in (OFFICER, "nobody@lab-a.example"):
        with pytest.raises(NotFound):
            known.has_password(nobody)


def test_a_proof_of_presence_is_fresh_for_a_while(known: Installation) -> None:
    """By the password again; the old cookie is over. A wrong one counts as a failed sign-in, and ends nothing."""
    entered = known.sign_in()
    limits = known.settings.server.identity
    assert authority.is_present(entered.principal, limits, known.now)
    known.now += 5 * MINUTE
    assert not authority.is_present(known.who(entered.cookie), limits, known.now)
    with pytest.raises(Forbidden, match="proof"):
        authority.require_presence(entered.principal, limits, known.now)
    with pytest.raises(Forbidden, match="password is wrong"):
        entrance.prove(known.engine, known.settings, entered.principal, OTHER, HERE, known.now)
    fresh = entrance.prove(known.engine, known.settings, entered.principal, PASSWORD, HERE, known.now)
    assert authority.is_present(known.who(fresh.cookie), limits, known.now)
    assert is_over(known, entered.cookie)
    sessions.end_all(known.engine, known.settings, Principal(OFFICER, Method.OPERATOR), OFFICER, known.now)
    with pytest.raises(Unauthenticated):
        entrance.prove(known.engine, known.settings, fresh.principal, PASSWORD, HERE, known.now)


def test_another_proof_marks_the_second_factor(known: Installation) -> None:
    """A method of another room opens and strengthens sessions through the same two functions."""
    from reviewflow.store.database import transaction

    with transaction(known.engine) as connection:
        identity = known.settings.server.identity
        entered = sessions.enter(connection, identity, OFFICER, Method.PASSKEY, known.now)
        strong = sessions.prove(connection, identity, entered.principal, known.now, by_second_factor=True)
    found = known.who(strong.cookie)
    assert (found.method, found.has_second_factor, entered.principal.has_second_factor) == (Method.PASSKEY, True, False)


def test_rights_are_those_of_now(known: Installation) -> None:
    """An administrator whose role was taken a moment ago administers nobody, though his session goes on."""
    admin = known.sign_in(ADMIN)
    known.record(ChangeRoles(roles=(Role.DECIDER,)), ADMIN)
    assert not is_over(known, admin.cookie)
    with pytest.raises(Forbidden):
        sessions.end_all(known.engine, known.settings, admin.principal, OFFICER, known.now)


def test_a_session_is_read_where_nothing_can_be_written(known: Installation) -> None:
    """On a disk that is full reading goes on: the mark of the last use is left out."""
    from unittest.mock import patch

    from reviewflow.errors import OutOfService
    from reviewflow.store.identity import sessions as store

    cookie = known.sign_in().cookie
    known.now += 2 * MINUTE
    with patch.object(store, "see", side_effect=OutOfService("The disk is full.")):
        assert known.who(cookie).person == OFFICER


def test_a_session_for_which_the_operator_vouched_opens_nothing_real(known: Installation) -> None:
    """Such a one is of simulations; however it came to be in a real record, it is of nobody."""
    entered = known.sign_in()
    known.query("UPDATE session SET method = 'operator'")
    assert is_over(known, entered.cookie)
