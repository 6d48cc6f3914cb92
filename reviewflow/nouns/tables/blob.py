"""Documents at rest: bytes that only their key opens, and keys that only the key above them opens."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from reviewflow.nouns.columns import choice, instant, link, number, owner
from reviewflow.nouns.states import DocumentState, Side


class ReviewDocument(SQLModel, table=True):
    """stored → destroyed: the key and the bytes go, the digest stays. Read by its own side until it is shared."""

    __tablename__ = "review_document"

    subject: str = owner()
    no: int = number()
    state: DocumentState = choice(DocumentState, "state")
    name: str
    media_type: str
    size: int  # bytes of the plain text
    digest: str  # SHA-256 of the plain text
    marking: str = ""
    side: Side = choice(Side, "side")
    is_shared: bool = False
    supplied_by: str
    supplied_at: datetime = instant()
    destroyed_at: datetime | None = instant(nullable=True)
    blob: str  # where the bytes are, encrypted


class ReviewKey(SQLModel, table=True):
    """The key of a review, wrapped for the installation's."""

    __tablename__ = "review_key"

    subject: str = Field(primary_key=True, foreign_key="subject.ref")
    recipient: str  # public: what the keys of its documents are wrapped for
    wrapped: str
    made_at: datetime = instant()


class Blob(SQLModel, table=True):
    """The bytes of one document, and its own key wrapped for its review; without a key nobody ever reads them."""

    ref: str = Field(primary_key=True)
    subject: str = link("subject.ref")
    wrapped: str | None = None  # None: destroyed
    size: int = 0  # of what is stored
    made_at: datetime = instant()


class BlobChunk(SQLModel, table=True):
    """A piece of what is stored, in order."""

    __tablename__ = "blob_chunk"

    blob: str = Field(primary_key=True, foreign_key="blob.ref")
    no: int = number()
    body: bytes = Field(sa_type=LargeBinary)
