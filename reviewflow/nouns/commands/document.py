"""Commands on the documents of a review; the bytes go another way, and never stand in a command."""

from dataclasses import dataclass

from reviewflow.nouns.commands.form import Command, arg, prose
from reviewflow.nouns.states import Kind

R = Kind.REVIEW


@dataclass(frozen=True, kw_only=True)
class AttachDocument(Command, kind=R, verb="attach", carries=True):
    """Attach a document: a lab's is for the review, an agency's its own until it is shared."""

    name: str = arg("the file's name, without folders", seen=True)
    media_type: str = arg("the media type, such as application/pdf", "application/octet-stream")
    marking: str = arg("how it is marked, such as PROPRIETARY", "", seen=True)
    shared: bool = arg("an agency's: let the lab read it at once", False)
    size: int  # bytes; this and the digest are of the plain text, as they were counted when it came in
    digest: str
    blob: str  # where its bytes are, encrypted


@dataclass(frozen=True, kw_only=True)
class ShareDocument(Command, kind=R, verb="share-document"):
    """Share a document of the agency with the lab."""

    document: int = arg("the document's number", place=True)


@dataclass(frozen=True, kw_only=True)
class DestroyDocument(Command, kind=R, verb="destroy-document"):
    """Destroy the bytes of a document of your side, and their key; its name and digest stay on record."""

    document: int = arg("the document's number", place=True)
    reason: str = prose("why")
