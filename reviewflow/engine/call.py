"""What is asked of the engine, and what it answers."""

from dataclasses import dataclass
from datetime import datetime

from reviewflow.errors import ReviewflowError
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.principal import EVERYTHING, Method, Scopes
from reviewflow.nouns.signature import Signature
from reviewflow.nouns.subject import Row


@dataclass(frozen=True)
class Version:
    """A version of a subject, by its seq and by how the head of its chain begins; empty where that is not known."""

    seq: int
    head: str = ""


@dataclass(frozen=True)
class Call:
    """One command on one subject. `command` None only settles it; `ref` None makes a new subject.

    `effective_at` dates a fact from outside before now; `if_version` is the seq that the caller has read, `if_one_of`
    the same of several and with the head, so that another history with as many events is told apart; `key` is the
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
    if_one_of: tuple[Version, ...] = ()

    @property
    def versions(self) -> tuple[Version, ...]:
        """Those on which alone it is to be done; none: on whatever there is."""
        return self.if_one_of or (() if self.if_version is None else (Version(self.if_version),))


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
    deadlines: tuple[Row, ...] = ()  # those that live on, each with its `time_zone`
    hint: str | None = None  # the next sensible command line, for whoever acted


@dataclass(frozen=True)
class Failed:
    """A call of a batch that was refused, while the rest was done."""

    call: Call
    error: ReviewflowError
