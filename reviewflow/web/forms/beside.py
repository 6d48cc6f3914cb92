"""What stands beside a form: what doing it would set going, or what was recommended before it is signed."""

from collections.abc import Sequence
from dataclasses import dataclass

from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.commands.parts import Answer, Clear, RaiseConcerns, RequestInformation
from reviewflow.nouns.commands.review import StartClock
from reviewflow.nouns.states import Outcome
from reviewflow.web.door import Document
from reviewflow.web.drawing.plan import plan
from reviewflow.web.forms.subject import Aim

_OUTCOMES: dict[type[Command], Outcome] = {Clear: Outcome.CLEARED, RaiseConcerns: Outcome.CONCERNS}


@dataclass(frozen=True)
class Beside:
    """The window that is `opened`, what is `asked`, what can be `answered`; or the `outcome` that is signed."""

    opened: Document | None = None
    asked: Document | None = None
    answered: Sequence[Document] = ()
    outcome: Outcome | None = None
    recommended: Sequence[Document] = ()


def beside(found: Aim) -> Beside:
    """Nothing, of most commands."""
    review = found.document or {}
    if found.command is StartClock:
        return Beside(opened=_opened(review))
    if found.command is RequestInformation:
        return Beside(asked=review["if_asked"])
    if found.command is Answer:
        return Beside(answered=review["if_answered"])
    outcome = _OUTCOMES.get(found.command) if found.is_possible else None
    return Beside(outcome=outcome, recommended=_recommended(review, outcome)) if outcome else Beside()


def _opened(review: Document) -> Document | None:
    """The window that starting the clock opens, and its drawing."""
    window: Document | None = review.get("if_started")
    return window and {**window, "drawing": plan(window, window["planned_on"])}


def _recommended(review: Document, outcome: Outcome) -> list[Document]:
    """The recommendations that stand, that of what is determined first."""
    found = [one for one in review.get("recommendations", ()) if one["is_standing"]]
    return sorted(found, key=lambda one: bool(one["outcome"] != outcome))
