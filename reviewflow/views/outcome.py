"""What a command did: the new state, the dates that matter now, and the next sensible command."""

from zoneinfo import ZoneInfo

from reviewflow.engine.call import Done
from reviewflow.rules.counting import days_left
from reviewflow.rules.instants import rfc3339
from reviewflow.views.look import Document, Look


def outcome(look: Look, done: Done) -> Document:
    """The answer to a command; `events` are its own, in order. Told again, it is as it was told the first time."""
    return {
        "ref": done.ref,
        "kind": done.kind,
        "state": done.state,
        "version": done.seq,
        "head": done.head,
        "events": list(done.events),
        "recorded_at": done.recorded_at,
        "deadlines": _deadlines(look, done),
        "hint": done.hint,
    }


def _deadlines(look: Look, done: Done) -> list[Document]:
    """Those that live on, with the days left when it was done, each in the zone of its review."""
    found = []
    for row in done.deadlines:
        zone = ZoneInfo(row["time_zone"])
        today = (done.recorded_at or look.now).astimezone(zone).date()
        left = days_left(row["due_on"], today) if row["due_on"] else None
        found.append({**row, "due_local": row["due_at"] and rfc3339(row["due_at"], zone), "days_left": left})
    return found
