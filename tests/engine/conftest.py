"""What every test of this room may use."""

import pytest


@pytest.fixture(autouse=True)
def _on_each_database(database_kind: str) -> None:
    """Nothing here is tested on one database alone."""
