"""One command done once, whatever happens to the connection: its idempotency key and the answer kept under it."""

from dataclasses import fields
from datetime import datetime, timedelta

from reviewflow import logs
from reviewflow.engine.call import Call, Done
from reviewflow.errors import Busy, KeyReused
from reviewflow.ledger.canonical import digest
from reviewflow.nouns.plain import plain, revived
from reviewflow.nouns.subject import Row
from reviewflow.settings.settings import Settings
from reviewflow.store import answers
from reviewflow.store.database import Connection, Engine, reading, transaction
from reviewflow.store.rows import Batch

_DRAWN = ("blob",)  # anew for each attempt, so that it makes no other command of it
BATCH = 1000  # answers that are forgotten in one transaction


def hold(connection: Connection, key: str, call: Call) -> None:
    """Busy where the same actor's command is being done under this key by somebody else at this moment."""
    if not answers.hold(connection, _scoped(key, call)):
        raise Busy(remedy="Give it again with the same key: it is done once.")


def answer_before(connection: Connection, key: str, call: Call) -> Done | None:
    """What this actor was answered under this key; KeyReused where that was another command."""
    found = answers.answer_to(connection, _scoped(key, call))
    if found is None:
        return None
    if found["digest"] != _digest(call):
        raise KeyReused(
            f"The idempotency key {key!r} was used for another command.", remedy="Give each command a key of its own."
        )
    done = revived(found["done"])
    return Done(**{**done, "events": tuple(done["events"]), "deadlines": tuple(done.get("deadlines", ()))})


def is_known(connection: Connection, call: Call) -> bool:
    """Whether this actor was answered before under the key of this call, whatever it was about."""
    return call.key is not None and answers.answer_to(connection, _scoped(call.key, call)) is not None


def keep(batch: Batch, key: str, call: Call, done: Done, now: datetime) -> None:
    """Keep the answer beside what it says was done."""
    told = {"digest": _digest(call), "made_at": now, "done": plain(vars(done))}
    row: Row = {"key": _scoped(key, call), "actor": call.actor, **told}
    answers.keep_answer(batch, row)


def _scoped(key: str, call: Call) -> str:
    """Nobody meets another's key, by chance or on purpose; no key holds a space."""
    return f"{call.actor} {key}"


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
    """Of what was asked; on which version is a condition, and one who read it again asks for the same."""
    command = call.command
    assert command is not None
    said = {f.name: plain(getattr(command, f.name)) for f in fields(command) if f.name not in _DRAWN}
    return digest(
        {
            "actor": call.actor,
            "ref": call.ref,
            "command": f"{command.kind.value} {command.verb}",
            "fields": said,
            "effective_at": plain(call.effective_at),
        }
    )
