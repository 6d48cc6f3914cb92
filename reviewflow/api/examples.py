"""Worked examples for every field of every command and view; each reference has the right check character."""

from dataclasses import MISSING, fields
from datetime import date
from enum import Enum
from typing import Any, get_type_hints

from reviewflow.api.fields import bare
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.paths import PLURALS
from reviewflow.nouns.states import Acknowledgement, Kind
from reviewflow.store.refs import PREFIX, draw_ref

DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def _ref(kind: Kind) -> str:
    """One and the same reference of a kind, made as every other."""
    numbers = iter((5, 17, 2, 11, 29, 8, 23))
    return draw_ref(kind, lambda _: next(numbers))


REFS: dict[Kind, str] = {
    **{kind: _ref(kind) for kind in PREFIX},
    Kind.ORGANIZATION: "example-lab-one",
    Kind.PERSON: "reviewer@example-office.example",
}
_BY_NAME: dict[str, Any] = {
    "acknowledge": [Acknowledgement.NO_DETERMINATION.value],
    "address": "https://hooks.example-lab-one.example/reviews",
    "agency": "example-office",
    "assigned_to": "reviewer@example-office.example",
    "allow": ["Example Hospital"],
    "basis": "Order of 1 December 2026",
    "by": 5,
    "cause": "government_closure",
    "condition": ["Report weekly"],
    "contact": "security@example-partner.example",
    "digest": DIGEST,
    "expect": "2026-12-24",
    "digest_at": "08:00",
    "domain": "cybersecurity",
    "handoff": "VU-2026-0007",
    "how": "endpoint eval-9",
    "item": "system_card",
    "key": "example-lab-four",
    "lab": "example-lab-one",
    "latest_start_for": "2026-12-24",
    "mailbox": "officer@example-lab-one.example",
    "marking": "PROPRIETARY",
    "media_type": "application/pdf",
    "name": "Example Model 9",
    "note": "The terms go to counsel first.",
    "order": "time_left",
    "owner": "officer@example-lab-one.example",
    "pointer": "File 2026-17 of the office",
    "planned_release": "2026-12-24",
    "policy": "eo-14409",
    "powers": ["review"],
    "quiet": "22:00-07:00",
    "reason": "The system card describes another checkpoint.",
    "release_on": "2026-12-24",
    "roles": ["officer"],
    "scope": "All access from outside the lab",
    "secret": "example-lab-one.hook",  # the name of one  # nosec B105
    "second": "decider-two@example-office.example",
    "severity": "high",
    "since": "2026-06-02",
    "source": "https://register.example/2026/17",
    "start": "2026-11-20",
    "statement": "No concerns.",
    "subject": REFS[Kind.REVIEW],
    "terms": ["confidentiality", "cybersecurity", "insider_risk", "intellectual_property", "use", "non_disclosure"],
    "text": "The endpoint eval-9 answers with the submitted checkpoint.",
    "time_zone": "America/New_York",
    "title": "Safeguard can be switched off by a prompt",
    "to": "evaluation team",
    "toll": ["2026-11-25/2026-11-30"],
    "types": ["clock_started"],
}
_STATES = {  # that a list may be narrowed to
    "reviews": "under_review", "portfolio": "under_review", "deadlines": "under_review",
    "models": "registered", "agreements": "signed", "coverage": "covered", "halts": "ordered",
    "commitments": "agreed", "partners": "agreed",
    "organizations": "active", "people": "active",
}  # fmt: skip
_OF_VIEW = {  # where a view means something else by a name, or its usual value says nothing
    ("release-check", "policy"): "release",
    ("events", "after"): "the `next` of the page before",
    ("events", "limit"): 100,
    ("letter", "id"): "5f3c9a1be07d4c28",
}


def example(command: type[Command]) -> dict[str, Any]:
    """A body with every field that is required, and those that one usually wants to see."""
    hints = get_type_hints(command)
    return {f.name: value(f, hints[f.name]) for f in fields(command) if f.default is MISSING or f.name in _SHOWN}


_SHOWN = frozenset({"agency", "lab", "item", "text", "digest", "scope"})


def asked(view: str, path: str, field: Any, hint: Any) -> Any:
    """What may be asked of a view by one of its fields; a reference is of the kind that the path begins with."""
    register = path.split("/")[1]
    if field.name == "ref":
        return REFS[next((kind for kind, plural in PLURALS.items() if plural == register), Kind.REVIEW)]
    if field.name == "state":
        return _STATES[register]
    return _OF_VIEW.get((view, field.name)) or value(field, hint)


def value(field: Any, hint: Any) -> Any:
    """What a field may hold, as plain JSON."""
    kind, is_many, _ = bare(hint)
    named = field.metadata.get("ref")
    if field.name == "ref":
        return REFS[Kind.REVIEW]
    if named is not None and not (field.name in _BY_NAME and named in (Kind.ORGANIZATION, Kind.PERSON)):
        return [REFS[named]] if is_many else REFS[named]
    if (field.name in _BY_NAME and kind in (str, int)) or (is_many and field.name in _BY_NAME):
        return _BY_NAME[field.name]
    return [_plain(kind)] if is_many else _plain(kind)


def _plain(kind: Any) -> Any:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind)).value
    return {bool: False, int: 1, date: "2026-12-24", str: "Example"}.get(kind, "Example")
