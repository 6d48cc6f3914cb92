"""Administrators look after their own: to administer one office is not enough to become somebody of another."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from reviewflow.errors import Forbidden, Refused
from reviewflow.nouns.commands.contact import ChangePreferences
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.commands.programme import (
    ActivateOrganization,
    ActivatePerson,
    AddOrganization,
    AddPerson,
    ChangeRoles,
    DeactivateOrganization,
    DeactivatePerson,
)
from reviewflow.nouns.contact import Cadence
from reviewflow.nouns.states import Power, Role
from tests.engine import world as w

WATCHER, EXPORTER = "admin@watch.example", "admin@export.example"


@pytest.fixture
def world() -> Iterator[w.World]:
    """With an administrator at the office with the coverage power."""
    made = w.new_world()
    made.do("record", None, AddPerson(mailbox=WATCHER, organization="watch", roles=(Role.ADMIN,)))
    yield made
    made.close()


def add(home: str, *roles: Role, name: str = "new") -> Command:
    """Somebody new there."""
    return AddPerson(mailbox=f"{name}@{home}.example", organization=home, roles=roles)


def test_administrator_of_another_office_becomes_nobody_here(world: w.World) -> None:
    """Neither by a person of his own, nor by roles, channels or preferences, nor by putting an office out of use."""
    before = world.query("SELECT count(*) FROM event")
    powers = (Power.REVIEW,)
    for ref, command in (
        (None, add("office", Role.DECIDER)), (w.REVIEWER, ChangeRoles(roles=(Role.DECIDER,))),
        (w.ADMIN, DeactivatePerson(reason="mine")), (w.DECIDER, ChangePreferences(cadence=Cadence.WEEKLY)),
        ("office", DeactivateOrganization(reason="mine")), (None, add("lab-a", Role.OFFICER)),
        (w.OFFICER, ChangeRoles(roles=(Role.VIEWER,))), ("lab-a", DeactivateOrganization(reason="mine")),
        (None, AddOrganization(key="mine", name="Mine", agency=True, powers=powers)),
    ):  # fmt: skip
        with pytest.raises(Forbidden, match="an administrator who looks after the organization"):
            world.do(WATCHER, ref, command)
    assert world.query("SELECT count(*) FROM event") == before
    world.do(WATCHER, None, add("watch", Role.REVIEWER))
    world.do(WATCHER, w.CONSULTED, ChangeRoles(roles=(Role.INTAKE,)))


def test_office_with_the_review_power_looks_after_labs_and_newcomers(world: w.World) -> None:
    """It brings labs and agencies into the programme; but an agency that has an administrator is that one's."""
    world.do(w.ADMIN, None, add("lab-a", Role.OFFICER))
    world.do(w.ADMIN, w.VIEWER, ChangeRoles(roles=(Role.OFFICER,)))
    world.do(w.ADMIN, None, AddOrganization(key="lab-n", name="N"))
    world.do(w.ADMIN, None, AddOrganization(key="agency-n", name="N", agency=True))
    world.do(w.ADMIN, None, add("agency-n", Role.ADMIN))
    for home in ("watch", "agency-n"):
        with pytest.raises(Forbidden):
            world.do(w.ADMIN, None, add(home, Role.REVIEWER, name="other"))


def test_agency_without_an_administrator_is_given_one(world: w.World) -> None:
    """By an administrator of any; from then on it looks after itself, until it or he is out of use."""
    world.do(WATCHER, None, add("export", Role.ADMIN, name="admin"))
    for who in (WATCHER, w.ADMIN):
        with pytest.raises(Forbidden):
            world.do(who, None, add("export", Role.DECIDER))
    world.do(EXPORTER, None, add("export", Role.DECIDER))
    world.do(EXPORTER, "export", DeactivateOrganization(reason="moved"))
    world.do(WATCHER, "export", ActivateOrganization())
    with pytest.raises(Forbidden):
        world.do(WATCHER, EXPORTER, DeactivatePerson(reason="mine"))
    world.do(EXPORTER, EXPORTER, DeactivatePerson(reason="left"))
    world.do(w.ADMIN, None, add("export", Role.ADMIN, name="second"))


def test_last_administrator_in_use_stays(world: w.World) -> None:
    """Neither he nor his organization goes, nor does he give up the role, until there is another."""
    last = (
        (w.ADMIN, DeactivatePerson(reason="left")), (w.ADMIN, ChangeRoles(roles=(Role.DECIDER,))),
        ("office", DeactivateOrganization(reason="closed")),
    )  # fmt: skip
    world.do(WATCHER, WATCHER, DeactivatePerson(reason="left"))
    for ref, command in last:
        with pytest.raises(Refused, match="make another administrator first"):
            world.do(w.ADMIN, ref, command)
    world.do(w.ADMIN, w.ADMIN, ChangeRoles(roles=(Role.ADMIN, Role.DECIDER)))
    world.do(w.ADMIN, w.DECIDER, ChangeRoles(roles=(Role.ADMIN,)))
    world.do(w.ADMIN, w.ADMIN, DeactivatePerson(reason="left"))


def test_last_two_administrators_do_not_go_at_once(world: w.World) -> None:
    """Each sees the other gone, or waits until he is."""

    def leave(who: str) -> bool:
        try:
            world.do(who, who, DeactivatePerson(reason="left"))
        except Refused:
            return False
        return True

    for _ in range(3):
        with ThreadPoolExecutor(2) as both:
            stays = dict(zip((w.ADMIN, WATCHER), both.map(leave, (w.ADMIN, WATCHER)), strict=True))
        assert sorted(stays.values()) == [False, True]
        [gone] = [who for who, is_gone in stays.items() if is_gone]
        world.do("record", gone, ActivatePerson())
