"""What might be commanded next: any command with any arguments, or one that the state invites."""

import random
from collections.abc import Callable
from dataclasses import MISSING, fields
from datetime import date, datetime, timedelta
from enum import Enum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from reviewflow.nouns.commands.form import REGISTRY, Command
from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import Subject
from reviewflow.rules.lifecycle import TABLES
from reviewflow.rules.machine import possible
from tests.engine import world as w
from tests.engine.policies import POLICIES

COMMANDS = sorted(REGISTRY)
CREATORS = [name for name in COMMANDS if REGISTRY[name].creates]
ACTORS = (*w.PEOPLE, "record", "nobody@nowhere.example")
GATE = ("access_ready", "checkpoint_digest", "system_card", "safeguard_state", "planned_release", "access_terms")
CAUSES = ("government_closure", "agreement_of_parties", "government_closure", "information_request", "weather")
WHO = {
    "LAB": (w.OFFICER,), "INTAKE": (w.INTAKE, w.SECOND), "REVIEWER": (w.REVIEWER, w.CHIEF, w.CONSULTED, w.SECOND),
    "LEAD": (w.REVIEWER, w.CHIEF, w.SECOND), "DECIDER": (w.DECIDER, w.CHIEF), "ASSIGNER": (w.INTAKE, w.DECIDER),
    "EITHER": (w.OFFICER, w.DECIDER), "ANYONE": (w.OFFICER, w.VIEWER, w.REVIEWER), "COVERAGE": (w.FINDER,),
    "HALT": (w.HALTER,), "ADMIN": (w.ADMIN,), "KEEPER": (w.OFFICER, w.ADMIN),
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


def refs(world: w.World, kind: Kind) -> list[str]:
    """The references of a kind, oldest first."""
    return [str(ref) for (ref,) in world.query("SELECT ref FROM subject WHERE kind = ? ORDER BY rowid", kind.value)]


def arguments(rng: random.Random, world: w.World, command: type[Command], subject: Subject | None, *, is_wild: bool) -> Command:
    """A command with arguments that mostly fit; `is_wild`: often they do not."""
    hints = get_type_hints(command)
    chosen: dict[str, Any] = {}
    for field in fields(command):
        if field.default is not MISSING and rng.random() < 0.4 and field.name not in _WANTED:
            continue
        if is_wild and rng.random() < 0.1:
            chosen[field.name] = _wild(rng, hints[field.name])
        else:
            chosen[field.name] = _fitting(rng, world, field, hints[field.name], subject)
    return command(**chosen)


_WANTED = {"terms", "acknowledge", "policy", "digest", "consent", "text", "copies_cannot_be_recalled"}


def _bare(hint: Any) -> Any:
    """The type of a field, None left out."""
    if get_origin(hint) in (Union, UnionType):
        return next(arg for arg in get_args(hint) if arg is not type(None))
    return hint


def _wild(rng: random.Random, hint: Any) -> Any:
    bare = _bare(hint)
    if get_origin(bare) is tuple:
        return tuple(_wild(rng, get_args(bare)[0]) for _ in range(rng.randrange(3)))
    if bare is int:
        return rng.choice([-1, 0, 1, 7, 10**6])
    if bare is bool:
        return rng.random() < 0.5
    if bare is date:
        return rng.choice([date(2020, 2, 29), date(2026, 7, 4), date(2099, 12, 31)])
    if isinstance(bare, type) and issubclass(bare, Enum):
        return rng.choice(list(bare))
    return rng.choice(["", " ", "x", "é\u0000", "y" * 300, "RV-2222-2222", "office", w.REVIEWER, "a" * 64])


def _fitting(rng: random.Random, world: w.World, field: Any, hint: Any, subject: Subject | None) -> Any:
    bare = _bare(hint)
    by_name = _BY_NAME.get(field.name)
    if by_name is not None and bare is not bool or field.name == "copies_cannot_be_recalled":
        assert by_name is not None
        return by_name(rng, world, subject)
    kind = field.metadata.get("ref")
    if kind is not None:
        found = refs(world, kind) or ["RV-2222-2222"]
        return tuple(rng.sample(found, min(len(found), rng.randrange(1, 3)))) if get_origin(bare) is tuple else rng.choice(found)
    if get_origin(bare) is tuple:
        inner = get_args(bare)[0]
        return tuple(rng.sample(list(inner), 1)) if isinstance(inner, type) and issubclass(inner, Enum) else ("a", "b")
    if bare is date:
        return _day(rng, world, subject)
    if bare is bool:
        return rng.random() < 0.5
    if isinstance(bare, type) and issubclass(bare, Enum):
        return rng.choice(list(bare))
    return f"{field.name} {rng.randrange(1000)}"


def _day(rng: random.Random, world: w.World, subject: Subject | None) -> date:
    today = world.now.astimezone(ZoneInfo("America/New_York")).date()
    return today + timedelta(days=rng.choice([-30, -2, -1, 0, 1, 2, 3, 5, 8, 13, 20, 40]))


def _number(table: str) -> Callable[[random.Random, w.World, Subject | None], int]:
    def choose(rng: random.Random, world: w.World, subject: Subject | None) -> int:
        known = sorted(subject.parts.get(table, {})) if subject else []
        return rng.choice([*known, *known, *known, len(known) + 1])

    return choose


def _digest(rng: random.Random, world: w.World, subject: Subject | None) -> str:
    return rng.choice([w.DIGEST, w.DIGEST, w.DIGEST, "c" * 64, w.OTHER_DIGEST])


def _acknowledge(rng: random.Random, world: w.World, subject: Subject | None) -> Any:
    known = list(get_args(get_type_hints(REGISTRY["Release"])["acknowledge"])[0])
    return tuple(known) if rng.random() < 0.7 else tuple(rng.sample(known, 1))


def _policy(rng: random.Random, world: w.World, subject: Subject | None) -> str:
    return rng.choice([*POLICIES, "tolls", "tolls", "missed-tolls", "hours", "eo-14409", "hsr-cash-tender"])


def _person(*those: str) -> Callable[[random.Random, w.World, Subject | None], str]:
    return lambda rng, world, subject: rng.choice(those)


def _old_review(rng: random.Random, world: w.World, subject: Subject | None) -> str | None:
    done = [str(ref) for (ref,) in world.query("SELECT ref FROM review WHERE state = 'withdrawn' ORDER BY ref")]
    return rng.choice(done) if done and rng.random() < 0.8 else None


def _item(rng: random.Random, world: w.World, subject: Subject | None) -> str:
    if subject is None:
        return rng.choice(GATE)
    there = {row["item"] for row in subject.part("submission_item")}
    gate = world.settings.policies[subject.row["policy"]].submission.gate
    return rng.choice([item for item in gate if item not in there and item != "planned_release"] or list(GATE))


def _model(rng: random.Random, world: w.World, subject: Subject | None) -> str:
    """Mostly one of Lab A that has no open review."""
    free = world.query(
        "SELECT ref FROM model WHERE lab = 'lab-a' AND ref NOT IN "
        "(SELECT model FROM review WHERE state NOT IN ('released', 'withdrawn')) ORDER BY ref"
    )
    every = refs(world, Kind.MODEL)
    return str(rng.choice(free)[0]) if free and rng.random() < 0.9 else rng.choice(every)


def _key(prefix: str) -> Callable[[random.Random, w.World, Subject | None], str]:
    return lambda rng, world, subject: f"{prefix}{rng.randrange(5)}"


_BY_NAME: dict[str, Callable[[random.Random, w.World, Subject | None], Any]] = {
    "request": _number("request"), "finding": _number("finding"), "grant": _number("access_grant"),
    "digest": _digest, "acknowledge": _acknowledge, "policy": _policy, "refiles": _old_review, "follows": _old_review,
    "terms": lambda rng, world, subject: world.settings.programme.access_terms,
    "domain": lambda rng, world, subject: rng.choice(world.settings.programme.domains),
    "severity": lambda rng, world, subject: rng.choice(world.settings.programme.severities),
    "item": _item, "model": _model,
    "cause": lambda rng, world, subject: rng.choice(CAUSES),
    "by": lambda rng, world, subject: rng.choice([1, 2, 3, 5, 24]),
    "person": _person(w.REVIEWER, w.REVIEWER, w.CHIEF, w.SECOND, w.CONSULTED),
    "second": _person(w.INTAKE, w.REVIEWER, w.DECIDER), "consent": _person(w.OFFICER, w.OFFICER, w.VIEWER, w.RIVAL),
    "agency": lambda rng, world, subject: None if rng.random() < 0.96 else rng.choice(["office", "watch", "export"]),
    "lab": lambda rng, world, subject: rng.choice(["lab-a", "lab-a", "lab-b"]),
    "key": _key("lab-n"), "mailbox": lambda rng, world, subject: f"p{rng.randrange(5)}@lab-a.example",
    "copies_cannot_be_recalled": lambda rng, world, subject: rng.random() < 0.8,
}  # fmt: skip


_OTHERS = [kind for kind in Kind if kind not in (Kind.REVIEW, Kind.ORGANIZATION, Kind.PERSON)] * 4 + list(Kind)


def likely(rng: random.Random, world: w.World) -> tuple[str, str | None, Command]:
    """Who, on what, and which command: one that the state of some subject invites, mostly of a review."""
    if rng.random() < 0.06:
        command: type[Command] = REGISTRY[rng.choice(CREATORS)]
        who = next(row.who for row in TABLES[command.kind] if row.command is command)
        return rng.choice(WHO[who.name]), None, arguments(rng, world, command, None, is_wild=False)
    kind = Kind.REVIEW if rng.random() < 0.85 else rng.choice(_OTHERS)
    ref = _some(rng, world, kind)
    subject = world.subject(ref) if ref else Subject(kind, "")
    rows = [row for row in possible(subject.kind, subject.state) for _ in range(_weight(row.command.__name__, subject))]
    if not rows:
        return w.OFFICER, None, arguments(rng, world, REGISTRY["Open"], None, is_wild=False)
    row = rng.choice(rows)
    there = [a["person"] for a in subject.part("assignment") if a["ended_at"] is None]
    who = there if row.who.name in ("REVIEWER", "LEAD") and there else WHO[row.who.name]
    return rng.choice(who), ref, arguments(rng, world, row.command, subject, is_wild=False)


_LIVELY = {"under_review": 16, "tolled": 24, "submitted": 5, "returned": 5, "draft": 4}


def _some(rng: random.Random, world: w.World, kind: Kind) -> str | None:
    """A subject; of reviews mostly one that is under way."""
    if kind is Kind.REVIEW:
        found = world.query("SELECT ref, state FROM review ORDER BY rowid")
        weights = [_LIVELY.get(str(state), 1) for _, state in found]
        return str(rng.choices(found, weights)[0][0]) if found else None
    known = refs(world, kind)
    return rng.choice(known) if known else None


def _weight(name: str, subject: Subject) -> int:
    """Ends are rare, so that a review is long on its way; what has nothing to work on is rarer still."""
    needs = {"Answer": "request", "RejectAnswer": "request", "ExtendAnswer": "request", "WithdrawRequest": "request",
             "ShareFinding": "finding", "EndAccess": "access_grant", "RevokeAccess": "access_grant"}  # fmt: skip
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
