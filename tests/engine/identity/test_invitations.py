"""One-time codes: for a person on record, for one who lost his password, and for the first administrator."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from reviewflow.engine.identity import invitations, tokens
from reviewflow.engine.identity.authority import operator
from reviewflow.errors import Forbidden, Invalid, NotFound, Refused, ReviewflowError, Unauthenticated
from reviewflow.nouns.commands.programme import (
    ActivatePerson,
    AddOrganization,
    ChangeRoles,
    DeactivatePerson,
)
from reviewflow.nouns.principal import EVERYTHING, InvitationKind
from reviewflow.nouns.states import Power, Role
from tests.engine.identity.installation import (
    ADMIN,
    DAY,
    DECIDER,
    HERE,
    MINUTE,
    OFFICER,
    OTHER,
    PASSWORD,
    RIVAL,
    Installation,
)

NEWCOMER = "first-admin@office.example"


def invite(place: Installation, person: str = OFFICER, by: str = ADMIN) -> invitations.Invited:
    """A code by an administrator, for whom the operator vouches."""
    return invitations.invite(place.engine, place.settings, operator(by), person, place.now)


def first(place: Installation) -> invitations.Invited:
    """A code for the first administrator."""
    found = invitations.invite_first(place.engine, place.settings, place.now)
    assert found is not None
    return found


def is_over(place: Installation, code: str) -> bool:
    """Whether it opens nothing, and says so in the one sentence."""
    try:
        place.accept(code)
    except Unauthenticated as error:
        assert (error.reasons, error.remedy) == ((invitations.BAD_CODE,), invitations.ASK)
        return True
    return False


def test_a_code_sets_the_first_password_once(place: Installation) -> None:
    """Typed in any case; kept only as a digest, and no repr shows it; then the person signs in."""
    made = invite(place)
    assert (made.kind, made.person, made.expires_at) == (InvitationKind.JOIN, OFFICER, place.now + 7 * DAY)
    assert not any(text in place.everything() + repr(made) for text in (made.code, made.code.replace("-", "")))
    assert place.accept(made.code.lower().replace("-", " ")) == OFFICER
    place.sign_in()
    assert is_over(place, made.code)
    assert PASSWORD not in place.everything()


def test_a_lost_password_is_replaced_and_all_sessions_end(place: Installation) -> None:
    """The administrator starts it and does not choose the password; until the code is used the old one holds."""
    place.has_password(OFFICER)
    entered = place.sign_in()
    made = invite(place)
    assert made.kind is InvitationKind.RESET
    place.who(entered.cookie)
    place.sign_in()
    place.accept(made.code, OTHER)
    with pytest.raises(Unauthenticated):
        place.who(entered.cookie)
    place.sign_in(password=OTHER)


def test_a_code_is_over_in_time_and_with_the_next_one(place: Installation) -> None:
    """After the days of the setting; only the last one of a person is good."""
    early, late = invite(place), invite(place)
    assert is_over(place, early.code)
    place.now += 7 * DAY
    assert is_over(place, late.code)
    place.now -= timedelta(microseconds=1)
    assert not is_over(place, late.code)


def test_a_code_is_over_when_its_person_is_put_out_of_use(place: Installation) -> None:
    """For good; and nobody out of use is invited."""
    made = invite(place)
    place.record(DeactivatePerson(reason="left"), OFFICER)
    assert is_over(place, made.code)
    with pytest.raises(Refused, match="out of use"):
        invite(place)
    place.record(ActivatePerson(), OFFICER)
    assert is_over(place, made.code)


def test_a_poor_password_leaves_the_code_as_it_was(place: Installation) -> None:
    """It is said what is wrong, and the code can be used again."""
    made = invite(place)
    for poor in ("short", "officer@lab-a.example"):
        with pytest.raises(Invalid):
            place.accept(made.code, poor)
    assert place.accept(made.code) == OFFICER


def test_only_administrators_who_are_there_invite(place: Installation) -> None:
    """Others are refused, or do not see the person at all; a stale session is, and so is any token."""
    with pytest.raises(Forbidden):
        invite(place, by=DECIDER)
    with pytest.raises(NotFound):
        invite(place, by=RIVAL)
    for nobody in ("nobody@lab-a.example", "lab-a", "system", "record"):
        with pytest.raises(NotFound):
            invite(place, nobody)
    place.has_password(ADMIN)
    entered = place.sign_in(ADMIN)
    arguments = place.engine, place.settings
    assert invitations.invite(*arguments, entered.principal, OFFICER, place.now).code
    made = tokens.make(*arguments, entered.principal, "all", EVERYTHING, None, place.now)
    place.now += 6 * MINUTE
    with pytest.raises(Forbidden, match="proof"):
        invitations.invite(*arguments, place.who(entered.cookie), OFFICER, place.now)
    token = tokens.principal(*arguments, made.secret, place.now)
    with pytest.raises(Forbidden, match="token"):
        invitations.invite(*arguments, token, OFFICER, place.now)


def test_a_code_is_for_the_person_it_names(place: Installation) -> None:
    """Whoever gives another mailbox with it is told that it is wrong."""
    made = invite(place)
    with pytest.raises(Unauthenticated, match="code"):
        place.accept(made.code, mailbox=RIVAL)
    assert place.accept(made.code, mailbox=f" {OFFICER.upper()}") == OFFICER


def test_guessing_codes_is_slowed_down(place: Installation) -> None:
    """As guessing passwords is."""
    for _ in range(6):
        assert is_over(place, "2222-3333-4444-5555-6666-7777-8888")
    with pytest.raises(ReviewflowError, match="too many"):
        place.accept(invite(place).code)


def test_a_code_is_used_once_by_however_many(place: Installation) -> None:
    """Eight at the same moment: one password is set."""
    place.set(attempts=50)
    code = invite(place).code

    def accept(n: int) -> str | None:
        password = f"{OTHER} {n}"
        try:
            place.accept(code, password)
        except Unauthenticated:
            return None
        return password

    with ThreadPoolExecutor(8) as pool:
        [winner] = [password for password in pool.map(accept, range(8)) if password]
    place.sign_in(password=winner)


def test_the_first_administrator_comes_in_by_a_code(place: Installation) -> None:
    """Printed anew until somebody can sign in as one; the person is put on record at the office with the power."""
    early, late = first(place), first(place)
    with pytest.raises(Unauthenticated):
        place.accept(early.code, mailbox=NEWCOMER)
    with pytest.raises(Invalid, match="mailbox"):
        place.accept(late.code)
    with pytest.raises(Invalid):
        place.accept(late.code, "first-admin at the office", mailbox=NEWCOMER)
    assert place.query("SELECT count(*) FROM person WHERE ref = ?", NEWCOMER) == [(0,)]
    assert place.accept(late.code, mailbox=NEWCOMER) == NEWCOMER
    place.sign_in(NEWCOMER)
    found = place.query("SELECT organization, roles FROM person WHERE ref = ?", NEWCOMER)
    assert found[0][0] == "office"
    assert "admin" in str(found[0][1])
    events = place.query("SELECT name, actor FROM event WHERE subject = ? ORDER BY seq", NEWCOMER)
    assert events == [("person_added", "record"), ("way_in_changed", "system")]
    assert invitations.invite_first(place.engine, place.settings, place.now) is None
    assert invite(place, OFFICER, NEWCOMER).code


def test_an_administrator_of_the_configuration_is_taken_as_he_stands(place: Installation) -> None:
    """But nobody else who is on record is raised to one by the code."""
    code = first(place).code
    for other in (OFFICER, DECIDER):
        with pytest.raises(Refused, match="no administrator"):
            place.accept(code, mailbox=other)
    assert place.accept(code, mailbox=ADMIN) == ADMIN
    place.sign_in(ADMIN)


def test_the_first_code_is_good_for_nothing_once_there_is_an_administrator(place: Installation) -> None:
    """However he came to his password; nobody is put on record by it; out of use, the operator prints another."""
    code = first(place).code
    place.has_password(ADMIN)
    with pytest.raises(Unauthenticated, match="code"):
        place.accept(code, mailbox=NEWCOMER)
    assert place.query("SELECT count(*) FROM person WHERE ref = ?", NEWCOMER) == [(0,)]
    place.record(DeactivatePerson(reason="left"), ADMIN)
    with pytest.raises(Unauthenticated, match="code"):
        place.accept(code, mailbox=NEWCOMER)
    assert place.accept(first(place).code, mailbox="second-admin@office.example")


def test_refused_first_code_leaves_nothing(place: Installation) -> None:
    """Somebody with a way in is made an administrator meanwhile: neither a person nor an event comes of the code."""
    code = first(place).code
    place.has_password(DECIDER)
    place.record(ChangeRoles(roles=(Role.ADMIN,)), DECIDER)
    before = place.query("SELECT count(*) FROM event"), place.query("SELECT count(*) FROM person")
    with pytest.raises(Refused, match="already"):
        place.accept(code, mailbox=NEWCOMER)
    assert (place.query("SELECT count(*) FROM event"), place.query("SELECT count(*) FROM person")) == before


def test_of_two_who_use_the_first_code_one_becomes_administrator(place: Installation) -> None:
    """At the same moment, and in two names: the other leaves nothing behind."""
    place.set(attempts=50)
    code = first(place).code

    def accept(n: int) -> str | None:
        try:
            return place.accept(code, mailbox=f"admin-{n}@office.example")
        except (Unauthenticated, Refused):
            return None

    with ThreadPoolExecutor(4) as pool:
        [winner] = [person for person in pool.map(accept, range(4)) if person]
    assert place.query("SELECT ref FROM person WHERE ref LIKE 'admin-%'") == [(winner,)]
    assert place.query("SELECT person FROM credential") == [(winner,)]


def test_of_several_offices_one_is_named(place: Installation) -> None:
    """Where more than one has the review power; one without it is none of them."""
    place.record(AddOrganization(key="bureau", name="The Bureau", agency=True, powers=(Power.REVIEW,)))
    place.record(AddOrganization(key="watch", name="The Watch", agency=True, powers=(Power.COVERAGE,)))
    code = first(place).code
    for organization in (None, "watch", "lab-a", "nowhere"):
        with pytest.raises(Invalid, match="Which agency"):
            place.accept(code, mailbox=NEWCOMER, organization=organization)
    assert place.accept(code, place=HERE, mailbox=NEWCOMER, organization="bureau") == NEWCOMER
    assert place.query("SELECT organization FROM person WHERE ref = ?", NEWCOMER) == [("bureau",)]
