"""The events of all subjects in the order of recording, as far as no transaction that still runs can add one before."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, or_, select, text

from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables.index import EVENT, SUBJECT

RUN = 1_000  # positions that are looked through for a missing one at a time

_NEWEST = select(func.coalesce(func.max(EVENT.c.position), 0))
_OLDEST = text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
_OWN = text("SELECT pg_current_xact_id()::text::bigint")
_UNBROKEN = text(
    "SELECT max(position) FROM (SELECT position, row_number() OVER (ORDER BY position) AS nth FROM event "
    "WHERE position > :after ORDER BY position LIMIT :most) AS run WHERE position = :after + nth"
)
_EVENTS = select(EVENT, SUBJECT.c.kind).join(SUBJECT, SUBJECT.c.ref == EVENT.c.subject).order_by(EVENT.c.position)
_OPENINGS = select(EVENT.c.subject, EVENT.c.seq, EVENT.c.name, EVENT.c.data).order_by(EVENT.c.subject, EVENT.c.seq)


@dataclass(frozen=True)
class Mark:
    """Every position up to `upto` is settled once all transactions with a number below `before` have ended."""

    upto: int
    before: int


@dataclass(frozen=True)
class Settled:
    """Nothing will be recorded at a position up to `upto` any more; `mark` is to be shown the next time."""

    upto: int
    newest: int
    mark: Mark | None = None


def settled(connection: Connection, after: int, mark: Mark | None = None) -> Settled:
    """How far one may read who has read up to `after`.

    On SQLite one transaction writes at a time, so that positions stand in the order of commits. On PostgreSQL they are
    drawn from a sequence, and who drew a lower one may commit later, or never. A position that is missing is therefore
    waited for until every transaction has ended that could have drawn it; the order by positions keeps each subject's
    events in their own, since they are drawn under its lock. Which transactions could have, PostgreSQL does not say,
    but this bounds them: each has its number, by locking or making its subject, before it draws a position. So whoever
    holds one below the newest that we see has a lower number than ours, if we draw ours now; and a later view of the
    database in which none below ours runs shows every one of those positions that was committed. Nothing of it is
    stored with an event: transactions have other numbers after a restore.
    """
    newest: int = connection.execute(_NEWEST).scalar_one()
    if connection.dialect.name == "sqlite" or newest <= after:
        return Settled(max(after, newest), newest)
    oldest: int = connection.execute(_OLDEST).scalar_one()
    if mark is not None and mark.before <= oldest:
        after, mark = max(after, mark.upto), None
    upto: int = connection.execute(_UNBROKEN, {"after": after, "most": RUN}).scalar() or after
    if upto in (newest, after + RUN):
        return Settled(upto, newest, mark)
    own: int = connection.execute(_OWN).scalar_one()
    if own <= oldest:  # nobody wrote when our view was taken
        return Settled(newest, newest)
    if mark is None or mark.before > own:  # of another server, before a restore
        mark = Mark(newest, own)
    return Settled(upto, newest, mark)


def between(
    connection: Connection, after: int, upto: int, most: int, *, lab: str | None = None, kind: Kind | None = None,
    ref: str | None = None,
) -> list[Row]:  # fmt: skip
    """Events after one position up to another, each with the kind of its subject; of other labs' none for a `lab`."""
    found = _EVENTS.where(EVENT.c.position > after, EVENT.c.position <= upto).limit(most)
    if lab is not None:
        found = found.where(or_(SUBJECT.c.lab == lab, SUBJECT.c.kind.in_((Kind.ORGANIZATION, Kind.PERSON))))
    if kind is not None:
        found = found.where(SUBJECT.c.kind == kind)
    if ref is not None:
        found = found.where(EVENT.c.subject == ref)
    return [dict(row) for row in connection.execute(found).mappings()]


def openings(connection: Connection, refs: Sequence[str], names: Sequence[str]) -> list[Row]:
    """The events of these names of some subjects, each subject's in order."""
    found = _OPENINGS.where(EVENT.c.subject.in_(refs), EVENT.c.name.in_(names))
    return [dict(row) for row in connection.execute(found).mappings()]
