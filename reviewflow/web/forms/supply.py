"""What a submission still needs, and the form of one item of it: what each is for, and each fault at its field."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from reviewflow.errors import Refused, ReviewflowError
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.commands.review import SupplyItem
from reviewflow.web.door import Document, Fields
from reviewflow.web.forms.field import Field
from reviewflow.web.writing import title

PLANNED, CHECKPOINT = "planned_release", "checkpoint_digest"
ABOUT = "One thing that the policy asks for. It counts from the moment at which it is in."
ASKED = {  # what each item of a gate is, to whoever has to find it
    "access_ready": "The model can be reached by the evaluators, and how",
    "checkpoint_digest": "Which checkpoint is reviewed, by its SHA-256",
    "system_card": "What the model is and can do, as the lab tells it",
    "safeguard_state": "Which safeguards are on in the model that is reviewed",
    "planned_release": "The day on which anybody beyond the government first gets it",
    "access_terms": "On which terms the government has access",
}
_PLACES = (  # a sign of the reason why it was refused, the field that it is about, and how a page says it
    ("neither --digest nor --text", "text", "Write it here, or give its SHA-256 above."),
    ("64 hex digits", "digest", "A SHA-256 has 64 signs, each of them 0 to 9 or a to f."),
    ("Plan the release", "item", "Plan the release instead; that supplies this item too."),
)


@dataclass(frozen=True)
class Task:
    """One line of the list; `href` leads to its form, where it is the reader's to do."""

    name: str
    says: str
    is_done: bool
    href: str
    item: Document | None = None
    planned_on: str | None = None
    digest: str | None = None


def tasks(doc: Document, back: str) -> list[Task]:
    """Every item that the policy of a review asks for; their forms lead back to an address."""
    return [_task(doc, name, back) for name in doc["gate"]]


def _task(doc: Document, name: str, back: str) -> Task:
    item = next((row for row in doc["items"] if row["item"] == name), None)
    planned_on = min((row["planned_on"] for row in doc["planned_releases"]), default=None)
    digest = doc["model"]["checkpoint_digest"] if name == CHECKPOINT and item is None else None
    verb, asked = ("plan", {}) if name == PLANNED else ("supply", {"item": name})
    is_mine = verb in {one["verb"] for one in doc["possible"]}
    query = urlencode({**asked, "back": back})
    return Task(
        title(name), ASKED.get(name, ""), item is not None or digest is not None,
        f"/reviews/{doc['ref']}/do/{verb}?{query}" if is_mine else "", item,
        planned_on if name == PLANNED else None, digest,
    )  # fmt: skip


def worded(doc: Document, given: Fields, asked: Sequence[Field]) -> list[Field]:
    """The questions in the words of the item that was chosen; of a checkpoint its digest alone."""
    item = given.one("item")
    what = ASKED.get(item, "What the policy asks for")
    words = {
        "item": ("Which item", "One that is in already can be supplied anew; the last one counts"),
        "digest": (
            "SHA-256 of it, where it is a file",
            "64 signs; this, or the text below. The file itself can be attached as a document",
        ),
        "text": ("Text of it, or where it is", what),
    }
    if item == CHECKPOINT:
        words["digest"] = ("SHA-256 of the checkpoint", "64 signs; it is pinned when you submit")
    found = [
        replace(one, label=words[one.name][0], hint=words[one.name][1], is_conditional=True)
        for one in asked
        if one.name in words
    ]
    missing = [name for name in doc["gate"] if name not in {row["item"] for row in doc["items"]}]
    options = [
        (name, f"{title(name)}, {'missing' if name in missing else 'in'}")
        for name in doc["gate"]
        if (name == item if item == CHECKPOINT else name != PLANNED or item == PLANNED)
    ]
    found = [replace(one, options=tuple(options)) if one.name == "item" and options else one for one in found]
    return [one for one in found if one.name != "text" or item != CHECKPOINT or one.value]


def placed(wish: Command, error: ReviewflowError) -> dict[str, list[str]]:
    """Each reason at the field that it is about; none where one of them is about something else."""
    found: dict[str, list[str]] = {}
    if not isinstance(wish, SupplyItem) or not isinstance(error, Refused):
        return found
    for reason in error.reasons:
        place = next(((name, says) for sign, name, says in _PLACES if sign in reason), None)
        if place is None:
            return {}
        found.setdefault(place[0], []).append(place[1])
    return found
