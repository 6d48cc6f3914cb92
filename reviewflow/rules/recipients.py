"""Who must know of what, by role; one table for every letter."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from reviewflow.nouns.actor import Actor
from reviewflow.nouns.events import APPROACHING, CHECKED, MENDED, NOTICES, REACHED, RECORD, RESCINDED
from reviewflow.nouns.principal import WayChange
from reviewflow.nouns.states import Kind, Power, Role, Side
from reviewflow.nouns.subject import Subject
from reviewflow.rules.permissions import sees

Group = Callable[[Actor, Subject], bool]


def officers(person: Actor, subject: Subject) -> bool:
    """The lab's compliance officers."""
    return person.organization == subject.row.get("lab") and Role.OFFICER in person.roles


def intake(person: Actor, subject: Subject) -> bool:
    """The agency's intake officers."""
    return person.organization == subject.row.get("agency") and Role.INTAKE in person.roles


def reviewers(person: Actor, subject: Subject) -> bool:
    """The reviewers assigned now."""
    rows = subject.parts.get("assignment", {}).values()
    return any(row["person"] == person.ref and row["ended_at"] is None for row in rows)


def deciders(person: Actor, subject: Subject) -> bool:
    """The agency's deciders."""
    return person.organization == subject.row.get("agency") and Role.DECIDER in person.roles


def review_power(person: Actor, subject: Subject) -> bool:
    """Deciders of the office with the review power, told of a halt by another office."""
    return Power.REVIEW in person.powers and Role.DECIDER in person.roles


def admins(person: Actor, subject: Subject) -> bool:
    """The agency's administrators, where a ladder names them."""
    return person.organization == subject.row.get("agency") and Role.ADMIN in person.roles


def the_person(person: Actor, subject: Subject) -> bool:
    """Whom the subject is."""
    return person.ref == subject.ref


def his_keepers(person: Actor, subject: Subject) -> bool:
    """Those who answer for a person's organization: the officers of a lab, the administrators of an agency."""
    is_home = person.organization == subject.row.get("organization")
    return is_home and bool(person.roles & {Role.OFFICER, Role.ADMIN})


BOTH = (officers, intake, reviewers, deciders)
AGENCY = (intake, reviewers, deciders)
LOOKERS = (officers, reviewers, deciders)

AUDIENCE: dict[str, tuple[Group, ...]] = {
    "submitted": (officers, intake, deciders),
    "returned": (officers, reviewers),
    "assigned": (reviewers,),
    "clock_started": BOTH,
    "start_corrected": BOTH,
    "window_recomputed": BOTH,
    "release_planned": AGENCY,
    "information_requested": (officers,),
    "answered": (reviewers,),
    "answer_rejected": (officers,),
    "answer_extended": (officers,),
    "request_withdrawn": (officers,),
    "request_overdue": (officers, reviewers),
    "toll_started": LOOKERS,
    "toll_ended": LOOKERS,
    "extended": LOOKERS,
    "lapsed": BOTH,
    "finding_recorded": (officers,),  # only of one that is shared
    "finding_shared": (officers,),
    "document_attached": (officers, reviewers),  # of an agency's own only those on its side
    "document_shared": (officers,),
    "document_destroyed": (officers, reviewers),
    "recommended": (deciders,),
    "cleared": BOTH,
    "concerns_raised": BOTH,
    "withdrawn": AGENCY,
    "released": BOTH,
    "released_in_breach": BOTH,
    "release_advanced": AGENCY,
    "access_granted": (officers, reviewers),
    "access_ended": (officers, reviewers),
    "access_revoked": (officers, reviewers, deciders),
    "agreement_opened": (officers, deciders),
    "agreement_signed_by_one_side": (officers, deciders),
    "agreement_signed": (officers, intake, deciders),
    "agreement_amended": (officers, intake, deciders),
    "agreement_ended": (officers, intake, deciders),
    "agreement_declined": (officers, deciders),
    "coverage_asked": (deciders,),
    "coverage_decided": (officers, review_power),
    "halt_ordered": (officers, deciders, review_power),
    "halt_implemented": (deciders, review_power),
    "halt_narrowed": (officers, deciders, review_power),
    "halt_lifted": (officers, deciders, review_power),
    "model_restored": (deciders, review_power),
    "commitment_proposed": (officers, deciders),
    "commitment_agreed": (officers, deciders),
    "commitment_met": (deciders,),
    "commitment_missed": (officers, deciders),
    "commitment_waived": (officers,),
    "commitment_replaced": (officers,),
    "partner_proposed": (officers, deciders),
    "partner_agreed": (officers, deciders),
    "partner_refused": (officers, deciders),
    "channel_added": (the_person,),
    "channel_removed": (the_person,),
    "channel_enabled": (the_person,),
    "channel_disabled": (the_person,),
    "preferences_changed": (the_person,),
    "way_in_changed": (the_person, his_keepers),  # they only of a code that replaces all his ways in
    CHECKED: (deciders,),  # or as the ladder says
    MENDED: LOOKERS,  # where a date or a status moved
}

