"""Tokens: shown once, narrower than their owner, over by time, by revocation and by his standing."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewflow.engine.identity import secrets, tokens
from reviewflow.engine.identity.authority import operator
from reviewflow.errors import Forbidden, Invalid, NotFound, OutOfService, Unauthenticated
from reviewflow.nouns.commands.programme import ActivatePerson, DeactivatePerson
from reviewflow.nouns.principal import EVERYTHING, Method, Principal, Scopes
from reviewflow.store.identity import tokens as store
from tests.engine.identity.installation import ADMIN, DAY, MINUTE, OFFICER, RIVAL, VIEWER, Installation

REVIEW = "RV-2222-2222"


def make(place: Installation, by: Principal | str = OFFICER, scopes: Scopes = EVERYTHING, days: int | None = None,
         name: str = "pipeline") -> tokens.Made:  # fmt: skip
    """A token."""
    who = operator(by) if isinstance(by, str) else by
    return tokens.make(place.engine, place.settings, who, name, scopes, days, place.now)


def who(place: Installation, secret: str) -> Principal:
    """Whose token it is."""
    return tokens.principal(place.engine, place.settings, secret, place.now)


def is_over(place: Installation, secret: str) -> bool:
    """Whether it opens nothing, and says so in the one sentence."""
    try:
        who(place, secret)
    except Unauthenticated as error:
        assert (error.reasons, error.remedy) == ((tokens.NOT_ONE,), tokens.MAKE_ONE)
        return True
    return False


def test_a_token_stands_for_its_owner(place: Installation) -> None:
    """With its scopes; only a digest is kept, and no repr shows it."""
    made = make(place, scopes=Scopes(frozenset({"read", "review submit"}), frozenset({REVIEW.lower()})))
    wanted = Scopes(frozenset({"read", "review submit"}), frozenset({REVIEW}))
    assert who(place, made.secret) == Principal(OFFICER, Method.TOKEN, made.row["id"], wanted)
    assert made.secret not in place.everything() + repr(made)
    assert made.secret[4:20] not in place.everything()
    assert made.row["expires_at"] == place.now + 90 * DAY


def test_it_is_over_in_time(place: Installation) -> None:
    """By default after the days of the setting; the maker may name fewer or more, up to the setting's most."""
    default, short = make(place), make(place, days=1)
    place.now += DAY - timedelta(microseconds=1)
    assert not is_over(place, short.secret)
    place.now += timedelta(microseconds=1)
    assert is_over(place, short.secret)
    place.now += 89 * DAY
    assert is_over(place, default.secret)
    for days in (0, -1, 366, 10**9):
        with pytest.raises(Invalid, match="1 to 365 days"):
            make(place, days=days)
    make(place, days=365)


def test_a_typo_is_told_without_a_database(place: Installation) -> None:
    """The same sentence as for any other; nothing is asked."""
    secret = make(place).secret
    wrong = secret[:-1] + ("0" if secret[-1] != "0" else "1")
    with patch("reviewflow.engine.identity.tokens.reading", side_effect=AssertionError("asked")):
        assert is_over(place, wrong)
        assert is_over(place, "")
        assert is_over(place, "\0\ud800")
    assert is_over(place, secrets.draw_token())
    assert not is_over(place, secret)


def test_a_deactivation_ends_tokens_for_good(place: Installation) -> None:
    """Also when the person is in use again."""
    secret = make(place).secret
    place.record(DeactivatePerson(reason="left"), OFFICER)
    assert is_over(place, secret)
    with pytest.raises(Forbidden):
        make(place)
    place.record(ActivatePerson(), OFFICER)
    assert is_over(place, secret)
    place.now += MINUTE
    assert not is_over(place, make(place).secret)


def test_its_last_use_is_known_to_the_minute(place: Installation) -> None:
    """Written once a minute at most; where nothing can be written it is read all the same."""
    secret = make(place).secret
    place.now = place.now.replace(second=10, microsecond=5) + MINUTE

    def used() -> object:
        return tokens.tokens_of(place.engine, place.settings, operator(OFFICER), OFFICER, place.now)[0]["used_at"]

    assert used() is None
    who(place, secret)
    minute = place.now.replace(second=0, microsecond=0)
    assert used() == minute
    place.now += timedelta(seconds=40)
    with patch.object(store, "use", side_effect=AssertionError("written")):
        who(place, secret)
    place.now += timedelta(seconds=20)
    with patch.object(store, "use", side_effect=OutOfService("The disk is full.")):
        who(place, secret)
    who(place, secret)
    assert used() == minute + MINUTE


