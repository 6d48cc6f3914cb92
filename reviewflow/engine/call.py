"""What is asked of the engine, and what it answers."""

from dataclasses import dataclass
from datetime import datetime

from reviewflow.errors import ReviewflowError
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.principal import EVERYTHING, Method, Scopes
from reviewflow.nouns.signature import Signature
from reviewflow.nouns.subject import Row


@dataclass(frozen=True)
class Call:
    """One command on one subject. `command` None only settles it; `ref` None makes a new subject.

    `effective_at` dates a fact from outside before now; `if_version` is the seq that the caller has read; `key` is the
    idempotency key under which the answer is kept, so that asking again does nothing twice. `scopes` narrow what the
    actor may; a command that signs needs a `signature`, unless the operator of the machine vouches for the actor.
    """

    ref: str | None
    command: Command | None
    actor: str
    effective_at: datetime | None = None
    if_version: int | None = None
    key: str | None = None
    method: Method = Method.OPERATOR  # how it is known who acts
    scopes: Scopes = EVERYTHING
    signature: Signature | None = None


@dataclass(frozen=True)
class Done:
    """What was recorded: event names in order, and where the subject's chain stands now."""

    ref: str
    state: str
    seq: int
    head: str
    events: tuple[str, ...]
    notices: int = 0
    kind: str = ""
    recorded_at: datetime | None = None
    deadlines: tuple[Row, ...] = ()  # those that live on


@dataclass(frozen=True)
class Failed:
    """A call of a batch that was refused, while the rest was done."""

    call: Call
    error: ReviewflowError
