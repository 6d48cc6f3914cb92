"""A review that was not filed yet is its lab's alone: nobody of the agency sees it, or is written to of it."""

from datetime import UTC, datetime

import pytest

from reviewflow.nouns.actor import THE_RECORD, THE_SYSTEM, Actor
from reviewflow.nouns.states import Kind, Role, Side
from reviewflow.nouns.subject import Row, Subject
from reviewflow.rules.moot import why_withheld
from reviewflow.rules.permissions import sees
from reviewflow.rules.recipients import AUDIENCE, recipients

FILED_AT = datetime(2026, 10, 1, 13, tzinfo=UTC)
AGENCY = [
    Actor(f"{role}@agency.example", "", "agency", Side.AGENCY, frozenset({role}))
    for role in (Role.INTAKE, Role.REVIEWER, Role.DECIDER, Role.ADMIN, Role.AUDITOR)
]
OFFICER, VIEWER = (
    Actor(f"{role}@lab.example", "", "lab", Side.LAB, frozenset({role})) for role in (Role.OFFICER, Role.VIEWER)
)
RIVAL = Actor("officer@rival.example", "", "rival", Side.LAB, frozenset({Role.OFFICER}))
SEES_ALL = {Role.INTAKE, Role.DECIDER, Role.ADMIN, Role.AUDITOR}


def review(state: str, submitted_at: datetime | None, **parts: dict[int, Row]) -> Subject:
    """A review between the lab and the agency."""
    row = {"state": state, "lab": "lab", "agency": "agency", "submitted_at": submitted_at}
    return Subject(Kind.REVIEW, "RV-1", 3, "h", FILED_AT, row, dict(parts))


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_unfiled_review_is_its_labs_and_the_operators(state: str) -> None:
    """Also when it ends without ever having been filed; and an assignment, which cannot be, would not help."""
    assigned = {"assignment": {1: {"person": AGENCY[1].ref, "ended_at": None}}}
    found = review(state, None, **assigned)
    assert [person.ref for person in (*AGENCY, OFFICER, VIEWER, RIVAL) if sees(person, found)] == [
        OFFICER.ref,
        VIEWER.ref,
    ]
    assert sees(THE_SYSTEM, found) and sees(THE_RECORD, found)


@pytest.mark.parametrize("state", ["submitted", "returned", "under_review", "released", "withdrawn"])
def test_filed_review_stays_to_be_seen(state: str) -> None:
    """Wherever it goes after it was filed."""
    found = review(state, FILED_AT)
    assert {person.ref for person in AGENCY if sees(person, found)} == {f"{role}@agency.example" for role in SEES_ALL}


def test_row_that_does_not_tell_is_unfiled() -> None:
    """Where a query leaves out when it was filed, nobody of the agency sees more than he should."""
    found = review("submitted", FILED_AT)
    del found.row["submitted_at"]
    assert not any(sees(person, found) for person in AGENCY)


@pytest.mark.parametrize("name", [name for name in AUDIENCE if name in {"release_planned", "withdrawn", "submitted"}])
def test_letters_of_a_draft_go_to_its_lab_only(name: str) -> None:
    """Nobody of the agency is owed one before it is filed, and one that waits is withheld from him."""
    everyone, draft, filed = [*AGENCY, OFFICER, RIVAL], review("draft", None), review("submitted", FILED_AT)
    told = {person.side for person in recipients(name, {}, False, "somebody", draft, everyone)}
    assert told <= {Side.LAB}
    assert Side.AGENCY in {person.side for person in recipients(name, {}, False, "somebody", filed, everyone)}
    assert all(why_withheld(name, person, draft, is_internal=False) for person in AGENCY)
    assert not why_withheld(name, OFFICER, draft, is_internal=False)
