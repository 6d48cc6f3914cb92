"""One subject while it is being decided on: every change is noted, and bundled into facts."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from reviewflow.nouns.actor import Actor
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.events import Fact
from reviewflow.nouns.plain import plain, revive
from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import Row, Subject

Touched = dict[tuple[str, int], frozenset[str] | None]  # (table, no; 0 for the row) -> its changed columns; None: new

_NOTHING: frozenset[str] = frozenset()


class Work:
    """Changes to `subject`, made by `actor` at `effective_at`, written down at `recorded_at`."""

    def __init__(self, subject: Subject, actor: Actor, effective_at: datetime, recorded_at: datetime) -> None:
        self.subject = subject
        self.before = dict(subject.row)  # as it was read
        self.actor = actor
        self.effective_at = effective_at
        self.recorded_at = recorded_at
        self.facts: list[Fact] = []
        self.chained: list[Row] = []  # as many of the facts as are events already, numbered and linked
        self.signature: Row | None = None  # of the command that is decided on
        self.touched: Touched = {}
        self.queued: list[tuple[Kind, str | None, Command]] = []
        self.erased: list[str] = []  # blobs that are destroyed in the same transaction
        self.floors: dict[str, int] = {}  # part numbers used up on record, though not in this state
        self.is_effect = False  # commanded by another subject's command, in the same transaction
        self.model_state = ""  # of the one model of a halt that is being moved
        self._sets: dict[str, Row] = {}

    def as_of(self, actor: Actor, effective_at: datetime) -> "Work":
        """The same work, now by another actor at another instant."""
        self.actor, self.effective_at = actor, effective_at
        return self

    @property
    def row(self) -> Row:
        """The subject's own row."""
        return self.subject.row

    @property
    def made_at(self) -> datetime:
        """When what is made now counts as made: what the system does, at its due instant, however late it is run."""
        return self.recorded_at if self.actor.is_person else self.effective_at

    @property
    def next_seq(self) -> int:
        """The number that the fact being written will bear."""
        return self.subject.seq + len(self.facts) + 1

    def part(self, table: str, no: int) -> Row:
        """One part; KeyError where there is none."""
        return self.subject.parts[table][no]

    def set(self, **columns: Any) -> None:
        """Change columns of the row."""
        self._note(self.subject.kind.value, 0, self.subject.row, columns, is_new=self.subject.seq == 0)

    def add(self, table: str, **columns: Any) -> int:
        """Add a part; returns its number within the subject, from 1."""
        parts = self.subject.parts.setdefault(table, {})
        no = max(*parts, self.floors.get(table, 0), 0) + 1
        parts[no] = {"subject": self.subject.ref, "no": no}
        self._note(table, no, parts[no], columns, is_new=True)
        return no

    def restate(self, table: str, no: int, **columns: Any) -> None:
        """Say everything of a part that is on record, though this state does not have it."""
        part = self.subject.parts.setdefault(table, {})[no] = {"subject": self.subject.ref, "no": no}
        self._note(table, no, part, columns, is_new=True)

    def change(self, table: str, no: int, **columns: Any) -> None:
        """Change columns of a part."""
        self._note(table, no, self.part(table, no), columns, is_new=False)

    def tell(self, table: str, no: int, columns: Iterable[str]) -> None:
        """Say again in the next fact what a part holds: who reads it may not have seen it recorded."""
        part = self.part(table, no)
        self._sets.setdefault(f"{table}/{no}", {}).update(plain({name: part[name] for name in columns}))

    def _note(self, table: str, no: int, row: Row, columns: Row, *, is_new: bool) -> None:
        columns = {key: value for key, value in columns.items() if is_new or row.get(key) != value}
        row.update(columns)
        if columns or is_new:
            before = None if is_new else self.touched.get((table, no), _NOTHING)
            self.touched[table, no] = None if before is None else before | columns.keys()
            self._sets.setdefault(f"{table}/{no}" if no else table, {}).update(plain(columns))

    def record(self, name: str, data: Mapping[str, Any], *, is_internal: bool = False) -> None:
        """Bundle the changes since the last fact into a new one."""
        fact = Fact(name, self.actor.ref, self.effective_at, self.recorded_at, plain(data), self._sets, is_internal)
        self._sets = {}
        self.facts.append(fact)

    @contextmanager
    def aside(self, name: str, data: Mapping[str, Any]) -> Iterator[None]:
        """What changes within it is an internal fact of its own, before the fact that is being prepared."""
        kept, self._sets = self._sets, {}
        yield
        self.record(name, data, is_internal=True)
        self._sets = kept

    def queue(self, kind: Kind, ref: str | None, command: Command) -> None:
        """Command another subject in the same transaction; `ref` None makes it."""
        self.queued.append((kind, ref, command))


def replay(subject: Subject, sets: dict[str, Row]) -> None:
    """Apply what one event set; from a new subject on, all events in order give its rows."""
    for place, columns in sets.items():
        table, _, no = place.partition("/")
        if no:
            row = subject.parts.setdefault(table, {}).setdefault(int(no), {"subject": subject.ref, "no": int(no)})
        else:
            row = subject.row
        row.update({key: revive(key, value) for key, value in columns.items()})
