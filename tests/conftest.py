"""What every test may use."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import databases


def pytest_configure() -> None:
    """What would lie in the user's own folder of state, as letters of a database that is no file, goes with it.

    Rubbish is looked for seldom: with all modules of the house loaded each look takes long, and finds little.
    """
    gc.set_threshold(50_000, 20, 50)
    os.environ["XDG_STATE_HOME"] = str(databases.folder() / "state")


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return Path(__file__).resolve().parent.parent


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test of the store, the engine and the stories runs on each database, unless its module says which."""
    if "database_kind" in metafunc.fixturenames:
        kinds = getattr(metafunc.module, "DATABASES", databases.BOTH)
        metafunc.parametrize("database_kind", kinds, indirect=True)


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> Iterator[str]:
    """Which database new worlds and desks are made on."""
    databases.current = request.param
    yield request.param
    databases.current = databases.SQLITE
