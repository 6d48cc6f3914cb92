"""Effects of documents: the record holds what they are, and nothing of what they say."""

from typing import Any

from reviewflow.nouns.commands import document as d
from reviewflow.nouns.states import DocumentState, Side
from reviewflow.rules.scene import Scene
from reviewflow.rules.work import Work

Extra = dict[str, Any] | None
_TOLD = ("name", "media_type", "marking", "size", "digest", "side")
_RECORDED = (*_TOLD, "state", "supplied_by", "supplied_at")


def attach(w: Work, c: d.AttachDocument, s: Scene) -> Extra:
    """A lab's is for the review, so for both; an agency's is its own until it is shared."""
    side = w.actor.side or Side.AGENCY
    is_shared = side is Side.LAB or c.shared
    no = w.add(
        "review_document", state=DocumentState.STORED, name=c.name, media_type=c.media_type, size=c.size,
        digest=c.digest, marking=c.marking, side=side, is_shared=is_shared, supplied_by=w.actor.ref,
        supplied_at=w.effective_at, destroyed_at=None, blob=c.blob,
    )  # fmt: skip
    return {"document": no, "side": side, "is_internal": not is_shared}


def share(w: Work, c: d.ShareDocument, s: Scene) -> Extra:
    """From now on the lab reads it; what it did not see recorded is said here, so that its dossier holds it too."""
    w.change("review_document", c.document, is_shared=True)
    w.tell("review_document", c.document, _RECORDED)
    row = w.part("review_document", c.document)
    return {key: row[key] for key in _TOLD}


def destroy(w: Work, c: d.DestroyDocument, s: Scene) -> Extra:
    """Bytes and key go with this fact; that it was there, and its digest, stay."""
    w.change("review_document", c.document, state=DocumentState.DESTROYED, destroyed_at=w.effective_at)
    row = w.part("review_document", c.document)
    w.erased.append(row["blob"])
    return {"name": row["name"], "digest": row["digest"], "side": row["side"], "is_internal": not row["is_shared"]}
