"""The composition root: configuration, database, senders and the clock, put together once."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from reviewflow import clock, logs
from reviewflow.engine.call import Call, Done
from reviewflow.errors import Invalid, Refused, Unavailable
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.events import SYSTEM
from reviewflow.nouns.principal import EVERYTHING, Scopes
from reviewflow.nouns.signature import Signature
from reviewflow.nouns.subject import Row
from reviewflow.settings.settings import Settings, load_settings
from reviewflow.store import lookups
from reviewflow.store.database import Connection, Engine, connect, file_of, reading, transaction
from reviewflow.store.failures import shown

if TYPE_CHECKING:
    from reviewflow.notify.senders import Sender
    from reviewflow.views.page import Page


@dataclass
class App:
    """One installation: what `config/` says, and the database that is named."""

    settings: Settings
    engine: Engine
    door: str = "command line"  # by which one looks, as it is put on record

    @cached_property
    def database(self) -> Row:
        """What the database is; Unavailable where `init` has not been run."""
        file = file_of(self.engine)
        if file is not None and not file.exists():
            raise Unavailable(f"There is no database {file}.", remedy="Prepare it with `reviewflow init`.")
        row = None
        if file is None or file.stat().st_size:  # SQLite writes into an empty file even to read it
            with reading(self.engine) as connection:
                row = lookups.database_row(connection)
        if row is None:
            where = file or shown(self.engine)
            raise Unavailable(f"The database {where} is empty.", remedy="Prepare it with `reviewflow init`.")
        return row

    @property
    def is_simulation(self) -> bool:
        """Whether everything in it is made up."""
        return bool(self.database["is_simulation"])

    def now(self, at: datetime | None = None) -> datetime:
        """The instant it is: a simulation's clock stands at the latest `at`, and never goes back."""
        if not self.is_simulation:
            return clock.now()
        stands: datetime | None = self.database["simulated_at"]
        if at is not None and stands is not None and at < stands:
            raise Refused(
                f"The simulation's clock stands at {stands.isoformat()} and never goes back to {at.isoformat()}.",
                remedy="Give a later --at, or leave it out.",
            )
        return at or stands or clock.now()

    def do(
        self, ref: str | None, command: Command, actor: str, at: datetime | None = None,
        if_version: int | None = None, key: str | None = None, signature: Signature | None = None,
    ) -> Done:  # fmt: skip
        """One command; in a simulation `at` is now, in a real database it dates a fact from outside."""
        effective_at = None if self.is_simulation else at
        return self.act(Call(ref, command, actor, effective_at, if_version, key, signature=signature), self.now(at))

    def statement(self, call: Call, now: datetime, printed_name: str | None = None) -> Row:
        """What its actor is to sign with a call, where he sees its subject; what is due is recorded before."""
        from reviewflow.views.statement import require_seen, shown

        if call.ref is not None:
            require_seen(self.engine, self.settings, call, now)
            self.act(Call(call.ref, None, SYSTEM), now)
        return shown(self.engine, self.settings, call, now, printed_name)

    def act(self, call: Call, now: datetime) -> Done:
        """One call; the clock of a simulation then stands at `now`."""
        from reviewflow.engine.handle import handle

        with self.caught_up(call, lambda: now):
            done = handle(self.engine, self.settings, call, now)
        self.stand(now)
        return done

    def caught_up(self, call: Call, now: Callable[[], datetime]) -> AbstractContextManager[None]:
        """Around a call: where it comes too late for its version, what was due by `now` stays on record."""
        from reviewflow.engine.overtaken import caught_up

        return caught_up(self.engine, self.settings, call, now, self.stand)

    def refresh(self) -> None:
        """Look again where the clock of a simulation stands: another process may have moved it."""
        if self.is_simulation:
            with reading(self.engine) as connection:
                row = lookups.database_row(connection)
            self.__dict__["database"] = row or self.database

    def document(
        self, view: str, asked: Mapping[str, object], actor: str | None, now: datetime,
        scopes: Scopes = EVERYTHING, page: "Page | None" = None,
    ) -> Row:  # fmt: skip
        """What `actor` sees of a view at `now`, as plain JSON; None: the operator of the machine looks."""
        from reviewflow.views.index import VIEWS
        from reviewflow.views.look import looking
        from reviewflow.views.reads import owed, put_on_record, reviews_in

        self.database  # noqa: B018 - refuse at once where there is none
        found = VIEWS[view]
        with looking(self.engine, self.settings, actor, now, scopes, page) as look:
            document = look.told(found.show(look if found.needs_database else self.settings, found.asked(**asked)))
            readings = owed(look, view, reviews_in(document), self.door) if found.is_confidential else ()
        put_on_record(self.engine, readings)
        if found.note is not None and look.actor.is_person:
            self._note(partial(found.note, document=document, person=look.actor.ref, at=now))
        return document

    def _note(self, note: Callable[[Connection], object]) -> None:
        """Write down that something was seen; where nothing can be written, reading goes on all the same."""
        try:
            with transaction(self.engine) as connection:
                note(connection)
        except Unavailable as error:
            logs.get().warning("not_noted", error=str(error))

    def outcome(self, done: Done, actor: str, now: datetime) -> Row:
        """What a command did, as plain JSON for the one who gave it, whatever he may see afterwards."""
        from reviewflow.views.look import looking
        from reviewflow.views.outcome import outcome

        with looking(self.engine, self.settings, actor, now, is_of_own_act=True) as look:
            return look.told(outcome(look, done))

    def acknowledge(self, letter: str, actor: str, now: datetime, scopes: Scopes = EVERYTHING) -> Row:
        """Note once that a person acknowledges a letter to him; the letter as it then is."""
        from reviewflow.views.letter import acknowledge

        self.database  # noqa: B018 - refuse at once where there is none
        found = acknowledge(self.engine, self.settings, letter, actor, now, scopes)
        return self.document("letter", {"id": found}, actor, now, scopes)

    def requeue(
        self, letters: Sequence[str], actor: str | None, now: datetime, scopes: Scopes = EVERYTHING, *, every: bool
    ) -> Row:  # fmt: skip
        """Make letters that did not go out due again; which are."""
        from reviewflow.views.deliveries import requeued

        self.database  # noqa: B018 - refuse at once where there is none
        return requeued(self.engine, self.settings, letters, actor, now, scopes, every=every)

    def stand(self, now: datetime) -> None:
        """Move the clock of a simulation to where its last command was."""
        stands = self.database["simulated_at"]
        if self.is_simulation and (stands is None or now > stands):
            from reviewflow.engine.setup import move_clock

            move_clock(self.engine, now)
            self.database["simulated_at"] = now

    def letters_folder(self) -> Path:
        """Where letters are written: as configured, else beside an SQLite file, else in the user's folder of state."""
        if self.settings.server.letters_folder:
            return Path(self.settings.server.letters_folder)
        if (file := file_of(self.engine)) is not None:
            return file.absolute().parent / "letters"
        from platformdirs import user_state_path

        return user_state_path("reviewflow") / "letters"

    def senders(self) -> "Mapping[str, Sender]":
        """A sender for every kind of channel."""
        from reviewflow.notify.senders import senders_for

        return senders_for(self.settings.server, self.letters_folder())


def url_of(database: str) -> str:
    """A database URL; a bare path is an SQLite file."""
    if not database.strip():
        raise Invalid("The database has no name.", remedy="Give --database sqlite:///FILE, or a file's path.")
    if re.match(r"postgres|host=", database) and "://" not in database:
        remedy = "Give one such as postgresql+psycopg://user@host/reviews."
        raise Invalid("The database is neither a URL nor an SQLite file's path.", remedy=remedy)
    return database if "://" in database else f"sqlite:///{Path(database).expanduser().resolve()}"


def open_app(database: str, config: Path | None = None) -> App:
    """Read the configuration whole and connect; nothing is written."""
    settings = load_settings(config)
    return App(settings, connect(url_of(database), settings.server.pool))
