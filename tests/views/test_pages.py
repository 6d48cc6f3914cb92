"""Lists come in pages whose places stand still, whatever time passes between them."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from reviewflow.app import App
from reviewflow.nouns.commands.programme import RegisterModel
from reviewflow.nouns.commands.review import Open, Release, StartToll, Withdraw
from reviewflow.nouns.principal import EVERYTHING
from reviewflow.nouns.states import Acknowledgement
from reviewflow.views.page import Page, Place
from tests.engine import world as w
from tests.engine.reviews import file_review, start_review

STATES = ("draft", "submitted", "under_review", "tolled", "lapsed", "released", "withdrawn")


@pytest.fixture(scope="module")
def world() -> Iterator[w.World]:
    """Reviews that wait for all that one can wait for, four of them while their clocks stand."""
    made = w.new_world(71)
    models = [made.do(w.OFFICER, None, RegisterModel(name=f"Paged {n}", digest=f"{n:064x}")).ref for n in range(10)]
    _, released = start_review(made, "tolls", models[0]), start_review(made, "tolls", models[1])
    made.tick(made.now + 12 * w.DAY)
    release = Release(digest=f"{1:064x}", acknowledge=(Acknowledgement.NO_DETERMINATION,))
    made.do(w.OFFICER, released, release)
    for n in (2, 3, 4, 5):
        ref = start_review(made, "tolls", models[n])
        made.do(w.DECIDER, ref, StartToll(cause="agreement_of_parties", reason="agreed"), made.now + n * w.DAY / 2)
    start_review(made, "tolls", models[6])
    file_review(made, "tolls", models[7])
    made.do(w.OFFICER, None, Open(model=models[8]))
    gone = file_review(made, "tolls", models[9])
    made.do(w.OFFICER, gone, Withdraw(reason="not needed"))
    assert {row[0] for row in made.query("SELECT state FROM review")} >= set(STATES)
    yield made
    made.close()


def _pages(world: w.World, view: str, limit: int, draw: random.Random, **asked: object) -> Iterator[list[Any]]:
    """What a reader is shown who asks on, now and then; at most so many pages as there are subjects in all."""
    app, now = App(world.settings, world.engine), world.now
    after: Place | None = None
    for _ in range(40):
        page = Page(limit, after)
        document = app.document(view, asked, None, now, EVERYTHING, page)
        yield [(one.get("ref"), one.get("kind"), one.get("part_no")) for one in document[view]]
        now += timedelta(minutes=draw.randrange(10_000))
        after = page.next
        if after is None:
            return
    pytest.fail("it never ends")


@pytest.mark.parametrize(("view", "asked"), [("reviews", {"all": True}), ("deadlines", {"all": True})])
def test_each_is_shown_once_whatever_time_passes(world: w.World, view: str, asked: dict[str, object]) -> None:
    """Reviews in every state, several of whose clocks stand: pages of any size show each once, in order, and end."""
    draw = random.Random(72)
    [whole] = _pages(world, view, 200, draw, **asked)
    assert len(whole) >= 10
    for limit in range(1, len(whole) + 1):
        shown = [one for page in _pages(world, view, limit, draw, **asked) for one in page]
        assert shown == whole, limit


def test_what_stands_comes_after_what_runs(world: w.World) -> None:
    """By the days that are left to it; what waits for nothing comes last."""
    [found] = [App(world.settings, world.engine).document("reviews", {"all": True}, None, world.now)["reviews"]]
    bands = ["due" if one["due_at"] else one["state"] for one in found]
    first, last = bands.index("tolled"), len(bands) - bands[::-1].index("tolled")
    assert bands[first:last] == ["tolled"] * 4
    assert set(bands[:first]) == {"due"}
    assert "due" not in bands[last:]
    left = [one["remaining_days"] for one in found[first:last]]
    assert left == sorted(left)
    assert len(set(left)) > 1
