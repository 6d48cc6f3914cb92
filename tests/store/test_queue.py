"""The queue in SQL: every way to it finds the same in the same order, and what is whose to do is said alike twice."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from reviewflow.app import App
from reviewflow.engine import saved_view
from reviewflow.errors import Invalid, NotFound, Refused
from reviewflow.nouns.commands.parts import RequestInformation
from reviewflow.nouns.commands.programme import RegisterModel
from reviewflow.nouns.commands.review import Open, PlanRelease, StartToll
from reviewflow.nouns.principal import EVERYTHING
from reviewflow.rules.moves import DUTIES, soon_on
from reviewflow.store import order, queue, reviews, saved_views
from reviewflow.store.database import reading, transaction
from reviewflow.store.reviews import Wanted
from reviewflow.store.saved_views import views_of
from reviewflow.views.page import Page
from tests import databases
from tests.engine import world as w
from tests.engine.multitude import begin
from tests.engine.reviews import start_review

READERS = (None, w.OFFICER, w.VIEWER, w.INTAKE, w.REVIEWER, w.CHIEF, w.DECIDER, w.SECOND, w.AUDITOR)


@pytest.fixture(scope="module")
def _made() -> Iterator[Callable[[], w.World]]:
    """One a database for all tests, which change no review."""
    with ExitStack() as stack:

        @cache
        def made(kind: str) -> w.World:
            return stack.enter_context(closing(_furnished()))

        yield lambda: made(databases.current)


@pytest.fixture
def world(database_kind: str, _made: Callable[[], w.World]) -> w.World:
    """Reviews that wait for all that one can wait for, some asked, some recommended, some over."""
    return _made()


def _furnished() -> w.World:
    made = w.new_world(81)
    begin(made)
    models = [made.do(w.OFFICER, None, RegisterModel(name=f"Queued {n}", digest=f"{n + 1:064x}")).ref for n in range(5)]
    for n in (0, 1):
        ref = start_review(made, "tolls", models[n])
        made.do(w.DECIDER, ref, StartToll(cause="agreement_of_parties", reason="agreed"), made.now + n * w.DAY)
    made.do(w.OFFICER, None, Open(model=models[2]))
    planned = made.do(w.OFFICER, None, Open(model=models[3])).ref
    made.do(w.OFFICER, planned, PlanRelease(on=(made.now + timedelta(days=20)).date()))
    start_review(made, "tolls", models[4])
    made.tick(made.now + 20 * w.DAY)
    return made


def _shown(world: w.World, who: str | None, **asked: object) -> list[dict[str, object]]:
    found: list[dict[str, object]] = App(world.settings, world.engine).document("reviews", asked, who, world.now)[
        "reviews"
    ]
    return found


def test_pages_show_what_the_whole_list_shows(world: w.World) -> None:
    """In every order, however small they are."""
    states = {one["state"] for one in _shown(world, None, all=True)}
    assert states >= {"draft", "under_review", "tolled", "lapsed"}
    whole = (queue.ALL, "", ""), soon_on(world.now, _zone(world))
    with reading(world.engine) as connection:
        for wanted in (Wanted(*whole), Wanted(*whole, waiting_on="lab"), Wanted(*whole, waiting_on="agency")):
            for sort in order.ORDERS.keys() | {order.TIME_LEFT}:
                every = [row["ref"] for row in reviews.page(connection, wanted, sort)]
                assert every
                for limit in (1, 2, 5):
                    shown, after = list[str](), None
                    while rows := reviews.page(connection, wanted, sort, limit, after):
                        shown += [row["ref"] for row in rows]
                        after = order.place_of(sort, rows[-1])
                    assert shown == every, (sort, limit)


def _zone(world: w.World) -> ZoneInfo:
    return ZoneInfo(world.settings.pin().policy.window.time_zone)


@pytest.mark.parametrize("who", READERS)
def test_what_is_yours_is_said_alike(world: w.World, who: str | None) -> None:
    """By the database, which finds and counts it, and of each line; and so is on whom it waits."""
    app, lines = App(world.settings, world.engine), _shown(world, who)
    own = {one["ref"] for one in lines if one["is_yours"]}
    document = app.document("reviews", {"yours": True}, who, world.now)
    assert {one["ref"] for one in document["reviews"]} == own
    assert document["count"] == document["count_yours"] == len(own) == sum(document["by_state"].values())
    if who in (w.OFFICER, w.CHIEF, w.DECIDER, w.REVIEWER, w.INTAKE, w.SECOND):
        assert own and (len(own) < len(lines) or who in (w.INTAKE, w.SECOND)), "it parts nothing"
    first = app.document("reviews", {"sort": "yours"}, who, world.now)["reviews"]
    assert [one["is_yours"] for one in first] == sorted((one["is_yours"] for one in first), reverse=True)
    sides = ("lab", "agency") if who in (w.OFFICER, w.VIEWER) else ("lab", "agency", "intake", "reviewer", "decider")
    for name in sides:
        found = {one["ref"] for one in _shown(world, who, waiting_on=name)}
        assert found == {one["ref"] for one in lines if name in _on(one)}, name


@pytest.mark.parametrize("who", [w.REVIEWER, w.CHIEF, w.DECIDER, w.OFFICER])
def test_an_overdue_answer_gives_a_review_back_to_its_reviewers(who: str, database_kind: str) -> None:
    """From the instant at which it was due, before any tick; the database and each line say so alike."""
    with closing(w.new_world(83)) as world:
        ref = start_review(world, "eo-14409")
        world.do(w.REVIEWER, ref, RequestInformation(text="why?"))
        due_at = next(row["due_at"] for row in world.subject(ref).part("deadline") if row["kind"] == "answer")
        found = {}
        for at in (due_at - timedelta(seconds=1), due_at):
            app = App(world.settings, world.engine)
            every, own = (app.document("reviews", asked, who, at) for asked in ({}, {"yours": True}))
            found[at] = [one["ref"] for one in own["reviews"]]
            assert found[at] == [one["ref"] for one in every["reviews"] if one["is_yours"]]
            assert every["count_yours"] == own["count"] == len(found[at])
        assert [*found.values()] == {w.REVIEWER: [[], [ref]], w.CHIEF: [[], [ref]], w.OFFICER: [[ref], [ref]]}.get(
            who, [[], []]
        )


@pytest.mark.parametrize("who", READERS[2:])
def test_numbers_are_those_of_the_lists(world: w.World, who: str) -> None:
    """However the queue is narrowed: counts, and those by state, are of what is shown."""
    app = App(world.settings, world.engine)
    day = world.now.date()
    asked: list[dict[str, object]] = [
        {}, {"all": True}, {"state": "lapsed"}, {"state": "withdrawn"}, {"lab": "lab-a", "all": True}, {"lab": "lab-b"},
        {"due_within": 0}, {"due_within": 40, "all": True}, {"due_before": day}, {"due_before": day - 9 * w.DAY},
        {"yours": True, "all": True}, {"waiting_on": "agency", "all": True}, {"waiting_on": "lab", "due_within": 90},
    ]  # fmt: skip
    asked += [{"assigned_to": w.REVIEWER, "all": True}, {"assigned_to": w.CHIEF}] if who != w.VIEWER else []
    for one in asked:
        found = app.document("reviews", one, who, world.now)
        states = [row["state"] for row in found["reviews"]]
        assert (found["count"], found["by_state"]) == (len(states), {s: states.count(s) for s in found["by_state"]}), (
            one
        )
        assert found["count_yours"] == sum(row["is_yours"] for row in found["reviews"]), one


def _on(one: dict[str, object]) -> set[object]:
    side, whom = one["waiting_on"]["side"], one["waiting_on"]["whom"]  # type: ignore[index]
    return {side, "reviewer" if whom and "@" in whom else whom}


def test_pages_of_ones_own_first_show_each_once(world: w.World) -> None:
    """However small they are, and with the numbers that all together have."""
    app = App(world.settings, world.engine)
    every = [one["ref"] for one in _shown(world, w.DECIDER, sort="yours")]
    for limit in (1, 3, 50):
        shown, after = list[object](), None
        while True:
            page = Page(limit, after)
            document = app.document("reviews", {"sort": "yours"}, w.DECIDER, world.now, EVERYTHING, page)
            shown += [one["ref"] for one in document["reviews"]]
            assert document["count"] == len(every)
            after = page.next
            if after is None:
                break
        assert shown == every, limit


@pytest.mark.parametrize("sort", ["yours", "time_left"])
def test_a_place_of_the_release_before_is_of_another_list(world: w.World, sort: str) -> None:
    """It is said, with what to do, and nobody is shown a page from the wrong place."""
    old = Page(2, (sort, 0, 0, world.now.isoformat(), "RV-AAAA-BBBB"))
    with pytest.raises(Invalid, match="another list"):
        App(world.settings, world.engine).document("reviews", {"sort": sort}, w.DECIDER, world.now, EVERYTHING, old)


def test_views_are_kept_counted_and_forgotten(world: w.World) -> None:
    """Each person's own: found by no other, replaced under its name, at most so many; what is none is left out."""
    for name, query in (("Mine", "waiting_on=lab"), ("Broken", "state=nowhere"), ("Mine", "state=lapsed")):
        saved_view.save(world.engine, w.DECIDER, name, query, world.now)
    told = App(world.settings, world.engine).document("reviews", {"views": True}, w.DECIDER, world.now)["views"]
    kept = [one for one in told if one["is_kept"]]
    assert kept == [
        {
            "name": "Mine",
            "query": "state=lapsed",
            "is_kept": True,
            "count": len(_shown(world, w.DECIDER, state="lapsed")),
        }
    ]
    assert [one["count"] for one in told if one["name"] == "Open"] == [len(_shown(world, w.DECIDER))]
    for person in (w.CHIEF, w.OFFICER):
        with reading(world.engine, person) as connection:
            assert views_of(connection, person) == []
        with pytest.raises(NotFound):
            saved_view.forget(world.engine, person, "Mine")
    for bad in ("", "x" * 41, "a\x00b"):
        with pytest.raises(Invalid):
            saved_view.save(world.engine, w.DECIDER, bad, "", world.now)
    for n in range(4):
        saved_view.save(world.engine, w.DECIDER, f"More {n}", "", world.now)
    with pytest.raises(Refused, match="most"):
        saved_view.save(world.engine, w.DECIDER, "One more", "", world.now)
    saved_view.forget(world.engine, w.DECIDER, "Mine")
    saved_view.save(world.engine, w.DECIDER, "One more", "", world.now)


def test_view_kept_twice_at_once_is_kept_once(world: w.World) -> None:
    """Whoever comes second finds it there, and puts his own in its place."""
    with transaction(world.engine) as connection:
        for query in ("state=lapsed", "state=submitted"):
            saved_views.put(connection, w.REVIEWER, "Twice", query, world.now)
        assert [one["query"] for one in views_of(connection, w.REVIEWER)] == ["state=submitted"]
        saved_views.remove(connection, w.REVIEWER, "Twice")


def test_duties_are_those_of_the_roles() -> None:
    """Who has none of these roles has nothing to do, and sees his queue plain."""
    assert {role.value for role in DUTIES} == {"officer", "intake", "reviewer", "decider"}
