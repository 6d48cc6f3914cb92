"""The first page after signing in, whole and in this process, among 10,000 reviews in every state there is."""

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

from starlette.testclient import TestClient

from reviewflow.app import App
from reviewflow.engine import saved_view
from reviewflow.nouns.commands.parts import Clear, RequestInformation
from reviewflow.nouns.commands.programme import RegisterModel
from reviewflow.nouns.commands.review import Open, PlanRelease, Release, ReturnSubmission, StartToll, Withdraw
from reviewflow.nouns.states import Acknowledgement, Outcome
from reviewflow.web.site import site
from tests.databases import POSTGRESQL, SQLITE
from tests.engine import world as w
from tests.engine.measuring import Ground, Measured, main
from tests.engine.multitude import multiply
from tests.engine.reviews import file_review, recommend, start_review
from tests.walls import as_the_working_role
from tests.web.world import HERE, OURS

MANY, QUICK_MANY, ROUNDS, QUICK_ROUNDS = 10_000, 1_000, 80, 20
SECONDS = 0.1  # of the slowest page in a hundred
PEOPLE = (w.OFFICER, w.INTAKE, w.DECIDER, w.AUDITOR)
ADDRESSES = (
    "/",
    "/?sort=time_left",
    "/?sort=model",
    "/?state=under_review",
    "/?waiting_on=lab",
    "/?due_within=7",
    "next",
)
KEPT = {"Running": "state=under_review", "With the lab": "waiting_on=lab", "This month": "due_within=30"}
POLICY = "tolls"  # whose windows are short, and may be tolled
ORDER = (7, *(1, 11) * 5, 2, 8, 10, 6, 4, 3, 5, 0, 9)  # the kinds of reviews, by the day on which each begins


def begin(world: w.World) -> list[str]:
    """Twenty reviews begun on different days: ten are over, of the others each is where one can be."""
    found: list[str] = []
    for number in ORDER:
        name, digest = f"Model {len(found)}", f"{len(found) + 100:064x}"
        model = world.do(w.OFFICER, None, RegisterModel(name=name, digest=digest)).ref
        found.append(_one(world, number, model, digest))
        world.tick(world.now + w.DAY)
    return found


def _one(world: w.World, number: int, model: str, digest: str) -> str:
    if number == 10:
        ref = world.do(w.OFFICER, None, Open(model=model, policy=POLICY)).ref
        world.do(w.OFFICER, ref, PlanRelease(on=(world.now + 40 * w.DAY).date()))
        return ref
    if number in (8, 9, 11):
        ref = file_review(world, POLICY, model)
        if number == 8:
            world.do(w.INTAKE, ref, ReturnSubmission(reason="incomplete"))
        if number == 11:
            world.do(w.OFFICER, ref, Withdraw(reason="another day"))
        return ref
    ref = start_review(world, "eo-14409", model) if number in (0, 3, 5) else start_review(world, POLICY, model)
    if number == 1:
        world.do(w.OFFICER, ref, Release(digest=digest, acknowledge=(Acknowledgement.NO_DETERMINATION,)))
    if number in (2, 3):
        recommend(world, ref, Outcome.CLEARED)
    if number == 2:
        world.do(w.DECIDER, ref, Clear(text="as found"))
    if number in (4, 5):
        world.do(w.REVIEWER, ref, RequestInformation(text="why?"))
    if number == 6:
        world.do(w.DECIDER, ref, StartToll(cause="agreement_of_parties", reason="agreed"))
    return ref


def timed(client: TestClient, rounds: int) -> list[float]:
    """Seconds of each page, every address in turn, the last of them the next page of the first."""
    took, following = list[float](), "/"
    for turn in range(rounds + 1):
        for address in ADDRESSES:
            began = time.perf_counter()
            answer = client.get(following if address == "next" else address)
            seconds = time.perf_counter() - began
            assert answer.status_code == 200, answer.text
            if address in ("/", "next"):
                link = answer.text.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
                following = link or "/"
            took += [seconds] if turn else []  # the first warms up
    return took


def measure(ground: Ground) -> Iterator[Measured]:
    """Of each person the median, and of the slowest in a hundred whether it is quick enough."""
    count, rounds = (QUICK_MANY, QUICK_ROUNDS) if ground.is_quick else (MANY, ROUNDS)
    for kind in (SQLITE, POSTGRESQL):
        world = ground.world(kind)
        multiply(world, begin(world), count)
        engine = as_the_working_role(world.database)
        api = replace(world.settings.server.api, person_rate=10**9, address_rate=10**9)
        settings = replace(world.settings, server=replace(world.settings.server, api=api))
        app = App(settings, engine)
        app.stand(world.now)
        for person in PEOPLE:
            for name, query in KEPT.items():
                saved_view.save(engine, person, name, query, world.now)
        with TestClient(site(app), HERE, client=("127.0.0.1", 50_000), headers=OURS) as client:
            for person in PEOPLE:
                client.get(f"/simulation/as/{person}", follow_redirects=False)
                yield from _told(kind, person, count, timed(client, rounds // len(PEOPLE)))
        engine.dispose()
        world.close()


def _told(kind: str, person: str, count: int, took: Sequence[float]) -> Iterator[Measured]:
    slow = sorted(took)[int(len(took) * 0.99)]
    who = f"{person.partition('@')[0]}, p50 {median(took) * 1000:.0f}, p99 {slow * 1000:.0f} ms"
    yield Measured(f"queue of {count:,}, {kind}", who, [1 / slow], 1.0, rate_at_least=1 / SECONDS)


if __name__ == "__main__":
    sys.exit(main(measure, __doc__))
