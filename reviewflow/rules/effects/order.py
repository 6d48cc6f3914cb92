"""Effects on halts and commitments."""

from typing import Any

from reviewflow.nouns.commands import order as o
from reviewflow.nouns.states import CommitmentState, DeadlineKind, HaltState, Kind, Side
from reviewflow.rules.deadlines import CLOSED, MET, MISSED, close, owe
from reviewflow.rules.guards.programme import addressed
from reviewflow.rules.scene import Scene
from reviewflow.rules.timing import commitment_end
from reviewflow.rules.work import Work

Extra = dict[str, Any] | None
OWED = frozenset({DeadlineKind.COMMITMENT})


def order_halt(w: Work, c: o.OrderHalt, s: Scene) -> Extra:
    """What is ordered; what the lab does about it is recorded apart."""
    w.set(
        legal_basis=c.basis, issued_at=w.effective_at, ordered_scope=c.scope, implemented_scope=None,
        implemented_at=None, lifted_at=None, source=c.source,
    )  # fmt: skip
    for ref in c.models:
        w.add(
            "halt_model", model=ref, state=HaltState.ORDERED, scope=c.scope, narrowed_at=None, lifted_at=None,
            served_at=None, served_scope=None,
        )  # fmt: skip
    return {"lab": w.row["lab"]}


def implement(w: Work, c: o.ImplementHalt, s: Scene) -> Extra:
    """What is really off; the journal keeps every version."""
    before = w.row["implemented_scope"]
    w.set(implemented_scope=c.scope, implemented_at=w.effective_at)
    return {"ordered_scope": w.row["ordered_scope"], "before": before}


def narrow(w: Work, c: o.NarrowHalt, s: Scene) -> Extra:
    """A new scope for some models, and a new version of the allow-list."""
    for row in addressed(w, c):
        w.change("halt_model", row["no"], scope=c.scope, narrowed_at=w.effective_at)
    version = None
    if c.allow:
        version = w.add("allow_list", entities=list(c.allow), since_at=w.effective_at, source=c.source)
    return {"allow_list_version": version, "models": _named(w, c)}


def lift(w: Work, c: o.LiftHalt, s: Scene) -> Extra:
    """Each condition becomes a commitment of the lab; lifted is not restored."""
    for row in addressed(w, c):
        w.change("halt_model", row["no"], lifted_at=w.effective_at)
    if w.row["state"] in (HaltState.LIFTED, HaltState.RESTORED):
        w.set(lifted_at=w.effective_at)
    for text in c.condition:
        agreed = o.AgreeCommitment(
            lab=w.row["lab"], text=text, owner=w.row["lab"], agency=w.row["agency"], halt=w.subject.ref
        )
        w.queue(Kind.COMMITMENT, None, agreed)
    return {"models": _named(w, c)}


def restore(w: Work, c: o.Restore, s: Scene) -> Extra:
    """Served again, within a narrowing or after the lift."""
    for row in addressed(w, c):
        w.change("halt_model", row["no"], served_at=w.effective_at, served_scope=c.scope)
    return {"models": [c.model]}


def _named(w: Work, c: object) -> list[str]:
    return [row["model"] for row in addressed(w, c)]


def agree(w: Work, c: o.AgreeCommitment, s: Scene) -> Extra:
    """Proposed by one side; a condition of a lift is agreed with the lift."""
    side = w.actor.side or Side.AGENCY
    w.set(
        text=c.text, owner=c.owner, due_on=c.due, review=c.review, halt=c.halt, replaces=c.replaces,
        proposed_by=w.actor.ref, proposed_side=side, met_at=None, evidence=None,
    )  # fmt: skip
    if w.row["state"] != CommitmentState.AGREED:
        return {"side": side}
    _owe(w, s)
    return {"event": "commitment_agreed"}


def accept(w: Work, c: o.AcceptCommitment, s: Scene) -> Extra:
    """Agreed by both sides: now it is owed."""
    _owe(w, s)
    return None


def _owe(w: Work, s: Scene) -> None:
    owed = commitment_end(w, s.pin)
    if owed:
        owe(w, s.pin, DeadlineKind.COMMITMENT, owed)


def meet(w: Work, c: o.MeetCommitment, s: Scene) -> Extra:
    """With the evidence; after its day it is met late."""
    late = any(row["status"] == MISSED for row in w.subject.part("deadline"))
    w.set(met_at=w.effective_at, evidence=c.text)
    close(w, OWED, MET, "commitment_met")
    return {"is_late": late or None}


def miss(w: Work, c: o.MissCommitment, s: Scene) -> Extra:
    """Its day went by; it is still owed."""
    close(w, OWED, MISSED, "commitment_missed")
    return None


def waive(w: Work, c: o.WaiveCommitment, s: Scene) -> Extra:
    """No longer owed."""
    close(w, OWED, CLOSED, "commitment_waived")
    return None


def replace(w: Work, c: o.ReplaceCommitment, s: Scene) -> Extra:
    """The new one is proposed by the agency, and the lab accepts it."""
    close(w, OWED, CLOSED, "commitment_replaced")
    new = o.AgreeCommitment(
        lab=w.row["lab"], text=c.text, owner=c.owner, due=c.due, agency=w.row["agency"], review=w.row["review"],
        halt=w.row["halt"], replaces=w.subject.ref,
    )  # fmt: skip
    w.queue(Kind.COMMITMENT, None, new)
    return None
