"""Who guesses waits longer each time; nobody is locked out, and nobody makes another wait elsewhere."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from reviewflow.engine.identity import attempts
from reviewflow.errors import ReviewflowError, TooMany, Unauthenticated
from tests.engine.identity.installation import (
    CHEAP,
    DAY,
    HERE,
    HOUR,
    OFFICER,
    OTHER,
    PASSWORD,
    RIVAL,
    THERE,
    VIEWER,
    Installation,
)

SECOND = timedelta(seconds=1)


@pytest.fixture
def known(place: Installation) -> Installation:
    """Those who are tried have passwords."""
    place.has_password(OFFICER, RIVAL, VIEWER)
    return place


def miss(place: Installation, person: str = OFFICER, network: str = HERE) -> None:
    """One wrong password, that was looked at."""
    with pytest.raises(Unauthenticated):
        place.sign_in(person, OTHER, network)


def wait(place: Installation, person: str = OFFICER, network: str = HERE) -> int:
    """How many seconds one has to wait now, with the right password in hand."""
    with pytest.raises(TooMany) as refused:
        place.sign_in(person, PASSWORD, network)
    return refused.value.retry_after


def test_each_failure_doubles_the_wait_up_to_the_longest(known: Installation) -> None:
    """Five are free; then 1, 2, 4 seconds and so on, never more than the setting; then the right one comes in."""
    for _ in range(CHEAP.attempts):
        miss(known)
    waits = []
    for _ in range(13):
        miss(known)
        waits.append(wait(known))
        known.now += waits[-1] * SECOND
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]
    known.sign_in()


def test_asking_while_one_waits_changes_nothing(known: Installation) -> None:
    """What is refused unseen is no failure; and the wait is told in seconds."""
    for _ in range(CHEAP.attempts + 4):
        known.now += 10 * SECOND
        miss(known)
    assert [wait(known) for _ in range(50)] == [8] * 50
    known.now += 8 * SECOND - timedelta(microseconds=1)
    assert wait(known) == 1
    known.now += timedelta(microseconds=1)
    known.sign_in()


def test_nobody_can_make_another_wait(known: Installation) -> None:
    """Ninety failures at a mailbox from one place are nothing to its owner at another."""
    for _ in range(90):
        miss(known)
        known.now += 900 * SECOND
    known.sign_in(place=THERE)
    miss(known)
    assert wait(known) > 0
    known.sign_in(place=THERE)


def test_a_success_forgives_the_mailbox_but_not_the_place(known: Installation) -> None:
    """Who comes in begins anew; who tries many mailboxes from one place is slowed down at all of them."""
    known.set(attempts_of_a_place=8)
    for _ in range(CHEAP.attempts):
        miss(known)
    known.sign_in()
    for _ in range(3):
        miss(known)
    assert wait_none(known)
    for n in range(5):
        with pytest.raises(ReviewflowError):
            known.sign_in(f"unknown-{n}@lab-a.example", OTHER)
    assert wait(known, RIVAL) == 1
    known.sign_in(RIVAL, place=THERE)
    known.now += SECOND
    known.sign_in(RIVAL)  # which takes itself off the place's count, and no more
    with pytest.raises(Unauthenticated):
        known.sign_in("unknown-9@lab-a.example", OTHER)
    assert wait(known, VIEWER) >= 1


def wait_none(place: Installation) -> bool:
    """Whether the right password comes in at once."""
    return bool(place.sign_in())


def test_failures_are_forgotten_in_time(known: Installation) -> None:
    """After the hours of the setting one begins anew, and the rows are cleared away."""
    for _ in range(CHEAP.attempts + 3):
        miss(known)
        known.now += 60 * SECOND
    known.now += 24 * HOUR
    miss(known)
    miss(known)
    known.now += 2 * DAY
    known.sign_in(RIVAL, place=THERE)
    left = known.query("SELECT count(*) FROM attempt")[0][0]
    assert left == 1  # of the place of the last sign-in, with nothing counted


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2:ffff::1", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("this machine", "this machine", True),
    ],
)
def test_a_place_is_what_one_caller_has(one: str, other: str, is_same: bool) -> None:
    """Of IPv6 the network of 64 bits; an IPv4 address is itself, however it is written."""
    assert (attempts.network(one) == attempts.network(other)) is is_same
    assert (attempts.shown(one) == attempts.shown(other)) is is_same
    assert one not in attempts.shown(one)


def test_all_at_once_is_not_one(known: Installation) -> None:
    """Forty at the same moment, as from many processes: as many passwords are looked at as are free, and one more."""
    engines = 8

    def guess(n: int) -> str:
        try:
            known.sign_in(OFFICER, f"{OTHER} {n}", HERE)
        except ReviewflowError as error:
            return type(error).__name__
        return "in"

    with ThreadPoolExecutor(engines) as pool:
        answers = list(pool.map(guess, range(40)))
    assert answers.count("Unauthenticated") == CHEAP.attempts + 1
    assert answers.count("TooMany") == 40 - CHEAP.attempts - 1
    rows = known.query("SELECT count FROM attempt ORDER BY count")
    assert [count for (count,) in rows] == [CHEAP.attempts + 1] * 2


def test_what_is_counted_names_nobody(known: Installation) -> None:
    """The keys are digests: neither the mailbox nor the address nor the password stands there."""
    miss(known)
    said = repr(known.query("SELECT * FROM attempt"))
    assert not any(part in said for part in (OFFICER, HERE, OTHER, PASSWORD))
