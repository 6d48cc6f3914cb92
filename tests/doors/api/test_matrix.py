"""Every operation, for everybody, on what is his and what is not, in every state: as `tests/permissions.toml` says."""

import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reviewflow.api import commands
from reviewflow.errors import Refused
from reviewflow.nouns.commands.form import REGISTRY, Command
from reviewflow.nouns.paths import API, path_of
from reviewflow.nouns.states import Kind
from reviewflow.rules import permissions
from reviewflow.rules.decide import decide
from reviewflow.rules.lifecycle import TABLES
from reviewflow.rules.row import Row
from reviewflow.views.index import VIEWS
from tests.databases import SQLITE
from tests.doors.api.matrix import doors, engine, looks
from tests.doors.api.matrix.table import (
    FILE,
    STATEMENT,
    Answer,
    Cell,
    Done,
    expected,
    kind_of,
    likes,
    missing,
    row,
    sees,
    table,
    word_of,
)
from tests.doors.api.matrix.world import PRINCIPALS, Scene, Target, scene, states_of
from tests.doors.api.test_every_operation import _seed, operations
from tests.engine import world as w

COMMANDS = [command for rows in TABLES.values() for command in dict.fromkeys(one.command for one in rows)]
GIVEN = [command for command in COMMANDS if not command.by_system]
STATES = {kind: tuple(states_of(kind)) for kind in Kind}
NEVER = {("POST /reviews/{ref}/share-document", "officer")}  # what a lab attaches is shared with that


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One world, in which nothing is done."""
    from tests import databases

    databases.current = SQLITE
    made = scene(tmp_path_factory.mktemp("documents"))
    yield made
    made.world.close()


def created(stage: Scene, done: Done) -> Iterator[Cell]:
    """Everybody would make one of everything, for either lab."""
    for command in (one for one in GIVEN if one.creates):
        operation = f"POST {path_of(command)}"
        for target, wish, named in engine.creations(stage, command):
            with engine.undone(stage.world.engine) as connection:
                for person in PRINCIPALS:
                    is_seen = named is None or sees(_kind(named), named.words(person))
                    declared = expected(operation, target.words(person), "new", is_seen=is_seen)
                    answered, is_done = engine.answer(connection, stage, person, None, wish)
                    done |= {(operation, word_of(operation, target.words(person)))} if is_done else set()
                    yield operation, target.lab, "new", person, as_of_engine(declared), answered


def _kind(target: Target) -> str:
    return target.kind.value if target.kind else ""


def as_of_engine(declared: Answer) -> Answer:
    """Nobody comes to the engine unknown: who is nobody there is no more than what is not there."""
    return Answer.NOT_THERE if declared is Answer.UNKNOWN else declared


def commanded(stage: Scene, done: Done, commands: list[type[Command]]) -> Iterator[Cell]:
    """Everybody would do everything with everything, in each of its states."""
    for (kind, _), target in stage.targets.items():
        wishes = {one: engine.wishes(stage, one, target) for one in commands if one.kind is kind and not one.creates}
        for state in STATES[kind] if wishes else ():
            with stage.standing(target, state), engine.undone(stage.world.engine) as connection:
                for command, some in wishes.items():
                    yield from _cells(stage, connection, done, command, target, state, some)


def _cells(
    stage: Scene, connection: Any, done: Done, command: type[Command], target: Target, state: str,
    wishes: list[Command],
) -> Iterator[Cell]:  # fmt: skip
    """Of what is allowed as much is tried as it takes until somebody like him has really done it."""
    operation = f"POST {path_of(command)}" if not command.by_system else command.__name__
    for person in PRINCIPALS:
        words = target.words(person, state)
        like = "", ""
        if command.by_system:
            declared = Answer.NOT_ALLOWED if sees(command.kind.value, words, state) else Answer.NOT_THERE
        else:
            declared, like = as_of_engine(expected(operation, words, state)), (operation, word_of(operation, words))
        for wish in wishes:
            answered, is_done = engine.answer(connection, stage, person, target.ref, wish)
            done |= {like} if is_done else set()
            if declared is not Answer.ALLOWED or is_done or like in done or not like[1]:
                break
        yield operation, target.ref, state, person, declared, answered


def test_engine_decides_as_is_declared(stage: Scene) -> None:
    """Each command, for everybody, on either lab's subject, in each state: 19,000 cells and more; nothing is done."""
    before, done = stage.world.dump(), Done()
    cells = [*created(stage, done), *commanded(stage, done, COMMANDS)]
    assert [cell for cell in cells if cell[-2] != cell[-1]] == []
    subjects = {kind: len(stage.of(kind)) * len(STATES[kind]) for kind in Kind}
    wanted = sum(2 if command.creates else subjects[command.kind] for command in COMMANDS) * len(PRINCIPALS)
    assert len(cells) == wanted
    assert wanted > 19_000
    assert Counter(cell[-1] for cell in cells).keys() == set(Answer) - {Answer.UNKNOWN}
    assert {like for command in GIVEN for like in likes(f"POST {path_of(command)}")} - done == NEVER
    assert stage.world.dump() == before


