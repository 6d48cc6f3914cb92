"""One command done once, whatever happens to the connection: its idempotency key and the answer kept under it."""

import re
import uuid
from dataclasses import fields
from datetime import datetime, timedelta

from reviewflow import logs
from reviewflow.engine.call import Call, Done
from reviewflow.errors import Invalid, Refused
from reviewflow.ledger.canonical import digest
from reviewflow.nouns.plain import plain
from reviewflow.nouns.subject import Row
from reviewflow.settings.settings import Settings
from reviewflow.store import answers
from reviewflow.store.database import Connection, Engine, reading, transaction
from reviewflow.store.rows import Batch

BATCH = 1000  # answers that are forgotten in one transaction


def key_of(call: Call) -> str:
    """The caller's key, or a new one; Invalid where it is no key."""
    if call.key is not None and not re.fullmatch(r"[\x21-\x7e]{1,200}", call.key):
        raise Invalid("An idempotency key is 1 to 200 visible ASCII signs.", remedy="Give one such as a UUID.")
    return call.key or uuid.uuid4().hex


def answer_before(connection: Connection, key: str, call: Call) -> Done | None:
    """What was answered under this key; Refused where that was another command."""
    found = answers.answer_to(connection, key)
    if found is None:
        return None
    if found["digest"] != _digest(call):
        raise Refused(
            f"The idempotency key {key!r} was used for another command.", remedy="Give each command a key of its own."
        )
    return Done(**{**found["done"], "events": tuple(found["done"]["events"])})


def keep(batch: Batch, key: str, call: Call, done: Done, now: datetime) -> None:
    """Keep the answer beside what it says was done."""
    row: Row = {"key": key, "actor": call.actor, "digest": _digest(call), "made_at": now, "done": plain(vars(done))}
    answers.keep_answer(batch, row)


def forget_old(engine: Engine, settings: Settings, now: datetime) -> bool:
    """Let go of a batch of the answers that are kept no longer; whether there may be more of them.

    They are looked for outside of the transaction, so that a look that finds none takes no writer's turn.
    """
    with reading(engine) as connection:
        old = answers.made_before(connection, now - timedelta(days=settings.server.answer_days), BATCH)
    if old:
        with transaction(engine) as connection:
            answers.forget(connection, old)
        logs.get().info("answers_forgotten", count=len(old))
    return len(old) == BATCH


def _digest(call: Call) -> str:
    command = call.command
    assert command is not None
    said = {field.name: plain(getattr(command, field.name)) for field in fields(command)}
    return digest(
        {
            "actor": call.actor,
            "ref": call.ref,
            "command": f"{command.kind.value} {command.verb}",
            "fields": said,
            "effective_at": plain(call.effective_at),
            "if_version": call.if_version,
        }
    )
