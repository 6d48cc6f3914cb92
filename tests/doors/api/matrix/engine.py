"""The answer of the engine to each cell, as the write path gives it, short of writing."""

import random
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from reviewflow.engine.call import Call
from reviewflow.engine.transaction import Transaction
from reviewflow.errors import Forbidden, NotFound, Refused, ReviewflowError
from reviewflow.nouns.commands import order as o
from reviewflow.nouns.commands import programme as g
from reviewflow.nouns.commands import review as r
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.states import Kind, Role
from reviewflow.nouns.subject import Row
from reviewflow.rules import forms
from reviewflow.store import union
from reviewflow.store.database import Connection, Engine, transaction
from reviewflow.store.rows import Batch
from reviewflow.store.surroundings import Surroundings, look_round
from tests.doors.api.matrix.table import Answer
from tests.doors.api.matrix.world import Scene, Target
from tests.engine.arguments import arguments

Asked = Mapping[str, Collection[str]]
TRIES = 8  # sets of arguments that are drawn, so that one of them may fit


class Dry(Exception):
    """It would have been written."""


def answer(connection: Connection, scene: Scene, person: str, ref: str | None, command: Command) -> tuple[Answer, bool]:
    """The class of the engine's answer, and whether the command would have been done: else a guard objects to it."""
    call = Call(ref, command, person)
    try:
        Transaction(connection, scene.world.settings, scene.world.now, scene.world.draw).run([call], _stop)
    except Dry:
        return Answer.ALLOWED, True
    except NotFound:
        return Answer.NOT_THERE, False
    except Forbidden:
        return Answer.NOT_ALLOWED, False
    except Refused as error:
        return (Answer.REFUSED if is_of_the_state(error.reasons) else Answer.ALLOWED), False
    raise AssertionError("nothing stopped it before it wrote")


@contextmanager
def undone(engine: Engine) -> Iterator[Connection]:
    """A transaction in which nothing is written, and so what was read once is as it was."""
    with transaction(engine) as connection, reading_once():
        point = connection.begin_nested()
        with patch.object(Batch, "flush", lambda batch: batch.__init__(batch.connection)):
            yield connection
        point.rollback()  # what is not written by a batch


@contextmanager
def reading_once() -> Iterator[None]:
    """Inside, where nothing changes, a subject and what is around it are read once: that took most of the time."""
    rows = union.rows
    subjects: dict[str, list[tuple[str, Row]]] = {}
    surroundings: dict[str, Surroundings] = {}

    def known_rows(connection: Connection, statement: str, values: Asked) -> Iterator[tuple[str, Row]]:
        key = f"{statement} {_sorted(values)}"
        if key not in subjects:
            subjects[key] = [*rows(connection, statement, values)]
        return ((table, dict(row)) for table, row in subjects[key])

    def known_around(connection: Connection, asked: Asked) -> Surroundings:
        key = _sorted(asked)
        if key not in surroundings:
            surroundings[key] = look_round(connection, asked)
        return surroundings[key]

    with patch.object(union, "rows", known_rows), patch("reviewflow.engine.stage.look_round", known_around):
        yield


def _sorted(asked: Asked) -> str:
    return repr(sorted((name, sorted(some)) for name, some in asked.items()))


def is_of_the_state(reasons: Any) -> bool:
    """Whether the picture, and no guard, speaks against it."""
    return len(reasons) == 1 and " is possible when the " in reasons[0]


def _stop(*_: object) -> None:
    raise Dry


def creations(scene: Scene, command: type[Command]) -> Iterator[tuple[Target, Command, Target | None]]:
    """What would be made, for either lab: whose it would be, the command, and what it names."""
    for lab in ("lab-a", "lab-b"):
        model, review = (scene.targets[kind, lab] for kind in (Kind.MODEL, Kind.REVIEW))
        home = Target(Kind.ORGANIZATION, lab, home=lab)
        made: dict[type[Command], tuple[str, Command, Target | None]] = {
            r.Open: ("office", r.Open(model=scene.free[lab], agency="office"), model),
            g.RegisterModel: ("", g.RegisterModel(name="Another", lab=lab), home),
            g.OpenAgreement: ("office", g.OpenAgreement(lab=lab, agency="office"), home),
            g.AskCoverage: ("watch", g.AskCoverage(model=model.ref, agency="watch"), model),
            g.ProposePartner: ("office", g.ProposePartner(review=review.ref, name="P"), review),
            o.OrderHalt: ("export", o.OrderHalt(models=(model.ref,), scope="all", basis="law", agency="export"), model),
            o.AgreeCommitment: ("office", o.AgreeCommitment(lab=lab, text="a", owner="b", agency="office"), home),
            g.AddOrganization: ("", g.AddOrganization(key="lab-n", name="N"), None),
            g.AddPerson: ("", g.AddPerson(mailbox=f"n@{lab}.example", organization=lab, roles=(Role.VIEWER,)), home),
        }
        agency, wish, named = made[command]
        is_of_lab = command.kind not in (Kind.ORGANIZATION, Kind.PERSON)
        its_home = lab if command.kind is Kind.PERSON else ""
        yield Target(command.kind, "", lab if is_of_lab else "", agency, its_home), wish, named


def wishes(scene: Scene, command: type[Command], target: Target) -> list[Command]:
    """Some sets of arguments."""
    subject, found = scene.world.subject(target.ref), list[Command]()
    for seed in range(TRIES):
        wish = arguments(random.Random(f"{seed} {target.ref}"), scene.world, command, subject, is_wild=False)
        if isinstance(wish, o.Restore):
            wish = replace(wish, model=scene.targets[Kind.MODEL, target.lab].ref)
        with suppress(ReviewflowError):
            forms.check(wish)
            found.append(wish)
    return found
