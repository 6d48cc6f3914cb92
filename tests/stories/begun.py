"""What has begun: a review that runs and another lab's that is filed; made once a process, a copy for each who asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from tests import databases
from tests.stories.world import Desk, filed, started


@cache
def _made(kind: str) -> tuple[databases.Database, dict[str, str]]:
    """Frozen, with its references."""
    folder = databases.folder() / f"begun-{kind}"
    folder.mkdir()
    desk = Desk.new(folder)
    started(desk, "r", "10-05", "2026-12-01")
    filed(desk, "q", "10-06", "2026-12-01", who="two", sign="2")
    desk.rest()
    found = desk.base or databases.File(desk.file)
    found.freeze()
    return found, desk.refs


@contextmanager
def begun(folder: Path) -> Iterator[Desk]:
    """A copy of it, on the database of the day."""
    source, refs = _made(databases.current)
    file = folder / "reviewflow.db"
    if isinstance(source, databases.Base):
        desk = Desk(file, refs=dict(refs), base=source.copy())
    else:
        desk = Desk(source.copy(file).released(), refs=dict(refs))
    yield desk
    desk.close()
