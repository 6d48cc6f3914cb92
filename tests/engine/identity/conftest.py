"""What every test of identity may use."""

from collections.abc import Iterator

import pytest

from tests.engine.identity.installation import Installation, installation


@pytest.fixture
def place(database_kind: str) -> Iterator[Installation]:
    """A real database with people who have no passwords yet."""
    found = installation()
    yield found
    found.close()
