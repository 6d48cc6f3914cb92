"""What stands against documents: whose they are, and whether their bytes are there."""

import re
from collections.abc import Iterator

from reviewflow.nouns.commands import document as d
from reviewflow.nouns.states import DocumentState, Side
from reviewflow.nouns.subject import Row
from reviewflow.rules.scene import Scene
from reviewflow.rules.work import Work

Reasons = Iterator[str]
MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")


def good_label(w: Work, c: d.AttachDocument, s: Scene) -> Reasons:
    """A name that is no path, and a media type that is one."""
    if re.search(r"[/\\]", c.name) or c.name.strip(" .") == "":
        yield f"The name {c.name!r} is no name of a file: give it without folders."
    if not MEDIA_TYPE.fullmatch(c.media_type):
        yield f"The media type {c.media_type!r} is none; write one such as application/pdf."


def bytes_are_there(w: Work, c: d.AttachDocument, s: Scene) -> Reasons:
    """What was stored for this review, and belongs to no document yet."""
    if not s.has_blob or any(row["blob"] == c.blob for row in w.subject.part("review_document")):
        yield "The bytes of the document are not there; attach it again."


def unshared(w: Work, c: d.ShareDocument, s: Scene) -> Reasons:
    """Of one's own side, there, and not yet shared."""
    row = _seen(w, c.document)
    yield from _own(w, c.document, row)
    if row and row["is_shared"]:
        yield f"Document {c.document} is shared already."


def stored(w: Work, c: d.ShareDocument | d.DestroyDocument, s: Scene) -> Reasons:
    """Its bytes are there."""
    row = _seen(w, c.document)
    if row and row["state"] == DocumentState.DESTROYED:
        yield f"Document {c.document} was destroyed."


def own(w: Work, c: d.DestroyDocument, s: Scene) -> Reasons:
    """Only the side that attached a document destroys it."""
    yield from _own(w, c.document, _seen(w, c.document))


def _seen(w: Work, no: int) -> Row | None:
    """A document that the actor's side knows of."""
    row = w.subject.parts.get("review_document", {}).get(no)
    return row if row and (row["is_shared"] or row["side"] == w.actor.side) else None


def _own(w: Work, no: int, row: Row | None) -> Reasons:
    if row is None:
        yield f"There is no document {no} in this review."
    elif row["side"] != w.actor.side:
        yield f"Document {no} was attached by the {'lab' if row['side'] == Side.LAB else 'agency'}; it is theirs."
