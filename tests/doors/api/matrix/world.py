"""A world for the matrix: people of every role on every side, and of every kind a subject of either lab."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from reviewflow.nouns.commands.contact import AddChannel, DisableChannel
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.commands.order import AgreeCommitment, OrderHalt
from reviewflow.nouns.commands.parts import Answer, GrantAccess, Recommend, RecordFinding, RequestInformation
from reviewflow.nouns.commands.programme import (
    AddOrganization,
    AddPerson,
    AskCoverage,
    DeactivatePerson,
    OpenAgreement,
    ProposePartner,
    RegisterModel,
)
from reviewflow.nouns.commands.review import (
    Assign,
    Open,
    PlanRelease,
    StartClock,
    StartToll,
    Submit,
    SupplyItem,
    Unassign,
)
from reviewflow.nouns.contact import ChannelKind
from reviewflow.nouns.states import Kind, Outcome, Power, ReviewState, Role
from reviewflow.rules.lifecycle import TABLES
from tests.engine import world as w
from tests.engine.shelf import attach, label, with_key

OTHER_VIEWER, GONE_OFFICER = "viewer@lab-b.example", "gone@lab-a.example"
SPARE, FORMER, GONE_DECIDER = "spare@office.example", "former@office.example", "gone@office.example"
OTHER_DECIDER = "decider@bureau.example"
NOBODY, STRANGER = "", "nobody@nowhere.example"  # who does not sign in, and who cannot
NEWCOMERS: dict[str, tuple[str, Role]] = {
    OTHER_VIEWER: ("lab-b", Role.VIEWER),
    GONE_OFFICER: ("lab-a", Role.OFFICER),
    SPARE: ("office", Role.REVIEWER),
    FORMER: ("office", Role.REVIEWER),
    GONE_DECIDER: ("office", Role.DECIDER),
    "intake@watch.example": ("watch", Role.INTAKE),
    "admin@watch.example": ("watch", Role.ADMIN),
    "auditor@watch.example": ("watch", Role.AUDITOR),
    "intake@bureau.example": ("bureau", Role.INTAKE),
    OTHER_DECIDER: ("bureau", Role.DECIDER),
    "reviewer@bureau.example": ("bureau", Role.REVIEWER),
}
PEOPLE = {
    **{person: (home, frozenset(roles)) for person, (home, roles) in w.PEOPLE.items()},
    **{person: (home, frozenset({role})) for person, (home, role) in NEWCOMERS.items()},
}
PRINCIPALS = (*PEOPLE, STRANGER)
AGENCIES = {"office": {Power.REVIEW}, "bureau": {Power.REVIEW}, "watch": {Power.COVERAGE}, "export": {Power.HALT}}
GONE = {GONE_OFFICER, GONE_DECIDER}
LABS = {"lab-a": w.OFFICER, "lab-b": w.RIVAL}
ASSIGNED = {"lab-a": {w.REVIEWER: False, w.CHIEF: False, w.CONSULTED: True}, "lab-b": {w.CHIEF: False, w.SECOND: False}}


def states_of(kind: Kind) -> list[str]:
    """Every state in which a command finds a subject, and of a review each there is."""
    found = {str(state) for one in TABLES[kind] for state in one.source} - {"new"}
    return sorted(found | ({state.value for state in ReviewState} if kind is Kind.REVIEW else set()))


@dataclass(frozen=True)
class Target:
    """A subject, and whose it is; `ref` is empty for one that is to be made."""

    kind: Kind | None  # None: a letter, or nothing at all
    ref: str = ""
    lab: str = ""
    agency: str = ""
    home: str = ""  # of a person; of an organization, itself; empty of a new organization
    recipient: str = ""

    def words(self, person: str, state: str = "") -> set[str]:
        """The words of the table that apply to somebody, for this subject in a state."""
        if person not in PEOPLE:
            return set()
        home, roles = PEOPLE[person]
        found = {word for word, applies in (
            ("somebody", True), ("self", person == self.ref), ("colleague", home == self.home),
            ("of-an-agency", self.ref in AGENCIES), ("recipient", person == self.recipient),
            ("out-of-use", person in GONE or (state == "inactive" and self.ref in (person, home))),
        ) if applies}  # fmt: skip
        if home not in AGENCIES:
            return found | ({"lab", *(role.value for role in roles)} if home == self.lab else set())
        found |= {"agency"} | {f"any-{role.value}" for role in roles & {Role.ADMIN, Role.AUDITOR}}
        found |= {"caretaker"} if Role.ADMIN in roles and self._is_looked_after(home, state) else set()
        if home == self.agency:
            found |= {role.value for role in roles - {Role.REVIEWER}}
            found |= {power.value for power in AGENCIES[home]} if Role.DECIDER in roles else set()
        is_consulted = ASSIGNED.get(self.lab, {}).get(person) if self.kind is Kind.REVIEW and self.ref else None
        return found if is_consulted is None else found | {"consulted" if is_consulted else "lead"}

    def _is_looked_after(self, by: str, state: str) -> bool:
        """Whether the administrators of an agency look after the people of this home."""
        if self.home in AGENCIES and self.home != by:
            keepers = [person for person, (home, roles) in PEOPLE.items() if home == self.home and Role.ADMIN in roles]
            return not keepers or (state == "inactive" and self.ref == self.home)
        return self.home == by or Power.REVIEW in AGENCIES[by]


@dataclass
class Scene:
    """The world, and what there is in it by kind and lab; people and organizations are there for themselves."""

    world: w.World
    targets: dict[tuple[Kind, str], Target] = field(default_factory=dict)
    free: dict[str, str] = field(default_factory=dict)  # a model of each lab without a review

    def of(self, kind: Kind) -> list[Target]:
        """All of a kind."""
        return [target for (one, _), target in self.targets.items() if one is kind]

    def letters(self) -> list[Target]:
        """A letter to somebody of either side."""
        found = []
        for person in (w.OFFICER, w.DECIDER):
            (letter,), *_ = self.world.query("SELECT letter FROM delivery WHERE recipient = ? ORDER BY id", person)
            found.append(Target(None, str(letter), recipient=person))
        return found

    @contextmanager
    def standing(self, target: Target, state: str) -> Iterator[None]:
        """Inside, a subject is in a state, though nothing else fits it; on SQLite, whose checks can be set aside."""
        table = str(target.kind)
        self.world.query("PRAGMA ignore_check_constraints = ON")
        (before, *filed), *_ = self.world.query(
            f"SELECT state{', submitted_at' if target.kind is Kind.REVIEW else ''} FROM {table} WHERE ref = ?",
            target.ref,
        )
        also = {"draft": ", submitted_at = NULL", "released": ", released_stage = 'limited'"}.get(state, "")
        self.world.query(f"UPDATE {table} SET state = ?{also} WHERE ref = ?", state, target.ref)
        self._of_each_model(target, state)
        try:
            yield
        finally:
            self.world.query(f"UPDATE {table} SET state = ? WHERE ref = ?", before, target.ref)
            self._of_each_model(target, before)
            if filed:
                kept = "submitted_at = ?, released_stage = NULL"
                self.world.query(f"UPDATE review SET {kept} WHERE ref = ?", filed[0], target.ref)

    def _of_each_model(self, target: Target, state: str) -> None:
        if target.kind is Kind.HALT:
            self.world.query("UPDATE halt_model SET state = ? WHERE subject = ?", state, target.ref)


def scene(folder: Path, seed: int = 21) -> Scene:
    """A new one, on the database of the day; the key of its documents in a folder."""
    world = w.new_world(seed)
    with_key(world, folder)
    made = Scene(world)
    world.do("record", None, AddOrganization(key="bureau", name="The Bureau", agency=True, powers=(Power.REVIEW,)))
    for mailbox, (home, role) in NEWCOMERS.items():
        world.do("record", None, AddPerson(mailbox=mailbox, organization=home, roles=(role,)))
    for lab, officer in LABS.items():
        _of_lab(made, lab, officer)
    for home in ("lab-a", "lab-b", "office", "export"):
        made.targets[Kind.ORGANIZATION, home] = Target(Kind.ORGANIZATION, home, home=home)
    for person in (w.VIEWER, w.RIVAL, w.DECIDER, w.HALTER):
        world.do(person, person, AddChannel(channel_kind=ChannelKind.EMAIL))
        if person == w.RIVAL:
            world.do("system", person, DisableChannel(channel=1, reason="It is gone."))
        made.targets[Kind.PERSON, person] = Target(Kind.PERSON, person, home=PEOPLE[person][0])
    for person in GONE:
        world.do(w.ADMIN, person, DeactivatePerson(reason="left"))
    return made


def _of_lab(made: Scene, lab: str, officer: str) -> None:
    world = made.world

    def keep(kind: Kind, actor: str, command: Command, agency: str = "") -> str:
        ref = world.do(actor, None, command).ref
        made.targets[kind, lab] = Target(kind, ref, lab, agency)
        return ref

    digest = {"lab-a": "1", "lab-b": "2"}[lab] * 64
    model = keep(Kind.MODEL, officer, RegisterModel(name=f"Model {lab} 9", digest=digest))
    keep(Kind.AGREEMENT, OTHER_DECIDER, OpenAgreement(lab=lab), "bureau")
    made.free[lab] = world.do(officer, None, RegisterModel(name=f"Model {lab} 10")).ref
    keep(Kind.COVERAGE, officer, AskCoverage(model=model, agency="watch"), "watch")
    review = keep(Kind.REVIEW, officer, Open(model=model, policy="tolls", agency="office"), "office")
    _carry(world, review, lab, officer)
    by = {"lab-a": officer, "lab-b": w.DECIDER}[lab]  # what one side proposes the other answers
    keep(Kind.PARTNER, by, ProposePartner(review=review, name="A partner"), "office")
    keep(Kind.HALT, w.HALTER, OrderHalt(models=(model,), scope="all", basis="an act"), "export")
    by = {"lab-a": w.DECIDER, "lab-b": officer}[lab]
    keep(Kind.COMMITMENT, by, AgreeCommitment(lab=lab, text="Report", owner=officer, agency="office"), "office")


def _carry(world: w.World, ref: str, lab: str, officer: str) -> None:
    """To where its window runs, with one of everything that a command may name."""
    for item in ("access_ready", "system_card", "safeguard_state", "access_terms"):
        world.do(officer, ref, SupplyItem(item=item, text="here"))
    world.do(officer, ref, PlanRelease(on=(world.now + 60 * w.DAY).date()))
    world.do(officer, ref, Submit())
    world.do(w.INTAKE, ref, StartClock())
    for person, is_consulted in ASSIGNED[lab].items():
        world.do(w.INTAKE, ref, Assign(person=person, consulted=is_consulted))
    world.do(w.INTAKE, ref, Assign(person=FORMER))
    world.do(w.INTAKE, ref, Unassign(person=FORMER))
    terms = world.settings.programme.access_terms
    world.do(officer, ref, GrantAccess(to="the team", how="an endpoint", terms=terms))
    for _ in range(2):
        world.do(w.CHIEF, ref, RequestInformation(text="What?"))
    world.do(officer, ref, Answer(request=1, text="This."))
    world.do(w.CHIEF, ref, RecordFinding(title="One", domain="cybersecurity", severity="high"))
    lead = next(person for person in ASSIGNED[lab] if person != w.CHIEF)
    world.do(lead, ref, Recommend(outcome=Outcome.CLEARED, text="as found", statement="as found"))
    world.do(w.CHIEF, ref, Recommend(outcome=Outcome.CONCERNS, text="as found", statement="as found"))
    for person in (officer, w.CHIEF):  # an agency's is its own until it is shared
        attach(world, ref, b"as found", person, label())
    if lab == "lab-b":
        world.do(w.DECIDER, ref, StartToll(cause="agreement_of_parties", reason="both agree"))
