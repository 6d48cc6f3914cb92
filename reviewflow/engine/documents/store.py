"""A document comes in: counted, digested and encrypted as it streams, then bound to its review by one command."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from pyrage.x25519 import Identity

from reviewflow.engine import answered, precondition, reach
from reviewflow.engine.call import Call, Done
from reviewflow.engine.documents.cipher import Readable, new_key, seal, wrap
from reviewflow.engine.documents.keys import key_to_store
from reviewflow.engine.documents.shelf import MIB, Meter, Shelf
from reviewflow.engine.handle import handle
from reviewflow.engine.sight import seen
from reviewflow.engine.stage import Stage
from reviewflow.errors import Forbidden, Invalid, Refused, ReviewflowError, TooLarge, Unavailable
from reviewflow.nouns.commands.document import AttachDocument
from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import Subject
from reviewflow.rules import forms, machine
from reviewflow.rules.permissions import allowed, why_not
from reviewflow.settings.settings import Settings
from reviewflow.store import blobs
from reviewflow.store.database import Connection, Engine, reading, transaction
from reviewflow.store.subjects import load


@dataclass(frozen=True)
class Stored:
    """What the command did, as of when, and what is now on record of the document."""

    done: Done
    at: datetime
    no: int
    size: int
    digest: str


def store(engine: Engine, settings: Settings, call: Call, stream: Readable, now: Callable[[], datetime]) -> Stored:
    """Take in all of `stream` as the document that `call` labels; nothing of it stays where that is refused.

    No more than a piece of it is in memory at a time, and no transaction is open while its sender is waited for.
    It is recorded as of `now` once all of it is in, however early it was begun.
    """
    command = call.command
    assert isinstance(command, AttachDocument) and call.ref is not None
    permit(engine, settings, call)
    forms.check(command)
    begun_at = now()
    above, key, blob = key_to_store(engine, settings, call.ref, begun_at), new_key(), secrets.token_hex(16)
    with transaction(engine) as connection:
        room = _room(connection, settings, call)
        row = {"ref": blob, "subject": call.ref, "wrapped": wrap(key, above), "size": 0, "made_at": begun_at}
        blobs.begin(connection, row)
    meter, shelf = _meter(settings, call, stream, room), Shelf(engine, blob)
    try:
        _take_in(meter, shelf, key)
        _end(engine, settings, call, shelf)
        filled, at = replace(command, size=meter.size, digest=meter.digest, blob=blob), now()
        done = handle(engine, settings, replace(call, command=filled), at)
    except Unavailable:  # whether it was done may not be known: what is left over is swept
        raise
    except BaseException:
        _drop(engine, blob)
        raise
    if call.key is not None:  # under which it may have been done before, with bytes that were sent before
        _drop(engine, blob)
    return Stored(done, at, _number(engine, call, filled), meter.size, meter.digest)


def permit(engine: Engine, settings: Settings, call: Call) -> Subject:
    """Found out before anybody sends a hundred million bytes in vain; the command asks everything again."""
    command = call.command
    assert command is not None and call.ref is not None
    reach.check(call)
    with reading(engine) as connection:
        actor = Stage(connection, settings).actor(call.actor)
        subject = seen(connection, actor, Kind.REVIEW, call.ref)
    reach.require_of(call, subject)
    who = machine.who(type(command))
    if not allowed(who, actor, subject):
        raise Forbidden(why_not(who, actor, f"{command.kind.value} {command.verb}"))
    if call.key is None:  # else it may have been done, and is only asked for again
        machine.line_of(subject.state, command)
        precondition.foresee(subject, call)
    return subject


def _meter(settings: Settings, call: Call, stream: Readable, room: int) -> Meter:
    most = settings.server.documents.limit_mib
    if room < most * MIB:
        return Meter(stream, room, _full(settings, call))
    return Meter(stream, most * MIB, TooLarge(f"The document is longer than {most:,} MiB.", remedy="Send less."))


def _take_in(meter: Meter, shelf: Shelf, key: Identity) -> None:
    try:
        seal(meter, shelf, key)
    except (OSError, ReviewflowError) as error:
        raise meter.failure or shelf.failure or error from None
    if not meter.size:
        raise Invalid("The document is empty.", remedy="Send its bytes.")
    shelf.finish()


def _end(engine: Engine, settings: Settings, call: Call, shelf: Shelf) -> None:
    """It is whole; of several that come in at once only as many as there is room for."""
    assert call.ref is not None
    with transaction(engine) as connection:
        blobs.hold(connection, call.ref)
        if shelf.stored > _room(connection, settings, call):
            raise _full(settings, call)
        blobs.end(connection, shelf.blob, shelf.stored)


def _room(connection: Connection, settings: Settings, call: Call) -> int:
    """Bytes for which there is room in a review; for what was attached before under its key, as for the only one."""
    assert call.ref is not None
    all_of_it = settings.server.documents.review_mib * MIB
    return all_of_it if answered.is_known(connection, call) else all_of_it - blobs.stored(connection, call.ref)


def _full(settings: Settings, call: Call) -> Refused:
    most = settings.server.documents.review_mib
    return Refused(
        f"With it the documents of {call.ref} would take more than {most:,} MiB, and no more is kept of a review.",
        remedy="Destroy one that is no longer needed, or have the operator raise [documents] review_mib.",
    )


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
