"""Letters of information requests: asked, answered, rejected, extended, withdrawn, overdue."""

from reviewflow.notify.matter import Matter, Step, Telling
from reviewflow.nouns.policy import IfMissed
from reviewflow.nouns.states import RequestState

LATE_IS_WELCOME = "A late answer is still welcome, and the record will mark it as late."


def _no(m: Matter) -> int:
    return int(m.get("request", 0))


def _steps(m: Matter) -> tuple[Step, ...]:
    if not m.is_lab:
        return (m.show(),)
    return ("Answer it", m.run("answer", f'{_no(m)} --text "..."')), m.show()


def is_over(m: Matter) -> bool:
    """Whether the window had ended when the event took effect."""
    window = m.deadline("window")
    return window is not None and window["due_at"] is not None and window["due_at"] <= m.effective_at


def _stands(m: Matter) -> str:
    if any(t["request_no"] == _no(m) and t["started_at"] == m.effective_at for t in m.subject.part("toll")):
        return "The clock of the window stands until it is answered."
    return "It does not stop the clock of the window."


def information_requested(m: Matter) -> Telling:
    """The question, with its day."""
    due = m.deadline("answer", _no(m))
    end = f", answer due {m.day(due['due_on'])}" if due and due["due_at"] else ""
    return Telling(
        f"Information request {_no(m)}{end}",
        (f"The reviewers put a question to the lab. {_stands(m)}",),
        (
            ("Request", str(_no(m))),
            ("Asked", m.at(m.effective_at)),
            ("Answer due", m.due(due) or "no date; the policy names none"),
            ("Days left", m.left(due)),
        ),
        (("The question", m.get("text", "")),),
        steps=_steps(m),
        basis=tuple(due["basis"]) if due else (),
        rank=2,
    )


def answered(m: Matter) -> Telling:
    """That an answer is there; its text stays on record."""
    late = bool(m.get("is_late"))
    reject = m.run("reject-answer", f'{_no(m)} --reason "..."')
    return Telling(
        f"Information request {_no(m)} answered{', late' if late else ''}",
        ("The lab answered. The answer is on record and is not printed here.",),
        (
            ("Request", str(_no(m))),
            ("Answered", m.at(m.effective_at)),
            ("In time", "no, after its due time" if late else "yes"),
            ("Supplied", m.get("digest")),
        ),
        steps=(("Read the answer", m.show()[1]), ("Reject it, if it does not answer", reject)),
        rank=3,
    )


def answer_rejected(m: Matter) -> Telling:
    """The request is open again."""
    due = m.deadline("answer", _no(m))
    return Telling(
        f"Answer to information request {_no(m)} rejected",
        (f"The reviewers did not accept the answer. The request is open again, with its full time. {_stands(m)}",),
        (("Request", str(_no(m))), ("Answer due", m.due(due)), ("Days left", m.left(due))),
        (("What is still missing", m.get("reason", "")),),
        steps=_steps(m),
        rank=2,
    )


def answer_extended(m: Matter) -> Telling:
    """More time for an answer."""
    due = m.deadline("answer", _no(m))
    return Telling(
        f"More time for information request {_no(m)}, until {m.day(m.get('until'))}",
        ("The reviewers gave the lab more time to answer.",),
        (
            ("Request", str(_no(m))),
            ("Answer due", m.due(due)),
            ("Before", m.day(m.get("before"))),
            ("Days left", m.left(due)),
        ),
        (("The reason on record", m.get("reason", "")),),
        steps=_steps(m),
        rank=4,
    )


def request_withdrawn(m: Matter) -> Telling:
    """Nothing is owed."""
    return Telling(
        f"Information request {_no(m)} withdrawn",
        ("The reviewers withdrew the request. No answer to it is owed.",),
        (("Request", str(_no(m))), ("Withdrawn", m.at(m.effective_at))),
        (("The reason on record", m.get("reason", "")),),
        steps=(m.show(),),
    )


def request_overdue(m: Matter) -> Telling:
    """No answer in time, and what follows from it."""
    due, effect = m.deadline("answer", _no(m)), m.get("if_missed", IfMissed.NONE)
    over = is_over(m)
    if effect == IfMissed.RETURN and not over:
        follows = "Under the policy the submission goes back to the lab, and the request is closed."
    elif effect == IfMissed.TOLL and not over:
        follows = f"Under the policy the clock of the window stands until it is answered. {LATE_IS_WELCOME}"
    else:
        runs = "The window is over already." if over else "The policy attaches no further effect to it."
        follows = f"{runs} {LATE_IS_WELCOME}"
    is_open = m.part("request", _no(m)).get("state") in (RequestState.OPEN, RequestState.OVERDUE)
    again = (("File it again", m.run("submit")), m.show()) if m.is_lab else (m.show(),)
    return Telling(
        f"Information request {_no(m)} was not answered in time",
        ("No answer was on record when the request fell due.",),
        (("Request", str(_no(m))), ("Was due", m.due(due)), ("Days over", _days_over(m))),
        steps=_steps(m) if is_open else again if effect == IfMissed.RETURN else (m.show(),),
        essential=follows,
        rank=1,
    )


def _days_over(m: Matter) -> str:
    due = m.deadline("answer", _no(m))
    days = m.days_to(due["due_on"]) if due else None
    return str(-days) if days is not None and days < 0 else ""
