"""Subjects in and out: locked first, loaded whole, written with one statement a table."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, Table, Update, bindparam, insert, select, update

from reviewflow.errors import Stale
from reviewflow.nouns.states import DeadlineStatus, Kind
from reviewflow.nouns.subject import Row, Subject
from reviewflow.nouns.tables.index import PARTS, ROWS, SUBJECT
from reviewflow.store import whole

_REFS: BindParameter[list[str]] = bindparam("refs", expanding=True)
_LOCK = select(SUBJECT).where(SUBJECT.c.ref.in_(_REFS)).order_by(SUBJECT.c.kind, SUBJECT.c.ref).with_for_update()
_LOOK = select(SUBJECT).where(SUBJECT.c.ref.in_(_REFS))
_ROW = {kind: select(table).where(table.c.ref.in_(_REFS)) for kind, table in ROWS.items()}


def _update(table: Table) -> Update:
    keys = list(table.primary_key.columns)
    rest = [column for column in table.columns if not column.primary_key]
    found = update(table).values({column.name: bindparam(column.name) for column in rest})
    return found.where(*(key == bindparam(f"key_{key.name}") for key in keys))


_ALL = {table.name: table for table in ROWS.values()} | {n: t for parts in PARTS.values() for n, t in parts.items()}
_INSERTS = {name: insert(table) for name, table in _ALL.items()}
_UPDATES = {name: _update(table) for name, table in _ALL.items()}
_SPINE = ("ref", "kind", "seq", "head", "recorded_at", "lab", "agency")
_MOVED = ("seq", "head", "recorded_at")
_NEW = insert(SUBJECT).values({name: bindparam(name) for name in _SPINE})
_MOVE = (
    update(SUBJECT)
    .values({name: bindparam(name) for name in _MOVED})
    .where(SUBJECT.c.ref == bindparam("key_ref"), SUBJECT.c.seq == bindparam("key_seq"))
)


def load(connection: Connection, refs: Iterable[str], *, lock: bool = False) -> dict[str, Subject]:
    """The subjects that exist, by reference; locked first, in the order (kind, reference), then read.

    Two statements, and one more for each further kind among them, however many tables a kind has.
    """
    found: dict[str, Subject] = {}
    if not (names := list(refs)):
        return found
    spines = connection.execute(_LOCK if lock else _LOOK, {"refs": names}).mappings().all()
    by_kind: dict[Kind, list[str]] = defaultdict(list)
    for spine in spines:
        kind = Kind(spine["kind"])
        found[spine["ref"]] = Subject(kind, spine["ref"], spine["seq"], spine["head"], spine["recorded_at"])
        by_kind[kind].append(spine["ref"])
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


def write_spines(connection: Connection, spines: Sequence[Row]) -> None:
    """The spine of each subject, with `was` its seq before; Stale where another writer was faster."""
    new = [spine for spine in spines if spine["was"] == 0]
    if new:
        connection.execute(_NEW, new)
    moved = [
        {"key_ref": s["ref"], "key_seq": s["was"], **{name: s[name] for name in _MOVED}} for s in spines if s["was"] > 0
    ]
    if moved and connection.execute(_MOVE, moved).rowcount != len(moved):
        raise Stale("Someone else changed it at the same time; nothing was changed.", remedy="Try again.")


_LIVE = (DeadlineStatus.OPEN, DeadlineStatus.TOLLED)


def write(connection: Connection, changes: Sequence[tuple[str, bool, Row]]) -> None:
    """Rows as (table, is new, columns), one executemany a table; parents before children."""
    inserts: dict[str, list[Row]] = defaultdict(list)
    updates: dict[str, list[Row]] = defaultdict(list)
    for table, is_new, row in changes:
        (inserts if is_new else updates)[table].append(_bound(table, row, is_new=is_new))
    updates["deadline"].sort(key=lambda row: row["status"] in _LIVE)  # one ends before the other is live again
    for table in _ALL:  # updates first: a deadline is superseded before the next one is live
        if updates[table] and connection.execute(_UPDATES[table], updates[table]).rowcount != len(updates[table]):
            raise Stale("Someone else changed it at the same time; nothing was changed.", remedy="Try again.")
        if inserts[table]:
            connection.execute(_INSERTS[table], inserts[table])


def _bound(table: str, row: Row, *, is_new: bool) -> dict[str, Any]:
    columns = _ALL[table].columns
    values = {column.name: row[column.name] for column in columns if is_new or not column.primary_key}
    if is_new:
        return values
    return values | {f"key_{key.name}": row[key.name] for key in _ALL[table].primary_key.columns}
