"""What of a record a database holds already, so that no entry is imported twice."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.commands.order import OrderHalt
from reviewflow.nouns.commands.programme import OpenAgreement, RegisterModel
from reviewflow.nouns.events import RECORD
from reviewflow.nouns.record import OrganizationEntry, RecordEntry
from reviewflow.nouns.states import AgreementState, Kind
from reviewflow.nouns.subject import Row
from reviewflow.rules.lifecycle import TABLES
from reviewflow.store import journal
from reviewflow.store.database import Connection
from reviewflow.store.subjects import load, rows_of

LIVE = (AgreementState.NEGOTIATING, AgreementState.SIGNED)
Dated = tuple[datetime, RecordEntry]
Rows = dict[Kind, dict[str, Row]]


@dataclass
class Recorded:
    """`refs` maps the file's own names to references; `pending` is what is still to be imported, in order."""

    refs: dict[str, str] = field(default_factory=dict)
    pending: list[Dated] = field(default_factory=list)


def compare(connection: Connection, entries: Iterable[Dated]) -> Recorded:
    """Find what each entry makes by what identifies it, and each other entry by its event in that subject's journal.

    What persons began here themselves is theirs: it is named, and none of the file's entries is applied to it.
    """
    found = Recorded()
    rows = _rows(connection)
    events: dict[str, list[Row]] = {}
    for at, entry in entries:
        if entry.command.creates:
            ref = _made(entry.command, at, rows, found.refs)
            if ref is None:
                found.pending.append((at, entry))
            else:
                found.refs[entry.subject] = ref
                events[entry.subject] = journal.events_of(connection, ref)
            continue
        known = events.get(entry.subject, [])
        is_theirs = bool(known) and known[0]["actor"] != RECORD
        if not is_theirs and not _take(known, entry.command, at):
            found.pending.append((at, entry))
    return found


def names_missing(connection: Connection, organization: OrganizationEntry) -> list[int]:
    """Which names, by place, a known organization does not bear on record and that are later than those it bears."""
    subject = load(connection, [organization.key]).get(organization.key)
    if subject is None:
        return []
    borne = subject.part("organization_name")
    names = {row["name"] for row in borne}
    last = max((row["since_on"] for row in borne if row["since_on"]), default=None)
    return [
        place
        for place, name in enumerate(organization.names)
        if name.since is not None and name.name not in names and (last is None or name.since > last)
    ]


def _rows(connection: Connection) -> Rows:
    refs: dict[Kind, list[str]] = defaultdict(list)
    for spine in journal.spines(connection):
        refs[Kind(spine["kind"])].append(spine["ref"])
    return {kind: rows_of(connection, kind, refs[kind]) for kind in (Kind.MODEL, Kind.AGREEMENT, Kind.HALT)}


def _made(command: Command, at: datetime, rows: Rows, refs: dict[str, str]) -> str | None:
    """A model by lab and name, a lab's agreement with an agency, a halt by lab, authority and instant."""
    match command:
        case RegisterModel():
            wanted: Row = {"lab": command.lab, "name": command.name}
        case OpenAgreement():
            wanted = {"lab": command.lab, "agency": command.agency}
        case OrderHalt():
            model = rows[Kind.MODEL].get(refs.get(command.models[0], ""))
            wanted = {"lab": model and model["lab"], "agency": command.agency, "issued_at": at}
        case _:
            raise TypeError(f"no record makes a {command.kind.value}")
    wanted = {column: value for column, value in wanted.items() if column != "agency" or value is not None}
    found = [
        (row["state"] not in LIVE, ref)
        for ref, row in rows[command.kind].items()
        if all(row[column] == value for column, value in wanted.items())
    ]
    return min(found)[1] if found else None


def _take(events: list[Row], command: Command, at: datetime) -> bool:
    """Whether one of the events is this entry's; it is used up by that."""
    names = {row.event for row in TABLES[command.kind] if row.command is type(command)}
    for event in events:
        is_ours = event["actor"] == RECORD and event["name"] in names
        if is_ours and (not command.fact or event["effective_at"] == at):
            events.remove(event)
            return True
    return False
