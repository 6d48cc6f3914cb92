"""What need not be told any more when a letter is about to go out: a date that was replaced, a person who has gone."""

from collections.abc import Callable, Mapping
from typing import Any

from reviewflow.nouns.actor import Actor
from reviewflow.nouns.events import APPROACHING, CHECKED, MISSED, NOTICES, REACHED
from reviewflow.nouns.states import CommitmentState, DeadlineKind, Kind, RequestState, ReviewState, Side
from reviewflow.nouns.subject import Subject
from reviewflow.rules.deadlines import OPEN, latest
from reviewflow.rules.permissions import sees
from reviewflow.rules.topics import FORBIDDING

STILL_OWED: dict[DeadlineKind, Callable[[Subject, int], bool]] = {
    DeadlineKind.INTAKE: lambda subject, no: subject.state == ReviewState.SUBMITTED,
    DeadlineKind.ANSWER: lambda subject, no: subject.parts["request"][no]["state"] == RequestState.OVERDUE,
    DeadlineKind.WINDOW: lambda subject, no: subject.state == ReviewState.LAPSED,
    DeadlineKind.COMMITMENT: lambda subject, no: subject.state == CommitmentState.MISSED,
}


def why_moot(name: str, data: Mapping[str, Any], subject: Subject) -> str:
    """Why a notice is not worth sending as its subject stands now; empty for one that is, and for other events.

    A notice is about one date. Of a date that was replaced nobody is told again, whichever notice it is; a reminder
    ends with its deadline, a notice that something is overdue when it is no longer owed, and both where a newer one was
    raised while they waited. That a date was reached stays true.
    """
    if name not in (*NOTICES, CHECKED):
        return ""
    kind, no = DeadlineKind(data["kind"]), data["part_no"]
    row = latest(subject, kind, no)
    if row is None or row["no"] != data["deadline"]:
        return "the date was replaced"
    if name != REACHED and row["notices"][row["raised"] - 1][0] != data["notice"]:
        return "a newer notice of it was raised"
    if name in (APPROACHING, CHECKED) and row["status"] != OPEN:
        return f"the deadline is {row['status']}"
    if name == MISSED and not STILL_OWED[kind](subject, no):
        return "it is no longer owed"
    return ""


def why_withheld(name: str, person: Actor, subject: Subject, *, is_internal: bool) -> str:
    """Why a person who was to be told when the event was recorded must not read of it now; empty where he may.

    What forbids him something from now on he is told although he sees the subject no longer: he may not know it yet.
    """
    if not person.is_active:
        return f"{person.ref} is inactive"
    if is_internal and person.side is Side.LAB:
        return f"it is internal to the agency, and {person.ref} is of a lab"
    if name not in FORBIDDING and subject.kind is not Kind.COVERAGE and not sees(person, subject):
        return f"{subject.ref} is no longer {person.ref}'s to see"
    return ""
