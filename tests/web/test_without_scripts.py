"""The four journeys in a browser that runs no script."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.stories.begun import begun
from tests.web import browser, journeys
from tests.web.test_journeys import Journey


@pytest.mark.parametrize("journey", journeys.ALL)
def test_journey_without_scripts(chromium: Browser, tmp_path: Path, journey: Journey) -> None:
    """Everything that is needed works by links and forms."""
    with begun(tmp_path) as desk, browser.serving(desk) as (base, _):
        with journeys.crew(chromium, base, java_script_enabled=False) as crew:
            journey(crew, desk)
        desk.is_whole()
