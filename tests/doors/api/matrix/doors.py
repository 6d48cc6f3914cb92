"""The answer of the doors to some of the cells: over HTTP, with a token, with a session, and with nothing."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from unittest.mock import patch

import httpx

from reviewflow import clock
from reviewflow.api.application import application
from reviewflow.app import App
from reviewflow.engine import calendar_link
from reviewflow.engine.identity import sessions
from reviewflow.engine.transaction import Transaction
from reviewflow.errors import Refused
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.paths import API, path_of
from reviewflow.nouns.plain import plain
from reviewflow.nouns.principal import Method
from reviewflow.nouns.states import Kind
from reviewflow.rules.lifecycle import TABLES
from reviewflow.store.database import transaction
from reviewflow.views.index import VIEWS
from tests.doors.api.matrix import engine
from tests.doors.api.matrix.table import STATEMENT, Answer, Cell, Done, expected, kind_of, row, sees, table, word_of
from tests.doors.api.matrix.world import GONE, NOBODY, PEOPLE, Scene, Target
from tests.doors.api.test_every_operation import filled, operations
from tests.doors.api.world import AT, TestClient, token_for
from tests.engine import world as w

SHARE, RARELY = 8, 32  # one cell in so many is asked over HTTP; of what the engine and the views answer, fewer
HTTPS = "https://reviews.example"
OURS = {"Origin": HTTPS, "Sec-Fetch-Site": "same-origin"}
DRY = "It would have been done."
COMMANDS = {f"POST {path_of(one.command)}": one.command for rows in TABLES.values() for one in rows}
LOOKS = {f"GET {view.path}" for view in VIEWS.values()}
OWN = [name for name in table()["operations"] if name not in COMMANDS and name not in LOOKS]  # of the door alone


def dry(self: Transaction, calls: Any, keep: Any = None) -> Any:
    """Everything that a transaction does, short of writing."""

    def refuse(*_: object) -> None:
        raise Refused(DRY)

    return _run(self, calls, refuse if calls[0].command else keep)


_run = Transaction.run


@contextmanager
def opened(scene: Scene) -> Iterator["Door"]:
    """The application of a world, at which commands are decided and not written."""
    world = scene.world
    api = replace(world.settings.server.api, person_rate=10**6, address_rate=10**6)
    settings = replace(world.settings, server=replace(world.settings.server, api=api))
    app = App(settings, world.engine)
    with (
        patch.object(Transaction, "run", dry),
        TestClient(application(app), base_url=HTTPS, raise_server_exceptions=False) as client,
    ):
        yield Door(scene, app, client, client.get(f"{API}/openapi.json").json())


@dataclass
class Door:
    """One who asks, as anybody."""

    scene: Scene
    app: App
    client: TestClient
    document: dict[str, Any]
    wishes: dict[tuple[str, Target], Command | None] = field(default_factory=dict)
    done: Done = field(default_factory=set)

    def with_tokens(self) -> Iterator[Cell]:
        """A sample of all cells, and of the door's own as many as it takes until somebody like each has really done it.

        Who is out of use has a token that opens nothing.
        """
        tokens = {person: token_for(self.app, person) for person in PEOPLE}
        for person in PEOPLE.keys() - GONE:
            calendar_link.make(self.app.engine, person, clock.now())
        for method, path, described in operations(self.document):
            operation = f"{method} {path.removeprefix(API)}"
            for number, target in enumerate(self._targets(operation)):
                state = self._state(target)
                for person in PEOPLE if number else (NOBODY, *PEOPLE):
                    declared = self._declared(operation, target, person, state)
                    like = operation, word_of(operation, target.words(person, state))
                    if person and not self._is_asked(f"{target.ref} {person}", declared, like):
                        continue
                    sent = {"Authorization": f"Bearer {tokens[person]}"} if person else {}
                    answer = self._ask((method, path, described), target, sent)
                    self.done |= {like} if answer.is_success else set()
                    yield operation, target.ref, state, person, declared, _class(answer, operation)

    def _is_asked(self, what: str, declared: Answer, like: tuple[str, str]) -> bool:
        operation, is_own = like[0], like[0] in OWN
        if is_own and declared is Answer.ALLOWED and like not in self.done:
            return True
        return zlib.crc32(f"{operation} {what}".encode()) % (SHARE if is_own else RARELY) == 0

    def _declared(self, operation: str, target: Target, person: str, state: str) -> Answer:
        words = set() if person in GONE else target.words(person, state)
        named = self._named(target) if state == "new" else None
        is_seen = named is None or sees(named.kind.value if named.kind else "", named.words(person))
        found = expected(operation, words, state, is_seen=is_seen)
        is_open = found in (Answer.ALLOWED, Answer.REFUSED)
        if is_open and operation in COMMANDS and COMMANDS[operation].signs:
            return Answer.NOT_ALLOWED  # to a token
        return found

    def _named(self, target: Target) -> Target | None:
        assert target.kind
        command = next(one.command for one in TABLES[target.kind] if one.command.creates)
        return next(named for made, _, named in engine.creations(self.scene, command) if made == target)

    def _state(self, target: Target) -> str:
        if not target.ref or target.kind is None:
            return "new" if target.kind else ""
        return str(self.scene.world.query(f"SELECT state FROM {target.kind.value} WHERE ref = ?", target.ref)[0][0])

    def _targets(self, operation: str) -> list[Target]:
        """What it is asked of: of either lab, or somebody's letter, or nothing."""
        kind = kind_of(operation)
        if kind == "letter":
            return self.scene.letters()
        command = COMMANDS.get(operation.removesuffix(STATEMENT))
        if command and command.creates:
            return list(dict.fromkeys(made for made, *_ in engine.creations(self.scene, command)))
        return self.scene.of(Kind(kind)) if kind else [Target(None)]

    def _ask(self, described: tuple[str, str, Any], target: Target, sent: dict[str, str]) -> httpx.Response:
        method, path, operation = described
        for name, value in (("ref", target.ref), ("id", target.ref or "none"), ("policy", "tolls"), ("no", "1")):
            path = path.replace(f"{{{name}}}", value)
        if path.endswith("/window"):
            path += "?start=2026-07-06"
        url, headers, body = filled(self.document, (method, path, operation))
        wish = self._wish(f"{method} {described[1].removeprefix(API)}", target)
        body = (
            body if wish is None else {name: value for name, value in plain(asdict(wish)).items() if value is not None}
        )
        body = {"all": True} if path.endswith("/requeue") else body
        headers |= {AT: plain(self.scene.world.now), **sent}
        if path.endswith("/documents"):
            return self.client.post(f"{url}?name=a.txt", headers=headers, content=b"a")
        return self.client.request(method, url, headers=headers, json=body)

    def _wish(self, operation: str, target: Target) -> Command | None:
        if (operation, target) not in self.wishes:
            self.wishes[operation, target] = self._drawn(operation, target)
        return self.wishes[operation, target]

    def _drawn(self, operation: str, target: Target) -> Command | None:
        operation = operation.removesuffix(STATEMENT)
        if operation not in COMMANDS or COMMANDS[operation].carries:
            return None
        if target.ref:
            return engine.wishes(self.scene, COMMANDS[operation], target)[0]
        return next(wish for made, wish, _ in engine.creations(self.scene, COMMANDS[operation]) if made == target)

    def with_sessions(self) -> Iterator[Cell]:
        """What asks for a person: of himself, of others, and of those whom he does not see."""
        for operation in (name for name, one in table()["operations"].items() if "of" in one):
            for target in self.scene.of(Kind.PERSON):
                for person in PEOPLE.keys() - GONE:
                    declared = _of(operation, target, person)
                    like = operation, word_of(operation, target.words(person), "of")
                    if self._is_asked(f"{target.ref} {person}", declared, like):
                        yield self._by_session(like, target, person, declared)
        for operation in (name for name in OWN if name.startswith("GET") and row(name) == {"by": "session"}):
            yield self._by_session((operation, "session"), Target(None), w.DECIDER, Answer.ALLOWED)

    def _by_session(self, like: tuple[str, str], target: Target, person: str, declared: Answer) -> Cell:
        method, _, path = like[0].partition(" ")
        url = API + path.format(ref=target.ref)
        answer = self.client.request(method, url, headers=OURS | self._session(person))
        self.done |= {like} if answer.is_success else set()
        return like[0], target.ref, "session", person, declared, _class(answer)

    def _session(self, person: str) -> dict[str, str]:
        identity, now = self.app.settings.server.identity, clock.now()
        with transaction(self.app.engine) as connection:
            made = sessions.enter(connection, identity, person, Method.PASSWORD, now)
        return {"Cookie": f"__Host-reviewflow={made.cookie}"}


def _of(operation: str, target: Target, person: str) -> Answer:
    words = target.words(person)
    if not sees("person", words):
        return Answer.NOT_THERE
    return Answer.ALLOWED if set(row(operation)["of"].split()) & words else Answer.NOT_ALLOWED


def _class(answer: httpx.Response, operation: str = "") -> object:
    """The class of an answer; of what is for everyone, one of those that are declared."""
    if operation and row(operation)["by"] == "everyone":
        return Answer.ALLOWED if answer.status_code in row(operation)["says"] else answer.status_code
    if answer.status_code == 409 and not engine.is_of_the_state(answer.json()["reasons"]):
        return Answer.ALLOWED
    found = {401: Answer.UNKNOWN, 403: Answer.NOT_ALLOWED, 404: Answer.NOT_THERE, 409: Answer.REFUSED}
    return Answer.ALLOWED if answer.is_success else found.get(answer.status_code, answer.text)
