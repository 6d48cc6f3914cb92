"""The four journeys by the keyboard alone, with the focus seen at every stop."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.stories.begun import begun
from tests.web import browser, journeys
from tests.web.hands import Keyboard
from tests.web.test_journeys import Journey


@pytest.mark.parametrize("journey", journeys.ALL)
def test_journey_by_keyboard(chromium: Browser, tmp_path: Path, journey: Journey) -> None:
    """Tab, Enter, Space, arrows and what is typed reach everything that is needed."""
    with begun(tmp_path) as desk, browser.serving(desk) as (base, _):
        with journeys.crew(chromium, base, Keyboard) as crew:
            journey(crew, desk)
        desk.is_whole()
