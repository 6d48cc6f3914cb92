"""Sets the scene of each decision inside one transaction: pins, people, and what else the rules may look at."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields

from reviewflow.engine.call import Call
from reviewflow.errors import Missing, NotFound
from reviewflow.nouns.actor import THE_RECORD, THE_SYSTEM, Actor
from reviewflow.nouns.commands.document import AttachDocument
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.commands.programme import SignAgreement
from reviewflow.nouns.commands.review import Open
from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import Row, Subject
from reviewflow.rules import checkpoint
from reviewflow.rules.calendar import BusinessDays
from reviewflow.rules.permissions import sees
from reviewflow.rules.scene import Pin, Scene
from reviewflow.rules.work import Work
from reviewflow.settings.documents import calendar_from_document, policy_from_document
from reviewflow.settings.settings import Settings
from reviewflow.store import blobs, checkpoints, journal, lookups
from reviewflow.store.database import Connection
from reviewflow.store.glance import glance
from reviewflow.store.subjects import fill, rows_of
from reviewflow.store.surroundings import ASKED, Surroundings, actor_from, look_round

_NOBODY = {actor.ref: actor for actor in (THE_SYSTEM, THE_RECORD)}
_HOMES = ("lab", "agency", "organization")  # columns of a subject that say whose it is
_PINS: dict[tuple[str, str], Pin] = {}  # content-addressed, so never stale


class Stage:
    """One transaction's reader; asks the database for each thing once, and as much as it can at a time."""

    def __init__(self, connection: Connection, settings: Settings) -> None:
        self.connection = connection
        self.settings = settings
        self.forget()

    def forget(self) -> None:
        """After a change to other subjects in the same transaction."""
        self._asked: dict[str, set[str]] = {name: set() for name in ASKED}
        self._known = Surroundings()
        self._at_home: dict[str, dict[str, Actor]] = defaultdict(dict)
        self._named_subjects: dict[str, Subject] = {}

    def _ask(self, **wanted: Iterable[str | None]) -> Surroundings:
        """What is known, with all that hangs on these among it: one statement, or none."""
        new = {name: {ref for ref in wanted.get(name, ()) if ref} - self._asked[name] for name in ASKED}
        if self._known.database is None or any(new.values()):
            found = look_round(self.connection, new)
            for name, refs in new.items():
                self._asked[name] |= refs
            self._asked["homes"] |= {ref for ref, row in found.organizations.items() if row["powers"]}
            for person in found.people.values():
                self._at_home[person.organization][person.ref] = person
            for field in fields(Surroundings)[1:]:
                getattr(self._known, field.name).update(getattr(found, field.name))
            self._known.database = found.database
        return self._known

    def look_round(self, found: Collection[Subject], calls: Sequence[Call]) -> Row | None:
        """Ask at once for all that these calls on these subjects will need; what this database is."""
        rows = [subject.row for subject in found]
        assigned = [part["person"] for subject in found for part in subject.part("assignment")]
        is_decided_on = any(call.command for call in calls)
        return self._ask(
            homes=[row.get(home) for row in rows for home in _HOMES],
            persons=[*assigned, *(call.actor for call in calls if call.actor not in _NOBODY)],
            labs=[row.get("lab") for row in rows if is_decided_on],
            models=[row.get("model") for row in rows if is_decided_on],
        ).database

    @property
    def organizations(self) -> dict[str, Row]:
        """Every organization, by key."""
        return self._ask().organizations

    def actor(self, ref: str) -> Actor:
        """Who acts; NotFound for someone who is nobody here."""
        if ref in _NOBODY:
            return _NOBODY[ref]
        found = self.people((), (ref,)).get(ref)
        if found is None:
            raise NotFound(f"There is no person {ref} in this programme.", remedy="See `reviewflow person list`.")
        return found

    def people(self, homes: Iterable[str | None], refs: Iterable[str]) -> dict[str, Actor]:
        """Known people, with those of `homes` and `refs` among them."""
        return self._ask(homes=homes, persons=refs).people

    def everyone(self, subject: Subject) -> dict[str, Actor]:
        """Those whom a subject may concern."""
        concerned = [row["person"] for row in subject.part("assignment")]
        homes = [home for name in _HOMES if (home := subject.row.get(name))]
        homes += [ref for ref, row in self.organizations.items() if row["powers"]]
        known = self.people(homes, concerned)
        found = {ref: person for home in homes for ref, person in self._at_home[home].items()}
        if subject.kind is Kind.PERSON and subject.seq:  # as he stands now, not as he acted: his channels may differ
            found[subject.ref] = actor_from(subject.row, self.organizations[subject.row["organization"]])
        return found | {ref: known[ref] for ref in concerned if ref in known}

    def pin(self, subject: Subject, command: Command | None) -> Pin:
        """The pinned policy of a review; for anything else, and a new review, today's."""
        if subject.kind is Kind.REVIEW and subject.seq:
            return self.kept(subject.row["policy_digest"], subject.row["calendar_digest"])
        wanted = command.policy if isinstance(command, Open) else None
        return self.settings.pin(wanted)

    def kept(self, policy: str, calendar: str) -> Pin:
        """The copies of these digests; Missing where one is gone."""
        pin = _PINS.get((policy, calendar))
        if pin is None:
            bodies = [lookups.document_body(self.connection, digest) for digest in (policy, calendar)]
            if None in bodies:
                raise Missing(f"The pinned copy of policy {policy[:12]} or calendar {calendar[:12]} is gone.")
            days = BusinessDays(calendar_from_document(bodies[1]))
            pin = _PINS[policy, calendar] = Pin(policy_from_document(bodies[0]), days, policy, calendar)
        return pin

    @property
    def is_simulation(self) -> bool:
        """Whether what happens here is made up."""
        row = self._ask().database
        return bool(row and row["is_simulation"])

    @property
    def database(self) -> Row:
        """What this database is."""
        return self._ask().database or {}

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
        refs = [v for f in fields(command) if f.metadata.get("ref") is Kind.PERSON and (v := getattr(command, f.name))]
        known = self._ask(persons=refs, labs=(lab,), models=(w.row.get("model"), model))
        agreed = known.agreed.get(lab, []) if lab else []
        return Scene(
            programme=self.settings.programme,
            pin=self.pin(w.subject, command),
            rows=named,
            people=self.everyone(w.subject) | {ref: known.people[ref] for ref in refs if ref in known.people},
            organizations=known.organizations,
            agreed_agency=agreed[0] if len(agreed) == 1 else None,
            has_agreement=w.row.get("agency") in agreed,
            halts=sorted(known.halts.get(model, ())) if model and w.subject.kind is Kind.REVIEW else (),
            open_review=lookups.open_review_of(self.connection, command.model) if isinstance(command, Open) else None,
            known_as=checkpoints.elsewhere(self.connection, lab, checkpoint.named(w, command, named), model, w.actor),
            allows_loopback=self.settings.server.allows_loopback,
            has_blob=isinstance(command, AttachDocument)
            and blobs.is_whole(self.connection, command.blob, w.subject.ref),
            terms=journal.terms_of(self.connection, w.subject.ref) if isinstance(command, SignAgreement) else None,
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
        about = {w.row.get("model"), *(part["model"] for part in w.subject.part("halt_model"))} - {None, *found}
        if about:
            known = self._ask(models=about).models
            found |= {model: known[model] for model in about}
        return found

    def _visible(self, actor: Actor, kind: Kind, ref: str) -> Row:
        subject = self._named_subjects.get(ref) or glance(self.connection, ref, actor.ref).subject
        if subject is None or subject.kind is not kind or not sees(actor, subject):
            raise missing(kind, ref)
        if ref not in self._named_subjects:
            self._named_subjects |= fill(self.connection, {ref: subject})
        return self._named_subjects[ref].row


def missing(kind: Kind | None, ref: str) -> NotFound:
    """The one answer for what is not there and for what is not yours."""
    return NotFound(f"There is no {kind.value if kind else 'subject'} {ref}, or it is not yours to see.")
