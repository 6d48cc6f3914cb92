"""What a question sets going, and what its answer does to the clock: told before either is sent."""

from collections.abc import Sequence
from copy import deepcopy

from reviewflow.errors import Refused
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.commands.parts import Answer, RequestInformation
from reviewflow.nouns.policy import TollCause
from reviewflow.nouns.states import RequestState
from reviewflow.nouns.subject import Subject
from reviewflow.rules.deadlines import ANSWER, LIVE, TOLL, latest, live
from reviewflow.rules.decide import decide
from reviewflow.rules.settle import settle
from reviewflow.rules.trying import WORDS
from reviewflow.rules.work import Work
from reviewflow.views.look import Document, Look
from reviewflow.views.window_facts import window_row


def if_asked(look: Look, subject: Subject, possible: Sequence[Document]) -> Document | None:
    """When the answer would be due, and what becomes of the window; None where the reader cannot ask."""
    found = _tried(look, subject, RequestInformation(text=WORDS)) if _can("ask", possible) else None
    if found is None:
        return None
    no, policy = found.part("request")[-1]["no"], look.pin(subject.row).policy
    answer = live(found, ANSWER, no)
    tolls = [row["no"] for row in found.part("toll") if row["request_no"] == no]
    end = live(found, TOLL, tolls[-1]) if tolls else None
    return {
        "answer_due_at": answer and answer["due_at"],
        "answer_due_on": answer and answer["due_on"],
        "if_missed": policy.request.if_missed,
        "is_tolling": TollCause.INFORMATION_REQUEST in policy.toll.on,
        "toll_until": end and end["due_at"],
        **_clock(found),
    }


def if_answered(look: Look, subject: Subject, possible: Sequence[Document]) -> list[Document]:
    """Of each request that the reader can answer: until when, whether that is over, and what becomes of the window."""
    told: list[Document] = []
    for request in subject.part("request") if _can("answer", possible) else ():
        if request["state"] not in (RequestState.OPEN, RequestState.OVERDUE):
            continue
        found = _tried(look, subject, Answer(request=request["no"], text=WORDS))
        if found is None:
            continue
        due = latest(subject, ANSWER, request["no"])
        told.append(
            {
                "request": request["no"],
                "due_at": due and due["due_at"],
                "due_on": due and due["due_on"],
                "is_late": found.parts["request"][request["no"]]["is_late"],
                **_clock(found),
            }
        )
    return told


def _can(verb: str, possible: Sequence[Document]) -> bool:
    return any(one["verb"] == verb for one in possible)


def _tried(look: Look, subject: Subject, wish: Command) -> Subject | None:
    """The review as it then is, by the same rules; None where it would be refused."""
    now = max(look.now, subject.recorded_at or look.now)
    work = Work(deepcopy(subject), look.actor, now, now)
    try:  # what has fallen due comes first, whether a tick was there or not
        settle(work, look.stage.quiet(work.subject), now)
        decide(work, wish, look.stage.scene(work, wish))
    except Refused:
        return None
    return work.subject


def _clock(subject: Subject) -> Document:
    due = window_row(subject)
    is_live = due is not None and due["status"] in LIVE
    return {
        "state": subject.state,
        "window_due_at": due["due_at"] if due and is_live else None,
        "remaining_days": subject.row["remaining_days"],
    }
