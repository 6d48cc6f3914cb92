"""What might be commanded next: any command with any arguments, or one that the state invites."""

import random
from datetime import datetime, timedelta

from reviewflow.nouns.commands.form import REGISTRY, Command
from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import Subject
from reviewflow.rules.lifecycle import TABLES
from reviewflow.rules.machine import possible
from tests.engine import world as w
from tests.engine.arguments import arguments, refs

COMMANDS = sorted(REGISTRY)
ACTORS = (*w.PEOPLE, "record", "nobody@nowhere.example")
WHO = {
    "LAB": (w.OFFICER,), "INTAKE": (w.INTAKE, w.SECOND), "REVIEWER": (w.REVIEWER, w.CHIEF, w.CONSULTED, w.SECOND),
    "LEAD": (w.REVIEWER, w.CHIEF, w.SECOND), "DECIDER": (w.DECIDER, w.CHIEF), "ASSIGNER": (w.INTAKE, w.DECIDER),
    "EITHER": (w.OFFICER, w.DECIDER), "ANYONE": (w.OFFICER, w.VIEWER, w.REVIEWER),
    "PARTY": (w.OFFICER, w.REVIEWER, w.DECIDER), "COVERAGE": (w.FINDER,),
    "HALT": (w.HALTER,), "ADMIN": (w.ADMIN,), "KEEPER": (w.OFFICER, w.ADMIN),
    "SELF": (w.ADMIN,), "SYSTEM": ("system",),
}  # fmt: skip
STEPS = (
    *["none"] * 6, "second", *["minutes"] * 6, *["hours"] * 5, "day", "day", "days", "weeks", "forty days",
    *["due"] * 3, "before due", "after due",
)  # fmt: skip
_LENGTHS = {"second": 1, "minutes": 900, "hours": 7 * 3600, "day": 86400, "days": 3 * 86400, "weeks": 12 * 86400}


def later(world: w.World, step: str) -> datetime:
    """The instant to which a step leads; the three of "due" stand around the next due instant."""
    if step in _LENGTHS:
        return world.now + timedelta(seconds=_LENGTHS[step])
    if step == "forty days":
        return world.now + timedelta(days=40)
    if step == "none":
        return world.now
    found = world.query("SELECT min(next_notice_at) FROM deadline WHERE next_notice_at IS NOT NULL")[0][0]
    if found is None:
        return world.now
    shift = {"due": 0, "before due": -1, "after due": 1}[step]
    return max(world.now, datetime.fromisoformat(str(found)) + timedelta(microseconds=shift))


_OTHERS = [kind for kind in Kind if kind not in (Kind.REVIEW, Kind.ORGANIZATION, Kind.PERSON)] * 3 + list(Kind)


def likely(rng: random.Random, world: w.World) -> tuple[str, str | None, Command]:
    """Who, on what, and which command: one that the state of some subject invites, mostly of a review."""
    kind = Kind.REVIEW if rng.random() < 0.75 else rng.choice(_OTHERS)
    ref = None if rng.random() < (0.03 if kind is Kind.REVIEW else 0.2) else _some(rng, world, kind)
    subject = world.subject(ref) if ref else Subject(kind, "")
    rows = [row for row in possible(subject.kind, subject.state) for _ in range(_weight(row.command.__name__, subject))]
    if not rows:
        return w.OFFICER, None, arguments(rng, world, REGISTRY["Open"], None, is_wild=False)
    row = rng.choice(rows)
    return _actor(rng, row.who.name, subject), ref, arguments(rng, world, row.command, subject, is_wild=False)


def toward(rng: random.Random, world: w.World, name: str) -> tuple[str, str | None, Command] | None:
    """A command by name, on a subject that stands where it may be done; None where none does."""
    command = REGISTRY[name]
    rows = [row for row in TABLES[command.kind] if row.command is command]
    if command.creates:
        return (
            _actor(rng, rows[0].who.name, Subject(command.kind, "")),
            None,
            arguments(rng, world, command, None, is_wild=False),
        )
    sources = {state for row in rows for state in row.source}
    found = [ref for ref in refs(world, command.kind) if _stands(world.subject(ref), sources, name)]
    if not found:
        return toward(rng, world, _BEFORE[name]) if name in _BEFORE else None
    subject = world.subject(rng.choice(found))
    actor = _actor(rng, rows[0].who.name, subject)
    return actor, subject.ref, arguments(rng, world, command, subject, is_wild=False)


