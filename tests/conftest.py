"""What every test may use."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests import databases

ONE = "one_database: what it tests ends before any database is asked, so that it is run on one"


def pytest_configure(config: pytest.Config) -> None:
    """What would lie in the user's own folder of state, as letters of a database that is no file, goes with it.

    Nobody is trusted but an authority that signs nothing: no test speaks with the world, and to read the hundreds that
    the world trusts takes as long as a command. Rubbish is looked for seldom: with all modules of the house loaded each
    look takes long, and finds little.
    """
    config.addinivalue_line("markers", ONE)
    if (memory := databases.memory()) is not None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))
    gc.set_threshold(50_000, 20, 50)
    os.environ["XDG_STATE_HOME"] = str(databases.folder() / "state")
    trustme.CA().cert_pem.write_to_path(str(databases.folder() / "authority.pem"))
    os.environ["SSL_CERT_FILE"] = str(databases.folder() / "authority.pem")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those of the engine first: they fork this process by the hundred, which costs as much as it has grown."""
    items.sort(key=lambda item: "engine" not in item.path.parts)
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return Path(__file__).resolve().parent.parent


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test of the store, the engine and the stories runs on each database, unless its module says which."""
    if "database_kind" in metafunc.fixturenames:
        is_of_one = metafunc.definition.get_closest_marker("one_database")
        kinds = (databases.SQLITE,) if is_of_one else getattr(metafunc.module, "DATABASES", databases.BOTH)
        metafunc.parametrize("database_kind", kinds, indirect=True)


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> Iterator[str]:
    """Which database new worlds and desks are made on."""
    databases.current = request.param
    yield request.param
    databases.current = databases.SQLITE
