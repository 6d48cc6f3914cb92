"""What the measurements share: databases on a real disk, and a table and a JSON file of what was found."""

import argparse
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from types import TracebackType

from tests import databases, postgres
from tests.databases import SQLITE, Database, File
from tests.engine import world as w


class Ground:
    """New databases on a real disk, as durable as in earnest; all of PostgreSQL's on one server."""

    def __init__(self, *, is_quick: bool = False) -> None:
        self.is_quick = is_quick
        self._stack = ExitStack()
        self._folder = Path(tempfile.mkdtemp(prefix="reviewflow-bench-"))
        self._stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
        self._made = 0

    def __enter__(self) -> "Ground":
        server = self._stack.enter_context(postgres.server(on_disk=True))
        postgres.shared = lambda: server  # type: ignore[assignment]
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stack.close()

    def world(self, kind: str) -> w.World:
        """A furnished world."""
        databases.current = kind
        return w.new_world(file=self._file() if kind == SQLITE else None)

    def copy(self, world: w.World) -> Database:
        """Another database like that of a world as it stands."""
        world.engine.dispose()
        world.database.freeze()
        if isinstance(world.database, File):
            copied = world.database.copy(self._file())
            world.database.__init__(world.database.file)  # type: ignore[misc]
            return copied
        return world.database.copy()

    def plain(self, database: Database) -> str:
        """Where it is, for a bare driver."""
        if isinstance(database, File):
            return str(database.file)
        return database.url.replace("postgresql+psycopg://", "postgresql://")

    def _file(self) -> Path:
        self._made += 1
        return self._folder / f"{self._made}.db"


@dataclass(frozen=True)
class Measured:
    """`rates` a second, by round; `ratio` is what reviewflow does for each of this one's, in the same round."""

    what: str
    who: str
    rates: Sequence[float]
    ratio: float
    at_least: float | None = None  # of the ratio
    rate_at_least: float | None = None

    @property
    def is_met(self) -> bool:
        """Whether the target is reached."""
        return self.ratio >= (self.at_least or 0) and median(self.rates) >= (self.rate_at_least or 0)

    def line(self) -> str:
        """A row of the table."""
        low, middle, high = min(self.rates), median(self.rates), max(self.rates)
        aim = "" if self.at_least is None else f"at least {self.at_least:g}"
        aim += "" if self.rate_at_least is None else f"at least {self.rate_at_least:,.0f}/s"
        aim += "" if self.is_met else "   MISSED"
        return f"{self.what:34} {self.who:24} {middle:9,.0f}/s ({low:,.0f} to {high:,.0f})  x {self.ratio:6.2f}  {aim}"


def main(measure: Callable[[Ground], Iterator[Measured]], about: str | None) -> int:
    """1 where a target is missed."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("--json", type=Path, help="add what was found to this file")
    asked = parser.parse_args()
    found: list[Measured] = []
    with Ground(is_quick=asked.quick) as ground:
        for measured in measure(ground):
            print(measured.line(), flush=True)
            found.append(measured)
    if asked.json:
        before = json.loads(asked.json.read_text()) if asked.json.exists() else []
        rows = [asdict(measured) | {"is_met": measured.is_met} for measured in found]
        asked.json.write_text(json.dumps(before + rows, indent=1))
    return int(not all(measured.is_met for measured in found))
