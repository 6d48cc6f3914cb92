"""Who read what is confidential: whoever of an agency looks at a review is on record before he is shown it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from reviewflow.errors import OutOfService, Unavailable
from reviewflow.nouns.states import Kind, Side
from reviewflow.nouns.subject import Row
from reviewflow.store import readings
from reviewflow.store.database import Engine, transaction
from reviewflow.store.refs import PREFIX
from reviewflow.views.look import Document, Look
from reviewflow.views.view import One

_KEYS = ("person", "organization", "what", "door", "read_at")


def reads(look: Look, asked: One) -> Document:
    """For which agency a review was read, what of it, and when; by whom and by which door, an agency of its own."""
    subject = look.subject(Kind.REVIEW, asked.ref)
    if look.lab:  # who reads is mostly assigned, which is the agency's own: `person` and `door` are empty
        with look.opened():
            found = readings.readings_of(look.connection, subject.ref, tells_who=False)
    else:
        found = readings.readings_of(look.connection, subject.ref)
    if look.actor.side is Side.AGENCY:
        found = [row for row in found if row["organization"] == look.actor.organization]
    return {
        "ref": subject.ref,
        "reads": [{key: row.get(key) for key in _KEYS} for row in look.cut(found, lambda row: (row["position"],))],
        "count": len(found),
    }


def reviews_in(document: Document) -> set[str]:
    """The reviews of which a confidential document tells: its own, those of letters, those of a page of events."""
    told = (document, *document.get("letters", ()))
    named = [document.get("ref"), *(one["ref"] for each in told for one in each.get("subjects", ()))]
    named += [event.get("subject") for event in document.get("events", ())]
    return {ref for ref in named if ref and ref.startswith(f"{PREFIX[Kind.REVIEW]}-")}


def owed(look: Look, what: str, refs: Iterable[str], door: str) -> list[Row]:
    """What is to be on record before the reader is shown `what` of these reviews: once a clock hour (UTC) each."""
    who = look.actor
    if who.side is not Side.AGENCY or not (wanted := set(refs)):
        return []
    known = readings.on_record(look.connection, wanted, who.ref, what, _hour(look.now))
    row = {"person": who.ref, "organization": who.organization, "what": what, "door": door, "read_at": look.now}
    return [{"subject": ref, **row} for ref in sorted(wanted - known)]


def put_on_record(engine: Engine, rows: Sequence[Row]) -> None:
    """Write it down; OutOfService where that cannot be done, and then nothing is to be shown."""
    if not rows:
        return
    try:
        with transaction(engine) as connection:
            readings.put(connection, rows, _hour(rows[0]["read_at"]))
    except Unavailable as error:
        reason = "Who of an agency reads a review is put on record, and that cannot be done now; so it is not shown."
        raise OutOfService(reason, *error.reasons, remedy=error.remedy) from error


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
