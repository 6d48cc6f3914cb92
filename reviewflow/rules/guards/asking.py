"""What stands against information requests: their numbers and their states."""

from collections.abc import Iterator

from reviewflow.nouns.commands import parts as p
from reviewflow.nouns.states import (
    RequestState,
)
from reviewflow.nouns.subject import Row
from reviewflow.rules.deadlines import ANSWER, latest
from reviewflow.rules.scene import Scene
from reviewflow.rules.work import Work

Reasons = Iterator[str]


def _request(w: Work, no: int) -> Row | None:
    return w.subject.parts.get("request", {}).get(no)


def _no_request(w: Work, no: int) -> str:
    numbers = ", ".join(str(row["no"]) for row in w.subject.part("request")) or "none"
    return f"There is no information request {no} in this review; there is: {numbers}."


def request_unanswered(w: Work, c: p.Answer | p.WithdrawRequest, s: Scene) -> Reasons:
    """The request is open, or overdue."""
    row = _request(w, c.request)
    if row is None:
        yield _no_request(w, c.request)
    elif row["state"] not in (RequestState.OPEN, RequestState.OVERDUE):
        yield f"Request {c.request} is {row['state']}."


def request_answered(w: Work, c: p.RejectAnswer, s: Scene) -> Reasons:
    """Only an answer can be rejected."""
    row = _request(w, c.request)
    if row is None:
        yield _no_request(w, c.request)
    elif row["state"] != RequestState.ANSWERED:
        yield f"Request {c.request} is {row['state']}; only an answered one can be rejected."


def request_open(w: Work, c: p.ExtendAnswer, s: Scene) -> Reasons:
    """An answer is extended before it is due."""
    row = _request(w, c.request)
    if row is None:
        yield _no_request(w, c.request)
    elif row["state"] != RequestState.OPEN:
        yield f"Request {c.request} is {row['state']}; only an open one, before it is due, can be extended."


def later(w: Work, c: p.ExtendAnswer, s: Scene) -> Reasons:
    """An extension moves the day forward."""
    due = latest(w.subject, ANSWER, c.request)
    if due is None:
        yield f"Request {c.request} has no deadline to extend: the policy {s.pin.policy.id} names none."
    elif due["due_on"] >= c.until:
        yield f"--until {c.until} is not later than the present last day, {due['due_on']}."
