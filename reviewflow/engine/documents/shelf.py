"""What comes in is counted, and put into the database piece by piece."""

import hashlib

from reviewflow.engine.documents.cipher import Readable
from reviewflow.errors import ReviewflowError
from reviewflow.store import blobs
from reviewflow.store.database import Engine, transaction

PIECE = 1 << 20  # bytes, of what is stored
MIB = 1 << 20


class Meter:
    """Counts and digests what is read through it, up to a limit; keeps why it failed, which age does not."""

    def __init__(self, stream: Readable, limit: int, over: ReviewflowError) -> None:
        self._stream, self._limit, self._over, self._sha = stream, limit, over, hashlib.sha256()
        self.size = 0
        self.failure: Exception | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of all that was read."""
        return self._sha.hexdigest()

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes; the error `over` where there are too many."""
        try:
            piece = self._stream.read(size)
        except Exception as error:
            self.failure = error
            raise
        self.size += len(piece)
        self._sha.update(piece)
        if self.size > self._limit:
            self.failure = self._over
            raise self._over
        return piece


class Shelf:
    """Puts what is written on it into the database, a piece at a time, each in a transaction of its own."""

    def __init__(self, engine: Engine, blob: str) -> None:
        self._engine, self.blob = engine, blob
        self._open, self.stored, self._no = bytearray(), 0, 0
        self.failure: ReviewflowError | None = None

    def write(self, piece: bytes, /) -> int:
        """Takes it all."""
        self._open += piece
        while len(self._open) >= PIECE:
            self._put(bytes(self._open[:PIECE]))
            del self._open[:PIECE]
        return len(piece)

    def flush(self) -> None:
        """What is not whole waits for more."""

    def finish(self) -> None:
        """The last piece."""
        if self._open:
            self._put(bytes(self._open))

    def _put(self, body: bytes) -> None:
        self._no += 1
        try:
            with transaction(self._engine) as connection:
                blobs.add_chunk(connection, self.blob, self._no, body)
        except ReviewflowError as error:
            self.failure = error
            raise
        self.stored += len(body)
