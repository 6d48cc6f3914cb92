"""Which deadlines a subject owes, derived anew from its state and its journal; and what it takes to set them right."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from tzdata import IANA_VERSION  # type: ignore[import-untyped]

from reviewflow.nouns.states import CommitmentState, DeadlineKind, GrantState, Kind, RequestState, ReviewState
from reviewflow.nouns.subject import Row
from reviewflow.rules import deadlines as d
from reviewflow.rules.hindsight import in_effect
from reviewflow.rules.notices import DUE
from reviewflow.rules.scene import Pin
from reviewflow.rules.timing import access_end, commitment_end, planned_end, toll_end, window, window_end
from reviewflow.rules.window import end_of_day, within
from reviewflow.rules.work import Work

REASON = "derived anew"
ASKED = ("information_requested", "answer_rejected", "answer_extended")  # what sets the day of an answer
RUNS = (ReviewState.UNDER_REVIEW, ReviewState.TOLLED)


class Due(NamedTuple):
    """One thing owed."""

    kind: DeadlineKind
    part_no: int
    owed: d.Owed


def owed_by(w: Work, events: Sequence[Row], pin: Pin) -> Iterator[Due]:
    """Everything that the state owes, what has gone by among it; the window first, since access hangs on it."""
    if w.subject.kind is Kind.COMMITMENT:
        if w.row["state"] == CommitmentState.AGREED and (owed := commitment_end(w, pin)):
            yield Due(DeadlineKind.COMMITMENT, 0, owed)
        return
    yield from _of_state(w, pin)
    yield from _answers(w, events, pin)
    for toll in w.subject.part("toll"):
        if toll["ended_at"] is None and (owed := toll_end(pin, toll["started_at"])):
            yield Due(d.TOLL, toll["no"], owed)
    for grant in w.subject.part("access_grant"):
        if grant["state"] == GrantState.ACTIVE and (owed := access_end(w, pin, grant)):
            yield Due(d.ACCESS, grant["no"], owed)


def _of_state(w: Work, pin: Pin) -> Iterator[Due]:
    row, policy = w.row, pin.policy
    if row["state"] in RUNS:
        yield Due(d.WINDOW, 0, window_end(window(w, pin)))
    if row["state"] == ReviewState.SUBMITTED and policy.intake:
        rule = policy.intake
        due = within(policy, pin.business_days, row["submitted_at"], rule.check_within, rule.unit)
        yield Due(d.INTAKE, 0, d.Owed(due.due_at, due.due_on, due.basis))
    if row["state"] == ReviewState.WITHDRAWN and policy.refile:
        due = within(policy, pin.business_days, row["withdrawn_at"], policy.refile.within, policy.refile.unit)
        yield Due(d.REFILE, 0, d.Owed(due.due_at, due.due_on, due.basis))
    if row["state"] not in (ReviewState.RELEASED, ReviewState.WITHDRAWN) and (planned := planned_end(w, pin)):
        yield Due(d.PLANNED, 0, planned)


def _answers(w: Work, events: Sequence[Row], pin: Pin) -> Iterator[Due]:
    rule, asked = pin.policy.request, {e["data"]["request"]: e for e in in_effect(events) if e["name"] in ASKED}
    for request in w.subject.part("request"):
        if request["state"] not in (RequestState.OPEN, RequestState.OVERDUE) or rule.answer_within is None:
            continue
        event = asked.get(request["no"])
        if event is None:
            continue
        if event["name"] == "answer_extended":
            on = date.fromisoformat(event["data"]["until"])
            basis = [f"The reviewer gave the lab until {on.isoformat()}, to the end of the day."]
            yield Due(d.ANSWER, request["no"], d.Owed(end_of_day(pin.policy, on), on, basis))
        else:
            due = within(pin.policy, pin.business_days, event["effective_at"], rule.answer_within, rule.unit)
            yield Due(d.ANSWER, request["no"], d.Owed(due.due_at, due.due_on, due.basis))


def derive(w: Work, events: Sequence[Row], pin: Pin) -> None:
    """Owe what the state owes, and end what it does not; nothing moves where all is in order."""
    wanted: set[tuple[DeadlineKind, int]] = set()
    for due in owed_by(w, events, pin):
        wanted.add((due.kind, due.part_no))
        row = d.latest(w.subject, due.kind, due.part_no)
        if row is None or not (_is_of_other_zones(row) or _stands(row, due, pin)):
            if row is not None and row["status"] in d.LIVE:
                d.end(w, row, d.SUPERSEDED, REASON)
            d.owe(w, pin, due.kind, due.owed, part_no=due.part_no, reason=REASON)
    for row in w.subject.part("deadline"):
        if row["status"] in d.LIVE and (row["kind"], row["part_no"]) not in wanted:
            d.end(w, row, d.CLOSED, REASON)


def _is_of_other_zones(row: Row) -> bool:
    """No update of the time zones moves a live deadline."""
    return bool(row["pinned"]["tzdata"] != IANA_VERSION)


def _stands(row: Row, due: Due, pin: Pin) -> bool:
    """The row says what is owed, and is live with the notices of the rules, or has gone by."""
    if (row["due_at"], row["remaining_days"]) != (due.owed.due_at, due.owed.remaining_days):
        return False
    if row["status"] not in d.LIVE:
        return DUE in [name for name, _ in row["notices"][: row["raised"]]]
    wanted = d.reminders(pin, row["kind"], row["due_at"], row["made_at"])
    said = row["notices"], row["next_notice_at"]
    return said == (wanted, d.next_notice(wanted, row["raised"]))
