"""Arguments for any command, by the type and the name of each field: such as mostly fit, or such as mostly do not."""

import random
from collections.abc import Callable
from dataclasses import MISSING, fields
from datetime import date, timedelta
from enum import Enum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from reviewflow.nouns.commands.form import REGISTRY, Command
from reviewflow.nouns.contact import Cadence, ChannelKind
from reviewflow.nouns.states import Kind, Role
from reviewflow.nouns.subject import Subject
from tests.engine import world as w
from tests.engine.policies import POLICIES

GATE = ("access_ready", "checkpoint_digest", "system_card", "safeguard_state", "planned_release", "access_terms")
CAUSES = ("government_closure", "agreement_of_parties", "information_request", "weather")


def refs(world: w.World, kind: Kind) -> list[str]:
    """The references of a kind, oldest first."""
    return [str(ref) for (ref,) in world.query("SELECT ref FROM subject WHERE kind = ? ORDER BY ref", kind.value)]


def arguments(
    rng: random.Random, world: w.World, command: type[Command], subject: Subject | None, *, is_wild: bool
) -> Command:
    """A command with arguments that mostly fit; `is_wild`: often they do not."""
    hints = get_type_hints(command)
    chosen: dict[str, Any] = {}
    for field in fields(command):
        kind = field.metadata.get("ref")
        rarely = 0.85 if kind is not None and not (is_wild or field.name in _BY_NAME) else 0.4
        is_wanted = field.name in _WANTED and not (command.signs and field.name == "text")
        if field.default is not MISSING and rng.random() < rarely and not is_wanted:
            continue
        if field.default is not MISSING and kind is not None and not is_wild and not refs(world, kind):
            continue
        if is_wild and rng.random() < 0.1:
            chosen[field.name] = _wild(rng, hints[field.name])
        else:
            chosen[field.name] = _fitting(rng, world, field, hints[field.name], subject)
    return command(**chosen)


_WANTED = {"statement", "terms", "acknowledge", "policy", "digest", "consent", "text", "copies_cannot_be_recalled"}


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
    if (by_name is not None and bare is not bool) or field.name == "copies_cannot_be_recalled":
        assert by_name is not None
        return by_name(rng, world, subject)
    kind = field.metadata.get("ref")
    if kind is not None:
        found = refs(world, kind) or ["RV-2222-2222"]
        return (
            tuple(rng.sample(found, min(len(found), rng.randrange(1, 3))))
            if get_origin(bare) is tuple
            else rng.choice(found)
        )
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


def _one_of(*those: Any) -> Callable[[random.Random, w.World, Subject | None], Any]:
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


def _cause(rng: random.Random, world: w.World, subject: Subject | None) -> str:
    """Mostly one that stands, or one that the policy names."""
    standing = [toll["cause"] for toll in subject.part("toll") if toll["ended_at"] is None] if subject else []
    named = list(world.settings.policies[subject.row["policy"]].toll.on) if subject and "policy" in subject.row else []
    if rng.random() < 0.7 and (standing or named):
        return str(rng.choice(standing or named))
    return rng.choice(CAUSES)


def _models(rng: random.Random, world: w.World, subject: Subject | None) -> tuple[str, ...]:
    """Of a halt its own; else one or two of Lab A."""
    own = [str(row["model"]) for row in subject.part("halt_model")] if subject else []
    known = own or [str(ref) for (ref,) in world.query("SELECT ref FROM model WHERE lab = 'lab-a' ORDER BY ref")]
    return tuple(rng.sample(known, rng.randrange(1, min(len(known), 2) + 1)))


def _channel(rng: random.Random, world: w.World, subject: Subject | None) -> int:
    """One of the person's that was not removed, or one more."""
    known = [row for row in (subject.row.get("channels") or () if subject else ()) if row["disabled"] != "removed"]
    return rng.choice([*(row["no"] for row in known), *(row["no"] for row in known), len(known) + 1])


def _blob(rng: random.Random, world: w.World, subject: Subject | None) -> str:
    """Mostly bytes that have just come in for the review, though nobody could open them."""
    if subject is None or rng.random() < 0.1:
        return "b" * 32
    ref = f"{rng.getrandbits(128):032x}"
    bring(world, subject.ref, ref)
    return ref


def bring(world: w.World, subject: str, blob: str) -> None:
    """Bytes that came in for a subject."""
    world.query(
        "INSERT INTO blob (ref, subject, wrapped, size, made_at) VALUES (?, ?, 'x', 1, ?)",
        blob, subject, world.now.isoformat().replace("+00:00", "Z"),
    )  # fmt: skip


def _key(prefix: str) -> Callable[[random.Random, w.World, Subject | None], str]:
    return lambda rng, world, subject: f"{prefix}{rng.randrange(5)}"


_BY_NAME: dict[str, Callable[[random.Random, w.World, Subject | None], Any]] = {
    "request": _number("request"), "finding": _number("finding"), "grant": _number("access_grant"),
    "document": _number("review_document"), "blob": _blob, "media_type": _one_of("application/pdf", "text/plain"),
    "size": _one_of(1, 100), "digest": _digest, "acknowledge": _acknowledge, "policy": _policy,
    "refiles": _old_review, "follows": _old_review,
    "terms": lambda rng, world, subject: world.settings.programme.access_terms,
    "domain": lambda rng, world, subject: rng.choice(world.settings.programme.domains),
    "severity": lambda rng, world, subject: rng.choice(world.settings.programme.severities),
    "item": _item, "model": _model,
    "cause": _cause, "models": _models,
    "by": lambda rng, world, subject: rng.choice([1, 2, 3, 5, 24]),
    "person": _one_of(w.REVIEWER, w.REVIEWER, w.CHIEF, w.SECOND, w.CONSULTED),
    "second": _one_of(w.INTAKE, w.REVIEWER, w.DECIDER), "consent": _one_of(w.OFFICER, w.OFFICER, w.VIEWER, w.RIVAL),
    "agency": lambda rng, world, subject: None if rng.random() < 0.96 else rng.choice(["office", "watch", "export"]),
    "lab": lambda rng, world, subject: rng.choice(["lab-a", "lab-a", "lab-a", "lab-b"]),
    "roles": lambda rng, world, subject: rng.choice([(Role.OFFICER,), (Role.VIEWER,), (Role.REVIEWER,)]),
    "organization": _one_of("lab-a", "lab-a", "office"),
    "key": _key("lab-n"), "mailbox": lambda rng, world, subject: f"p{rng.randrange(5)}@lab-a.example",
    "channel": _channel, "channel_kind": _one_of(*[ChannelKind.EMAIL] * 3, *ChannelKind),
    "address": lambda rng, world, subject: f"n{rng.randrange(9)}@lab-a.example",
    "secret": _one_of("", "", "lab-a.key", "a-key"),
    "statement": _one_of("as it stands", "as it stands", "as it stands", "otherwise", ""),
    "digest_at": _one_of("08:00", "17:30", "00:00"), "quiet": _one_of("22:00-07:00", "none", "12:00-13:00"),
    "time_zone": _one_of("Europe/London", "America/Havana", "Pacific/Apia"), "cadence": _one_of(*Cadence),
    "mute": _one_of(("none",), ("reminders",), ("findings", "partners")),
    "copies_cannot_be_recalled": lambda rng, world, subject: rng.random() < 0.8,
}  # fmt: skip
