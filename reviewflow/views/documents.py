"""Documents of a review: what a reader sees of them, and their bytes, of which it is on record who read them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from reviewflow.errors import NotFound
from reviewflow.nouns.principal import EVERYTHING, Scopes
from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import Row, Subject
from reviewflow.settings.settings import Settings
from reviewflow.store.database import Engine
from reviewflow.views.look import Document, Look, looking
from reviewflow.views.reads import owed, put_on_record

_UNTOLD = ("subject", "blob")


@dataclass(frozen=True)
class Opened:
    """A document's label, and its bytes, which can be gone through once."""

    row: Row
    pieces: Iterator[bytes]


def documents(look: Look, subject: Subject) -> list[Document]:
    """Their labels, with digests; those that were destroyed too."""
    return [{key: row[key] for key in row if key not in _UNTOLD} for row in _seen(look, subject)]


def open_document(
    engine: Engine, settings: Settings, ref: str, no: int, actor: str | None, now: datetime, door: str,
    scopes: Scopes = EVERYTHING,
) -> Opened:  # fmt: skip
    """One document, verified whole, for a reader who sees it (None: the operator); else NotFound."""
    from reviewflow.engine.documents.read import read

    with looking(engine, settings, actor, now, scopes) as look:
        subject = look.subject(Kind.REVIEW, ref)
        row = next((row for row in _seen(look, subject) if row["no"] == no), None)
        if row is None:
            raise NotFound(f"There is no document {no} in {subject.ref}, or it is not yours to see.")
        readings = owed(look, f"document {no}", [subject.ref], door)
    pieces = read(engine, settings, row, actor)
    put_on_record(engine, readings)
    return Opened(row, pieces)


def _seen(look: Look, subject: Subject) -> list[Row]:
    """Both sides' that are shared, and all of one's own."""
    side = look.actor.side
    return [row for row in subject.part("review_document") if row["is_shared"] or side in (None, row["side"])]
