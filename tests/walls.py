"""The two walls between readers, each of which can be taken away; and a world in which every text says whose it is."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from unittest.mock import patch

from reviewflow.errors import ReviewflowError
from reviewflow.nouns.commands.order import (
    AcceptCommitment,
    AgreeCommitment,
    ImplementHalt,
    LiftHalt,
    NarrowHalt,
    OrderHalt,
    Restore,
)
from reviewflow.nouns.commands.parts import (
    AddNote,
    Answer,
    Clear,
    GrantAccess,
    Recommend,
    RecordFinding,
    RequestInformation,
)
from reviewflow.nouns.commands.programme import (
    AddHolder,
    AddPerson,
    AmendAgreement,
    AskCoverage,
    OpenAgreement,
    ProposePartner,
    RecordRelease,
    RegisterModel,
    SignAgreement,
)
from reviewflow.nouns.commands.review import Assign, Open, PlanRelease, StartClock, Submit, SupplyItem, Unassign
from reviewflow.nouns.paths import PLURALS
from reviewflow.nouns.states import Kind, Outcome, Role, Stage
from reviewflow.nouns.subject import Row
from reviewflow.rules import permissions
from reviewflow.store import feed, queue, roles, walls
from reviewflow.store.database import Engine, connect, transaction
from reviewflow.views.index import VIEWS
from reviewflow.views.letter import OneLetter
from reviewflow.views.look import Look, looking
from reviewflow.views.view import View
from tests import databases, postgres
from tests.engine import world as w

LABS = {"lab-a": w.OFFICER, "lab-b": w.RIVAL}
STAFF = "canary-staff"  # of an agency: read by agencies alone
SILENT = f"{STAFF}-silent@office.example"  # assigned to both reviews; reads and recommends, in no lab's sight


def as_the_working_role(database: databases.Database) -> Engine:
    """An engine that connects as the role that the installation works as; on SQLite there is only one."""
    if not isinstance(database, databases.Base):
        return connect(database.url)
    owner = connect(database.url)
    with transaction(owner) as connection:
        roles.make(connection, database.name)
    owner.dispose()
    return connect(postgres.shared().url(database.name, user=roles.APP))


def without_second_wall(database: databases.Database) -> None:
    """Remove row-level security: the application's own filter is left. On SQLite there never was any."""
    if isinstance(database, databases.Base):
        for table in walls.RULES:
            database.query(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY')


@contextmanager
def without_first_wall() -> Iterator[None]:
    """Remove the application's filter: whoever looks is asked for nothing, and everything that is found is shown."""
    asked = (permissions.sees, permissions.reads, permissions.operates)
    ours = [module for name, module in list(sys.modules.items()) if name.startswith("reviewflow.")]
    places = [
        (module, name) for module in ours for name, value in vars(module).items() if any(value is one for one in asked)
    ]
    look: Row = {"is_operator": True, "lab": None, "whose": (queue.ALL, "", ""), "reads_internal": True}
    with ExitStack() as stack:
        for place, name in places:
            stack.enter_context(patch.object(place, name, _yes))
        for name, value in {**look, "reads_drafts": True}.items():
            stack.enter_context(patch.object(Look, name, property(_always(value))))
        stack.enter_context(patch("reviewflow.engine.feed.concerns", _yes))
        stack.enter_context(patch("reviewflow.store.feed.OWED", feed.EVERY))
        yield


def _yes(*_: object) -> bool:
    return True


def _always(value: object) -> Callable[[Look], object]:
    return lambda _: value


class Canaries:
    """Both labs before the same office; each text is a word of its own that names whose it is.

    `own` is the lab's alone; `review` is what lab and office say to each other in a review, of which other offices and
    unassigned reviewers see nothing; `internal` is the office's alone; `told` is read by every agency. That SILENT
    works on them at all is internal: his very mailbox is a canary.
    """

    def __init__(self, world: w.World) -> None:
        self.world, self.number = world, 0
        self.reviews: dict[str, str] = {}
        self.drafts: dict[str, str] = {}
        world.do(w.ADMIN, None, AddPerson(mailbox=SILENT, organization="office", roles=(Role.REVIEWER,)))
        for lab in LABS:
            self._lab(lab)
        world.tick(world.now + timedelta(days=3))

    def say(self, lab: str, whose: str) -> str:
        """A new canary."""
        self.number += 1
        return f"canary-{lab}-{whose}-{self.number}"

    @staticmethod
    def foreign(person: str) -> tuple[str, ...]:
        """The beginnings of the canaries that a person must never meet."""
        every = {f"canary-{lab}-{whose}" for lab in LABS for whose in ("own", "review", "internal", "told")}
        if person in (w.OFFICER, w.VIEWER, w.RIVAL):
            lab = "lab-b" if person == w.RIVAL else "lab-a"
            mine = {f"canary-{lab}-{whose}" for whose in ("own", "review", "told")}
        elif person == w.REVIEWER:  # assigned to what lab-a filed
            mine = {f"canary-{lab}-told" for lab in LABS} | {"canary-lab-a-review", "canary-lab-a-internal"}
        elif person.endswith("@office.example"):
            mine = {f"canary-{lab}-{whose}" for lab in LABS for whose in ("review", "internal", "told")}
        else:
            mine = {f"canary-{lab}-told" for lab in LABS}
        return (*sorted(every - mine), *((STAFF,) if person in (w.OFFICER, w.VIEWER, w.RIVAL) else ()))

    def _lab(self, lab: str) -> None:
        do, officer = self.world.do, LABS[lab]
        digest = {"lab-a": "1", "lab-b": "2"}[lab] * 64
        register = RegisterModel(name=self.say(lab, "told"), digest=digest, source=self.say(lab, "told"))
        model = do(officer, None, register).ref
        later = do(officer, None, RegisterModel(name=self.say(lab, "told"))).ref
        name, contact, source = (self.say(lab, "told") for _ in range(3))
        do(officer, model, AddHolder(name=name, contact=contact, source=source))
        do(
            officer,
            model,
            RecordRelease(stage=Stage.LIMITED, scope=self.say(lab, "told"), source=self.say(lab, "told")),
        )
        agreement = do(w.FINDER, None, OpenAgreement(lab=lab, note=self.say(lab, "told"))).ref
        do(w.FINDER, agreement, SignAgreement(text=self.say(lab, "told")))
        do(officer, agreement, SignAgreement())  # the same terms
        do(w.FINDER, agreement, AmendAgreement(text=self.say(lab, "told")))
        do(officer, None, AskCoverage(model=model, agency="watch", text=self.say(lab, "told")))
        draft = self.drafts[lab] = do(officer, None, Open(model=later, agency="office")).ref
        do(officer, draft, SupplyItem(item="system_card", text=self.say(lab, "own")))
        self._review(lab, officer, model)
        self._order(lab, officer, model)

    def _review(self, lab: str, officer: str, model: str) -> None:
        do = self.world.do
        ref = self.reviews[lab] = do(officer, None, Open(model=model, policy="tolls", agency="office")).ref
        for item in ("access_ready", "system_card", "safeguard_state", "access_terms"):
            do(officer, ref, SupplyItem(item=item, text=self.say(lab, "review")))
        do(officer, ref, PlanRelease(on=(self.world.now + timedelta(days=60)).date()))
        do(officer, ref, Submit())
        do(w.INTAKE, ref, StartClock())
        do(officer, ref, AddNote(text=self.say(lab, "own")))
        reviewers = (w.REVIEWER, w.CHIEF) if lab == "lab-a" else (w.CHIEF, w.SECOND)
        for person in (*reviewers, SILENT):
            do(w.INTAKE, ref, Assign(person=person))
        do(w.INTAKE, ref, Assign(person=w.CONSULTED, consulted=True))
        do(w.INTAKE, ref, Unassign(person=w.CONSULTED, reason=self.say(lab, "internal")))
        lead = reviewers[0]
        terms = self.world.settings.programme.access_terms
        do(officer, ref, GrantAccess(to=self.say(lab, "review"), how=self.say(lab, "review"), terms=terms))
        do(lead, ref, RequestInformation(text=self.say(lab, "review")))
        do(officer, ref, Answer(request=1, text=self.say(lab, "review")))
        do(lead, ref, RequestInformation(text=self.say(lab, "review")))
        for whose, is_shared in (("internal", False), ("review", True)):
            title, text = self.say(lab, whose), self.say(lab, whose)
            found = RecordFinding(title=title, text=text, domain="cybersecurity", severity="high", shared=is_shared)
            do(lead, ref, found)
            do(lead, ref, AddNote(text=self.say(lab, whose), shared=is_shared))
        do(officer, ref, AddNote(text=self.say(lab, "review"), shared=True))
        statement = self.say(lab, "review")
        for person in (lead, SILENT):  # the last is whose words are signed
            do(person, ref, Recommend(outcome=Outcome.CLEARED, text=self.say(lab, "internal"), statement=statement))
        self.world.query(
            "INSERT INTO reading (subject, person, organization, what, door, read_at) "
            "SELECT ref, ?, 'office', 'review', 'api', recorded_at FROM subject WHERE ref = ?", SILENT, ref,
        )  # fmt: skip
        do(w.DECIDER, ref, Clear(text=statement))
        do(officer, None, ProposePartner(review=ref, name=self.say(lab, "told"), reason=self.say(lab, "told")))

    def _order(self, lab: str, officer: str, model: str) -> None:
        do, say = self.world.do, lambda: self.say(lab, "told")
        halt = do(w.HALTER, None, OrderHalt(models=(model,), scope=say(), basis=say(), source=say())).ref
        do(officer, halt, ImplementHalt(scope=say(), reason=say()))
        do(w.HALTER, halt, NarrowHalt(scope=say(), allow=(say(),), source=say()))
        do(w.HALTER, halt, LiftHalt(condition=(say(),)))
        do(officer, halt, Restore(model=model, scope=say(), note=say()))
        day = (self.world.now + timedelta(days=1)).date()
        agreed = AgreeCommitment(lab=lab, text=say(), owner=say(), agency="office", due=day)
        do(officer, do(w.DECIDER, None, agreed).ref, AcceptCommitment())


def crawl(world: w.World, engine: Engine, person: str) -> Iterator[tuple[str, object]]:
    """Every view of everything there is, as a person asks for it: what was asked, and the document or the refusal."""
    every = {kind: _column(world, f"SELECT ref FROM subject WHERE kind = '{kind}' ORDER BY 1") for kind in Kind}
    every[Kind.PERSON] = [w.OFFICER, w.RIVAL, w.DECIDER]
    letters = _column(world, "SELECT DISTINCT letter FROM delivery ORDER BY 1")
    for name, view in VIEWS.items():
        if not view.needs_database:
            continue
        asked: list[Row] = [{}]
        if view.asked is OneLetter:
            asked = [{"id": id} for id in letters]
        elif "{ref}" in view.path:
            kind = next((kind for kind in Kind if view.path.startswith(f"/{PLURALS[kind]}/")), None)
            asked = [{"ref": ref} for ref in (every[kind] if kind else [r for refs in every.values() for r in refs])]
        for one in asked:
            yield f"{name} {one}", _answered(world, engine, person, view, one)


def _column(world: w.World, statement: str) -> list[str]:
    return [str(value) for (value,) in world.query(statement)]


def _answered(world: w.World, engine: Engine, person: str, view: View, asked: Row) -> object:
    try:
        with looking(engine, world.settings, person, world.now) as look:
            return look.told(view.show(look, view.asked(**asked)))
    except ReviewflowError as error:
        return f"{type(error).__name__}: {error}"
