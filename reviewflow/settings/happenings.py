"""The `[[record]]` entries of a file, each as a real command, in the order of their days."""

from collections.abc import Iterable, Sequence
from dataclasses import MISSING
from dataclasses import fields as fields_of
from datetime import date, datetime
from difflib import get_close_matches
from enum import StrEnum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from reviewflow.nouns.commands import order, programme
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.record import RecordEntry
from reviewflow.nouns.states import Kind
from reviewflow.settings.arrays import Table

# What the public knows happens to these; what is filed in a review is nobody's to publish.
PUBLIC = (Kind.MODEL, Kind.AGREEMENT, Kind.HALT)
COMMANDS: dict[str, type[Command]] = {
    name: found
    for module in (programme, order)
    for name, found in vars(module).items()
    if isinstance(found, type) and issubclass(found, Command) and getattr(found, "kind", None) in PUBLIC
}
ALIAS = r"[a-z0-9][a-z0-9.-]*"


def read_entries(tables: Iterable[Table], organizations: set[str]) -> tuple[RecordEntry, ...]:
    """The entries; faults go into the tables' list, and then the result is not to be used.

    A name must be made by an earlier entry before a later one addresses it, so the tables are read in turn.
    """
    known: dict[str, Kind] = {}
    entries: list[RecordEntry] = []
    for fields in tables:
        entry = _entry(fields, known, organizations)
        if entry is not None:
            if entries:
                _note_order(fields, entries[-1].at, entry.at)
            entries.append(entry)
    return tuple(entries)


def _entry(fields: Table, known: dict[str, Kind], organizations: set[str]) -> RecordEntry | None:
    at, alias, source = fields.moment("at"), _alias(fields), fields.text("source")
    kind = _command(fields)
    if kind is None:
        fields.pass_over()
        return None
    before = len(fields.faults)
    values = _arguments(fields, kind) | ({"source": source} if "source" in _names(kind) else {})
    _note_alias(fields, kind, alias, known)
    for field in fields_of(kind):
        if field.name in values and (ref := field.metadata.get("ref")) is not None:
            _note_unknown(fields, field.name, values[field.name], ref, known, organizations)
    if len(fields.faults) > before or at is None:
        return None
    return RecordEntry(at, alias, kind(**values), source)


def _alias(fields: Table) -> str:
    return fields.text("subject", like=ALIAS, remedy='write this file\'s own name for it, such as "halt-1"')


def _command(fields: Table) -> type[Command] | None:
    name = fields.text("do")
    if name in COMMANDS:
        return COMMANDS[name]
    if name:
        near = get_close_matches(name, list(COMMANDS), n=1)
        remedy = f"did you mean {near[0]!r}?" if near else f"choose one of {', '.join(sorted(COMMANDS))}"
        fields.fault("do", f"cannot be {name!r}", remedy)
    return None


def _names(kind: type[Command]) -> set[str]:
    return {field.name for field in fields_of(kind)}


def _arguments(fields: Table, kind: type[Command]) -> dict[str, Any]:
    """The command's arguments by the types of its fields; `source` is every entry's, and left to the caller."""
    hints = get_type_hints(kind)
    found: dict[str, Any] = {}
    for field in fields_of(kind):
        is_required = field.default is MISSING
        if field.name != "source" and (fields.has(field.name) or is_required):
            found[field.name] = _typed(fields, field.name, hints[field.name])
    return found


def _typed(fields: Table, key: str, hint: Any) -> Any:
    """A value of an annotated type: a text, a date, a truth, one of a closed list, or several of these."""
    if get_origin(hint) is UnionType:  # such as str | None
        hint = next(kind for kind in get_args(hint) if kind is not type(None))
    if get_origin(hint) is tuple:
        item = get_args(hint)[0]
        return fields.texts(key) if item is str else fields.choices(key, item)
    if hint is date:
        return fields.day(key)
    if hint is bool:
        return fields.boolean(key, False)
    if issubclass(hint, StrEnum):
        return fields.choice(key, hint)
    assert hint is str, f"no record says {key}, {hint}"
    return fields.text(key)


def _note_alias(fields: Table, kind: type[Command], alias: str, known: dict[str, Kind]) -> None:
    if kind.creates:
        if alias in known:
            fields.fault("subject", f"cannot be {alias!r} again", "what is made needs a name of its own")
        known[alias] = kind.kind
    else:
        _note_unknown(fields, "subject", alias, kind.kind, known, set())


def _note_unknown(
    fields: Table, key: str, value: str | Sequence[str], kind: Kind, known: dict[str, Kind], organizations: set[str]
) -> None:
    there = organizations if kind is Kind.ORGANIZATION else {alias for alias, what in known.items() if what is kind}
    for name in (value,) if isinstance(value, str) else value:
        if name not in there:
            near = get_close_matches(name, sorted(there), n=1)
            remedy = (
                f"did you mean {near[0]!r}?"
                if near
                else f"before it this file has {', '.join(sorted(there)) or 'none'}"
            )
            fields.fault(key, f"cannot be {name!r}, which is no {kind.value} of this file", remedy)


def _note_order(fields: Table, before: date | datetime, at: date | datetime) -> None:
    """By the civil date as written; on one day, a bare date stands after the instants, for its hour is not known."""
    days = [moment.date() if isinstance(moment, datetime) else moment for moment in (before, at)]
    is_late = days[1] < days[0]
    if days[0] == days[1] and isinstance(at, datetime):
        is_late = not isinstance(before, datetime) or at < before
    if is_late:
        fields.fault("at", f"cannot be {at}, after an entry of {before}", "put the entries in the order of their days")
