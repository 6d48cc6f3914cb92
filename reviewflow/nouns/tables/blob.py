"""Documents at rest: bytes that only their key opens, and keys that only the key above them opens."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from reviewflow.nouns.columns import instant, link, number


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
