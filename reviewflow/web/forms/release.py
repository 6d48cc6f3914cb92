"""The form of a release: only what this one has to acknowledge is asked, each beside what it is about."""

from collections.abc import Sequence
from dataclasses import replace

from fastapi import Request

from reviewflow.errors import ReviewflowError
from reviewflow.nouns.gate import ReleaseFact
from reviewflow.web.door import Document, Fields, Reader, see
from reviewflow.web.forms.field import Field
from reviewflow.web.forms.reading import pasted

LABEL = "What stands on record against it"
HINT = "Tick each that you know and accept; the release is recorded with it"
REFUSED = ReleaseFact.REFUSED_BY_POLICY  # what alone makes it a breach to have released
_OPEN_WEIGHTS = ("copies_cannot_be_recalled",)


def narrowed(request: Request, who: Reader, review: Document, given: Fields, asked: Sequence[Field]) -> list[Field]:
    """The questions without those that this release does not raise; all of them where that cannot be looked up."""
    model = review["model"]
    try:
        check = see(request, "release-check", {"ref": model["ref"], "digest": _digest(given)}, who)
    except ReviewflowError:
        return list(asked)
    if check["hidden_by_scope"]:  # what a token leaves out is asked all the same
        return list(asked)
    needed = tuple((one["what"], one["why"]) for one in check["acknowledgements"])
    found = []
    for field in asked:
        if field.name == "acknowledge" and not field.faults:
            if needed:
                found.append(replace(field, label=LABEL, hint=HINT, options=needed, is_conditional=True))
        elif field.name == "already_happened":
            if REFUSED in [one["fact"] for one in check["facts"]]:
                found.append(field)
        elif field.name not in _OPEN_WEIGHTS or model["release_kind"] == "open_weights":
            found.append(field)
    return found


def _digest(given: Fields) -> str | None:
    """As it was typed, where it is one; none: the one that was submitted."""
    typed = pasted(given.one("digest"))
    return typed if len(typed) == 64 and not typed.strip("0123456789abcdef") else None
