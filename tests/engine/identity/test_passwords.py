"""Passwords: which are taken, what is kept, and that nobody learns from the time it takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import argon2
import pytest

from reviewflow.engine.identity import passwords
from reviewflow.errors import Invalid, Unauthenticated
from reviewflow.nouns.server import Identity
from tests.engine.identity.installation import CHEAP, HERE, OFFICER, OTHER, PASSWORD, RIVAL, Installation

PERSON = {"ref": "officer@lab-a.example", "name": "Desk Seven", "organization": "lab-a", "organization_name": "Zephyr"}
GOOD = (
    PASSWORD,
    "x7Kd9vTq2Lmnw8Zb",
    "замок ветер корабль зима",
    "🦉🌵🚲🎷🧊🪁🥨🛶🎡🧭🦔🪐",
    "   lantern   orbit   vault   ",
    "lantern orbit vault mosaic " * 4 + "and twenty signs",
)
POOR = {
    "short": "lantern orb",
    "common": "password1234",
    "keys in a row": "qwertyuiop123456",
    "counted": "123456789012345",
    "one sign": "a" * 40,
    "repeated": "abcabcabcabcabc",
    "a word, again and again": "monkeymonkeymonkey",
    "the mailbox": "officer@lab-a.example",
    "the mailbox, turned about": "Example.Lab-A.officer",
    "the name": "desk seven desk seven",
    "the organization": "zephyrzephyr2026",
    "the product": "reviewflow-reviewflow",
}


@pytest.mark.parametrize("password", GOOD)
def test_good_passwords_of_any_signs_are_taken(password: str) -> None:
    """No kind of sign is asked for, none is forbidden; up to 128 characters."""
    passwords.check(password, PERSON)
    assert 64 < len(GOOD[-1]) <= passwords.LONGEST


@pytest.mark.parametrize("why", POOR)
def test_what_is_easily_guessed_is_not(why: str) -> None:
    """Too short, common, repeated, in a row, or made of the person's own names; with what to do instead."""
    with pytest.raises(Invalid) as refused:
        passwords.check(POOR[why], PERSON)
    assert POOR[why] not in str(refused.value)
    assert "four or more words" in str(refused.value.remedy)


def test_length_is_bounded() -> None:
    """12 and 128 are taken, 11 and 129 are not; what is too long for us is no match either, and costs no more."""
    alphabet = "x7Kd9vTq2Lmnw8Zb"
    for length, is_taken in ((11, False), (12, True), (128, True), (129, False)):
        password = (alphabet * 9)[:length] if length > 16 else alphabet[:length]
        password = "".join(chr(0x4E00 + (i * 7919) % 20000) for i in range(length)) if length > 16 else password
        if is_taken:
            passwords.check(password, PERSON)
        else:
            with pytest.raises(Invalid, match=f"{length} characters"):
                passwords.check(password, PERSON)
    kept = passwords.hashed(PASSWORD, CHEAP)
    assert not passwords.matches(PASSWORD * 100_000, kept, CHEAP)


def test_it_is_compared_exactly_as_given() -> None:
    """Nothing is cut off, no case is changed, nothing composed anew, and no sign ends it early."""
    long = "".join(chr(0x4E00 + i) for i in range(128))
    for password in (PASSWORD, long, "café " * 5, "cafe\u0301 " * 5, "lantern\0orbit vault", "lantern \ud800 vault x"):
        kept = passwords.hashed(password, CHEAP)
        assert passwords.matches(password, kept, CHEAP)
        for other in (password[:-1], password + " ", password.swapcase() + "x", password.split("\0")[0] + "x"):
            assert not passwords.matches(other, kept, CHEAP)
    assert not passwords.matches("café " * 5, passwords.hashed("cafe\u0301 " * 5, CHEAP), CHEAP)


