"""A real database with a few people, passwords that cost little, and a clock that the test moves."""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

from reviewflow import clock, logs
from reviewflow.engine.call import Call
from reviewflow.engine.handle import handle
from reviewflow.engine.identity import entrance, invitations, sessions
from reviewflow.engine.identity.authority import operator
from reviewflow.engine.setup import prepare
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.commands.programme import AddOrganization, AddPerson
from reviewflow.nouns.principal import Principal
from reviewflow.nouns.server import Identity
from reviewflow.nouns.states import Power, Role
from reviewflow.settings.settings import Settings
from reviewflow.store.database import connect
from tests import databases
from tests.databases import Database, empty
from tests.engine.policies import settings

CHEAP = Identity(argon2_passes=1, argon2_memory_kib=8, argon2_lanes=1)
OFFICER, VIEWER, RIVAL = "officer@lab-a.example", "viewer@lab-a.example", "officer@lab-b.example"
ADMIN, DECIDER = "admin@office.example", "decider@office.example"
PEOPLE = {
    OFFICER: ("lab-a", Role.OFFICER),
    VIEWER: ("lab-a", Role.VIEWER),
    RIVAL: ("lab-b", Role.OFFICER),
    ADMIN: ("office", Role.ADMIN),
    DECIDER: ("office", Role.DECIDER),
}
PASSWORD, OTHER = "lantern orbit vault mosaic", "copper thistle engine rainfall"
HERE, THERE = "192.0.2.7", "198.51.100.9"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Installation:
    """`now` is the machine's clock when it was made, moved by the test; what is recorded has the machine's own."""

    def __init__(self, database: Database, identity: Identity = CHEAP) -> None:
        logs.configure("critical")
        self.database = database
        self.settings = with_identity(identity)
        self.engine = connect(database.url)
        self.now = clock.now()

    def set(self, **changes: int) -> None:
        """Other numbers under [identity]."""
        self.settings = with_identity(replace(self.settings.server.identity, **changes))

    def record(self, command: Command, ref: str | None = None, actor: str = "record") -> None:
        """A command, now by the machine's clock."""
        handle(self.engine, self.settings, Call(ref, command, actor), clock.now())

    def has_password(self, *people: str, password: str = PASSWORD) -> None:
        """As the operator of the machine sets it."""
        for person in people:
            entrance.vouch(self.engine, self.settings, operator(person), password, self.now)

    def sign_in(self, person: str = OFFICER, password: str = PASSWORD, place: str = HERE, **more: Any) -> Any:
        """A session, or the error."""
        return entrance.sign_in(self.engine, self.settings, person, password, place, self.now, **more)

    def who(self, cookie: str) -> Principal:
        """Whose cookie it is."""
        return sessions.principal(self.engine, self.settings, cookie, self.now)

    def accept(self, code: str, password: str = PASSWORD, place: str = HERE, **more: Any) -> str:
        """Use a one-time code."""
        return invitations.accept(self.engine, self.settings, code, password, place, self.now, **more).person

    def query(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """What a plain SQL question answers."""
        return self.database.query(statement, values)

    def everything(self) -> str:
        """Every value of every table, as text."""
        found = [self.query(f'SELECT * FROM "{table}"') for table in self.database.tables()]
        return repr(found)

    def close(self) -> None:
        """Let go of the database, and remove it."""
        self.engine.dispose()
        self.database.drop()


@cache
def with_identity(identity: Identity) -> Settings:
    """The tests' settings with other numbers under [identity]."""
    shipped = settings()
    return replace(shipped, server=replace(shipped.server, identity=identity))


@cache
def _template(kind: str) -> Database:
    made = empty(kind)
    engine = connect(made.url)
    prepare(engine, settings(), clock.now(), is_simulation=False)
    engine.dispose()
    there = Installation(made)
    there.record(AddOrganization(key="lab-a", name="Lab A"))
    there.record(AddOrganization(key="lab-b", name="Lab B"))
    there.record(AddOrganization(key="office", name="The Office", agency=True, powers=(Power.REVIEW,)))
    for mailbox, (home, role) in PEOPLE.items():
        there.record(AddPerson(mailbox=mailbox, organization=home, roles=(role,)))
    there.engine.dispose()
    made.freeze()
    return made


def installation() -> Installation:
    """One of its own, as the template was left; nobody has a password."""
    return Installation(_template(databases.current).copy())
