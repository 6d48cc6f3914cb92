"""Who may do what and see what: role and relation, decided here for every door."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from reviewflow.nouns.actor import Actor
from reviewflow.nouns.events import RECORD, SYSTEM
from reviewflow.nouns.states import Kind, Power, Role, Side
from reviewflow.nouns.subject import Row, Subject


class Who(StrEnum):
    """The relation of an actor to a subject that a command asks for, in the words of a refusal."""

    LAB = "an officer of the lab"
    INTAKE = "an intake officer of the agency"
    REVIEWER = "a reviewer assigned to the review"
    LEAD = "a lead reviewer assigned to the review"
    DECIDER = "a decider of the agency"
    ASSIGNER = "an intake officer or a decider of the agency"
    EITHER = "an officer of the lab or a decider of the agency"
    PARTY = "an officer of the lab, or whoever works on the review for the agency"
    ANYONE = "anyone on either side who is concerned"
    COVERAGE = "a decider of the office with the coverage power"
    HALT = "a decider of the office with the halt power"
    ADMIN = "an administrator who looks after the organization"
    SELF = "the person concerned, or an administrator who looks after the organization"
    KEEPER = "an officer of the lab, or an administrator for the public record"
    SYSTEM = "the system"


@dataclass(frozen=True)
class Home:
    """The organization that a person is of, or that an organization is itself; `has_administrator`: one in use."""

    key: str
    side: Side
    has_administrator: bool = True


def allowed(who: Who, actor: Actor, subject: Subject, home: Home | None = None) -> bool:
    """Whether `actor` stands to `subject` as `who`; the public record acts for everyone whose acts are public.

    `home` is that of a person or an organization: without it nobody looks after them but himself.
    """
    if actor.ref == RECORD:
        return subject.kind in _PUBLIC
    if who is Who.SYSTEM or actor.ref == SYSTEM:
        return actor.ref == SYSTEM
    if not actor.is_active:
        return False
    if who is Who.SELF and actor.ref == subject.ref:
        return True
    if actor.side is Side.LAB:
        is_own = actor.organization == subject.row.get("lab")
        return is_own and (
            (who in (Who.LAB, Who.EITHER, Who.PARTY, Who.KEEPER) and Role.OFFICER in actor.roles) or who is Who.ANYONE
        )
    if who in (Who.ADMIN, Who.SELF):
        return Role.ADMIN in actor.roles and _looks_after(actor, subject, home)
    return _agency_allowed(who, actor, subject)


def _looks_after(actor: Actor, subject: Subject, home: Home | None) -> bool:
    """Whether an agency's administrators answer for people of an organization: for those of their own.

    Labs, and whoever comes new into the programme, are looked after by the office with the review power. Another agency
    looks after itself; as long as it has no administrator, those of any agency can give it one. Else to administer
    one office would be enough to become anybody.
    """
    if subject.kind is Kind.ORGANIZATION and not subject.seq:
        return Power.REVIEW in actor.powers
    if home is None or home.key == actor.organization:
        return home is not None
    return Power.REVIEW in actor.powers if home.side is Side.LAB else not home.has_administrator


def why_not(who: Who, actor: Actor, what: str) -> str:
    """The reason for which `what` is not allowed, in a sentence."""
    if not actor.is_active:
        return f"{actor.ref} is inactive; an administrator changes that with `reviewflow person activate {actor.ref}`."
    return f"{what} is for {who.value}; {actor.ref} is not."


_PUBLIC = frozenset({Kind.ORGANIZATION, Kind.PERSON, Kind.MODEL, Kind.AGREEMENT, Kind.HALT, Kind.COMMITMENT})


def _agency_allowed(who: Who, actor: Actor, subject: Subject) -> bool:
    is_own = actor.organization == subject.row.get("agency")
    roles = actor.roles
    match who:
        case Who.INTAKE:
            return is_own and Role.INTAKE in roles
        case Who.DECIDER | Who.EITHER:
            return is_own and Role.DECIDER in roles
        case Who.ASSIGNER:
            return is_own and bool(roles & {Role.INTAKE, Role.DECIDER})
        case Who.REVIEWER:
            return Role.REVIEWER in roles and assignment(subject, actor) is not None
        case Who.LEAD:
            found = assignment(subject, actor)
            return is_own and Role.REVIEWER in roles and found is not None and not found["is_consulted"]
        case Who.ANYONE:
            return sees(actor, subject) and bool(roles - {Role.AUDITOR})
        case Who.PARTY:
            return sees(actor, subject) and bool(roles & {Role.INTAKE, Role.REVIEWER, Role.DECIDER})
        case Who.COVERAGE:
            return is_own and Power.COVERAGE in actor.powers and Role.DECIDER in roles
        case Who.HALT:
            return is_own and Power.HALT in actor.powers and Role.DECIDER in roles
        case Who.KEEPER:
            return Role.ADMIN in roles
        case _:
            return False


def assignment(subject: Subject, actor: Actor) -> Row | None:
    """The actor's assignment that has not ended."""
    rows = subject.part("assignment")
    return next((row for row in rows if row["person"] == actor.ref and row["ended_at"] is None), None)


def sees(actor: Actor, subject: Subject) -> bool:
    """Whether the subject exists for this actor: a lab sees its own, a reviewer what he is assigned to.

    A review that was not filed yet is the lab's alone; once filed, it stays to be seen wherever it goes.
    """
    if not actor.is_person:
        return True
    if subject.kind in (Kind.ORGANIZATION, Kind.PERSON):
        own = subject.ref if subject.kind is Kind.ORGANIZATION else subject.row.get("organization")
        return actor.side is Side.AGENCY or own == actor.organization or subject.row.get("side") == Side.AGENCY
    if actor.side is Side.LAB:
        return subject.row.get("lab") == actor.organization
    if subject.kind in (Kind.MODEL, Kind.AGREEMENT, Kind.HALT):
        return True
    if subject.kind is Kind.REVIEW and subject.row.get("submitted_at") is None:
        return False
    if actor.organization == subject.row.get("agency") and actor.roles & SEE_ALL:
        return True
    return subject.kind is not Kind.REVIEW or assignment(subject, actor) is not None


OPENINGS = ("submitted", "assigned")  # the events by which somebody of an agency comes to see a review


def sees_from(actor: Actor, review: Subject, openings: Sequence[Row]) -> int:
    """The number of the event by which somebody of an agency came to see a review, of those named in OPENINGS."""
    if actor.organization == review.row.get("agency") and actor.roles & SEE_ALL:
        return min((event["seq"] for event in openings if event["name"] == "submitted"), default=1)
    own = [event["seq"] for event in openings if event["data"].get("person") == actor.ref]
    return max(own, default=1)


SEE_ALL = frozenset({Role.INTAKE, Role.DECIDER, Role.ADMIN, Role.AUDITOR})


def operates(actor: Actor) -> bool:
    """Whether an actor looks after the installation: how busy it is, and which letters did not go out."""
    return not actor.is_person or bool(actor.roles & {Role.ADMIN, Role.AUDITOR})


def reads(actor: Actor, event: Row) -> bool:
    """Whether an event of a subject that the actor sees is the actor's to read: not what is internal to the other side.

    What is internal belongs to the agency, but for the unshared notes of a lab.
    """
    owner = event["data"].get("side", Side.AGENCY) if event["name"] == "note_added" else Side.AGENCY
    return not event["is_internal"] or actor.side is None or actor.side == owner
