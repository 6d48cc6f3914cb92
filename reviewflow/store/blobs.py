"""Bytes of documents, encrypted and in pieces, and the keys above them: put, read, and made unreadable for ever."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BindParameter, Connection, bindparam, delete, exists, func, insert, select, update

from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables.index import BLOB, BLOB_CHUNK, PARTS, REVIEW_KEY, SUBJECT
from reviewflow.store.database import ERASES

_DOCUMENT = PARTS[Kind.REVIEW]["review_document"]
_REFS: BindParameter[list[str]] = bindparam("refs", expanding=True)
_IS_FREE = ~exists().where(_DOCUMENT.c.subject == BLOB.c.subject, _DOCUMENT.c.blob == BLOB.c.ref)
_NEW_KEY, _NEW, _NEW_CHUNK = insert(REVIEW_KEY), insert(BLOB), insert(BLOB_CHUNK)
_KEYS = select(REVIEW_KEY).order_by(REVIEW_KEY.c.made_at.desc())
_HOLD = select(SUBJECT.c.ref).where(SUBJECT.c.ref == bindparam("subject")).with_for_update()
_KEY_OF = select(REVIEW_KEY).where(REVIEW_KEY.c.subject == bindparam("subject"))
_OF = select(BLOB).where(BLOB.c.ref == bindparam("blob"), BLOB.c.subject == bindparam("subject"))
_CHUNK = select(BLOB_CHUNK.c.body).where(BLOB_CHUNK.c.blob == bindparam("blob"), BLOB_CHUNK.c.no == bindparam("no"))
_END = update(BLOB).where(BLOB.c.ref == bindparam("blob")).values(size=bindparam("stored"))
_STORED = select(func.sum(BLOB.c.size)).where(BLOB.c.subject == bindparam("subject"), BLOB.c.wrapped.is_not(None))
_ERASE_KEYS = update(BLOB).where(BLOB.c.ref.in_(_REFS)).values(wrapped=None)
_ERASE_CHUNKS = delete(BLOB_CHUNK).where(BLOB_CHUNK.c.blob.in_(_REFS))
_FREE = select(BLOB.c.ref).where(BLOB.c.made_at < bindparam("before"), _IS_FREE).limit(bindparam("limit"))
_STILL_FREE = select(BLOB.c.ref).where(BLOB.c.ref.in_(_REFS), _IS_FREE).with_for_update()
_DELETE = delete(BLOB).where(BLOB.c.ref.in_(_REFS))


def key_of(connection: Connection, subject: str) -> Row | None:
    """The wrapped key of a review."""
    row = connection.execute(_KEY_OF, {"subject": subject}).mappings().first()
    return None if row is None else dict(row)


def keys(connection: Connection) -> list[Row]:
    """The wrapped keys of all reviews, the newest first."""
    return [dict(row) for row in connection.execute(_KEYS).mappings()]


def hold(connection: Connection, subject: str) -> None:
    """Until the end of the transaction nobody else makes a key for this review, or ends a document of it."""
    connection.execute(_HOLD, {"subject": subject})


def add_key(connection: Connection, row: Row) -> None:
    """The one of a review that has none."""
    connection.execute(_NEW_KEY, row)


def begin(connection: Connection, row: Row) -> None:
    """A blob, of which the pieces are still to come."""
    connection.execute(_NEW, row)


def add_chunk(connection: Connection, blob: str, no: int, body: bytes) -> None:
    """One piece, in the order of `no` from 1."""
    connection.execute(_NEW_CHUNK, {"blob": blob, "no": no, "body": body})


def end(connection: Connection, blob: str, stored: int) -> None:
    """All of it is there, so many bytes."""
    connection.execute(_END, {"blob": blob, "stored": stored})


def stored(connection: Connection, subject: str) -> int:
    """How many bytes are stored of a review's documents, those that were destroyed not among them."""
    return int(connection.execute(_STORED, {"subject": subject}).scalar() or 0)


def is_whole(connection: Connection, blob: str, subject: str) -> bool:
    """Whether all of a blob is there, and was stored for this review."""
    row = blob_of(connection, blob, subject)
    return row is not None and row["size"] > 0 and row["wrapped"] is not None


def blob_of(connection: Connection, blob: str, subject: str) -> Row | None:
    """What is known of a blob of a review, its wrapped key among it."""
    row = connection.execute(_OF, {"blob": blob, "subject": subject}).mappings().first()
    return None if row is None else dict(row)


def chunk(connection: Connection, blob: str, no: int) -> bytes | None:
    """One piece; None: there are no more."""
    body = connection.execute(_CHUNK, {"blob": blob, "no": no}).scalar()
    return None if body is None else bytes(body)


def erase(connection: Connection, refs: Sequence[str]) -> None:
    """Key and pieces go; that there was something stays."""
    if refs:
        connection.execute(_ERASE_KEYS, {"refs": refs})
        connection.execute(_ERASE_CHUNKS, {"refs": refs})
        connection.info[ERASES] = True


def left_over(connection: Connection, before: datetime, limit: int) -> list[str]:
    """Blobs made before an instant that belong to no document."""
    return list(connection.execute(_FREE, {"before": before, "limit": limit}).scalars())


def drop(connection: Connection, refs: Sequence[str]) -> int:
    """Those of them that belong to no document are gone; how many."""
    found = list(connection.execute(_STILL_FREE, {"refs": list(refs)}).scalars())
    if found:
        connection.execute(_ERASE_CHUNKS, {"refs": found})
        connection.execute(_DELETE, {"refs": found})
    return len(found)
