"""A real database, on the machine's clock, with reviews whose windows of one hour end within the next seconds."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from reviewflow import clock
from reviewflow.engine.call import Call
from reviewflow.engine.handle import handle
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.commands.programme import RegisterModel
from reviewflow.nouns.commands.review import Open, StartClock, Submit
from reviewflow.settings.settings import Settings, load_settings
from reviewflow.store.database import Engine, connect
from tests import databases
from tests.databases import Database, File
from tests.engine.reckoning import Reckoning, chains, notices
from tests.stories.world import PEOPLE, Desk

POLICY = """
id = "one-hour"
version = 1
title = "A window of one hour"
source = "made for the tests"

[window]
length = 1
unit = "hours"
time_zone = "America/New_York"
calendar = "us-federal"

[determination]
persons = 1
"""
HOUR, SOON = timedelta(hours=1), timedelta(seconds=2)


@dataclass
class Hours:
    """The database, how it is named on a command line, and when each review falls due."""

    desk: Desk
    settings: Settings
    engine: Engine  # nobody is connected when a process begins
    dues: dict[str, datetime]

    @property
    def folder(self) -> Path:
        """Where letters, logs and diaries lie."""
        return self.desk.file.parent

    def options(self) -> list[str]:
        """Of the command line."""
        return ["--database", self.desk.url, "--config", str(self.desk.config)]

    def database(self) -> Database:
        """A look into it beside the product."""
        return self.desk.base or File(self.desk.file)

    def begin(self, dues: Sequence[datetime]) -> datetime:
        """A review for each due instant, or a little later where the machine is slow; when the last falls due."""

        def do(who: str, ref: str | None, command: Command, at: datetime) -> str:
            return handle(self.engine, self.settings, Call(ref, command, PEOPLE[who]), at).ref

        for number, wanted in enumerate(dues):
            due = max(wanted, clock.now() + SOON)
            at, name = due - HOUR, f"Model {number}"
            model = do("one", None, RegisterModel(name=name, digest=hashlib.sha256(name.encode()).hexdigest()), at)
            ref = do("one", None, Open(model=model, policy="one-hour", agency="example-office"), at)
            do("one", ref, Submit(), at)
            do("intake", ref, StartClock(), at)
            self.dues[ref] = due
        self.engine.dispose()
        return max(self.dues.values())

    def reckon(self) -> Reckoning:
        """Each window ended once and not early, every chain is whole, and each letter went out at the first attempt."""
        found, database = Reckoning(), self.database()
        notices(database, found)
        chains(self.engine, found)
        self.engine.dispose()
        lapsed = database.query("SELECT subject, recorded_at FROM event WHERE name = 'lapsed'")
        if sorted(str(ref) for ref, _ in lapsed) != sorted(self.dues):
            found.faults.append(f"{len(lapsed)} windows ended on record, of {len(self.dues)}")
        for ref, at in lapsed:
            if datetime.fromisoformat(str(at)) < self.dues[str(ref)]:
                found.faults.append(f"{ref} lapsed early, at {at}")
        for status, attempts, many in database.query("SELECT status, attempts, count(*) FROM delivery GROUP BY 1, 2"):
            found.counts["copies"] += many
            if (status, attempts) != ("sent", 1):
                found.faults.append(f"{many} copies are {status} after {attempts} attempts")
        return found

    def lateness(self) -> list[float]:
        """Seconds from each due instant to its record, in order."""
        rows = self.database().query("SELECT subject, recorded_at FROM event WHERE name = 'lapsed'")
        return sorted((datetime.fromisoformat(str(at)) - self.dues[str(ref)]).total_seconds() for ref, at in rows)


def hours(folder: Path, kind: str) -> Hours:
    """A real database of the example labs and offices, in which nothing is due yet."""
    databases.current = kind
    desk = Desk.real(folder)
    assert desk.config is not None
    (desk.config / "policies" / "one-hour.toml").write_text(POLICY)
    own = desk.config / "server.toml"
    own.write_text(own.read_text().replace('folder = ""', f'folder = "{folder / "letters"}"'))
    desk(None, "init")
    settings = load_settings(desk.config)
    return Hours(desk, settings, connect(desk.url, settings.server.pool), {})