def test_no_token_makes_sees_or_ends_what_opens_doors(place: Installation) -> None:
    """However wide it is: not even that of an administrator."""
    mine = who(place, make(place, ADMIN).secret)
    arguments = place.engine, place.settings, mine
    for act in (
        lambda: make(place, mine),
        lambda: tokens.tokens_of(*arguments, ADMIN, place.now),
        lambda: tokens.revoke(*arguments, mine.id, place.now),
    ):
        with pytest.raises(Forbidden, match="token"):
            act()


def test_making_one_asks_for_presence(place: Installation) -> None:
    """A session whose owner proved a while ago that he is there makes none."""
    place.has_password(OFFICER)
    entered = place.sign_in()
    assert not is_over(place, make(place, entered.principal).secret)
    place.now += 5 * MINUTE
    with pytest.raises(Forbidden, match="proof"):
        make(place, place.who(entered.cookie))


def test_its_owner_or_an_administrator_revokes_it(place: Installation) -> None:
    """For everybody else it is not there, whether he sees the person or not; nor is one that is over."""
    made = make(place)
    arguments = place.engine, place.settings
    answers = set()
    for other, id in (
        (RIVAL, made.row["id"]),
        (VIEWER, made.row["id"]),
        (OFFICER, "0" * 16),
        (OFFICER, "\0"),
        (ADMIN, ""),
    ):
        with pytest.raises(NotFound) as refused:
            tokens.revoke(*arguments, operator(other), id, place.now)
        answers.add(
            refused.value.reasons[0].replace(id or " ", "X", 1) if id else "There is no token X, or it is over."
        )
    assert len(answers) == 1
    with pytest.raises(Forbidden):
        tokens.tokens_of(*arguments, operator(VIEWER), OFFICER, place.now)
    assert [row["id"] for row in tokens.tokens_of(*arguments, operator(ADMIN), OFFICER, place.now)] == [made.row["id"]]
    assert tokens.revoke(*arguments, operator(OFFICER), made.row["id"], place.now) == OFFICER
    assert is_over(place, made.secret)
    assert tokens.tokens_of(*arguments, operator(OFFICER), OFFICER, place.now) == []
    with pytest.raises(NotFound):
        tokens.revoke(*arguments, operator(OFFICER), made.row["id"], place.now)
    second = make(place)
    assert tokens.revoke(*arguments, operator(ADMIN), second.row["id"], place.now) == OFFICER
    assert is_over(place, second.secret)


@pytest.mark.parametrize(
    ("scopes", "name", "said"),
    [
        (Scopes(frozenset({"review launch"})), "x", "'review launch'"),
        (Scopes(frozenset({"review lapse"})), "x", "no verb"),
        (Scopes(frozenset()), "x", "reaches nothing"),
        (Scopes(None, frozenset()), "x", "reaches nothing"),
        (Scopes(None, frozenset({"RV-2222-2223"})), "x", "check character"),
        (Scopes(None, frozenset({"a\0b"})), "x", "no reference"),
        (Scopes(None, frozenset({"RV-XXXX"})), "x", "'rv-xxxx' is no reference: one looks like RV-"),
        (EVERYTHING, " ", "one line"),
        (EVERYTHING, "a\nb", "one line"),
        (EVERYTHING, "x" * 201, "one line"),
    ],
)
def test_what_is_no_scope_is_refused(place: Installation, scopes: Scopes, name: str, said: str) -> None:
    """By what is wrong with it; nothing is made."""
    with pytest.raises(Invalid) as refused:
        make(place, scopes=scopes, name=name)
    assert said in str(refused.value)
    assert place.query("SELECT count(*) FROM token") == [(0,)]


VERBS = tuple(tokens.verbs())
SETS = st.none() | st.frozensets(st.sampled_from(VERBS))
REFS = st.none() | st.frozensets(st.sampled_from((REVIEW, "RV-3333-3333", OFFICER)))


@given(SETS, REFS, st.sampled_from(VERBS), st.none() | st.sampled_from((REVIEW, "RV-3333-3333", OFFICER)))
def test_scopes_only_narrow(
    verbs: frozenset[str] | None, subjects: frozenset[str] | None, verb: str, ref: str | None
) -> None:
    """Whatever they name: nothing is allowed that the widest does not allow; one more limit never allows more."""
    scopes = Scopes(verbs, subjects)
    is_allowed = scopes.allows(verb, ref)
    assert is_allowed <= EVERYTHING.allows(verb, ref)
    assert is_allowed == (Scopes(verbs).allows(verb, ref) and Scopes(None, subjects).allows(verb, ref))
    assert tokens._scopes(tokens._document(scopes)) == scopes
