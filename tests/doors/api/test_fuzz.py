"""Thousands of made-up requests as several people: no fault of the server's, and no answer that is not described."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from starlette.responses import JSONResponse

from tests.doors.api.fuzz import ROLES, fuzz
from tests.doors.api.world import Program


@pytest.mark.slow
def test_whatever_is_asked_is_answered_as_described(program: Program) -> None:
    """Of what schemathesis makes of the description, in order and in sequences, everything is answered as described."""
    # Each example by one of five roles, on PostgreSQL by another, and a twelfth of the edges; `prove api` does it all.
    found = fuzz(program, thin=60, first=0 if program.desk.base is None else 31)
    assert found.faults == []
    assert found.calls > 750, found.statuses
    assert not [status for status in found.statuses if status >= 500]
    assert {role for role, done in found.of_role.items() if done} == set(ROLES)
    assert {"examples", "coverage", "stateful"} <= set(found.phases)


def broken(program: Program, answer: Callable[..., Awaitable[None]], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is said of a program whose deadlines answer otherwise than it is described."""
    whole: Any = program.client.app

    async def seeded(scope: dict[str, Any], receive: Any, send: Any) -> None:
        is_seeded = scope["type"] == "http" and scope["path"].endswith("/deadlines") and scope["method"] == "GET"
        await (answer if is_seeded else whole)(scope, receive, send)

    monkeypatch.setattr(program.client, "app", seeded)
    return fuzz(program, ("intake",), path="/api/v1/deadlines").faults


def test_undescribed_answer_is_found(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """A status that the description does not know is named."""
    faults = broken(program, JSONResponse({}, 418), monkeypatch)
    assert any("status_code_conformance" in fault for fault in faults), faults


def test_fault_of_the_server_is_found(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception within an operation is named, though its 500 is described."""

    def fail(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(program.app, "document", fail)
    faults = fuzz(program, ("intake",), path="/api/v1/deadlines").faults
    assert any("not_a_server_error" in fault for fault in faults), faults


def test_body_that_is_not_as_described_is_found(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer whose body lacks what is promised is named."""
    faults = broken(program, JSONResponse({"other": 1}, 200), monkeypatch)
    assert any("response_schema_conformance" in fault for fault in faults), faults
