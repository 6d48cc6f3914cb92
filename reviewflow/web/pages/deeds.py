"""What may be done with what is no review, as links to the forms, in words that say what comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from reviewflow.nouns.paths import PLURALS
from reviewflow.nouns.states import Kind
from reviewflow.web.door import Document
from reviewflow.web.writing import title

LABELS = {
    "model register": "Register a model", "model release": "Record a release", "model add-holder": "Record a holder",
    "agreement open": "Open an agreement", "agreement amend": "Record an amendment",
    "agreement end": "End the agreement", "agreement decline": "Record that it came to nothing",
    "coverage ask": "Ask for a finding", "coverage decide": "Record the finding",
    "partner propose": "Propose a partner", "partner agree": "Agree to it", "partner refuse": "Refuse it",
    "halt order": "Order a halt", "halt implement": "Record what was implemented", "halt narrow": "Narrow it",
    "halt lift": "Lift it", "halt restore": "Record that a model is served again",
    "commitment agree": "Propose a commitment", "commitment accept": "Agree to it", "commitment meet": "Report it met",
    "commitment waive": "Waive it", "commitment replace": "Replace it",
    "organization add": "Add an organization", "person add": "Add a person", "person roles": "Change roles",
}  # fmt: skip
GRAVE = frozenset({"end", "decline", "deactivate", "waive", "refuse"})


@dataclass(frozen=True)
class Deed:
    """One way to a form; what `is_grave` stands last and is no button."""

    text: str
    href: str
    help: str
    is_grave: bool


def deeds(kind: Kind, possible: Sequence[Document], ref: str) -> list[Deed]:
    """As the view says they are possible; with an empty `ref` what makes a new one."""
    where = f"/{PLURALS[kind]}/{ref}/do" if ref else f"/{PLURALS[kind]}/do"
    found = [
        Deed(
            LABELS.get(f"{kind.value} {one['verb']}", title(one["verb"])), f"{where}/{one['verb']}", one["help"],
            one["verb"] in GRAVE,
        )
        for one in possible
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.is_grave)
