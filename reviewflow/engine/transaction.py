"""One transaction: its subjects, each locked once, what is decided on them, and the one write at its end."""

from collections.abc import Callable, Sequence
from datetime import datetime

from reviewflow import clock, logs
from reviewflow.engine import journaling, precondition, reach, sight, signing, timekeeping, turns
from reviewflow.engine.call import Call, Done
from reviewflow.engine.home import home_of
from reviewflow.engine.owed import owed
from reviewflow.engine.reply import reply
from reviewflow.engine.stage import Stage, missing
from reviewflow.errors import Forbidden, Invalid, Refused
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.commands.programme import AddOrganization, AddPerson
from reviewflow.nouns.events import RECORD, SYSTEM
from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import Subject
from reviewflow.rules import hindsight, machine
from reviewflow.rules.anchor import anchor
from reviewflow.rules.decide import decide
from reviewflow.rules.permissions import allowed, sees, why_not
from reviewflow.rules.settle import settle
from reviewflow.rules.work import Work
from reviewflow.settings.settings import Settings
from reviewflow.store import blobs, journal, lines, lookups, outbox, refs, subjects
from reviewflow.store.database import Connection
from reviewflow.store.rows import Batch

Keep = Callable[[Batch, list[Done]], None]


class Transaction:
    """What one transaction has in hand: its subjects, each locked once, and what they queue for others."""

    def __init__(self, connection: Connection, settings: Settings, now: datetime, draw: refs.Draw | None) -> None:
        self.connection = connection
        self.stage = Stage(connection, settings)
        self.now = now
        self.draw = draw
        self.genesis = ""
        self.works: dict[str, Work] = {}
        self.heads: dict[str, tuple[int, str]] = {}

    def run(self, calls: Sequence[Call], keep: Keep | None = None) -> list[Done]:
        """All calls, then what they queued, then one write, to which `keep` may add what it wants of the answers."""
        found = self._locked(calls)
        asked_at = clock.now()
        meta = self.stage.look_round(found.values(), calls)
        if meta is None:
            raise Invalid("The database is empty.", remedy="Run `reviewflow init` first.")
        self.now = timekeeping.agreed(meta, self.now, asked_at)
        self.genesis = meta["genesis"]
        self.works = {ref: self._work(subject) for ref, subject in found.items()}
        done = [self._call(call) for call in calls]
        self._queued()
        batch = self._write(list(self.works.values()))
        answers = [self._done(ref) for ref in done]
        if keep is not None:
            keep(batch, answers)
        batch.flush()
        return answers

    def _locked(self, calls: Sequence[Call]) -> dict[str, Subject]:
        call = calls[0]
        turns.leaving(self.connection, calls)
        if len(calls) == 1 and call.ref and call.command and call.actor not in (SYSTEM, RECORD):
            return sight.locked(self.connection, call.actor, call.command.kind, call.ref)
        return subjects.load(self.connection, [c.ref for c in calls if c.ref], lock=True)

    def _work(self, subject: Subject) -> Work:
        return timekeeping.work_on(subject, self.now)

    def _call(self, call: Call) -> str:
        if call.ref is None:
            return self._make(call)
        w = self.works.get(call.ref)
        if call.command is None:
            if w is None:
                raise missing(None, call.ref)
            settle(w, self.stage.quiet(w.subject), w.recorded_at)
            return call.ref
        actor = self.stage.actor(call.actor)
        if w is None or w.subject.kind is not call.command.kind or not sees(actor, w.subject):
            raise missing(call.command.kind, call.ref)
        reach.require_of(call, w.subject)
        self._decide(w, call)
        return call.ref

    def _make(self, call: Call) -> str:
        command = call.command
        assert command is not None and command.creates
        drawn = call.signature and call.signature.ref  # with its statement
        ref = drawn or refs.ref_of_new(command, self.draw)
        if subjects.load(self.connection, [ref]):
            raise Refused(f"{ref} is there already.")
        w = self.works[ref] = self._work(Subject(command.kind, ref))
        w.as_of(self.stage.actor(call.actor), timekeeping.effective_at(w, call))
        anchor(w, command, self.stage.scene(w, command))
        reach.require_of(call, w.subject)
        self._permit(w, command)
        scene = self.stage.scene(w, command)
        w.signature = signing.signature(w, call, scene, self.stage, self.genesis)
        decide(w, command, scene)
        if isinstance(command, AddOrganization | AddPerson):
            self.stage.forget()
        return ref

    def _decide(self, w: Work, call: Call) -> None:
        command = call.command
        assert command is not None
        settle(w, self.stage.quiet(w.subject), w.recorded_at)
        precondition.check(w, call)
        w.as_of(self.stage.actor(call.actor), timekeeping.effective_at(w, call))
        self._permit(w, command)
        scene = self.stage.scene(w, command)
        w.signature = signing.signature(w, call, scene, self.stage, self.genesis)
        if call.effective_at is None or w.subject.kind is Kind.MODEL or w.effective_at >= self._last(w):
            decide(w, command, scene)
        else:
            w = self._look_back(w, command, call)
        settle(w, scene, w.recorded_at)

    def _last(self, w: Work) -> datetime:
        """When the last event of a subject took effect; the same whether a tick or this very call recorded it."""
        times: list[datetime] = [e["effective_at"] for e in journal.events_of(self.connection, w.subject.ref)]
        return max(times + [fact.effective_at for fact in w.facts])

    def _look_back(self, w: Work, command: Command, call: Call) -> Work:
        """A fact dated before the last event: write what was settled, then decide as of the fact."""
        actor, effective_at, signature = w.actor, w.effective_at, w.signature
        self._write([w]).flush()
        self.stage.forget()
        subject = subjects.load(self.connection, [w.subject.ref])[w.subject.ref]
        events = journal.events_of(self.connection, subject.ref)
        fresh = self._work(subject).as_of(actor, effective_at)
        scene, fresh.signature = self.stage.scene(fresh, command), signature
        again = self.works[subject.ref] = hindsight.amend(fresh, command, scene, events, fresh.recorded_at)
        return again

    def _permit(self, w: Work, command: Command) -> None:
        if not sees(w.actor, w.subject) and w.subject.seq:
            raise missing(command.kind, w.subject.ref)
        who = machine.who(type(command))
        if not w.is_effect and not allowed(who, w.actor, w.subject, home_of(self.stage, w.subject, command)):
            raise Forbidden(why_not(who, w.actor, f"{command.kind.value} {command.verb}"))
        turns.pinning(self.connection, w, command)

    def _queued(self) -> None:
        """Effects on other subjects, in the order (kind, reference) in which subjects are locked."""
        while True:
            queue = [(w, item) for w in self.works.values() for item in w.queued]
            if not queue:
                return
            for w in self.works.values():
                w.queued = []
            for source, (kind, ref, command) in sorted(queue, key=lambda q: (q[1][0].value, q[1][1] or "")):
                self._effect(source, kind, ref, command)

    def _effect(self, source: Work, kind: Kind, ref: str | None, command: Command) -> None:
        ref = ref or refs.ref_of_new(command, self.draw)
        if ref not in self.works:
            found = subjects.load(self.connection, [ref], lock=True).get(ref)
            self.works[ref] = self._work(found or Subject(kind, ref))
        w = self.works[ref]
        w.recorded_at = max(w.recorded_at, source.recorded_at)  # never written down before its cause
        w.as_of(source.actor, source.effective_at)
        w.is_effect = True
        if w.subject.seq == 0:
            anchor(w, command, self.stage.scene(w, command))
        decide(w, command, self.stage.scene(w, command))

    def _write(self, works: Sequence[Work]) -> Batch:
        """All in one batch, however many subjects there are."""
        works = [w for w in works if w.facts]
        chained = [(w, journaling.chain(self.genesis, w)) for w in works]
        events = [event for _, group in chained for event in group]
        self._keep_policies(works)
        batch = Batch(self.connection)
        subjects.write_spines(batch, [journaling.spine(w, group, self.stage.organizations) for w, group in chained])
        journal.append(batch, events)
        subjects.write(batch, [change for w in works for change in journaling.changes(w)])
        lines.put(batch, [line for each in chained for line in journaling.lines(*each)])
        journal.note_notices(batch, events)
        blobs.erase(self.connection, [blob for w in works for blob in w.erased])
        outbox.put(batch, [row for w, group in chained for row in owed(w, group, self.stage, self.now)])
        for w, own in chained:
            self.heads[w.subject.ref] = (own[-1]["seq"], own[-1]["digest"])
            logs.get().info("recorded", subject=w.subject.ref, events=[e["name"] for e in own], actor=own[-1]["actor"])
        return batch

    def _keep_policies(self, works: Sequence[Work]) -> None:
        if any(w.subject.seq == 0 and w.subject.kind in (Kind.REVIEW, Kind.COMMITMENT) for w in works):
            lookups.keep_documents(self.connection, self.stage.settings.documents(self.now))

    def _done(self, ref: str) -> Done:
        w = self.works[ref]
        return reply(w, self.stage, *self.heads.get(ref, (w.subject.seq, w.subject.head)))
