"""The journal: events are added and read, and nothing else."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, bindparam, select

from reviewflow.nouns.events import BY_ONE_SIDE, NOTICES
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables.index import EVENT, NOTICE, SUBJECT
from reviewflow.store.rows import Batch, Write

_ADD = Write(EVENT, tuple(column.name for column in EVENT.columns if column.name != "position"))
_ADD_NOTICE = Write(NOTICE, tuple(NOTICE.columns.keys()))
_OF = select(EVENT).where(EVENT.c.subject == bindparam("ref")).order_by(EVENT.c.seq)
_OF_EACH = (
    select(EVENT).where(EVENT.c.subject.in_(bindparam("refs", expanding=True))).order_by(EVENT.c.subject, EVENT.c.seq)
)
_AFTER = select(EVENT).where(EVENT.c.position > bindparam("position")).order_by(EVENT.c.position)
_SPINES = select(SUBJECT.c.ref, SUBJECT.c.kind, SUBJECT.c.seq, SUBJECT.c.head).order_by(SUBJECT.c.kind, SUBJECT.c.ref)
_SUBJECTS = select(EVENT.c.subject).distinct().order_by(EVENT.c.subject)
_ALL = select(EVENT).order_by(EVENT.c.subject, EVENT.c.seq)


def append(batch: Batch, events: Sequence[Row]) -> None:
    """Insert events; the notices among them are noted by `note_notices`."""
    batch.add(_ADD, events)


def note_notices(batch: Batch, events: Sequence[Row]) -> None:
    """After the deadlines are written: the unique row of each notice raised."""
    notices = [
        {"subject": e["subject"], "deadline_no": e["data"]["deadline"], "name": e["data"]["notice"], "seq": e["seq"]}
        for e in events
        if e["name"] in NOTICES
    ]
    batch.add(_ADD_NOTICE, notices)


def events_of(connection: Connection, ref: str) -> list[Row]:
    """All events of one subject, in order."""
    return [dict(row) for row in connection.execute(_OF, {"ref": ref}).mappings()]


def terms_of(connection: Connection, agreement: str) -> str | None:
    """What the side that signed an agreement first signed; None: neither has."""
    signed = [event["data"] for event in events_of(connection, agreement) if event["name"] == BY_ONE_SIDE]
    return str(signed[-1].get("text", "")) if signed else None


def events_of_each(connection: Connection, refs: Sequence[str]) -> dict[str, list[Row]]:
    """All events of some subjects, each one's in order; an empty list where there is none."""
    found: dict[str, list[Row]] = {ref: [] for ref in refs}
    for row in connection.execute(_OF_EACH, {"refs": refs}).mappings():
        found[row["subject"]].append(dict(row))
    return found


def spines(connection: Connection) -> list[Row]:
    """Reference, kind, length and head of every chain."""
    return [dict(row) for row in connection.execute(_SPINES).mappings()]


def subjects_of_events(connection: Connection) -> list[str]:
    """Every reference that has an event."""
    return list(connection.execute(_SUBJECTS).scalars())


def all_events(connection: Connection) -> Iterator[Row]:
    """Every event, subject by subject, read as a stream."""
    for row in connection.execution_options(yield_per=500).execute(_ALL).mappings():
        yield dict(row)


def events_after(connection: Connection, position: int) -> list[Row]:
    """What was recorded after a position of the whole journal, in the order of recording."""
    return [dict(row) for row in connection.execute(_AFTER, {"position": position}).mappings()]
