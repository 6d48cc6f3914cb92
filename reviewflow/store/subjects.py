"""Subjects in and out: locked first, loaded whole, written with one statement a table."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import cache

from sqlalchemy import BindParameter, Connection, bindparam, or_, select

from reviewflow.nouns.states import DeadlineStatus, Kind
from reviewflow.nouns.subject import Row, Subject
from reviewflow.nouns.tables.index import PARTS, ROWS, SUBJECT
from reviewflow.store import union, whole
from reviewflow.store.rows import Batch, Write

_REFS: BindParameter[list[str]] = bindparam("refs", expanding=True)
_AMONG = {dialect: union.among('x."ref"', "refs", dialect) for dialect in ("sqlite", "postgresql")}
_LOOK = {dialect: union.select(SUBJECT, among, dialect) for dialect, among in _AMONG.items()}
_LOCKED = f'{_AMONG["postgresql"]} ORDER BY x."kind", x."ref" FOR UPDATE'
_LOCK = _LOOK | {"postgresql": union.select(SUBJECT, _LOCKED, "postgresql")}
_KEYS: BindParameter[list[str]] = bindparam("keys", expanding=True)
_OF_ORGANIZATIONS = select(SUBJECT.c.ref).where(or_(SUBJECT.c.lab.in_(_KEYS), SUBJECT.c.agency.in_(_KEYS)))
_ROW = {kind: select(table).where(table.c.ref.in_(_REFS)) for kind, table in ROWS.items()}


_ALL = {table.name: table for table in ROWS.values()} | {n: t for parts in PARTS.values() for n, t in parts.items()}
Change = tuple[str, frozenset[str] | None, Row]  # table, columns that changed (None: it is new), the whole row
_INSERTS = {name: Write(table, tuple(table.columns.keys())) for name, table in _ALL.items()}
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


def of_organizations(connection: Connection, keys: Collection[str]) -> frozenset[str]:
    """The references of all subjects of these labs and agencies, as their spines say whose they are."""
    return frozenset(connection.execute(_OF_ORGANIZATIONS, {"keys": list(keys)}).scalars())


def write_spines(batch: Batch, spines: Sequence[Row]) -> None:
    """The spine of each subject, with `was` its seq before; Stale where another writer was faster."""
    batch.add(_MOVE, [spine for spine in spines if spine["was"] > 0])
    batch.add(_NEW, [spine for spine in spines if spine["was"] == 0])


@cache
def _update(table: str, names: frozenset[str]) -> Write:
    """The few sets of columns that change together make as many statements."""
    keys = {key.name: key.name for key in _ALL[table].primary_key.columns}
    return Write(_ALL[table], tuple(column.name for column in _ALL[table].columns if column.name in names), keys)


_LIVE = (DeadlineStatus.OPEN, DeadlineStatus.TOLLED)


def write(batch: Batch, changes: Sequence[Change]) -> None:
    """Parents before children; of rows that are there only the columns that changed in any of them."""
    inserts: dict[str, list[Row]] = defaultdict(list)
    updates: dict[str, list[Row]] = defaultdict(list)
    names: dict[str, frozenset[str]] = defaultdict(frozenset)
    for table, changed, row in changes:
        (inserts if changed is None else updates)[table].append(row)
        names[table] |= changed or frozenset()
    revived = [row for row in updates["deadline"] if row["status"] in _LIVE]
    updates["deadline"] = [row for row in updates["deadline"] if row["status"] not in _LIVE]
    for table in _ALL:
        batch.add(_update(table, names[table]), updates[table])
    batch.add(_update("deadline", names["deadline"]), revived)  # after those that end, as one of a kind is live
    for table in _ALL:
        batch.add(_INSERTS[table], inserts[table])
