"""What stands before the verb: the global options, and the app that they open."""

import os
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from reviewflow.app import App
    from reviewflow.cli.door import Door


@dataclass
class Session:
    """The global options; `door`, and the `app` behind it, are opened when they are first asked for."""

    database: str | None = None
    config: Path | None = None
    actor: str | None = None
    when: str | None = None
    if_version: int | None = None
    key: str | None = None
    json: bool = False
    quiet: bool = False
    server: str | None = None
    token_file: Path | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def app(self) -> "App":
        """The installation on this machine; opened once. Invalid where a server is asked instead."""
        from reviewflow import logs
        from reviewflow.app import open_app
        from reviewflow.errors import Invalid

        if self.server is not None:
            raise Invalid(
                "This command works on the database of the machine that it runs on, and not through a server.",
                remedy="Run it on the server's machine, without --server and with REVIEWFLOW_SERVER unset.",
            )
        logs.configure(os.environ.get("REVIEWFLOW_LOG", "error"))
        return open_app(str(default_database()) if self.database is None else written(self.database), self.config)

    @cached_property
    def door(self) -> "Door":
        """The way to the record."""
        from reviewflow.cli.door import Local

        if self.server is None:
            return Local(self)
        from reviewflow.cli.remote import Remote

        return Remote(self, self.server, self.token_file)

    @property
    def zone(self) -> "ZoneInfo":
        """The zone of the programme's default policy: what a time without an offset is read in."""
        return self.door.zone

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
        self._refuse_a_date()
        return self.door.document(view, asked)

    def operate(self, view: str, **asked: Any) -> dict[str, Any]:
        """A view of how the installation runs: on the machine, for its operator, whoever acts otherwise."""
        self._refuse_a_date()
        return self.door.operate(view, asked)

    def _refuse_a_date(self) -> None:
        if self.when is not None and not self.door.is_simulation:
            from reviewflow.errors import Refused

            raise Refused("On a real database what is read is as of now; --at dates a fact.", remedy="Leave --at out.")

    def who(self) -> str:
        """Who acts."""
        return self.door.who()

    def close(self) -> None:
        """Let go of a server, where one was asked."""
        if "door" in self.__dict__:
            self.door.close()


def written(database: str) -> str:
    """A database as it was named; `@FILE`: as the file's one line says, so that a password stands in no unit."""
    from reviewflow.errors import Invalid

    if not database.startswith("@"):
        return _without_secret(database)
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


def _without_secret(database: str) -> str:
    """The same; Invalid where it holds a password, which whoever lists processes would read."""
    from reviewflow.errors import Invalid
    from reviewflow.store.database import holds_a_secret

    if "://" in database and holds_a_secret(database):
        raise Invalid(
            "The database URL holds a password; in an option or a variable it is there for others to read.",
            remedy="Write the URL into a file and give --database @FILE, or put the password into ~/.pgpass.",
        )
    return database


def default_database() -> Path:
    """An SQLite file in the user's data folder."""
    from platformdirs import user_data_path

    return user_data_path("reviewflow") / "reviewflow.db"
