"""Calendars over histories: nothing vanishes, nothing goes back, and whatever changes is numbered higher."""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import event

from reviewflow.engine.feed import concerns, entries
from reviewflow.engine.stage import Stage
from reviewflow.errors import ReviewflowError
from reviewflow.notify.feed import Entry, written
from reviewflow.nouns.actor import Actor
from reviewflow.nouns.commands.parts import AddNote, Answer, RequestInformation
from reviewflow.nouns.commands.review import Assign, Open, PlanRelease, Unassign
from reviewflow.nouns.states import Kind, Role, Side
from reviewflow.nouns.subject import Row
from reviewflow.rules.recipients import NOTICE_AUDIENCE
from reviewflow.store.database import reading
from tests.engine import walk
from tests.engine import world as w
from tests.engine.policies import POLICIES
from tests.engine.reviews import file_review, start_review
from tests.engine.world import World, models, new_world
from tests.notify.programs import read

pytestmark = pytest.mark.usefixtures("database_kind")
GENESIS = "a" * 64
Feed = dict[str, Entry]


def person(ref: str) -> Actor:
    """One of the world's people as he was at first, whatever becomes of him."""
    home, roles = w.PEOPLE[ref]
    side = Side.LAB if home.startswith("lab") else Side.AGENCY
    return Actor(ref, ref, home, side, frozenset(roles))


def feed(world: World, ref: str) -> Feed:
    """His calendar, by identity."""
    with reading(world.engine) as connection:
        found = entries(Stage(connection, world.settings), person(ref), GENESIS, is_simulation=True)
    kept = {one.uid: one for one in found}
    assert len(kept) == len(found), "two entries with one identity"
    return kept


def kinds(world: World, ref: str) -> set[str]:
    """What kinds of deadline stand in his calendar."""
    return {one.kind for one in feed(world, ref).values()}


def compare(before: Feed, after: Feed) -> Counter[str]:
    """Asserts that `after` may follow `before`; counts what has changed."""
    seen: Counter[str] = Counter()
    assert before.keys() <= after.keys(), "an entry vanished instead of being cancelled"
    for uid, old in before.items():
        new = after[uid]
        assert new.sequence >= old.sequence
        assert new.changed_at >= old.changed_at
        if new != old:
            assert new.sequence > old.sequence, f"changed without a new number: {old} {new}"
            seen[f"{old.status} {new.status}"] += 1
            seen["moved"] += new.due_at != old.due_at
    return seen


def assert_as_recorded(world: World, found: Feed, ref: str) -> None:
    """Each live deadline that concerns him is there, on where it has a date and cancelled where the clock stands."""
    home = w.PEOPLE[ref][0]
    column = "lab" if home.startswith("lab") else "agency"
    rows = world.query(
        f"SELECT deadline.subject, deadline.kind, part_no, status FROM deadline JOIN subject ON ref = subject "
        f"WHERE status IN ('open', 'tolled') AND subject.{column} = ?", home
    )  # fmt: skip
    mine = {kind for kind, groups in NOTICE_AUDIENCE.items() if any(g.__name__ in _roles(ref) for g in groups)}
    drafts = {str(r) for (r,) in world.query("SELECT ref FROM review WHERE submitted_at IS NULL")}
    shown = {(one.ref, one.kind, one.part_no): one.status for one in found.values()}
    for subject, kind, part_no, status in rows:
        if kind not in mine or (column == "agency" and subject in drafts):
            assert (subject, kind, part_no) not in shown
        elif status == "open":
            assert shown[subject, kind, part_no] == "CONFIRMED"
        else:
            assert shown.get((subject, kind, part_no), "CANCELLED") == "CANCELLED"


def _roles(ref: str) -> set[str]:
    names = {Role.OFFICER: "officers", Role.INTAKE: "intake", Role.DECIDER: "deciders"}
    return {names[role] for role in w.PEOPLE[ref][1]}


def live(seed: int, length: int, who: Sequence[str]) -> Counter[str]:
    """A random history, in which every calendar is compared with itself after each step."""
    rng, seen = random.Random(seed), Counter[str]()
    world = new_world(seed)
    for model, policy in zip(models(), rng.sample(sorted(POLICIES), 3), strict=False):
        start_review(world, policy, model)
    feeds = {ref: feed(world, ref) for ref in who}
    for _ in range(length):
        at = walk.later(world, rng.choice(walk.STEPS))
        if rng.random() < 0.3:
            world.tick(at)
        else:
            world.now = at
            actor, ref, command = walk.likely(rng, world)
            is_dated = type(command).fact and rng.random() < 0.4
            then = walk.effective_at(rng, world, ref) if is_dated else None
            try:
                world.do(actor, ref, command, at, effective_at=then)
            except ReviewflowError:
                seen["refused"] += 1
        for ref in who:
            found = feed(world, ref)
            seen += compare(feeds[ref], found)
            assert_as_recorded(world, found, ref)
            feeds[ref] = found
    if seed % 10 == 0:
        assert all(read(written(feeds[ref].values(), ref, is_simulation=True)) for ref in who)
    seen["rescinded"] += len(world.query("SELECT 1 FROM event WHERE name LIKE '%_rescinded'"))
    world.close()
    return seen


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_whatever_changes_is_numbered_higher(database_kind: str) -> None:
    """Over random histories with facts dated into the past: no identity changes, no number falls, none is reused.

    A few of those of `prove machine`.
    """
    many = 15 if database_kind == "sqlite" else 3
    seen: Counter[str] = sum((live(seed, 40, (w.OFFICER, w.INTAKE, w.DECIDER)) for seed in range(many)), Counter())
    assert seen["moved"] > many
    assert seen["CONFIRMED CANCELLED"] > many
    assert seen["CANCELLED CONFIRMED"] > 0
    assert seen["rescinded"] > 0


