"""What the tests of the law share: the shipped policies, with zones from the tzdata package only."""

from pathlib import Path

import pytest

import reviewflow.clock  # noqa: F401 - its import makes the tzdata package the only source of zones
from reviewflow.nouns.policy import Calendar, Policy
from reviewflow.settings.policies import load_shelf

CONFIG = Path(__file__).resolve().parents[2] / "config"


@pytest.fixture(scope="session")
def shelf() -> tuple[dict[str, Policy], dict[str, Calendar]]:
    """The policies and the calendars that ship, by id."""
    return load_shelf(CONFIG)
