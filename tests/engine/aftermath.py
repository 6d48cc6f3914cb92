"""The story of which each command is killed, and what must be true of the database afterwards."""

import sqlite3
from functools import cache
from pathlib import Path

from reviewflow.engine.call import Call
from reviewflow.errors import Refused, ReviewflowError
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.commands.parts import Answer, Clear, GrantAccess, Recommend, RequestInformation
from reviewflow.nouns.commands.review import Assign, Open, Release, StartClock, Submit
from reviewflow.nouns.states import Outcome
from tests.databases import File, folder
from tests.engine import world as w
from tests.engine.crash import content, copy, perform
from tests.engine.invariants import assert_invariants
from tests.engine.policies import settings
from tests.engine.victim import Step

_whole: set[tuple[str, int]] = set()  # what was found whole after some kill need not be looked at again


@cache
def story(seed: int = 5) -> tuple[Step, ...]:
    """Open, submit, assign, start, grant, ask, answer, a tick after it lapsed, recommend, clear, release."""
    terms = settings().programme.access_terms
    told: list[tuple[str, str, Command | None, float]] = [
        ("open", w.OFFICER, Open(model=w.models()[0], policy="tolls"), 0),
        ("submit", w.OFFICER, Submit(), 0.1),
        ("assign", w.INTAKE, Assign(person=w.REVIEWER), 0.2),
        ("start", w.INTAKE, StartClock(), 0.3),
        ("grant access", w.OFFICER, GrantAccess(to="the team", how="an endpoint", terms=terms), 0.4),
        ("ask", w.REVIEWER, RequestInformation(text="why?"), 1),
        ("answer", w.OFFICER, Answer(request=1, text="because"), 2),
        ("tick", "system", None, 40),
        ("recommend", w.REVIEWER, Recommend(outcome=Outcome.CLEARED, text="fine", statement="no concerns"), 41),
        ("clear", w.DECIDER, Clear(text="no concerns"), 42),
        ("release", w.OFFICER, Release(digest=w.DIGEST), 43),
    ]
    world = w.new_world(seed, folder() / "story.db")
    ref: str | None = None
    steps: list[Step] = []
    for name, actor, command, at_days in told:
        seq = world.subject(ref).seq if ref else None
        call = None if command is None else Call(ref, command, actor, if_version=seq)
        before = copy(world.at_rest(), folder() / f"before-{len(steps)}.db")
        rows = content(world)
        step = Step(name, call, at_days, before, rows, None)
        perform(world, step)
        steps.append(Step(name, call, at_days, before, rows, content(world)))
        if ref is None:
            ref = str(world.query("SELECT ref FROM review")[0][0])
    world.close()
    return tuple(steps)


def assess(file: Path, step: Step, seed: int, *, was_said: bool) -> bool:
    """The state of a database after a kill: all or nothing, and the step can be done once, and only once."""
    world = w.World(File(file), settings(), seed)
    world.checked = _whole
    try:
        _assert_whole(world)
        found = content(world)
        is_done = found == step.done
        assert is_done or found == step.rows, f"neither all nor nothing: {_differing(found, step.done)}"
        assert is_done or not was_said, "it was acknowledged and is lost"
        _again(world, step, is_done=is_done)
        found = content(world)
        assert found == step.done, f"done again, it is something else: {_differing(found, step.done)}"
        assert_invariants(world)
    finally:
        world.close()
    return is_done


def _assert_whole(world: w.World) -> None:
    try:
        assert world.query("PRAGMA integrity_check") == [("ok",)]
        assert world.query("PRAGMA foreign_key_check") == []
    except sqlite3.DatabaseError as error:
        raise AssertionError(f"the file is broken: {error}") from error
    assert_invariants(world)


def _again(world: w.World, step: Step, *, is_done: bool) -> None:
    try:
        perform(world, step)
    except Refused as refusal:
        assert is_done, f"it was not recorded and is refused: {refusal}"
    except ReviewflowError as error:
        raise AssertionError(f"it cannot be done any more: {error}") from error
    else:
        assert not is_done or step.call is None, "it was recorded and could be done again"


def _differing(one: object, other: object) -> list[str]:
    assert isinstance(one, dict) and isinstance(other, dict)
    return [table for table in one if one[table] != other[table]]
