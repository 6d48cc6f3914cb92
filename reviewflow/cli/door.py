"""The way from a verb to the record: the database on this machine, or a server that has one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from datetime import datetime
    from typing import BinaryIO
    from zoneinfo import ZoneInfo

    from reviewflow.cli.session import Session
    from reviewflow.nouns.commands.document import AttachDocument
    from reviewflow.nouns.commands.form import Command
    from reviewflow.nouns.signature import Signature

Document = dict[str, Any]


class Door(Protocol):
    """What a verb may ask, whichever way it goes; documents are plain JSON."""

    @property
    def is_simulation(self) -> bool:
        """Whether everything in the record is made up."""

    @property
    def zone(self) -> "ZoneInfo":
        """The zone of the programme's default policy: what a time without an offset is read in."""

    def who(self) -> str:
        """Who acts."""

    def document(self, view: str, asked: Mapping[str, Any]) -> Document:
        """A view, as far as who acts may see."""

    def operate(self, view: str, asked: Mapping[str, Any]) -> Document:
        """A view of how the installation runs."""

    def do(self, ref: str | None, command: "Command", signature: "Signature | None" = None) -> Document:
        """What came of a command."""

    def attach(self, ref: str, label: "AttachDocument", stream: "BinaryIO") -> Document:
        """What came of a document that was attached, and its number, size and digest."""

    def fetch(self, ref: str, no: int) -> "tuple[Document, Iterator[bytes]]":
        """What is on record of a document, and its bytes, which are not it if they end with an error."""

    def acknowledge(self, letter: str) -> Document:
        """The letter, acknowledged."""

    def requeue(self, letters: Sequence[str], *, every: bool) -> Document:
        """The letters that are due again."""

    def close(self) -> None:
        """Let go of what is held."""


@dataclass(frozen=True)
class Local:
    """The database on this machine; where nobody is named, its operator looks."""

    session: "Session"

    @property
    def is_simulation(self) -> bool:
        """As the database says."""
        return self.session.app.is_simulation

    @property
    def zone(self) -> "ZoneInfo":
        """As the configuration says."""
        from zoneinfo import ZoneInfo

        return ZoneInfo(self.session.app.settings.pin().policy.window.time_zone)

    def who(self) -> str:
        """Whom `--as` names; Invalid where nobody is, NotFound for those who are no persons and have no door."""
        from reviewflow.errors import Invalid, NotFound
        from reviewflow.nouns.events import RECORD, SYSTEM

        if not self.session.actor:
            raise Invalid("Who acts? Name yourself before the verb: --as MAILBOX, or REVIEWFLOW_AS.")
        found = self.session.actor.strip().lower()
        if found in (SYSTEM, RECORD):
            raise NotFound(f"There is no person {found} in this programme.", remedy="See `reviewflow person list`.")
        return found

    def document(self, view: str, asked: Mapping[str, Any]) -> Document:
        """For whom `--as` names."""
        actor = None if self.session.actor is None else self.who()
        return self.session.app.document(view, asked, actor, self.session.now)

    def operate(self, view: str, asked: Mapping[str, Any]) -> Document:
        """For the operator of the machine, whoever acts otherwise."""
        return self.session.app.document(view, asked, None, self.session.now)

    def do(self, ref: str | None, command: "Command", signature: "Signature | None" = None) -> Document:
        """In the name of whom `--as` names."""
        session, who = self.session, self.who()
        done = session.app.do(ref, command, who, session.at, session.if_version, session.key, signature)
        return session.app.outcome(done, who, session.now)

    def attach(self, ref: str, label: "AttachDocument", stream: "BinaryIO") -> Document:
        """In the name of whom `--as` names."""
        from reviewflow.engine.call import Call
        from reviewflow.engine.documents.store import store

        session, app, who = self.session, self.session.app, self.who()
        dated = None if app.is_simulation else session.at  # and refused
        call = Call(ref, label, who, dated, session.if_version, session.key)

        def now() -> "datetime":
            return session.now

        with app.caught_up(call, now):
            stored = store(app.engine, app.settings, call, stream, now)
        app.stand(stored.at)
        told = app.outcome(stored.done, who, stored.at)
        return {**told, "document": stored.no, "size": stored.size, "digest": stored.digest}

    def fetch(self, ref: str, no: int) -> "tuple[Document, Iterator[bytes]]":
        """For whom `--as` names."""
        from reviewflow.views.documents import open_document

        app, actor = self.session.app, None if self.session.actor is None else self.who()
        app.database  # noqa: B018 - refuse at once where there is none
        found = open_document(app.engine, app.settings, ref, no, actor, self.session.now, app.door)
        return found.row, found.pieces

    def acknowledge(self, letter: str) -> Document:
        """By whom `--as` names."""
        return self.session.app.acknowledge(letter, self.who(), self.session.now)

    def requeue(self, letters: Sequence[str], *, every: bool) -> Document:
        """By the operator of the machine."""
        return self.session.app.requeue(letters, None, self.session.now, every=every)

    def close(self) -> None:
        """Nothing is held: the process ends."""
