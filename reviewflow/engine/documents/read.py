"""A document goes out: all of it is verified before its first byte leaves, and each piece again as it leaves."""

import hashlib
from collections.abc import Iterator
from queue import Empty, Full, Queue
from threading import Event, Thread

from pyrage.x25519 import Identity

from reviewflow.engine.documents.cipher import Broken, unseal, unwrap
from reviewflow.engine.documents.keys import key_to_read
from reviewflow.errors import Missing, Refused, ReviewflowError
from reviewflow.nouns.states import DocumentState
from reviewflow.nouns.subject import Row
from reviewflow.settings.settings import Settings
from reviewflow.store import blobs
from reviewflow.store.database import Engine, reading

AHEAD = 16  # pieces that are decrypted before somebody takes them
PIECE = 1 << 16
LOOKS = 0.5  # seconds, after which it is found out that nobody takes any more


def read(engine: Engine, settings: Settings, document: Row, person: str | None) -> Iterator[bytes]:
    """The plain bytes of a document, as `person` (None: the operator) may reach it.

    Refused where it was destroyed. Missing, before anything is given, where any bit of it is not as it was stored;
    where that happens while it is given, at the latest before the last piece, so that whoever takes it knows.
    """
    if document["state"] == DocumentState.DESTROYED:
        said = f"Document {document['no']} was destroyed on {document['destroyed_at']:%Y-%m-%d}."
        raise Refused(said, remedy=f"Its SHA-256 stays on record: {document['digest']}.")
    try:
        key = _key(engine, settings, document, person)
        sink = Sink()
        _decrypt(Source(engine, document["blob"], person), sink, key)
        _compare(document, sink)
    except Broken as error:
        raise _gone(document, error) from error
    return _pieces(engine, document, key, person)


def _key(engine: Engine, settings: Settings, document: Row, person: str | None) -> Identity:
    above = key_to_read(engine, settings, document["subject"], person)
    with reading(engine, person) as connection:
        row = blobs.blob_of(connection, document["blob"], document["subject"])
    if row is None or row["wrapped"] is None:
        raise Broken("its key is gone")
    return unwrap(row["wrapped"], above)


def _decrypt(source: "Source", target: "Sink | Pipe", key: Identity) -> None:
    try:
        unseal(source, target, key)
    except Exception:
        if source.failure is not None:
            raise source.failure from None
        raise


def _compare(document: Row, sink: "Sink") -> None:
    """What age cannot know: that it is this document, and not another that is as whole."""
    if (sink.size, sink.digest) != (document["size"], document["digest"]):
        raise Broken("it is another document than the one on record")


def _gone(document: Row, error: Broken) -> Missing:
    which = f"Document {document['no']} of {document['subject']}"
    reason = f"{which} is not as it was stored: {error}. None of it is given."
    return Missing(reason, remedy="The operator brings it back from a backup of the database.")


def _pieces(engine: Engine, document: Row, key: Identity, person: str | None) -> Iterator[bytes]:
    """The last piece waits until all of it is known to be right."""
    pipe, sink, held = Pipe(), Sink(), b""

    def work() -> None:
        try:
            _decrypt(Source(engine, document["blob"], person), pipe, key)
            pipe.end(None)
        except Exception as error:  # noqa: BLE001 - told to whoever reads, on the other thread
            pipe.end(error)

    Thread(target=work, name="document", daemon=True).start()
    try:
        for piece in pipe:
            if held:
                yield held
            sink.write(piece)
            held = piece
        _compare(document, sink)
        yield held
    except Broken as error:
        raise _gone(document, error) from error
    finally:
        pipe.stop()


class Source:
    """The pieces of a blob one after the other, each read by itself, so that no slow reader holds a transaction."""

    def __init__(self, engine: Engine, blob: str, person: str | None) -> None:
        self._engine, self._blob, self._person = engine, blob, person
        self._no, self._left = 0, memoryview(b"")
        self.failure: ReviewflowError | None = None

    def read(self, size: int = -1, /) -> bytes:
        """At the most `size` bytes."""
        if not self._left:
            self._no += 1
            self._left = memoryview(self._next())
        piece = self._left if size < 0 else self._left[:size]
        self._left = self._left[len(piece) :]
        return bytes(piece)

    def _next(self) -> bytes:
        try:
            with reading(self._engine, self._person) as connection:
                return blobs.chunk(connection, self._blob, self._no) or b""
        except ReviewflowError as error:
            self.failure = error
            raise


class Sink:
    """Counts and digests, and keeps nothing."""

    def __init__(self) -> None:
        self.size, self._sha = 0, hashlib.sha256()

    @property
    def digest(self) -> str:
        """SHA-256 of all that was written."""
        return self._sha.hexdigest()

    def write(self, piece: bytes, /) -> int:
        """Takes it all."""
        self.size += len(piece)
        self._sha.update(piece)
        return len(piece)

    def flush(self) -> None:
        """There is nothing to do."""


class Pipe:
    """From the thread that decrypts to the one that reads, a few pieces ahead."""

    def __init__(self) -> None:
        self._queue: Queue[bytes | Exception | None] = Queue(AHEAD)
        self._stopped, self._open = Event(), bytearray()

    def write(self, piece: bytes, /) -> int:
        """Waits until it is taken; OSError where nobody will."""
        self._open += piece
        if len(self._open) >= PIECE:
            if not self._put(bytes(self._open)):
                raise BrokenPipeError
            self._open.clear()
        return len(piece)

    def flush(self) -> None:
        """What is not whole waits for more."""

    def end(self, error: Exception | None) -> None:
        """No more comes: it is whole, or this is why not."""
        if error is None and self._open:
            self._put(bytes(self._open))
        self._put(error)

    def stop(self) -> None:
        """Nobody takes any more."""
        self._stopped.set()
        while True:
            try:
                self._queue.get_nowait()
            except Empty:
                return

    def _put(self, what: bytes | Exception | None) -> bool:
        while not self._stopped.is_set():
            try:
                self._queue.put(what, timeout=LOOKS)
            except Full:
                continue
            return True
        return False

    def __iter__(self) -> Iterator[bytes]:
        while (what := self._queue.get()) is not None:
            if isinstance(what, Exception):
                raise what
            yield what
