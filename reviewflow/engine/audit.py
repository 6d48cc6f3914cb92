"""Walks the whole record: every chain, and every row against what its journal says."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from reviewflow.ledger.acts import Event, excuse, first_signed, forged, inexcusable, lacking, reused
from reviewflow.ledger.canonical import digest
from reviewflow.ledger.chain import Break, genesis_of, verify
from reviewflow.nouns.states import Kind, Side
from reviewflow.nouns.subject import Row
from reviewflow.rules.hindsight import rebuild
from reviewflow.rules.lifecycle import SIGNING
from reviewflow.rules.lines import lines_of
from reviewflow.store import journal, lookups, subjects
from reviewflow.store.database import Connection, Engine, reading
from reviewflow.store.lines import by_review as lines_by_review

OLD_LINES = "its lines in the queue are older than it, as a release before 0.4 leaves them; init makes them again"


@dataclass
class Audit:
    """What was walked and what is broken; `head` digests the heads of all chains, in order.

    `signed_since` is when the first signature was recorded; `unsigned` are the acts that are signed and have none.
    """

    subjects: int = 0
    events: int = 0
    breaks: list[Break] = field(default_factory=list)
    head: str = ""
    signed_since: datetime | None = None
    unsigned: list[Event] = field(default_factory=list)

    def look_at(self, events: Sequence[Row]) -> None:
        """Count the events of one chain, and keep in mind what only the whole record can tell of them."""
        self.subjects, self.events = self.subjects + 1, self.events + len(events)
        self.unsigned += lacking(events, SIGNING)
        self.signed_since = min(filter(None, (self.signed_since, first_signed(events))), default=None)


def audit(engine: Engine) -> Audit:
    """Verify everything, in one consistent view; names the first broken event of each subject."""
    found = Audit()
    heads, challenges = hashlib.sha256(), set[tuple[str, str]]()
    with reading(engine) as connection:
        meta = lookups.database_row(connection)
        spines = {spine["ref"]: spine for spine in journal.spines(connection)}
        queued = lines_by_review(connection)
        if meta is None:
            return found
        if not _is_origin(meta):
            found.breaks.append(Break("database", 0, "its origin does not fit what it says it is: real or simulation"))
        for ref, spine in spines.items():
            events = journal.events_of(connection, ref)
            found.look_at(events)
            heads.update(f"{ref} {spine['head']}\n".encode())
            broken = verify(meta["genesis"], spine["head"], spine["seq"], events) if events else None
            if not events:
                broken = Break(ref, 1, "event 1 is missing: the journal of this subject is gone")
            broken = broken or _row_differs(connection, ref, events, queued.get(ref, []))
            broken = broken or next(_forged(events, meta), None) or next(reused(events, challenges), None)
            if broken:
                found.breaks.append(Break(ref, broken.seq, broken.reason))
        found.breaks += _strays(connection, spines)
    for event in found.unsigned:
        if excuse(event, found.signed_since) is None:
            found.breaks.append(inexcusable(event))
    found.head = heads.hexdigest()
    return found


def _strays(connection: Connection, spines: Collection[str]) -> Iterator[Break]:
    """Journals whose subject is gone, and pinned copies that are no longer what their digest says."""
    for ref in journal.subjects_of_events(connection):
        if ref not in spines:
            yield Break(ref, 1, "it has a journal, and its own row is gone")
    for row in lookups.documents(connection):
        if digest(row["body"]) != row["digest"]:
            copy = f"{row['type']} {row['name']} version {row['version']}"
            yield Break("document", 0, f"the pinned copy of {copy} was changed after it was kept")


def _forged(events: list[Row], meta: Row) -> Iterator[Break]:
    """By the origin, whatever the database says that it is: whether the two fit is told once."""
    is_simulation = meta["genesis"] == genesis_of(meta["nonce"], is_simulation=True)
    return forged(events, meta["genesis"], is_simulation=is_simulation)


def _is_origin(meta: Row) -> bool:
    return bool(genesis_of(meta["nonce"], is_simulation=meta["is_simulation"]) == meta["genesis"])


def _row_differs(connection: Connection, ref: str, events: list[Row], lines: list[Row]) -> Break | None:
    stored = subjects.load(connection, [ref]).get(ref)
    if stored is None:
        return Break(ref, len(events), "its row is gone")
    built = rebuild(stored, events)
    row = {key: value for key, value in stored.row.items() if key != "ref"}
    for key in sorted(row.keys() | built.row.keys()):
        if row.get(key) != built.row.get(key):
            return Break(ref, _last_setter(stored.kind, key, events), f"the row's {key} is not what the journal says")
    for table in sorted(stored.parts.keys() | built.parts.keys()):
        if _said(stored.part(table)) != _said(built.part(table)):
            return Break(
                ref, _last_part(table, events), f"its {table.replace('_', ' ')} rows are not what the journal says"
            )
    if stored.kind is Kind.REVIEW and lines != lines_of(stored, stored.seq):
        is_old = len(lines) < len(Side) or any(line["seq"] < stored.seq for line in lines)
        return Break(ref, len(events), OLD_LINES if is_old else "its lines in the queue are not what its row says")
    return None


def _said(parts: list[Row]) -> list[Row]:
    """Parts without what they do not say: a column that came later is empty in them, and unknown to their journal."""
    return [{key: value for key, value in part.items() if value is not None} for part in parts]


def _last_setter(kind: Kind, key: str, events: list[Row]) -> int:
    return max((e["seq"] for e in events if key in e["sets"].get(kind.value, {})), default=len(events))


def _last_part(table: str, events: list[Row]) -> int:
    return max((e["seq"] for e in events if any(p.startswith(f"{table}/") for p in e["sets"])), default=len(events))
