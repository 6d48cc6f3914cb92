"""Carries a record into the database: its organizations and mailboxes, and what happened, each entry once."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from reviewflow.engine.call import Call, Done, Failed
from reviewflow.engine.handle import handle, handle_all
from reviewflow.engine.recorded import Dated, compare, names_missing
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.commands.programme import AddOrganization, AddPerson, RenameOrganization
from reviewflow.nouns.events import RECORD
from reviewflow.nouns.record import DatedName, OrganizationEntry, PersonEntry, Record, RecordEntry
from reviewflow.nouns.states import Kind, Side
from reviewflow.rules.instants import as_utc, civil_date, local_instant
from reviewflow.settings.settings import Settings
from reviewflow.store import lookups
from reviewflow.store.database import Engine, reading
from reviewflow.store.subjects import load

NOON = "12:00"  # of a bare date: so it is the same civil date in UTC too, and plainly no hour that was told
NAMED = (Kind.ORGANIZATION, Kind.PERSON)  # by key and mailbox, so that the file and the database mean the same


@dataclass(frozen=True)
class Step:
    """One thing of the record: `at` is when it happened, `now` when `do` records it."""

    at: datetime
    now: datetime
    text: str
    do: Callable[[], Done]


def import_people(engine: Engine, settings: Settings, record: Record, now: datetime) -> list[Done]:
    """Organizations with the names that they bear by `now`, then people; what is there already is left as it is."""
    today = civil_date(now, _zone(settings))
    keys = [entry.key for entry in record.organizations] + [entry.mailbox for entry in record.people]
    with reading(engine) as connection:
        known = load(connection, keys)
    new = [entry for entry in record.organizations if entry.key not in known]
    organizations = [call for entry in new for call in _introduce(entry, today)]
    people = [call for entry in record.people if entry.mailbox not in known for call in _person(entry)]
    return [done for calls in (organizations, people) for done in _together(engine, settings, calls, now)]


def replay_record(
    engine: Engine,
    settings: Settings,
    record: Record,
    now: datetime | None = None,
    step: Callable[[Step, Done], None] | None = None,
) -> list[Done]:
    """Every step of `record_steps` in turn; `step` is told of each when it is recorded."""
    done = []
    for each in record_steps(engine, settings, record, now):
        done.append(each.do())
        if step is not None:
            step(each, done[-1])
    return done


def record_steps(engine: Engine, settings: Settings, record: Record, now: datetime | None = None) -> Iterator[Step]:
    """What of the record is not in the database yet, in order; do each before the next is asked for.

    With `now`, everything is recorded now: what happened up to then, as facts of the past. Without, each thing is
    recorded at its own instant, as in a simulation; what lies before the simulation's clock becomes a past fact.
    """
    zone = _zone(settings)
    with reading(engine) as connection:
        meta = lookups.database_row(connection)
        found = compare(connection, instants(record.entries, zone))
        renames = [
            _renaming(entry.key, entry.names[place], zone)
            for entry in record.organizations
            for place in names_missing(connection, entry)
        ]
    stands = meta["simulated_at"] if meta else None
    happened = sorted([*renames, *((at, e.subject, e.command) for at, e in found.pending)], key=lambda what: what[0])
    for at, subject, command in happened:
        if now is None or at <= now:
            recorded_at = now or (max(at, stands) if stands else at)
            text = f"{command.kind.value} {command.verb}: {subject}"
            yield Step(at, recorded_at, text, _doer(engine, settings, (at, subject, command), recorded_at, found.refs))


def instants(entries: Iterable[RecordEntry], zone: ZoneInfo) -> list[Dated]:
    """Each entry with its instant: a bare date is noon in `zone`, and never before the entry above it."""
    dated: list[Dated] = []
    for entry in entries:
        at = as_utc(entry.at)
        if not isinstance(at, datetime):
            noon = local_instant(at, NOON, zone)
            at = max(noon, dated[-1][0]) if dated else noon
        dated.append((at, entry))
    return dated


def _doer(
    engine: Engine, settings: Settings, what: tuple[datetime, str, Command], now: datetime, refs: dict[str, str]
) -> Callable[[], Done]:
    def do() -> Done:
        at, subject, command = what
        ref = None if command.creates else refs.get(subject, subject)
        effective_at = at if command.fact and at < now else None
        done = handle(engine, settings, Call(ref, _resolved(command, refs), RECORD, effective_at), now)
        if command.creates:
            refs[subject] = done.ref
        return done

    return do


def _resolved(command: Command, refs: dict[str, str]) -> Command:
    """The command with references for the file's own names."""
    drawn: dict[str, Any] = {}
    for field in fields(command):
        value = getattr(command, field.name)
        if value and field.metadata.get("ref") not in (None, *NAMED):
            drawn[field.name] = refs[value] if isinstance(value, str) else tuple(refs[name] for name in value)
    return replace(command, **drawn)


def _zone(settings: Settings) -> ZoneInfo:
    return ZoneInfo(settings.pin().policy.window.time_zone)


def _introduce(entry: OrganizationEntry, today: date) -> list[Call]:
    """The first name is borne even where its day is still to come: without it there is no organization."""
    first, *later = entry.names
    is_agency = entry.side is Side.AGENCY
    add = AddOrganization(
        key=entry.key, name=first.name, agency=is_agency, powers=entry.powers, since=first.since, source=first.source
    )
    renames = [_rename(name) for name in later if name.since is not None and name.since <= today]
    return [Call(None, add, RECORD), *(Call(entry.key, rename, RECORD) for rename in renames)]


def _rename(name: DatedName) -> RenameOrganization:
    assert name.since is not None, "only the first name may lack its day; the file was checked for that"
    return RenameOrganization(name=name.name, since=name.since, source=name.source)


def _renaming(key: str, name: DatedName, zone: ZoneInfo) -> tuple[datetime, str, Command]:
    rename = _rename(name)
    return local_instant(rename.since, "00:00", zone), key, rename


def _person(entry: PersonEntry) -> list[Call]:
    add = AddPerson(mailbox=entry.mailbox, organization=entry.organization, roles=entry.roles, name=entry.name)
    return [Call(None, add, RECORD), *(Call(entry.mailbox, command, RECORD) for command in entry.contact)]


def _together(engine: Engine, settings: Settings, calls: list[Call], now: datetime) -> list[Done]:
    """In one transaction, one answer a subject; raises the first refusal."""
    done: dict[str, Done] = {}
    for answer in handle_all(engine, settings, calls, now) if calls else ():
        if isinstance(answer, Failed):
            raise answer.error
        done[answer.ref] = answer
    return list(done.values())
