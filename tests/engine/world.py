"""A small world to act in: two labs, three offices, their people, models, and a database that is new each time."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from reviewflow import logs
from reviewflow.engine.call import Call, Done
from reviewflow.engine.handle import handle
from reviewflow.engine.setup import prepare
from reviewflow.engine.sweep import Swept, sweep
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.commands.programme import (
    AddOrganization,
    AddPerson,
    OpenAgreement,
    RegisterModel,
    SignAgreement,
)
from reviewflow.nouns.states import Power, ReleaseKind, Role
from reviewflow.nouns.subject import Row, Subject
from reviewflow.settings.settings import Settings
from reviewflow.store import journal, subjects
from reviewflow.store.database import connect, reading
from tests import databases
from tests.databases import SQLITE, Database, File, empty
from tests.engine.policies import settings

START = datetime(2026, 7, 1, 14, tzinfo=UTC)  # a Wednesday, 10:00 in New York
DAY = timedelta(days=1)
DIGEST, OTHER_DIGEST = "a" * 64, "b" * 64
OFFICER, VIEWER, RIVAL = "officer@lab-a.example", "viewer@lab-a.example", "officer@lab-b.example"
INTAKE, DECIDER, CHIEF = "intake@office.example", "decider@office.example", "chief@office.example"
REVIEWER, SECOND, ADMIN = "reviewer@office.example", "second@office.example", "admin@office.example"
CONSULTED, HALTER, FINDER = "reviewer@watch.example", "decider@export.example", "decider@watch.example"
AUDITOR = "auditor@office.example"
PEOPLE: dict[str, tuple[str, tuple[Role, ...]]] = {
    OFFICER: ("lab-a", (Role.OFFICER,)),
    VIEWER: ("lab-a", (Role.VIEWER,)),
    RIVAL: ("lab-b", (Role.OFFICER,)),
    INTAKE: ("office", (Role.INTAKE,)),
    DECIDER: ("office", (Role.DECIDER,)),
    CHIEF: ("office", (Role.DECIDER, Role.REVIEWER)),  # may recommend, and then may not sign
    REVIEWER: ("office", (Role.REVIEWER,)),
    SECOND: ("office", (Role.REVIEWER, Role.INTAKE)),
    ADMIN: ("office", (Role.ADMIN,)),
    AUDITOR: ("office", (Role.AUDITOR,)),
    CONSULTED: ("watch", (Role.REVIEWER,)),
    FINDER: ("watch", (Role.DECIDER,)),
    HALTER: ("export", (Role.DECIDER,)),
}
TABLES = (
    "database", "document", "subject", "event", "organization", "organization_name", "person", "agreement", "model",
    "model_release", "holder", "coverage", "review", "submission_item", "planned_release", "assignment", "request",
    "toll", "finding", "recommendation", "determination", "access_grant", "note", "review_document", "deadline", "halt",
    "halt_model", "allow_list", "commitment", "partner", "notice", "delivery",
)  # fmt: skip
Dump = dict[str, list[tuple[object, ...]]]
_compiled: dict[object, object] = {}  # of every statement, for all the databases of this process


class World:
    """A database and how to act in it; `now` is where time stands, and references are drawn from `seed`."""

    def __init__(self, database: Database, config: Settings, seed: int = 0) -> None:
        logs.configure("critical")
        self.database, self.settings, self.now = database, config, START
        self.engine = connect(database.url)
        self.engine.update_execution_options(compiled_cache=_compiled)
        self.draw: Callable[[int], int] = random.Random(seed).randrange
        self.final: dict[str, str] = {}  # reviews that have come to an end, and where
        self.checked: set[tuple[str, int]] = set()  # subjects found whole, each with a hash of all its rows
        self.seen: set[str] = set()  # subjects that were there
        self.dues: dict[tuple[str, int], tuple[object, ...]] = {}  # what each deadline said when it was first seen

    @property
    def file(self) -> Path:
        """The file of a world on SQLite."""
        assert isinstance(self.database, File)
        return self.database.file

    def do(
        self, actor: str, ref: str | None, command: Command, at: datetime | None = None, *,
        effective_at: datetime | None = None, if_version: int | None = None,
    ) -> Done:  # fmt: skip
        """One command, at `at` or where time stands."""
        self.now = max(self.now, at or self.now)
        call = Call(ref, command, actor, effective_at=effective_at, if_version=if_version)
        return handle(self.engine, self.settings, call, self.now, draw=self.draw)

    def tick(self, at: datetime | None = None) -> Swept:
        """One sweep."""
        self.now = max(self.now, at or self.now)
        return sweep(self.engine, self.settings, self.now)

    def journal(self, ref: str) -> list[Row]:
        """Every event of a subject, in order."""
        with reading(self.engine) as connection:
            return journal.events_of(connection, ref)

    def names(self, ref: str) -> list[str]:
        """The names of a subject's events."""
        return [event["name"] for event in self.journal(ref)]

    def subject(self, ref: str) -> Subject:
        """A subject as it is stored."""
        with reading(self.engine) as connection:
            return subjects.load(connection, [ref])[ref]

    def query(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """What a plain SQL question answers, beside the engine."""
        return self.database.query(statement, values)

    def dump(self) -> Dump:
        """Every row of every table, as it is stored."""
        self.query("BEGIN")
        found = {table: self.query(f'SELECT * FROM "{table}"') for table in TABLES}
        self.query("COMMIT")
        return found if self.database.kind == SQLITE else {name: sorted(rows, key=repr) for name, rows in found.items()}

    def columns(self, table: str) -> list[str]:
        """The columns of a table, in the order of `dump`."""
        return self.database.columns(table)

    def at_rest(self) -> Path:
        """The file, with everything in it and nothing beside it."""
        self.query("PRAGMA wal_checkpoint(TRUNCATE)")
        return self.file

    def close(self) -> None:
        """Let go of the database, and remove it."""
        self.engine.dispose()
        self.database.drop()


def _furnish(world: World) -> None:
    def add(command: Command) -> None:
        world.do("record", None, command)

    add(AddOrganization(key="lab-a", name="Lab A"))
    add(AddOrganization(key="lab-b", name="Lab B"))
    add(AddOrganization(key="office", name="The Office", agency=True, powers=(Power.REVIEW,)))
    add(AddOrganization(key="watch", name="The Watch", agency=True, powers=(Power.COVERAGE,)))
    add(AddOrganization(key="export", name="Export Control", agency=True, powers=(Power.HALT,)))
    for mailbox, (home, roles) in PEOPLE.items():
        add(AddPerson(mailbox=mailbox, organization=home, roles=roles))
    agreement = world.do(DECIDER, None, OpenAgreement(lab="lab-a")).ref
    world.do(DECIDER, agreement, SignAgreement())
    world.do(OFFICER, agreement, SignAgreement())
    world.do(OFFICER, None, RegisterModel(name="Model A 1", digest=DIGEST))
    world.do(OFFICER, None, RegisterModel(name="Model A 2", digest="c" * 64, release_kind=ReleaseKind.OPEN_WEIGHTS))
    world.do(OFFICER, None, RegisterModel(name="Model A 3", digest="d" * 64))
    world.do(RIVAL, None, RegisterModel(name="Model B 1"))


@cache
def template(kind: str) -> tuple[Database, tuple[str, ...]]:
    """A prepared database, made once a process, and the references of its models."""
    made = empty(kind)
    engine = connect(made.url)
    prepare(engine, settings(), START, is_simulation=True)
    engine.dispose()
    world = World(made, settings(), seed=1)
    _furnish(world)
    models = tuple(str(ref) for (ref,) in world.query("SELECT ref FROM model ORDER BY name"))
    world.engine.dispose()
    made.freeze()
    return made, models


def new_world(seed: int = 0, file: Path | None = None) -> World:
    """A world of its own, as the template was left; with `file` there, and on SQLite."""
    source, _ = template(SQLITE if file else databases.current)
    made = source.copy(file) if file and isinstance(source, File) else source.copy()
    return World(made, settings(), seed)


def models() -> tuple[str, ...]:
    """The references of the models that are there from the start: A 1, A 2 (open weights), A 3, B 1."""
    return template(databases.current)[1]
