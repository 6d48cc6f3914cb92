"""Subjects in and out: locked first, loaded whole, written with one statement a table."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import BindParameter, Connection, Table, bindparam, select

from reviewflow.nouns.states import DeadlineStatus, Kind
from reviewflow.nouns.subject import Row, Subject
from reviewflow.nouns.tables.index import PARTS, ROWS, SUBJECT
from reviewflow.store import union, whole
from reviewflow.store.rows import Batch, Write

_REFS: BindParameter[list[str]] = bindparam("refs", expanding=True)
_LOOK = {
    dialect: union.select(SUBJECT, union.among('x."ref"', "refs", dialect), dialect)
    for dialect in ("sqlite", "postgresql")
}
_LOCK = _LOOK | {"postgresql": _LOOK["postgresql"] + ' ORDER BY x."kind", x."ref" FOR UPDATE'}
_ROW = {kind: select(table).where(table.c.ref.in_(_REFS)) for kind, table in ROWS.items()}


def _update(table: Table) -> Write:
    keys = {key.name: key.name for key in table.primary_key.columns}
    return Write(table, tuple(column.name for column in table.columns if not column.primary_key), keys)


_ALL = {table.name: table for table in ROWS.values()} | {n: t for parts in PARTS.values() for n, t in parts.items()}
_INSERTS = {name: Write(table, tuple(table.columns.keys())) for name, table in _ALL.items()}
_UPDATES = {name: _update(table) for name, table in _ALL.items()}
_NEW = Write(SUBJECT, tuple(SUBJECT.columns.keys()))
_MOVE = Write(SUBJECT, ("seq", "head", "recorded_at", "agency"), {"ref": "ref", "seq": "was"})


def load(connection: Connection, refs: Iterable[str], *, lock: bool = False) -> dict[str, Subject]:
    """The subjects that exist, by reference; locked first, in the order (kind, reference), then read.

    Two statements, and one more for each further kind among them, however many tables a kind has.
    """
    found: dict[str, Subject] = {}
    if not (names := list(refs)):
        return found
    spines = union.rows(connection, (_LOCK if lock else _LOOK)[connection.dialect.name], {"refs": names})
    for _, spine in list(spines):
        kind = Kind(spine["kind"])
        found[spine["ref"]] = Subject(kind, spine["ref"], spine["seq"], spine["head"], spine["recorded_at"])
    return fill(connection, found)


def fill(connection: Connection, found: dict[str, Subject]) -> dict[str, Subject]:
    """The same subjects with all their rows, which only their spines were known of."""
    by_kind: dict[Kind, list[str]] = defaultdict(list)
    for ref, subject in found.items():
        subject.row, subject.parts = {}, {}
        by_kind[subject.kind].append(ref)
    for kind, names in by_kind.items():
        for table, row in whole.rows(connection, kind, names):
            if table == kind.value:
                found[row["ref"]].row = row
            else:
                found[row["subject"]].parts.setdefault(table, {})[row["no"]] = row
    return found


def rows_of(connection: Connection, kind: Kind, refs: Sequence[str]) -> dict[str, Row]:
    """Only the rows, read without a lock."""
    return {row["ref"]: dict(row) for row in connection.execute(_ROW[kind], {"refs": list(refs)}).mappings()}


def write_spines(batch: Batch, spines: Sequence[Row]) -> None:
    """The spine of each subject, with `was` its seq before; Stale where another writer was faster."""
    batch.add(_MOVE, [spine for spine in spines if spine["was"] > 0])
    batch.add(_NEW, [spine for spine in spines if spine["was"] == 0])


_LIVE = (DeadlineStatus.OPEN, DeadlineStatus.TOLLED)


def write(batch: Batch, changes: Sequence[tuple[str, bool, Row]]) -> None:
    """Rows as (table, is new, columns); parents before children."""
    inserts: dict[str, list[Row]] = defaultdict(list)
    updates: dict[str, list[Row]] = defaultdict(list)
    for table, is_new, row in changes:
        (inserts if is_new else updates)[table].append(row)
    revived = [row for row in updates["deadline"] if row["status"] in _LIVE]
    updates["deadline"] = [row for row in updates["deadline"] if row["status"] not in _LIVE]
    for table in _ALL:
        batch.add(_UPDATES[table], updates[table])
    batch.add(_UPDATES["deadline"], revived)  # after those that end, as one deadline of a kind is live
    for table in _ALL:
        batch.add(_INSERTS[table], inserts[table])
