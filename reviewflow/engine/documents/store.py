"""A document comes in: counted, digested and encrypted as it streams, then bound to its review by one command."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from pyrage.x25519 import Identity

from reviewflow.engine import reach
from reviewflow.engine.call import Call, Done
from reviewflow.engine.documents.cipher import Readable, new_key, seal, wrap
from reviewflow.engine.documents.keys import key_to_store
from reviewflow.engine.handle import handle
from reviewflow.engine.sight import seen
from reviewflow.engine.stage import Stage
from reviewflow.errors import Forbidden, Invalid, ReviewflowError, Stale, TooLarge, Unavailable
from reviewflow.nouns.commands.document import AttachDocument
from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import Subject
from reviewflow.rules import forms, machine
from reviewflow.rules.permissions import allowed, why_not
from reviewflow.settings.settings import Settings
from reviewflow.store import blobs
from reviewflow.store.database import Engine, reading, transaction
from reviewflow.store.subjects import load

PIECE = 1 << 20  # bytes, of what is stored
MIB = 1 << 20


@dataclass(frozen=True)
class Stored:
    """What the command did, and what is now on record of the document."""

    done: Done
    no: int
    size: int
    digest: str


def store(engine: Engine, settings: Settings, call: Call, stream: Readable, now: datetime) -> Stored:
    """Take in all of `stream` as the document that `call` labels; nothing of it stays where that is refused.

    No more than a piece of it is in memory at a time, and no transaction is open while its sender is waited for.
    """
    command = call.command
    assert isinstance(command, AttachDocument) and call.ref is not None
    permit(engine, settings, call)
    forms.check(command)
    above, key, blob = key_to_store(engine, settings, call.ref, now), new_key(), secrets.token_hex(16)
    with transaction(engine) as connection:
        row = {"ref": blob, "subject": call.ref, "wrapped": wrap(key, above), "size": 0, "made_at": now}
        blobs.begin(connection, row)
    meter, shelf = Meter(stream, settings.server.documents.limit_mib * MIB), Shelf(engine, blob)
    try:
        _take_in(meter, shelf, key)
        filled = replace(command, size=meter.size, digest=meter.digest, blob=blob)
        done = handle(engine, settings, replace(call, command=filled), now)
    except Unavailable:  # whether it was done may not be known: what is left over is swept
        raise
    except BaseException:
        _drop(engine, blob)
        raise
    if call.key is not None:  # under which it may have been done before, with bytes that were sent before
        _drop(engine, blob)
    return Stored(done, _number(engine, call, filled), meter.size, meter.digest)


def permit(engine: Engine, settings: Settings, call: Call) -> Subject:
    """Found out before anybody sends a hundred million bytes in vain; the command asks everything again."""
    command = call.command
    assert command is not None and call.ref is not None
    reach.check(call)
    with reading(engine) as connection:
        actor = Stage(connection, settings).actor(call.actor)
        subject = seen(connection, actor, Kind.REVIEW, call.ref)
    who = machine.who(type(command))
    if not allowed(who, actor, subject):
        raise Forbidden(why_not(who, actor, f"{command.kind.value} {command.verb}"))
    if call.key is None:  # else it may have been done, and is only asked for again
        machine.line_of(subject.state, command)
        if call.if_version is not None and call.if_version < subject.seq:
            raise Stale(f"{subject.ref} is at version {subject.seq}; you have read version {call.if_version}.")
    return subject


def _take_in(meter: "Meter", shelf: "Shelf", key: Identity) -> None:
    try:
        seal(meter, shelf, key)
    except (OSError, ReviewflowError) as error:
        raise meter.failure or shelf.failure or error from None
    if not meter.size:
        raise Invalid("The document is empty.", remedy="Send its bytes.")
    shelf.end()


def _drop(engine: Engine, blob: str) -> None:
    with transaction(engine) as connection:
        blobs.drop(connection, [blob])


def _number(engine: Engine, call: Call, command: AttachDocument) -> int:
    """Of the document with these bytes; where it was done before, the one that was attached then."""
    assert call.ref is not None
    with reading(engine) as connection:
        rows = load(connection, [call.ref])[call.ref].part("review_document")
    same = [row for row in rows if row["digest"] == command.digest and row["supplied_by"] == call.actor]
    own = [row for row in same if row["blob"] == command.blob]
    return int((own or same)[-1]["no"])


class Meter:
    """Counts and digests what is read through it, up to a limit; keeps why it failed, which age does not."""

    def __init__(self, stream: Readable, limit: int) -> None:
        self._stream, self._limit, self._sha = stream, limit, hashlib.sha256()
        self.size = 0
        self.failure: Exception | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of all that was read."""
        return self._sha.hexdigest()

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes; TooLarge where there are too many."""
        try:
            piece = self._stream.read(size)
        except Exception as error:
            self.failure = error
            raise
        self.size += len(piece)
        self._sha.update(piece)
        if self.size > self._limit:
            self.failure = TooLarge(f"The document is longer than {self._limit // MIB} MiB.", remedy="Send less.")
            raise self.failure
        return piece


class Shelf:
    """Puts what is written on it into the database, a piece at a time, each in a transaction of its own."""

    def __init__(self, engine: Engine, blob: str) -> None:
        self._engine, self._blob = engine, blob
        self._open, self._stored, self._no = bytearray(), 0, 0
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

    def end(self) -> None:
        """The last piece, and that it is the last."""
        if self._open:
            self._put(bytes(self._open))
        with transaction(self._engine) as connection:
            blobs.end(connection, self._blob, self._stored)

    def _put(self, body: bytes) -> None:
        self._no += 1
        try:
            with transaction(self._engine) as connection:
                blobs.add_chunk(connection, self._blob, self._no, body)
        except ReviewflowError as error:
            self.failure = error
            raise
        self._stored += len(body)