_BEFORE = {"EnableChannel": "DisableChannel", "DisableChannel": "AddChannel", "RemoveChannel": "AddChannel"}


def _stands(subject: Subject, sources: set[str], name: str) -> bool:
    """Whether it is in a state in which the command may be done, and of a person's channels has one to do it to."""
    channels = [row for row in subject.row.get("channels") or () if row["disabled"] != "removed"]
    wanted = [row for row in channels if bool(row["disabled"]) == (name == "EnableChannel")]
    return subject.state in sources and (name not in _BEFORE or bool(wanted))


def _actor(rng: random.Random, who: str, subject: Subject) -> str:
    """Mostly somebody who may: an assigned reviewer, the side whose turn it is, an officer of the right lab."""
    there = [a["person"] for a in subject.part("assignment") if a["ended_at"] is None]
    if who in ("REVIEWER", "LEAD") and there:
        return str(rng.choice(there))
    row = subject.row
    actor = rng.choice(WHO[who])
    has_begun = row.get("proposed_side") or row.get("lab_signed_by") or row.get("agency_signed_by")
    if who == "EITHER" and has_begun and rng.random() < 0.8:
        is_labs_turn = row.get("proposed_side") == "agency" or bool(row.get("agency_signed_by"))
        actor = w.OFFICER if is_labs_turn else w.DECIDER
    return w.RIVAL if actor == w.OFFICER and row.get("lab") == "lab-b" else actor


_LIVELY = {"under_review": 16, "tolled": 24, "submitted": 5, "returned": 5, "draft": 4}


def _some(rng: random.Random, world: w.World, kind: Kind) -> str | None:
    """A subject; of reviews mostly one that is under way."""
    if kind is Kind.REVIEW:
        found = world.query("SELECT ref, state FROM review ORDER BY ref")
        weights = [_LIVELY.get(str(state), 1) for _, state in found]
        return str(rng.choices(found, weights)[0][0]) if found else None
    known = refs(world, kind)
    if kind in (Kind.PERSON, Kind.ORGANIZATION):
        idle = world.query(f"SELECT ref FROM {kind.value} WHERE state = 'inactive' ORDER BY ref")
        known = [str(ref) for (ref,) in idle] or known
    return rng.choice(known[-4:] if rng.random() < 0.7 else known) if known else None


def _weight(name: str, subject: Subject) -> int:
    """Ends are rare, so that a review is long on its way; what has nothing to work on is rarer still."""
    needs = {"Answer": "request", "RejectAnswer": "request", "ExtendAnswer": "request", "WithdrawRequest": "request",
             "ShareFinding": "finding", "ShareDocument": "review_document", "DestroyDocument": "review_document",
             "EndAccess": "access_grant", "RevokeAccess": "access_grant"}  # fmt: skip
    if name in needs and not subject.part(needs[name]):
        return 0
    if name in ("EndToll", "Unassign", "ReturnSubmission"):
        return 3
    if name in ("Withdraw", "Release") and subject.state in ("lapsed", "cleared", "concerns"):
        return 8
    if name in ("Withdraw", "Release", "EndAgreement", "DeactivateOrganization", "DeactivatePerson", "ChangeRoles"):
        return 1
    if name in ("SupplyItem", "PlanRelease") and subject.state in ("draft", "submitted", "returned"):
        return 15
    if name == "Assign":
        return 40 if not subject.part("assignment") else 2
    if name in ("Submit", "StartClock", "Answer", "RequestInformation", "SignAgreement"):
        return 25
    return 6


def wild(rng: random.Random, world: w.World, name: str) -> tuple[str, str | None, Command]:
    """Anybody, on anything, whatever the arguments."""
    command = REGISTRY[name]
    found = refs(world, command.kind)
    ref = None if command.creates else rng.choice([*found, *found, "RV-2222-2222", w.models()[0]])
    subject = world.subject(ref) if ref in found else None
    return rng.choice(ACTORS), ref, arguments(rng, world, command, subject, is_wild=True)


def effective_at(rng: random.Random, world: w.World, ref: str | None) -> datetime | None:
    """When a backdated fact took effect: around some event of its subject, or some time ago."""
    events = world.journal(ref) if ref else []
    if events and rng.random() < 0.7:
        at: datetime = rng.choice(events[-8:])["effective_at"]
        return at + timedelta(seconds=rng.choice([-1, 0, 1, 3600]))
    return world.now - timedelta(hours=rng.choice([-1, 1, 5, 30, 100]))