def test_what_changes_no_deadline_changes_no_byte() -> None:
    """A note, a reminder that is raised, and the time that goes by leave the calendar as it was."""
    world = new_world()
    ref = start_review(world, "tolls")
    before = {who: written(feed(world, who).values(), who, is_simulation=True) for who in (w.OFFICER, w.DECIDER)}
    world.do(w.REVIEWER, ref, AddNote(text="for us"))
    raised = world.tick(world.now + timedelta(days=7, hours=1)).events
    assert raised > 0
    assert before == {who: written(feed(world, who).values(), who, is_simulation=True) for who in before}
    world.close()


def test_what_hindsight_gives_back_is_on_again() -> None:
    """A submission that went back for want of an answer comes back with it: the window is on, under a higher number."""
    world = new_world()
    ref = start_review(world, "missed-returns")
    world.do(w.REVIEWER, ref, RequestInformation(text="Why?"))
    asked = feed(world, w.DECIDER)
    world.tick(world.now + 5 * w.DAY)
    gone = feed(world, w.DECIDER)
    assert compare(asked, gone)["CONFIRMED CANCELLED"] == 1
    world.do(w.OFFICER, ref, Answer(request=1, text="Because."), effective_at=world.now - 4 * w.DAY)
    back = feed(world, w.DECIDER)
    assert compare(gone, back)["CANCELLED CONFIRMED"] == 1
    assert {one.due_at for one in back.values()} == {one.due_at for one in asked.values()}
    world.close()


def test_each_has_what_he_is_reminded_of() -> None:
    """The table of notices decides; a draft is the lab's own, and an assignment that ended ends the view."""
    world = new_world()
    draft = world.do(w.OFFICER, None, Open(model=models()[2], policy="tolls")).ref
    world.do(w.OFFICER, draft, PlanRelease(on=(world.now + timedelta(days=60)).date()))
    assert kinds(world, w.OFFICER) == {"planned_release"}
    assert {who for who in w.PEOPLE if kinds(world, who)} == {w.OFFICER}

    filed = file_review(world, "tolls", models()[1])
    world.do(w.OFFICER, filed, PlanRelease(on=(world.now + timedelta(days=60)).date()))
    assert kinds(world, w.INTAKE) == kinds(world, w.SECOND) == {"intake"}
    assert "intake" not in kinds(world, w.OFFICER)

    running = start_review(world, "tolls")
    world.do(w.INTAKE, running, Assign(person=w.CONSULTED, consulted=True))
    assert kinds(world, w.CONSULTED) == kinds(world, w.REVIEWER) == {"window", "access"}
    world.do(w.REVIEWER, running, RequestInformation(text="Why?"))
    assert kinds(world, w.OFFICER) == {"planned_release", "window", "access", "answer"}
    assert kinds(world, w.DECIDER) == {"window", "toll"}
    for who in (w.RIVAL, w.VIEWER, w.ADMIN, w.AUDITOR, w.HALTER, w.FINDER):
        assert not feed(world, who), who
    world.do(w.INTAKE, running, Unassign(person=w.CONSULTED))
    assert not feed(world, w.CONSULTED)
    world.close()


def test_a_draft_is_not_the_agencys_whoever_is_assigned() -> None:
    """Until it is submitted, whatever the table of notices comes to say."""
    row: Row = {"subject_kind": Kind.REVIEW, "subject": "RV-7K3M-9QXC", "kind": "planned_release", "lab": "lab-a"}
    row |= {"agency": "office", "is_assigned": True, "submitted_at": None}
    assert concerns(person(w.OFFICER), row)
    assert not concerns(person(w.REVIEWER), row)
    assert concerns(person(w.REVIEWER), row | {"submitted_at": w.START})


def test_one_statement_whatever_there_is() -> None:
    """Three reviews cost the database no more questions than one."""
    world, asked = new_world(), []
    for model in models()[:3]:
        start_review(world, "tolls", model)
    feed(world, w.DECIDER)  # the pinned policy is kept from here on
    event.listen(world.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    assert len(feed(world, w.DECIDER)) == 3
    assert len([said for said in asked if said.startswith("SELECT")]) == 1, asked
    world.close()
