"""What a command did: the new state, the dates that matter now, and the next sensible command."""

from reviewflow.engine.call import Done
from reviewflow.rules.counting import days_left
from reviewflow.rules.instants import rfc3339
from reviewflow.store.subjects import load
from reviewflow.views.look import Document, Look
from reviewflow.views.next_step import next_step


def outcome(look: Look, done: Done) -> Document:
    """The answer to a command; `events` are its own, in order. All but the hint is as it was told the first time."""
    subject = load(look.connection, [done.ref])[done.ref]
    return {
        "ref": done.ref,
        "kind": subject.kind,
        "state": done.state,
        "version": done.seq,
        "head": done.head,
        "events": list(done.events),
        "recorded_at": done.recorded_at,
        "deadlines": _deadlines(look, done),
        "hint": next_step(look.stage.settings, subject, reads_internal=look.reads_internal),
    }


def _deadlines(look: Look, done: Done) -> list[Document]:
    """Those that live on, with the days left when it was done."""
    zone = look.zone({})
    today = (done.recorded_at or look.now).astimezone(zone).date()
    return [
        {
            **row,
            "due_local": row["due_at"] and rfc3339(row["due_at"], zone),
            "days_left": days_left(row["due_on"], today) if row["due_on"] else None,
        }
        for row in done.deadlines
    ]
