"""What may be asked of the queue, as a person asks it and as the store takes it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from reviewflow.errors import Forbidden, Invalid
from reviewflow.nouns.commands.form import arg
from reviewflow.nouns.states import FINAL_STATES, ReviewState
from reviewflow.rules.moves import DUTIES, soon_on, within
from reviewflow.store import order
from reviewflow.store.reviews import Wanted
from reviewflow.views.look import Look
from reviewflow.views.narrowing import read_assigned, read_state

YOURS_FIRST = "yours"
SORTS = (order.TIME_LEFT, YOURS_FIRST, *order.ORDERS)
SIDES, ROLES = ("lab", "agency"), ("intake", "reviewer", "decider")
FARTHEST = 3660  # days


@dataclass(frozen=True, kw_only=True)
class Queue:
    """What is asked of the queue."""

    state: str | None = arg("only reviews in this state", None)
    lab: str | None = arg("only reviews of this lab", None)
    due_before: date | None = arg("only what is due before this civil date", None)
    due_within: int | None = arg("only what is due within so many days, 0 meaning today, or is over", None)
    assigned_to: str | None = arg("only reviews to which this person is assigned", None)
    waiting_on: str | None = arg(f"only what waits for one of {', '.join((*SIDES, *ROLES))}", None)
    yours: bool = arg("only what is yours to do", False)
    all: bool = arg("released and withdrawn reviews too", False)
    sort: str = arg(f"the order: {', '.join(SORTS)}", order.TIME_LEFT)
    views: bool = arg("your views too, and how many reviews each finds", False)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out, but what is over."""
        filters = (self.state, self.lab, self.due_before, self.assigned_to, self.waiting_on)
        return any(filters) or self.due_within is not None or self.yours


def wanted_of(look: Look, asked: Queue) -> Wanted:
    """The question as the store takes it; Invalid for a state that is none, Forbidden for what is internal."""
    state, zone, scopes = read_state(asked.state, list(ReviewState)), look.zone({}), look.scopes
    before = asked.due_before
    if asked.due_within is not None:
        if not 0 <= asked.due_within <= FARTHEST:
            raise Invalid(f"The days are a number from 0 to {FARTHEST}.")
        nearest = within(look.now, zone, asked.due_within)
        before = min(before, nearest) if before else nearest
    filters: dict[str, Any] = {
        "state": state and ReviewState(state), "lab": asked.lab, "due_before": before,
        "assigned_to": read_assigned(look, asked.assigned_to), "among": scopes.subjects, "owners": scopes.organizations,
    }  # fmt: skip
    return Wanted(
        look.whose, soon_on(look.now, zone), look.actor.roles & DUTIES,
        {name: value for name, value in filters.items() if value is not None},
        _read_waiting(look, asked.waiting_on), asked.yours or None, asked.all or state in FINAL_STATES, look.now,
    )  # fmt: skip


def _read_waiting(look: Look, text: str | None) -> str | None:
    """A side or a role; Forbidden for a lab, which is told the side alone."""
    if text is None or text in SIDES:
        return text
    if text not in ROLES:
        raise Invalid(f"Nothing waits on {text[:40]!r}.", remedy=f"There are: {', '.join((*SIDES, *ROLES))}.")
    if not look.reads_internal:
        raise Forbidden("Who in the agency has the next move is internal to it.", remedy="Ask for waiting_on=agency.")
    return text
