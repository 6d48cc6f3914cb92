"""Sets the scene of each decision inside one transaction: pins, people, and what else the rules may look at."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from reviewflow.errors import NotFound, Unavailable
from reviewflow.nouns.actor import THE_RECORD, THE_SYSTEM, Actor
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.commands.review import Open
from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import Row, Subject
from reviewflow.rules.calendar import BusinessDays
from reviewflow.rules.permissions import sees
from reviewflow.rules.scene import Pin, Scene
from reviewflow.rules.work import Work
from reviewflow.settings.documents import calendar_from_document, policy_from_document
from reviewflow.settings.settings import Settings
from reviewflow.store import lookups
from reviewflow.store.database import Connection
from reviewflow.store.subjects import load, rows_of

_PINS: dict[tuple[str, str], Pin] = {}  # content-addressed, so never stale


class Stage:
    """One transaction's reader; asks the database for each thing once."""

    def __init__(self, connection: Connection, settings: Settings) -> None:
        self.connection = connection
        self.settings = settings
        self._organizations: dict[str, Row] | None = None
        self._people: dict[str, Actor] = {}
        self._homes: set[str] = set()

    @property
    def organizations(self) -> dict[str, Row]:
        """Every organization, by key."""
        if self._organizations is None:
            self._organizations = lookups.organizations(self.connection)
        return self._organizations

    def forget(self) -> None:
        """After a change to organizations or people in the same transaction."""
        self._organizations, self._people, self._homes = None, {}, set()

    def actor(self, ref: str) -> Actor:
        """Who acts; NotFound for someone who is nobody here."""
        if ref in (THE_SYSTEM.ref, THE_RECORD.ref):
            return THE_SYSTEM if ref == THE_SYSTEM.ref else THE_RECORD
        found = self.people((), (ref,)).get(ref)
        if found is None:
            raise NotFound(f"There is no person {ref} in this programme.", remedy="See `reviewflow person list`.")
        return found

    def people(self, homes: tuple[str | None, ...], refs: tuple[str, ...]) -> dict[str, Actor]:
        """Known people, with those of `homes` and `refs` among them."""
        new = {home for home in homes if home} - self._homes
        missing = [ref for ref in refs if ref not in self._people]
        if new or missing:
            self._people |= lookups.people(self.connection, sorted(new), missing)
            self._homes |= new
        return self._people

    def everyone(self, subject: Subject) -> dict[str, Actor]:
        """Those whom a subject may concern."""
        assigned = tuple(row["person"] for row in subject.part("assignment"))
        powers = tuple(ref for ref, row in self.organizations.items() if row["powers"])
        return self.people((subject.row.get("lab"), subject.row.get("agency"), *powers), assigned)

    def pin(self, subject: Subject, command: Command | None) -> Pin:
        """The pinned policy of a review; for anything else, and a new review, today's."""
        if subject.kind is Kind.REVIEW and subject.seq:
            return self._pinned(subject.row["policy_digest"], subject.row["calendar_digest"])
        wanted = command.policy if isinstance(command, Open) else None
        return self.settings.pin(wanted)

    def _pinned(self, policy: str, calendar: str) -> Pin:
        pin = _PINS.get((policy, calendar))
        if pin is None:
            bodies = [lookups.document_body(self.connection, digest) for digest in (policy, calendar)]
            if None in bodies:
                raise Unavailable(f"The pinned copy of policy {policy[:12]} or calendar {calendar[:12]} is gone.")
            days = BusinessDays(calendar_from_document(bodies[1]))
            pin = _PINS[policy, calendar] = Pin(policy_from_document(bodies[0]), days, policy, calendar)
        return pin

    @property
    def is_simulation(self) -> bool:
        """Whether what happens here is made up."""
        row = lookups.database_row(self.connection)
        return bool(row and row["is_simulation"])

    def titles(self, found: Sequence[Subject]) -> dict[str, str]:
        """The name of the model, or of the lab, that each subject is about, for a letter's subject line."""
        models = [subject.row["model"] for subject in found if subject.row.get("model")]
        names = {ref: row["name"] for ref, row in rows_of(self.connection, Kind.MODEL, models).items()}
        labs = {ref: row["name"] for ref, row in self.organizations.items()}
        return {
            s.ref: names.get(s.row.get("model", "")) or labs.get(s.row.get("lab", "")) or str(s.row.get("name", s.ref))
            for s in found
        }

    def quiet(self, subject: Subject, command: Command | None = None) -> Scene:
        """What settling needs."""
        return Scene(programme=self.settings.programme, pin=self.pin(subject, command))

    def scene(self, w: Work, command: Command) -> Scene:
        """What deciding on a command needs."""
        named = self._named(w, command)
        model = w.row.get("model") or getattr(command, "model", None)
        lab = w.row.get("lab") or getattr(command, "lab", None) or (named[model]["lab"] if model in named else None)
        agreed = lookups.agreed_agencies(self.connection, lab) if lab else []
        agency = w.row.get("agency")
        refs = tuple(
            v for f in fields(command) if f.metadata.get("ref") is Kind.PERSON and (v := getattr(command, f.name))
        )
        self.people((), refs)
        is_open = isinstance(command, Open)
        return Scene(
            programme=self.settings.programme,
            pin=self.pin(w.subject, command),
            rows=named,
            people=self.everyone(w.subject),
            organizations=self.organizations,
            agreed_agency=agreed[0] if len(agreed) == 1 else None,
            has_agreement=agency in agreed,
            halts=lookups.halts_on(self.connection, model) if model and w.subject.kind is Kind.REVIEW else (),
            open_review=lookups.open_review_of(self.connection, str(model)) if is_open else None,
            refilings=lookups.refilings(self.connection, command.refiles) if isinstance(command, Open) else 0,
        )

    def _named(self, w: Work, command: Command) -> dict[str, Row]:
        """The rows of every subject that the command names, if the actor sees them."""
        found: dict[str, Row] = {}
        for field in fields(command):
            kind, value = field.metadata.get("ref"), getattr(command, field.name)
            if kind is None or not value:
                continue
            for ref in (value,) if isinstance(value, str) else value:
                found[ref] = self._visible(w.actor, kind, ref)
        model: Any = w.row.get("model")
        if model and model not in found:
            found |= rows_of(self.connection, Kind.MODEL, [model])
        return found

    def _visible(self, actor: Actor, kind: Kind, ref: str) -> Row:
        subject = load(self.connection, [ref]).get(ref)
        if subject is None or subject.kind is not kind or not sees(actor, subject):
            raise missing(kind, ref)
        return subject.row


def missing(kind: Kind | None, ref: str) -> NotFound:
    """The one answer for what is not there and for what is not yours."""
    return NotFound(f"There is no {kind.value if kind else 'subject'} {ref}, or it is not yours to see.")
