"""One checkpoint is one model of its lab: which one a command puts on record, and what stands against that."""

from collections.abc import Iterator, Mapping

from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.commands.programme import RegisterModel
from reviewflow.nouns.commands.review import Submit, SupplyItem
from reviewflow.nouns.subject import Row
from reviewflow.rules.scene import Scene
from reviewflow.rules.work import Work

ITEM = "checkpoint_digest"
PINNING = (Submit, RegisterModel)  # after which it stands on record


def named(w: Work, c: Command, rows: Mapping[str, Row]) -> str | None:
    """The checkpoint that a command names; None where it names none, or the one that its review has pinned already."""
    match c:
        case RegisterModel():
            found = c.digest
        case SupplyItem() if c.item == ITEM:
            found = c.digest or c.text
        case Submit():
            items = [row["digest"] for row in w.subject.part("submission_item") if row["item"] == ITEM]
            found = (items[-1] if items else None) or rows[w.row["model"]][ITEM]
        case _:
            return None
    return None if found == w.row.get(ITEM) else found


def of_one_model(w: Work, c: RegisterModel | SupplyItem | Submit, s: Scene) -> Iterator[str]:
    """A checkpoint that is on record under another model of the lab is that model."""
    if s.known_as is None:
        return
    model, review = s.known_as["model"], s.known_as["review"]
    if isinstance(c, RegisterModel):
        yield (
            f"The lab has registered a model with this digest already: {model}."
            if review is None
            else f"A submission has pinned this digest already, as model {model}; review that model, or give another."
        )
        return
    where = f"review {review} of model {model} pinned it" if review else f"it was registered as model {model}"
    yield (
        f"This checkpoint is on record already: {where}. One checkpoint is one model: open a review of {model} for it, "
        f"or give the checkpoint of {w.row['model']} with `reviewflow review supply {w.subject.ref} {ITEM} "
        "--digest SHA256`."
    )
