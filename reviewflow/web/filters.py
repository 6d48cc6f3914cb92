"""The filters and the order of the queue as they stand in an address, and the addresses that change them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from reviewflow.nouns.states import ReviewState
from reviewflow.web.door import Reader

SORTS = {
    "yours": "Yours first, then time left", "time_left": "Time left", "model": "Model", "state": "State", "lab": "Lab",
    "newest": "Newest first",
}  # fmt: skip
WAITING = {"lab": "The lab", "agency": "The agency"}
WITHIN = {"agency": "The agency, anybody", "intake": "Intake", "reviewer": "A reviewer", "decider": "A decider"}
DUE = {"0": "Today or over", "3": "In 3 days", "7": "In 7 days", "30": "In 30 days"}
STATES = [state.value for state in ReviewState]
ME, YES = "me", "true"


@dataclass(frozen=True)
class Filters:
    """Each as it was typed; empty: not set."""

    state: str = ""
    lab: str = ""
    waiting_on: str = ""
    assigned: str = ""
    due_within: str = ""
    due_before: str = ""
    yours: str = ""
    all: str = ""
    sort: str = ""

    @property
    def query(self) -> str:
        """As it stands in an address, always in one order; the usual is left out."""
        return urlencode({name: value for name, value in vars(self).items() if value and (name, value) not in _USUAL})

    @property
    def how_many(self) -> int:
        """How many are set; whose they are, and that it is the usual order, is no filter."""
        filters = {name: value for name, value in vars(self).items() if name != "yours"}
        return sum(bool(value) and (name, value) not in _USUAL for name, value in filters.items())

    def but(self, **changed: str) -> str:
        """The address of the queue with something changed."""
        return address(replace(self, **changed).query)

    def asked(self, who: Reader) -> dict[str, object]:
        """As the view is asked."""
        return {
            "state": self.state or None, "lab": self.lab or None, "waiting_on": self.waiting_on or None,
            "assigned_to": who.actor.ref if self.assigned == ME else None, "due_before": self.due_before or None,
            "due_within": self.due_within or None, "yours": bool(self.yours), "all": bool(self.all),
            "sort": self.sort or "yours", "views": True,
        }  # fmt: skip


_USUAL = {("sort", "yours")}


def read(given: Mapping[str, str]) -> Filters:
    """From what stands behind the ? of an address; what is no filter is not looked at."""
    return Filters(**{name: given[name].strip() for name in vars(Filters()) if name in given})


def address(query: str) -> str:
    """Of the queue."""
    return f"/?{query}" if query else "/"
