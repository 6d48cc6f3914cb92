"""Reviews that are under way, so that a test begins where it gets interesting."""

from datetime import date, timedelta

from reviewflow.nouns.commands.parts import GrantAccess, Recommend
from reviewflow.nouns.commands.review import Assign, Open, PlanRelease, StartClock, Submit, SupplyItem
from reviewflow.nouns.states import Outcome
from tests.engine import world as w


def file_review(world: w.World, policy: str, model: str | None = None, *, planned_in: int = 60) -> str:
    """A draft with every gate item of its policy, filed."""
    model = model or w.models()[0]
    own = world.subject(model).row["checkpoint_digest"] or w.DIGEST
    ref = world.do(w.OFFICER, None, Open(model=model, policy=policy)).ref
    for item in world.settings.policies[policy].submission.gate:
        if item == "planned_release":
            day: date = (world.now + timedelta(days=planned_in)).date()
            world.do(w.OFFICER, ref, PlanRelease(on=day))
        else:
            digest = own if item == "checkpoint_digest" else None
            world.do(w.OFFICER, ref, SupplyItem(item=item, text=None if digest else "here", digest=digest))
    world.do(w.OFFICER, ref, Submit())
    return ref


def start_review(
    world: w.World, policy: str, model: str | None = None, *, planned_in: int = 60, has_access: bool = True
) -> str:
    """A review whose clock runs, with two reviewers and, where wanted, an access grant."""
    ref = file_review(world, policy, model, planned_in=planned_in)
    world.do(w.INTAKE, ref, StartClock())
    for person in (w.REVIEWER, w.CHIEF):
        world.do(w.INTAKE, ref, Assign(person=person))
    if has_access:
        grant_access(world, ref)
    return ref


def grant_access(world: w.World, ref: str) -> None:
    """To the team, on every term, until the window ends."""
    terms = world.settings.programme.access_terms
    world.do(w.OFFICER, ref, GrantAccess(to="the team", how="an endpoint", terms=terms))


def recommend(world: w.World, ref: str, outcome: Outcome = Outcome.CLEARED) -> None:
    """By the reviewer, so that the decider may sign."""
    world.do(w.REVIEWER, ref, Recommend(outcome=outcome, text="as found", statement="as found"))
