"""What a letter asks of its reader that is still to be done, as its subject stands now; nothing: for information."""

from collections.abc import Callable, Mapping

from reviewflow.notify.matter import Matter
from reviewflow.nouns.events import APPROACHING, CHECKED, MISSED, REACHED
from reviewflow.nouns.states import (
    LOOKED_AT,
    AgreementState,
    CommitmentState,
    CoverageState,
    DeadlineKind,
    HaltState,
    PartnerState,
    Power,
    RequestState,
    ReviewState,
    Role,
)


def wanted(m: Matter) -> str:
    """As a page says it after "Asks you to"; "" where nothing is asked, or no longer."""
    asks = _ASKS.get(m.row["name"])
    return asks(m) if asks else ""


def _answer(m: Matter) -> str:
    state = m.part("request", int(m.get("request") or m.get("part_no") or 0)).get("state")
    is_open = state in (RequestState.OPEN, RequestState.OVERDUE)
    return "answer the request" if is_open and m.has(Role.OFFICER) else ""


def _check(m: Matter) -> str:
    is_asked = m.subject.state == ReviewState.SUBMITTED and m.has(Role.INTAKE)
    return "check whether all is in" if is_asked else ""


def _mend(m: Matter) -> str:
    is_asked = m.subject.state == ReviewState.RETURNED and m.has(Role.OFFICER)
    return "mend it, and submit again" if is_asked else ""


def _look(m: Matter) -> str:
    """Of a reviewer to recommend, of a decider to determine once that is done, or to see to it."""
    if m.subject.state not in LOOKED_AT:
        return ""
    made = [row for row in m.subject.part("recommendation") if row["determination"] is None]
    own = [row for row in m.subject.part("assignment") if row["person"] == m.person.ref and row["ended_at"] is None]
    if m.has(Role.DECIDER):
        return "determine" if made else "see to a recommendation"
    if m.has(Role.REVIEWER) and own and not made:
        return "look, and record what you find" if own[-1]["is_consulted"] else "look, and recommend"
    return ""


def _assigned(m: Matter) -> str:
    return _look(m) if m.get("person") == m.person.ref else ""


def _meet(m: Matter) -> str:
    is_owed = m.subject.state in (CommitmentState.AGREED, CommitmentState.MISSED)
    return "meet it, and report that" if is_owed and m.has(Role.OFFICER) else ""


def _implement(m: Matter) -> str:
    in_force = any(row["state"] in (HaltState.ORDERED, HaltState.NARROWED) for row in m.subject.part("halt_model"))
    is_open = in_force and m.subject.row.get("implemented_at") is None
    return "switch off, and record it" if is_open and m.has(Role.OFFICER) else ""


def _proposed(state: str) -> Callable[[Matter], str]:
    def asks(m: Matter) -> str:
        is_open = m.subject.state == state and m.subject.row.get("proposed_side") != m.person.side
        return "agree to it, or not" if is_open and m.has(Role.OFFICER, Role.DECIDER) else ""

    return asks


def _sign(m: Matter) -> str:
    side = "lab" if m.is_lab else "agency"
    is_open = m.subject.state == AgreementState.NEGOTIATING and not m.subject.row.get(f"{side}_signed_by")
    return "sign it, or decline" if is_open and m.has(Role.OFFICER, Role.DECIDER) else ""


def _cover(m: Matter) -> str:
    is_asked = m.subject.state == CoverageState.ASKED and m.has(Role.DECIDER) and Power.COVERAGE in m.person.powers
    return "decide whether it is covered" if is_asked else ""


def _due(m: Matter) -> str:
    asks = _WHEN_DUE.get(DeadlineKind(m.get("kind")))
    return asks(m) if asks else ""


_WHEN_DUE: Mapping[DeadlineKind, Callable[[Matter], str]] = {
    DeadlineKind.INTAKE: _check,
    DeadlineKind.ANSWER: _answer,
    DeadlineKind.WINDOW: _look,
    DeadlineKind.COMMITMENT: _meet,
}
_ASKS: Mapping[str, Callable[[Matter], str]] = {
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
