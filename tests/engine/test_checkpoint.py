"""One checkpoint is one model of its lab, whichever of registering, supplying and submitting names it first."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from reviewflow.errors import Refused
from reviewflow.nouns.commands.programme import AddPerson, RegisterModel
from reviewflow.nouns.commands.review import Open, ReturnSubmission, Submit, SupplyItem, Withdraw
from reviewflow.nouns.events import RECORD
from reviewflow.nouns.states import Role
from tests.engine import world as w

MINE, OTHER = "1" * 64, "2" * 64
OUTSIDER = "admin@export.example"


@pytest.fixture
def world() -> Iterator[w.World]:
    """A world of its own."""
    made = w.new_world(11)
    yield made
    made.close()


def draft(world: w.World, name: str, *digests: str, who: str = w.OFFICER) -> tuple[str, str]:
    """A new model that was registered without its checkpoint, and a draft of its review, with these supplied to it."""
    model = world.do(who, None, RegisterModel(name=name)).ref
    ref = world.do(who, None, Open(model=model, policy="tolls", agency="office")).ref
    for digest in digests:
        world.do(who, ref, supply(digest))
    return model, ref


def supply(digest: str) -> SupplyItem:
    """The gate item."""
    return SupplyItem(item="checkpoint_digest", digest=digest)


def test_a_checkpoint_of_another_model_is_refused(world: w.World) -> None:
    """Where it is supplied, where it is submitted and where it is registered: what it is, where, and what to do."""
    first, pinned = draft(world, "First", MINE)
    _, second = draft(world, "Second", MINE)  # nothing is pinned by a draft
    world.do(w.OFFICER, pinned, Submit())
    before = world.query("SELECT count(*) FROM event")
    for ref, command in ((second, supply(MINE)), (second, Submit())):
        with pytest.raises(Refused) as refused:
            world.do(w.OFFICER, ref, command)
        [reason] = refused.value.reasons
        assert f"review {pinned} of model {first} pinned it" in reason
        assert f"open a review of {first}" in reason and f"supply {second} checkpoint_digest" in reason
    with pytest.raises(Refused, match=f"pinned this digest already, as model {first}"):
        world.do(w.OFFICER, None, RegisterModel(name="Third", digest=MINE))
    with pytest.raises(Refused, match=f"registered as model {w.models()[0]}"):
        world.do(w.OFFICER, second, supply(w.DIGEST))
    assert world.query("SELECT count(*) FROM event") == before
    world.do(w.OFFICER, second, supply(OTHER))
    world.do(w.OFFICER, second, Submit())
    world.do(w.OFFICER, pinned, Withdraw(reason="It is filed again."))  # what was filed stays on record
    _, third = draft(world, "Fourth")
    with pytest.raises(Refused, match=pinned):
        world.do(w.OFFICER, third, supply(MINE))
    again = world.do(w.OFFICER, None, Open(model=first, policy="tolls", refiles=pinned)).ref
    world.do(w.OFFICER, again, supply(MINE))
    world.do(w.OFFICER, again, Submit())


def test_what_a_returned_submission_gave_up_is_free(world: w.World) -> None:
    """Whoever filed another model's checkpoint by mistake, and was sent back, files his own, and frees the other."""
    _, ref = draft(world, "First", MINE)
    world.do(w.OFFICER, ref, Submit())
    world.do(w.INTAKE, ref, ReturnSubmission(reason="This is another model."))
    world.do(w.OFFICER, ref, supply(OTHER))
    world.do(w.OFFICER, ref, Submit())
    _, second = draft(world, "Second", MINE)
    world.do(w.OFFICER, second, Submit())


def test_a_lab_does_not_learn_of_another_labs_checkpoint(world: w.World) -> None:
    """The same checkpoint at two labs is on record with both; neither is told anything by it."""
    for who in (w.OFFICER, w.RIVAL):
        _, ref = draft(world, "First", MINE, who=who)
        world.do(who, ref, Submit())
    world.do(w.RIVAL, None, RegisterModel(name="Of the other lab", digest=w.DIGEST))
    _, ref = draft(world, "Second", who=w.RIVAL)
    with pytest.raises(Refused) as refused:
        world.do(w.RIVAL, ref, supply(w.DIGEST))
    assert w.models()[0] not in str(refused.value)


def test_an_agency_does_not_learn_of_a_submission_to_another(world: w.World) -> None:
    """Whoever keeps the register at an agency that was not asked registers it, as if nothing had been filed."""
    world.do(RECORD, None, AddPerson(mailbox=OUTSIDER, organization="export", roles=(Role.ADMIN,)))
    _, ref = draft(world, "First", MINE)
    world.do(w.OFFICER, ref, Submit())
    with pytest.raises(Refused, match="pinned this digest already"):
        world.do(w.ADMIN, None, RegisterModel(name="Probe", lab="lab-a", digest=MINE))
    world.do(OUTSIDER, None, RegisterModel(name="Probe", lab="lab-a", digest=MINE))


def test_two_models_are_not_filed_with_it_at_once(world: w.World) -> None:
    """Of two submissions at the same time the second sees the first, or waits until it stands."""
    for number in range(3):
        digest = str(number + 4) * 64
        drafts = [draft(world, f"Model {number} {name}", digest)[1] for name in ("a", "b")]

        def submit(ref: str) -> bool:
            try:
                world.do(w.OFFICER, ref, Submit())
            except Refused:
                return False
            return True

        with ThreadPoolExecutor(2) as both:
            assert sorted(both.map(submit, drafts)) == [False, True]