def test_views_show_as_is_declared(stage: Scene) -> None:
    """Each view, for everybody, of either lab's subject, in each state, a draft too: each cell, through no door."""
    cells = [*looks.looked(stage)]
    assert [cell for cell in cells if cell[-2] != cell[-1]] == []
    assert {cell[0] for cell in cells} == {looks.operation_of(view) for view in VIEWS.values()}
    asked = Counter(cell[0] for cell in cells)
    assert all(
        asked[operation] == len(PRINCIPALS) * len(stage.of(kind)) * len(STATES[kind])
        for kind in Kind
        for operation in asked
        if kind_of(operation) == kind
    )


def test_wrong_permission_is_found(stage: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were anybody of a lab taken for its officer, or a draft shown to the agency, cells would differ."""
    allowed, sees = permissions.allowed, permissions.sees
    for name, seeded in (
        ("allowed", lambda who, actor, *about: allowed(who, actor, *about) or actor.ref == w.VIEWER),
        ("sees", lambda actor, subject: sees(actor, subject) or actor.ref == w.DECIDER),
    ):
        with monkeypatch.context() as patch:
            for place in ("reviewflow.engine.transaction", "reviewflow.engine.sight"):
                patch.setattr(f"{place}.{name}", seeded, raising=False)
            commands = [one for one in GIVEN if one.verb in ("submit", "start")]
            assert [cell for cell in commanded(stage, Done(), commands) if cell[-2] != cell[-1]], name
            shown = [cell for cell in looks.looked(stage, {"explanation"}) if cell[-2] != cell[-1]]
            assert bool(shown) == (name == "sees")


def test_guard_that_lets_nobody_pass_is_found(stage: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A guard may object to any one case, so that no cell differs; but somebody like each must really have done it."""

    def seeded(work: Any, command: Command, scene: Any) -> None:
        decide(work, command, scene)
        if work.actor.ref == w.ADMIN:
            raise Refused("Not by an administrator.")

    monkeypatch.setattr("reviewflow.engine.transaction.decide", seeded)
    done, note = Done(), next(one for one in GIVEN if one.verb == "note")
    assert [cell for cell in commanded(stage, done, [note]) if cell[-2] != cell[-1]] == []
    assert likes(f"POST {path_of(note)}") - done == {(f"POST {path_of(note)}", "admin")}


def test_each_operation_and_each_command_has_a_row(stage: Scene) -> None:
    """What has none is named, and so is a row of what is there no longer."""
    with doors.opened(stage) as door:
        known = {f"{method} {path.removeprefix(API)}" for method, path, _ in operations(door.document)}
    assert missing(known) == ([], [])
    assert {f"POST {path_of(command)}" for command in GIVEN} <= known
    declared = {name for names in table()["system"].values() for name in names.split()}
    assert declared == {command.__name__ for command in COMMANDS if command.by_system}
    words = {word for one in table()["operations"].values() for word in f"{one['by']} {one.get('of', '')}".split()}
    words |= {word for whom in table()["seen"].values() for word in whom.split()}
    assert words == set(table()["words"])


def test_new_command_without_a_row_is_found(stage: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that somebody adds to the tables is an operation, and has no row until it is declared who may."""
    try:
        seeded, first = _seed(), TABLES[Kind.REVIEW][0]
        line = Row(seeded, first.source, first.to, first.who, (), "seeded")
        monkeypatch.setitem(TABLES, Kind.REVIEW, (*TABLES[Kind.REVIEW], line))
        monkeypatch.setattr(commands, "router", commands.router.__wrapped__)  # made anew
        with doors.opened(stage) as door:
            known = {f"{method} {path.removeprefix(API)}" for method, path, _ in operations(door.document)}
        assert missing(known) == (["POST /reviews/{ref}/seeded"], [])
        with pytest.raises(KeyError):
            row("POST /reviews/{ref}/seeded")
    finally:
        REGISTRY.pop("Seeded")


def test_doors_answer_as_is_declared(database_kind: str, tmp_path: Path) -> None:
    """Over HTTP nobody, and some of everybody, at every operation, on his own and on another's, by token or session.

    What the door does by itself somebody has really done, by each word by which he may; all but what asks for a proof
    or a secret of its own, which are the tests' of identity.
    """
    made = scene(tmp_path)
    with doors.opened(made) as door:
        cells = [*door.with_tokens(), *door.with_sessions()]
    made.world.close()
    assert [cell for cell in cells if cell[-2] != cell[-1]] == []
    assert {cell[0].removesuffix(STATEMENT) for cell in cells} == set(table()["operations"])
    assert len(cells) > 600
    assert Counter(cell[-2] for cell in cells).keys() == set(Answer)
    kept = {name: row(name) for name in doors.OWN if row(name)["by"] != "everyone"}
    wanted = {like for name, one in kept.items() if "of" in one or one["by"] != "session" or name.startswith("GET")
              for like in likes(name, "of" if "of" in one else "by")}  # fmt: skip
    assert wanted - door.done == set()


def test_the_table_is_of_one_form() -> None:
    """Every row says by whom, and of a command in which states, and nothing else but of what."""
    for one in table()["operations"].values():
        assert {"by"} <= set(one) <= {"by", "in", "is", "of", "says"}
        assert ("says" in one) == (one["by"] == "everyone")
    assert tomllib.loads(FILE.read_text()) == table()
