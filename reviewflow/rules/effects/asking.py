"""Effects of information requests: asked, answered, rejected, extended, withdrawn, overdue."""

from typing import Any

from reviewflow.nouns.commands import parts as p
from reviewflow.nouns.policy import IfMissed, TollCause
from reviewflow.nouns.states import DeadlineStatus, RequestState
from reviewflow.rules.deadlines import ANSWER, MET, MISSED, Owed, close, latest, live, owe
from reviewflow.rules.effects.clock import add_toll, end_tolls
from reviewflow.rules.effects.filing import stop_clock, suspend
from reviewflow.rules.scene import Scene
from reviewflow.rules.window import end_of_day, within
from reviewflow.rules.work import Work

Extra = dict[str, Any] | None
REQUEST = TollCause.INFORMATION_REQUEST.value


def ask(w: Work, c: p.RequestInformation, s: Scene) -> Extra:
    """A question with its own clock; it tolls the window only where the policy says so."""
    tolls = TollCause.INFORMATION_REQUEST in s.pin.policy.toll.on
    no = w.add(
        "request", state=RequestState.OPEN, text=c.text, asked_by=w.actor.ref, asked_at=w.effective_at,
        is_tolling=tolls, answer=None, answer_digest=None, answered_at=None, is_late=False,
    )  # fmt: skip
    return {"request": no, "answer_due_on": _owe_answer(w, s, no)}


def _owe_answer(w: Work, s: Scene, no: int) -> Any:
    rule = s.pin.policy.request
    if w.part("request", no)["is_tolling"]:
        add_toll(w, s, REQUEST, f"information request {no}", no)
    if rule.answer_within is None:
        return None
    due = within(s.pin.policy, s.pin.business_days, w.effective_at, rule.answer_within, rule.unit)
    owe(w, s.pin, ANSWER, Owed(due.due_at, due.due_on, due.basis), part_no=no)
    return due.due_on


def answer(w: Work, c: p.Answer, s: Scene) -> Extra:
    """A late answer is marked, and ends the toll of its request."""
    due = latest(w.subject, ANSWER, c.request)
    is_late = due is not None and due["due_at"] is not None and w.effective_at >= due["due_at"]
    w.change(
        "request", c.request, state=RequestState.ANSWERED, answer=c.text, answer_digest=c.digest,
        answered_at=w.effective_at, is_late=is_late,
    )  # fmt: skip
    close(w, frozenset({ANSWER}), MET, "answered", c.request)
    end_tolls(w, s, REQUEST, c.request)
    return {"is_late": is_late or None}


def reject(w: Work, c: p.RejectAnswer, s: Scene) -> Extra:
    """The request is open again, with the full time to answer; a toll for not answering is over."""
    tolls = TollCause.INFORMATION_REQUEST in s.pin.policy.toll.on
    w.change("request", c.request, state=RequestState.OPEN, answered_at=None, is_late=False, is_tolling=tolls)
    return {"answer_due_on": _owe_answer(w, s, c.request)}


def extend_answer(w: Work, c: p.ExtendAnswer, s: Scene) -> Extra:
    """A new last day, to the end of the day."""
    old = live(w.subject, ANSWER, c.request)
    basis = [f"The reviewer gave the lab until {c.until.isoformat()}, to the end of the day."]
    owed = Owed(end_of_day(s.pin.policy, c.until), c.until, basis)
    owe(w, s.pin, ANSWER, owed, part_no=c.request, reason="extended")
    return {"before": old["due_on"] if old else None}


def withdraw(w: Work, c: p.WithdrawRequest, s: Scene) -> Extra:
    """Nothing is owed any more."""
    w.change("request", c.request, state=RequestState.WITHDRAWN)
    close(w, frozenset({ANSWER}), DeadlineStatus.CLOSED, "request_withdrawn", c.request)
    end_tolls(w, s, REQUEST, c.request)
    return None


def miss(w: Work, c: p.MissAnswer, s: Scene) -> Extra:
    """Overdue is still answerable; the policy says whether the clock stands or the submission goes back."""
    w.change("request", c.request, state=RequestState.OVERDUE)
    close(w, frozenset({ANSWER}), MISSED, "request_overdue", c.request)
    row = w.subject.state
    if s.pin.policy.request.if_missed is IfMissed.TOLL and row == "tolled":
        w.change("request", c.request, is_tolling=True)
        add_toll(w, s, REQUEST, f"information request {c.request} was not answered in time", c.request)
    if row == "returned":
        w.change("request", c.request, state=RequestState.CLOSED)
        shut(w, RequestState.CLOSED)
        suspend(w)
        stop_clock(w)
    return {"if_missed": s.pin.policy.request.if_missed}


def shut(w: Work, state: RequestState) -> list[int]:
    """Close every request that still waits; returns their numbers."""
    waiting = [
        row["no"] for row in w.subject.part("request") if row["state"] in (RequestState.OPEN, RequestState.OVERDUE)
    ]
    for no in waiting:
        w.change("request", no, state=state)
    for toll in w.subject.part("toll"):
        if toll["ended_at"] is None:
            w.change("toll", toll["no"], ended_at=w.effective_at)
    return waiting
