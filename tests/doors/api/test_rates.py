"""How much may be asked, of whom it is counted, and that nobody is refused for what another does."""

from collections.abc import Iterator
from typing import Any

import pytest

from reviewflow import clock
from reviewflow.engine.health import Reason
from reviewflow.engine.identity import secrets, sessions
from reviewflow.nouns.principal import Method
from reviewflow.store.database import transaction
from tests.doors.api.world import Program, served
from tests.stories.world import PEOPLE

RATE = 3
NOBODY = {"mailbox": "nobody@example.example", "password": "lantern orbit vault"}


@pytest.fixture
def strict(shared: Program) -> Iterator[Program]:
    """A server that takes three requests a minute from an address."""
    with served(shared.desk, address_rate=RATE) as made:
        yield made


def statuses(program: Program, path: str, times: int = RATE + 1, **headers: Any) -> list[int]:
    """Of some requests one after the other, without a token."""
    return [program.get(None, path, **headers).status_code for _ in range(times)]


def cookie_for(program: Program, who: str) -> str:
    """A session, as its person would have opened it."""
    identity = program.app.settings.server.identity
    with transaction(program.app.engine) as connection:
        return sessions.enter(connection, identity, PEOPLE[who], Method.PASSWORD, clock.now()).cookie


def test_nobody_locks_out_who_is_known(strict: Program) -> None:
    """However much comes from his address in nobody's name or in vain, who has a token or a session is served."""
    cookie, token = f"reviewflow={cookie_for(strict, 'one')}", strict.token("two")
    assert statuses(strict, "/calendar/none.ics") == [404] * RATE + [429]
    wrong: dict[str, Any] = {"Authorization": f"Bearer {secrets.draw_token()}"}
    assert statuses(strict, "/me", **wrong) == [401] * RATE + [429]
    for given in ({"Authorization": "Bearer rfl_x"}, {"Cookie": f"reviewflow={secrets.draw_cookie()}"}, {}):
        assert statuses(strict, "/me", 1, **given) == [429]
    assert statuses(strict, "/me", Cookie=cookie) == [200] * (RATE + 1)
    assert statuses(strict, "/me", Authorization=f"Bearer {token}") == [200] * (RATE + 1)


def test_guessing_takes_nothing_from_signing_in(strict: Program) -> None:
    """What names nobody, or somebody in vain, is counted apart from what is open to all."""
    assert statuses(strict, "/me") == [401] * RATE + [429]
    assert strict.ask(None, "POST", "/session", NOBODY).status_code == 401


def test_what_can_be_no_credential_is_not_looked_up(strict: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its form alone tells, without a question to the database."""

    def fail(*_: Any) -> None:
        raise AssertionError

    monkeypatch.setattr("reviewflow.engine.identity.tokens.reading", fail)
    monkeypatch.setattr("reviewflow.engine.identity.sessions.reading", fail)
    torn = secrets.draw_token()[:-1] + "-"
    for given in (
        {"Authorization": f"Bearer {torn}"},
        {"Cookie": "reviewflow=short"},
        {"Cookie": f"reviewflow={'%' * 43}"},
    ):
        assert statuses(strict, "/me", 1, **given) == [401]


def test_what_is_open_to_all_is_counted(strict: Program) -> None:
    """The description and the help pages too; not whether the server lives, whatever else comes from there."""
    assert [strict.get(None, path).status_code for path in ("/openapi.json", "/problems", "/problems/busy")] == [
        200
    ] * 3
    for path in ("/openapi.json", "/problems", "/problems/busy"):
        assert strict.get(None, path).status_code == 429
    assert statuses(strict, "/livez") == statuses(strict, "/readyz") == [200] * (RATE + 1)


def test_whether_it_is_ready_is_asked_once_a_second(shared: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many ask; and what is answered is in the words that are for anybody."""
    asked, at = [], [100.0]

    def against(engine: object) -> list[Reason]:
        asked.append(engine)
        return [Reason("The database cannot be used.", "postgresql://svc@db.internal/lab")]

    monkeypatch.setattr("reviewflow.api.health.against", against)
    monkeypatch.setattr("reviewflow.clock.monotonic", lambda: at[0])
    with served(shared.desk) as program:
        answers = [program.get(None, "/readyz") for _ in range(3)]
        assert [(one.status_code, one.text) for one in answers] == [(503, "The database cannot be used.\n")] * 3
        assert len(asked) == 1
        at[0] += 1.0
        program.get(None, "/readyz")
        assert len(asked) == 2
