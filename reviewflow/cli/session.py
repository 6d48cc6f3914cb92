"""What stands before the verb: the global options, and the app that they open."""

import os
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reviewflow.app import App


@dataclass
class Session:
    """The global options; `app` is opened when it is first asked for."""

    database: str | None = None
    config: Path | None = None
    actor: str | None = None
    when: str | None = None
    if_version: int | None = None
    key: str | None = None
    json: bool = False
    quiet: bool = False
    extra: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def app(self) -> "App":
        """The installation; opened once."""
        from reviewflow import logs
        from reviewflow.app import open_app

        logs.configure(os.environ.get("REVIEWFLOW_LOG", "error"))
        return open_app(str(default_database()) if self.database is None else written(self.database), self.config)

    @cached_property
    def zone(self) -> Any:
        """The zone of the programme's default policy: what a time without an offset is read in."""
        from zoneinfo import ZoneInfo

        return ZoneInfo(self.app.settings.pin().policy.window.time_zone)

    @cached_property
    def at(self) -> datetime | None:
        """`--at` as an instant; a bare date is its first instant, local to the default policy's zone."""
        if self.when is None:
            return None
        from reviewflow.rules.instants import local_instant, read_when

        found = read_when(self.when, self.zone)
        return found if isinstance(found, datetime) else local_instant(found, "00:00", self.zone)

    @property
    def now(self) -> datetime:
        """The instant it is for this command."""
        return self.app.now(self.at)

    def document(self, view: str, **asked: Any) -> dict[str, Any]:
        """A view as plain JSON."""
        actor = None if self.actor is None else self.who()
        return self.app.document(view, asked, actor, self.now)

    def operate(self, view: str, **asked: Any) -> dict[str, Any]:
        """A view of how the installation runs, for the operator of the machine, whoever acts otherwise."""
        return self.app.document(view, asked, None, self.now)

    def who(self) -> str:
        """Who acts; Invalid where nobody is named, NotFound for those who are no persons and have no door."""
        from reviewflow.errors import Invalid, NotFound
        from reviewflow.nouns.events import RECORD, SYSTEM

        if not self.actor:
            raise Invalid("Who acts? Name yourself before the verb: --as MAILBOX, or REVIEWFLOW_AS.")
        found = self.actor.strip().lower()
        if found in (SYSTEM, RECORD):
            raise NotFound(f"There is no person {found} in this programme.", remedy="See `reviewflow person list`.")
        return found


def written(database: str) -> str:
    """A database as it was named; `@FILE`: as the file's one line says, so that a password stands in no unit."""
    if not database.startswith("@"):
        return database
    from reviewflow.errors import Invalid

    name, remedy = database[1:].strip(), "Write the URL of the database into it, on one line."
    if not name:
        raise Invalid("--database @ names no file.", remedy="Give --database @FILE, a file with the URL on one line.")
    try:
        lines = Path(name).expanduser().read_text(encoding="utf-8").strip().splitlines()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is not text"
        raise Invalid(f"The file {name} cannot be read: {why}.", remedy=remedy) from error
    if len(lines) != 1:
        raise Invalid(f"The file {name} {f'has {len(lines)} lines' if lines else 'is empty'}.", remedy=remedy)
    return lines[0]


def default_database() -> Path:
    """An SQLite file in the user's data folder."""
    from platformdirs import user_data_path

    return user_data_path("reviewflow") / "reviewflow.db"
