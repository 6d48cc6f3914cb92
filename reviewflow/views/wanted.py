"""What a letter asks of its reader that is still to be done, as its subject stands now; nothing: for information."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from reviewflow.nouns.actor import Actor
from reviewflow.nouns.events import APPROACHING, CHECKED, MISSED, REACHED
from reviewflow.nouns.states import (
    LOOKED_AT,
    AgreementState,
    CommitmentState,
    CoverageState,
    DeadlineKind,
    HaltState,
    Kind,
    PartnerState,
    Power,
    RequestState,
    ReviewState,
    Role,
    Side,
)
from reviewflow.nouns.subject import Row, Subject
from reviewflow.rules.permissions import sees
from reviewflow.rules.standing import is_recommended


@dataclass(frozen=True)
class Told:
    """One event that a letter tells a person of, and its subject; `persons` are how many a determination takes."""

    row: Row
    subject: Subject
    person: Actor
    persons: int = 2

    def has(self, *roles: Role) -> bool:
        """Whether the reader has one of the roles."""
        return any(role in self.person.roles for role in roles)

    def get(self, key: str) -> Any:
        """What the event says."""
        return self.row["data"].get(key)


def wanted(told: Iterable[Told]) -> str:
    """As a page says it after "Asks you to", each once, with its subject where there are several; "" for nothing."""
    events = list(told)
    found = {(_asked(one), one.subject.ref): None for one in events}
    many = len({one.subject.ref for one in events}) > 1
    return "; ".join(f"{asks} ({ref})" if many else asks for asks, ref in found if asks)


def _asked(m: Told) -> str:
    """Nothing of what the reader sees no longer: how that stands is not his to know."""
    asks = _ASKS.get(m.row["name"])
    is_seen = sees(m.person, m.subject) or m.subject.kind is Kind.COVERAGE
    return asks(m) if asks and is_seen else ""


def _answer(m: Told) -> str:
    no = int(m.get("request") or m.get("part_no") or 0)
    state = m.subject.parts.get("request", {}).get(no, {}).get("state")
    is_open = state in (RequestState.OPEN, RequestState.OVERDUE)
    return "answer the request" if is_open and m.has(Role.OFFICER) else ""


def _check(m: Told) -> str:
    is_asked = m.subject.state == ReviewState.SUBMITTED and m.has(Role.INTAKE)
    return "check whether all is in" if is_asked else ""


def _mend(m: Told) -> str:
    is_asked = m.subject.state == ReviewState.RETURNED and m.has(Role.OFFICER)
    return "mend it, and submit again" if is_asked else ""


def _look(m: Told) -> str:
    """Of a reviewer to recommend, of a decider to determine once that is done, or to see to it."""
    if m.subject.state not in LOOKED_AT:
        return ""
    is_made, is_ours = is_recommended(m.subject), m.person.organization == m.subject.row["agency"]
    own = [row for row in m.subject.part("assignment") if row["person"] == m.person.ref and row["ended_at"] is None]
    if m.has(Role.DECIDER) and is_ours:
        return "determine" if is_made or m.persons < 2 else "see to a recommendation"
    if m.has(Role.REVIEWER) and own and not is_made:
        return "look, and record what you find" if own[-1]["is_consulted"] else "look, and recommend"
    return ""


def _assigned(m: Told) -> str:
    return _look(m) if m.get("person") == m.person.ref else ""


def _meet(m: Told) -> str:
    is_owed = m.subject.state in (CommitmentState.AGREED, CommitmentState.MISSED)
    return "meet it, and report that" if is_owed and m.has(Role.OFFICER) else ""


def _implement(m: Told) -> str:
    in_force = any(row["state"] in (HaltState.ORDERED, HaltState.NARROWED) for row in m.subject.part("halt_model"))
    is_open = in_force and m.subject.row.get("implemented_at") is None
    return "switch off, and record it" if is_open and m.has(Role.OFFICER) else ""


def _proposed(state: str) -> Callable[[Told], str]:
    def asks(m: Told) -> str:
        is_open = m.subject.state == state and m.subject.row.get("proposed_side") != m.person.side
        return "agree to it, or not" if is_open and m.has(Role.OFFICER, Role.DECIDER) else ""

    return asks


def _sign(m: Told) -> str:
    side = "lab" if m.person.side is Side.LAB else "agency"
    is_open = m.subject.state == AgreementState.NEGOTIATING and not m.subject.row.get(f"{side}_signed_by")
    return "sign it, or decline" if is_open and m.has(Role.OFFICER, Role.DECIDER) else ""


def _cover(m: Told) -> str:
    is_asked = m.subject.state == CoverageState.ASKED and m.has(Role.DECIDER) and Power.COVERAGE in m.person.powers
    return "decide whether it is covered" if is_asked else ""


def _due(m: Told) -> str:
    asks = _WHEN_DUE.get(DeadlineKind(m.get("kind")))
    return asks(m) if asks else ""


_WHEN_DUE: Mapping[DeadlineKind, Callable[[Told], str]] = {
    DeadlineKind.INTAKE: _check,
    DeadlineKind.ANSWER: _answer,
    DeadlineKind.WINDOW: _look,
    DeadlineKind.COMMITMENT: _meet,
}
_ASKS: Mapping[str, Callable[[Told], str]] = {
    **dict.fromkeys((APPROACHING, REACHED, MISSED), _due),
    **dict.fromkeys(("information_requested", "answer_rejected", "answer_extended", "request_overdue"), _answer),
    **dict.fromkeys(("recommended", "lapsed", CHECKED), _look),
    **dict.fromkeys(("commitment_agreed", "commitment_missed"), _meet),
    **dict.fromkeys(("agreement_opened", "agreement_signed_by_one_side"), _sign),
    "submitted": _check,
    "returned": _mend,
    "assigned": _assigned,
    "halt_ordered": _implement,
    "commitment_proposed": _proposed(CommitmentState.PROPOSED),
    "partner_proposed": _proposed(PartnerState.PROPOSED),
    "coverage_asked": _cover,
}
