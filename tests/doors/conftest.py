"""Desks at the doors."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doors import desks
from tests.stories.world import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A simulation in the middle of its work."""
    found = desks.busy(tmp_path)
    yield found
    found.close()


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Desk]:
    """A real database, in which one review has just begun."""
    found = desks.real(tmp_path)
    yield found
    found.close()
