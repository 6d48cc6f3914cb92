"""Who read what is confidential: added and read, and nothing else."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select

from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables.index import READING
from reviewflow.store.database import POSTGRESQL

_ADD = insert(READING)
_OF = select(READING).where(READING.c.subject == bindparam("ref")).order_by(READING.c.position)
_TOLD = _OF.with_only_columns(*(READING.c[name] for name in ("position", "organization", "what", "read_at")))
_KNOWN = select(READING.c.subject).where(
    READING.c.subject.in_(bindparam("refs", expanding=True)), READING.c.person == bindparam("person"),
    READING.c.what == bindparam("what"), READING.c.read_at >= bindparam("since"),
)  # fmt: skip
_ALONE = select(func.pg_advisory_xact_lock(func.hashtext(bindparam("key"))))


def on_record(
    connection: Connection, refs: Collection[str], person: str, what: str, since: datetime
) -> set[str]:  # fmt: skip
    """Of which of these subjects it is on record that a person read this of them since then."""
    values = {"refs": list(refs), "person": person, "what": what, "since": since}
    return set(connection.execute(_KNOWN, values).scalars())


def put(connection: Connection, rows: Sequence[Row], since: datetime) -> None:
    """Readings of one thing by one person, but for those on record since then; of two at a time one is put."""
    person, what = rows[0]["person"], rows[0]["what"]
    if connection.dialect.name == POSTGRESQL:
        connection.execute(_ALONE, {"key": f"{person} {what}"})
    known = on_record(connection, [row["subject"] for row in rows], person, what, since)
    new = [row for row in rows if row["subject"] not in known]
    if new:
        connection.execute(_ADD, new)


def readings_of(connection: Connection, ref: str, *, tells_who: bool = True) -> list[Row]:
    """All of one subject, the first first; not `tells_who`: nothing that says which person it was."""
    return [dict(row) for row in connection.execute(_OF if tells_who else _TOLD, {"ref": ref}).mappings()]