NOTICE_AUDIENCE: dict[str, tuple[Group, ...]] = {
    "intake": (intake,),
    "answer": (officers,),
    "toll": (deciders,),
    "window": LOOKERS,
    "access": (officers, reviewers),
    "commitment": (officers,),
    "planned_release": (officers, reviewers),
    "refile": (officers,),
}
MISSED_AUDIENCE: dict[str, tuple[Group, ...]] = {
    "intake": (intake, deciders, officers),
    "answer": (officers, reviewers),
    "commitment": (officers, deciders),
}

LADDER: dict[str, Group] = {
    Role.OFFICER: officers,
    Role.INTAKE: intake,
    Role.REVIEWER: reviewers,
    Role.DECIDER: deciders,
    Role.ADMIN: admins,
}

RECEIPTS = frozenset({"submitted", "clock_started", "lapsed", "cleared", "concerns_raised"})  # to the actor as well
CONSEQUENCES = frozenset({"lapsed", "request_overdue", "access_ended", "toll_ended", "commitment_missed"})
ALONE = frozenset({"clock_started", "lapsed", "cleared", "concerns_raised"})  # a letter of their own


def recipients(
    name: str, data: Mapping[str, Any], is_internal: bool, actor: str, subject: Subject, people: Iterable[Actor]
) -> list[Actor]:
    """The people to tell of an event, in order of mailbox; not the one who did it, but for receipts."""
    groups = _groups(name, data)
    if subject.kind is Kind.PERSON and actor == RECORD:  # what the installation's own file says of him is no news
        return []
    told = [
        person
        for person in people
        if person.is_active
        and any(group(person, subject) for group in groups)
        and (person.ref != actor or name in RECEIPTS)
        and not (is_internal and person.side is Side.LAB)
        and (sees(person, subject) or subject.kind is Kind.COVERAGE)
    ]
    return sorted(told, key=lambda person: person.ref)


def _groups(name: str, data: Mapping[str, Any]) -> tuple[Group, ...]:
    if name in (*NOTICES, CHECKED) and "tell" in data:
        return tuple(LADDER[role] for role in data["tell"])
    if name == "way_in_changed" and data["change"] != WayChange.RESET_INVITED:
        return (the_person,)
    if name == MENDED and not any(
        {"due_at", "due_on", "status"} & {*each["found"], *each["owed"]} for each in data["mended"]
    ):
        return ()
    if name in NOTICES:
        kind = data["kind"]
        if name == APPROACHING or kind not in MISSED_AUDIENCE:
            return NOTICE_AUDIENCE[kind]
        return MISSED_AUDIENCE[kind]
    if name.endswith(RESCINDED):
        base = name.removesuffix(RESCINDED)
        return () if base in (*NOTICES, CHECKED) else AUDIENCE.get(base, ())
    return AUDIENCE.get(name, ())


def is_told_by_consequence(name: str, data: Mapping[str, Any]) -> bool:
    """A due notice whose consequence has a letter of its own, so that nobody is told twice."""
    return name == REACHED and data["kind"] in ("window", "answer", "access", "toll", "commitment")
