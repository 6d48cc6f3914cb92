"""The record as it stands in a file: organizations with dated names, mailboxes, what happened, what is disputed."""

from dataclasses import dataclass
from datetime import date, datetime

from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.states import Power, Role, Side


@dataclass(frozen=True)
class DatedName:
    """A name and the day from which it holds; None: from before the record."""

    name: str
    since: date | None
    source: str


@dataclass(frozen=True)
class OrganizationEntry:
    """An organization keeps its key; `names` stand in the order of their days."""

    key: str
    side: Side
    powers: tuple[Power, ...]
    names: tuple[DatedName, ...]


@dataclass(frozen=True)
class PersonEntry:
    """A role mailbox; `contact` are the commands on how he is told, in order."""

    mailbox: str
    organization: str
    roles: tuple[Role, ...]
    name: str | None = None
    contact: tuple[Command, ...] = ()


@dataclass(frozen=True)
class RecordEntry:
    """One thing that happened; `subject` is the file's own name for what it makes or addresses.

    References in the command to models and halts are such names too, until the import knows what was drawn for them.
    `at` is a bare date where only the day is known.
    """

    at: date | datetime
    subject: str
    command: Command
    source: str


@dataclass(frozen=True)
class Claim:
    """One side of a disputed fact."""

    says: str
    source: str


@dataclass(frozen=True)
class Disputed:
    """A fact on which sources differ, with each side's words; `note` says what this programme goes by."""

    topic: str
    claims: tuple[Claim, ...]
    note: str = ""


@dataclass(frozen=True)
class Record:
    """One file's record; `entries` stand in the order of their days."""

    organizations: tuple[OrganizationEntry, ...]
    people: tuple[PersonEntry, ...]
    entries: tuple[RecordEntry, ...]
    disputed: tuple[Disputed, ...]
