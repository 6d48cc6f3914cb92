"""The journal of a subject, as much of it as is the reader's to read; what is not, as its links alone."""

from collections.abc import Callable, Sequence

from reviewflow.ledger.chain import text_digest
from reviewflow.nouns.subject import Row
from reviewflow.rules.permissions import reads
from reviewflow.store.journal import events_of
from reviewflow.store.scope import is_narrowed
from reviewflow.views.look import Document, Look
from reviewflow.views.view import One

_LINKS = ("subject", "seq", "prev", "digest")


def journal(look: Look, asked: One) -> Document:
    """Every event with what a check of the chain needs; `origin` is what the first link of every chain hangs on."""
    subject = look.subject(None, asked.ref)
    events = whole(look, lambda: events_of(look.connection, subject.ref))
    return {
        "ref": subject.ref,
        "kind": subject.kind,
        "version": subject.seq,
        "head": subject.head,
        "origin": look.stage.database["genesis"],
        "events": [as_read(look, event) for event in look.cut(events, lambda event: (event["seq"],))],
        "count": len(events),
    }


def whole(look: Look, find: Callable[[], Sequence[Row]]) -> list[Row]:
    """The events that `find` finds of subjects that the reader sees; what the database hides from him, without text."""
    found = find()
    if not is_narrowed(look.connection):
        return list(found)
    known = {(event["subject"], event["seq"]) for event in found}
    with look.opened():
        return [event if (event["subject"], event["seq"]) in known else _bare(event) for event in find()]


def as_read(look: Look, event: Row) -> Document:
    """An event as the reader may read it; the digest of its text is there even where the text is not."""
    if "is_redacted" not in event and reads(look.actor, event):
        event = {key: value for key, value in event.items() if key != "position"}
        return {**event, "text_digest": text_digest(event)}
    bare = _bare(event)
    return {key: bare[key] for key in (*_LINKS, "is_redacted", "text_digest")}


def _bare(event: Row) -> Row:
    """Its place and its links alone."""
    if "is_redacted" in event:
        return event
    places = {key: event[key] for key in (*_LINKS, "position", "kind") if key in event}
    return {**places, "is_redacted": True, "text_digest": text_digest(event)}
