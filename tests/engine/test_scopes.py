"""A token of some organizations: it reaches what is theirs, at every view and command, and nothing of the whole."""

from collections.abc import Iterator

import pytest

from reviewflow.app import App
from reviewflow.engine import reach
from reviewflow.engine.call import Call
from reviewflow.engine.handle import handle
from reviewflow.errors import Forbidden, NotFound
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.commands.order import AgreeCommitment
from reviewflow.nouns.commands.parts import AddNote
from reviewflow.nouns.commands.programme import AddPerson, EndAgreement, OpenAgreement
from reviewflow.nouns.commands.review import StartToll
from reviewflow.nouns.principal import Method, Scopes
from reviewflow.nouns.states import Kind, Role
from reviewflow.nouns.subject import Row, Subject
from tests.engine import world as w
from tests.engine.reviews import file_review, start_review

LAB_A = Scopes(organizations=frozenset({"lab-a"}))
LAB_B = Scopes(organizations=frozenset({"lab-b"}))
OFFICE = Scopes(organizations=frozenset({"office"}))


@pytest.fixture
def world() -> Iterator[w.World]:
    """A review of Lab A under way, and an agreement with Lab B that is negotiated."""
    made = w.new_world()
    yield made
    made.close()


def act(world: w.World, scopes: Scopes, ref: str | None, command: Command, who: str = w.DECIDER) -> str:
    """A command, as by a token."""
    call = Call(ref, command, who, method=Method.TOKEN, scopes=scopes)
    return handle(world.engine, world.settings, call, world.now, draw=world.draw).ref


def view(world: w.World, scopes: Scopes, name: str, who: str = w.DECIDER, **asked: object) -> Row:
    """What is seen, as by a token."""
    return App(world.settings, world.engine).document(name, asked, who, world.now, scopes)


def test_reads_what_is_of_its_organizations(world: w.World) -> None:
    """Of the lab or the agency, in lists and one by one; all else is not there."""
    review = start_review(world, "tolls")
    other = world.do(w.DECIDER, None, OpenAgreement(lab="lab-b")).ref
    for scopes, seen in ((LAB_A, {review}), (LAB_B, set()), (OFFICE, {review}), (Scopes(), {review})):
        assert {row["ref"] for row in view(world, scopes, "reviews")["reviews"]} == seen
        assert {row["ref"] for row in view(world, scopes, "deadlines")["deadlines"]} == seen
    assert view(world, LAB_A, "review", ref=review)["ref"] == review
    for scopes, name, ref in ((LAB_B, "review", review), (LAB_A, "agreement", other), (LAB_A, "person", w.RIVAL)):
        with pytest.raises(NotFound):
            view(world, scopes, name, ref=ref)
    assert {row["ref"] for row in view(world, LAB_B, "agreements")["agreements"]} == {other}
    assert {row["lab"] for row in view(world, LAB_B, "roster")["roster"]} == {"lab-b"}
    assert view(world, LAB_A, "person", ref=w.VIEWER)["ref"] == w.VIEWER
    told = {event["subject"] for event in view(world, LAB_A, "events", limit=500)["events"]}
    assert review in told
    assert not told & {other, w.RIVAL, "lab-b", w.ADMIN}


def test_acts_on_what_is_of_its_organizations(world: w.World) -> None:
    """On what is there, and to make something there; elsewhere a subject is not there, and nothing is made."""
    review = start_review(world, "tolls")
    other = world.do(w.DECIDER, None, OpenAgreement(lab="lab-b")).ref
    before = world.query("SELECT count(*) FROM event")
    with pytest.raises(NotFound):
        act(world, LAB_B, review, StartToll(cause="government_closure", reason="none"))
    with pytest.raises(NotFound):
        act(world, LAB_A, other, EndAgreement(reason="no"), w.RIVAL)
    with pytest.raises(Forbidden, match="does not reach"):
        act(world, LAB_B, None, AgreeCommitment(lab="lab-a", text="a", owner="b"))
    with pytest.raises(Forbidden, match="does not reach"):
        act(
            world,
            LAB_B,
            None,
            AddPerson(mailbox="n@lab-a.example", organization="lab-a", roles=(Role.VIEWER,)),
            w.ADMIN,
        )
    assert world.query("SELECT count(*) FROM event") == before
    act(world, LAB_A, review, AddNote(text="seen"))
    act(world, LAB_A, None, AgreeCommitment(lab="lab-a", text="a", owner="b"))
    act(world, LAB_A, None, AddPerson(mailbox="n@lab-a.example", organization="lab-a", roles=(Role.VIEWER,)), w.ADMIN)


def test_draft_is_of_its_lab_alone(world: w.World) -> None:
    """It is the agency's once it is filed, for this too."""
    row = {"lab": "lab-a", "agency": "office", "submitted_at": None}
    draft, filed = (Subject(Kind.REVIEW, "x", 1, row=row | {"submitted_at": at}) for at in (None, world.now))
    assert [reach.is_of(scopes, draft) for scopes in (LAB_A, OFFICE, LAB_B, Scopes())] == [True, False, False, True]
    assert [reach.is_of(scopes, filed) for scopes in (LAB_A, OFFICE, LAB_B, Scopes())] == [True, True, False, True]
    assert reach.is_of(OFFICE, Subject(Kind.ORGANIZATION, "office"))
    ref = file_review(world, "tolls")
    assert [row["ref"] for row in view(world, OFFICE, "reviews")["reviews"]] == [ref]


def test_narrowed_token_reads_nothing_of_the_whole(world: w.World) -> None:
    """The metrics count everybody's reviews; one that names verbs alone reads them."""
    model = w.models()[0]
    for scopes in (OFFICE, Scopes(subjects=frozenset({model}))):
        with pytest.raises(Forbidden, match="metrics"):
            view(world, scopes, "metrics", w.ADMIN)
        with pytest.raises(Forbidden):
            reach.require(scopes, "deliveries requeue")
    assert view(world, Scopes(frozenset({"read"})), "metrics", w.ADMIN)["metrics"]
    with pytest.raises(Forbidden, match="neither"):
        view(world, OFFICE, "metrics", w.DECIDER)
