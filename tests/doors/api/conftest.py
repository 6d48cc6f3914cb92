"""Programs at the door, on each database."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import pytest

from tests import databases
from tests.doors.api import world
from tests.stories.begun import begun
from tests.stories.world import Desk, started


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], world.Program]]:
    """One program a database for many tests, which leave nothing behind that another would notice."""
    with ExitStack() as stack:

        @cache
        def made(kind: str) -> world.Program:
            program = stack.enter_context(contextmanager(world.new)(tmp_path_factory.mktemp(kind)))
            started(program.desk, "r", "10-05", "2026-12-01")
            return program

        yield lambda: made(databases.current)


@pytest.fixture
def shared(database_kind: str, _made: Callable[[], world.Program]) -> world.Program:
    """A simulation in which one review runs, shared by a module's tests."""
    return _made()


@pytest.fixture
def program(tmp_path: Path, database_kind: str) -> Iterator[world.Program]:
    """One of one's own, in which one review runs, and another lab's is filed."""
    with begun(tmp_path) as desk, world.served(desk) as made:
        yield made


@pytest.fixture
def desk(tmp_path: Path, database_kind: str) -> Iterator[Desk]:
    """A new simulation at the command line."""
    found = Desk.new(tmp_path)
    yield found
    found.close()
