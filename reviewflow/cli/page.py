"""One document on a terminal or as JSON: fetched from the database or from a server, shown the same."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from reviewflow.cli.session import Session
from reviewflow.nouns.plain import revived


@dataclass(frozen=True)
class Page:
    """A document, all that its printer looks at; what else it needs is how the session wants it."""

    session: Session
    document: dict[str, Any]

    @cached_property
    def now(self) -> datetime:
        """The moment of looking."""
        return datetime.fromisoformat(self.document["now"])

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone of the programme's default policy."""
        return ZoneInfo(self.document["time_zone"])

    @property
    def is_operator(self) -> bool:
        """Nobody is named: the operator on the machine looks."""
        return self.document["reader"] is None

    @property
    def lab(self) -> str | None:
        """The lab to which the reader belongs; None for an agency and for the operator."""
        reader = self.document["reader"]
        return reader["organization"] if reader and reader["side"] == "lab" else None

    @property
    def program(self) -> str:
        """How the reader's next command line begins; at a server his token says who he is."""
        is_named = not self.is_operator and self.session.server is None
        return f"reviewflow --as {self.document['reader']['ref']}" if is_named else "reviewflow"

    @property
    def is_quiet(self) -> bool:
        """Only what was asked."""
        return self.session.quiet

    def banner(self) -> None:
        """A simulation says so."""
        from reviewflow.cli.paint import banner

        if self.document["is_simulation"]:  # without a database there is no clock to show
            banner(is_simulation=True, now=self.now, zone=self.zone)


def show(session: Session, view: str, printer: Callable[[Page], None], **asked: Any) -> None:
    """Fetch a document, and print it: as JSON, or by its printer, which is given nothing but the document."""
    present(session, session.document(view, **asked), printer)


def present(session: Session, document: dict[str, Any], printer: Callable[[Page], None]) -> None:
    """Print a document that is there."""
    if session.json:
        import json

        print(json.dumps(document, ensure_ascii=False, indent=2))
        return
    printer(Page(session, revived(document)))