def test_what_is_kept_is_argon2id_as_configured() -> None:
    """With the cost of the setting, a salt of its own each time, and no part of the password; defaults are OWASP's."""
    cost = Identity(argon2_passes=3, argon2_memory_kib=64, argon2_lanes=2)
    one, two = passwords.hashed(PASSWORD, cost), passwords.hashed(PASSWORD, cost)
    assert one != two
    found = argon2.extract_parameters(one)
    assert found.type is argon2.Type.ID
    assert (found.time_cost, found.memory_cost, found.parallelism) == (3, 64, 2)
    assert (found.salt_len, found.hash_len) == (16, 32)
    default = Identity()
    assert (default.argon2_passes, default.argon2_memory_kib, default.argon2_lanes) == (2, 19_456, 1)


def test_a_grown_cost_holds_from_the_next_sign_in(place: Installation) -> None:
    """The hash is made anew when its owner gives the password, and not when the setting is lowered again."""

    def kept() -> str:
        return str(place.query("SELECT password FROM credential")[0][0])

    place.has_password(OFFICER)
    first = kept()
    place.sign_in()
    assert kept() == first
    place.set(argon2_memory_kib=16)
    with pytest.raises(Unauthenticated):
        place.sign_in(password=OTHER)
    assert kept() == first
    place.sign_in()
    grown = kept()
    assert argon2.extract_parameters(grown).memory_cost == 16
    place.set(argon2_memory_kib=8)
    place.sign_in()
    assert kept() == grown
    assert not passwords.is_cheap(grown, replace(CHEAP, argon2_memory_kib=16))


@contextmanager
def watched() -> Iterator[list[tuple[int, int, int]]]:
    """What each argon2 that is computed inside costs."""
    work: list[tuple[int, int, int]] = []
    real = argon2.low_level.hash_secret, argon2.low_level.verify_secret

    def hashing(*given: Any, **named: Any) -> bytes:
        work.append((named["time_cost"], named["memory_cost"], named["parallelism"]))
        return real[0](*given, **named)

    def verifying(kept: bytes, *given: Any) -> bool:
        found = argon2.extract_parameters(kept.decode())
        work.append((found.time_cost, found.memory_cost, found.parallelism))
        return real[1](kept, *given)

    with (
        patch("argon2._password_hasher.hash_secret", hashing),
        patch("argon2._password_hasher.verify_secret", verifying),
    ):
        yield work


def test_nobody_learns_from_the_work_who_is_there(place: Installation) -> None:
    """Unknown, without a password, out of use or wrong: one argon2 each, of the same cost, and the same answer."""
    place.has_password(OFFICER)
    place.query("UPDATE person SET state = 'inactive' WHERE ref = ?", OFFICER)
    answers = set()
    with watched() as work:
        for who, password in (("nobody@lab-a.example", PASSWORD), (RIVAL, PASSWORD), (OFFICER, PASSWORD),
                              (OFFICER, OTHER), ("no mailbox\0", PASSWORD), (OFFICER, "x" * 5000)):  # fmt: skip
            with pytest.raises(Unauthenticated) as refused:
                place.sign_in(who, password, HERE)
            answers.add((refused.value.reasons, refused.value.remedy))
    assert work == [(1, 8, 1)] * 6
    assert len(answers) == 1


def test_old_and_cheap_hash_does_not_give_its_owner_away(place: Installation) -> None:
    """After the cost was raised a wrong password costs as much as that of somebody unknown; so does a broken hash."""
    place.has_password(OFFICER, RIVAL)
    place.query("UPDATE credential SET password = 'broken' WHERE person = ?", RIVAL)
    place.set(argon2_memory_kib=16)
    for who in ("nobody@lab-a.example", OFFICER, RIVAL):
        with watched() as work, pytest.raises(Unauthenticated):
            place.sign_in(who, OTHER)
        assert work[-1] == (1, 16, 1), who
    with watched() as work:
        place.sign_in()
    assert work == [(1, 8, 1), (1, 16, 1)], "the old one is compared, and made anew"
