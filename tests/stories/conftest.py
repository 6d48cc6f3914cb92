"""A desk for each story."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stories.world import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A simulation of its own."""
    found = Desk.new(tmp_path)
    yield found
    found.close()


@pytest.fixture(autouse=True)
def _on_each_database(database_kind: str) -> None:
    """Nothing here is tested on one database alone."""
