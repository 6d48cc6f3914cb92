"""A desk to act from: the real command line in this process, on a simulation of the example labs and offices."""

import contextlib
import hashlib
import io
import json
import os
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from reviewflow.cli.lazy import LazyCommand
from reviewflow.cli.main import run
from reviewflow.settings.settings import load_settings
from reviewflow.store.database import Engine, connect
from tests import databases
from tests.databases import POSTGRESQL, SQLITE, Base, Database, File, empty

BEGIN = "2026-09-28 09:00"
PEOPLE = {
    "one": "officer@example-lab-one.example",
    "viewer": "viewer@example-lab-one.example",
    "two": "officer@example-lab-two.example",
    "three": "officer@example-lab-three.example",
    "intake": "intake@example-office.example",
    "rev": "reviewer@example-office.example",
    "rev2": "reviewer-two@example-office.example",
    "decider": "decider@example-office.example",
    "decider2": "decider-two@example-office.example",
    "admin": "admin@example-office.example",
    "auditor": "auditor@example-office.example",
    "consulted": "reviewer@example-consulted.example",
}
NAMES = {mailbox: name for name, mailbox in PEOPLE.items()}
TERMS = "--terms confidentiality,cybersecurity,insider_risk,intellectual_property,use,non_disclosure"
TEXTS = ("access_ready", "system_card", "safeguard_state", "access_terms")
Row = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What a command line answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Row:
        """The one object on standard output."""
        found: Row = json.loads(self.out)
        return found

    @property
    def error(self) -> Row:
        """The one object on standard error."""
        found: Row = json.loads(self.err)["error"]
        return found


def reviewflow(*arguments: str, **variables: str) -> Answer:
    """Run one command line here; the caller's REVIEWFLOW_ variables are not seen, `variables` are."""
    out, err = io.StringIO(), io.StringIO()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REVIEWFLOW_")}
    with (
        patch.dict(os.environ, kept | variables, clear=True),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = run(list(arguments))
    return Answer(code, out.getvalue(), err.getvalue())


_settings, _load = cache(load_settings), LazyCommand.load
_compiled: dict[object, object] = {}  # of every statement, for all the databases of this process


@cache
def _engine(url: str) -> Engine:
    made = connect(url)
    made.update_execution_options(compiled_cache=_compiled)
    return made


@cache
def _group(name: str, place: str) -> Any:
    return _load(LazyCommand(name, "", place))


def verbs_once() -> contextlib.AbstractContextManager[Any]:
    """The verbs of each group are made once for many command lines."""
    return patch.object(LazyCommand, "load", lambda self: _group(self.name, self._place))


@contextlib.contextmanager
def warm(letters: Path) -> Iterator[None]:
    """Configuration, connection and verbs are made once for many command lines, as in one process that stays."""
    with (
        patch("reviewflow.app.load_settings", _settings),
        patch("reviewflow.app.connect", lambda url, pool: _engine(url)),
        verbs_once(),
        patch("reviewflow.app.App.letters_folder", lambda self: letters),
    ):
        yield


@cache
def template(kind: str = SQLITE) -> Database:
    """A prepared database, made once a process."""
    found = databases.empty(kind)
    made = reviewflow("--database", found.url, "--at", BEGIN, "init", "--simulation")
    assert made.code == 0, made.err
    found.query("UPDATE delivery SET status = 'sent', sent_at = made_at")  # nobody waits for the examples' letters
    found.freeze()
    return found


def _empty_base() -> Base:
    found = empty(POSTGRESQL)
    assert isinstance(found, Base)
    return found


def example_config(folder: Path) -> Path:
    """A copy of config/ whose programme is the examples', with people, so that a real database can have them.

    The operator signs for them, since hardly any of them has a password.
    """
    shutil.copytree("config", folder)
    server = folder / "server.toml"
    server.write_text(server.read_text().replace("operator = false ", "operator = true "))
    head = (folder / "programme.toml").read_text().partition("[[organization]]")[0]
    examples = (folder / "demo.toml").read_text().partition("[[record]]")[0]
    (folder / "programme.toml").write_text(head + examples)
    return folder


@dataclass
class Desk:
    """One database; `refs` are a story's names of references. A bare `10-01 09:00` is of 2026, in New York."""

    file: Path
    config: Path | None = None
    refs: dict[str, str] = field(default_factory=dict)
    is_warm: bool = True
    base: Base | None = None  # on PostgreSQL; `file` then only says beside what letters are written

    @classmethod
    def new(cls, folder: Path, config: Path | None = None) -> "Desk":
        """A desk on a fresh copy of the template, on the database of the day."""
        source = template(databases.current)
        if isinstance(source, Base):
            return cls(folder / "reviewflow.db", config, base=source.copy())
        return cls(source.copy(folder / "reviewflow.db").released(), config)

    @classmethod
    def real(cls, folder: Path) -> "Desk":
        """A desk on an empty database, with the examples' programme as configuration."""
        file, config = folder / "reviewflow.db", example_config(folder / "config")
        return cls(file, config, base=_empty_base()) if databases.current == POSTGRESQL else cls(file, config)

    @property
    def url(self) -> str:
        """The database, as the command line is told."""
        return self.base.url if self.base else f"sqlite:///{self.file}"

    def rest(self) -> None:
        """Hold no connection, until the next line."""
        _engine(self.url).dispose()

    def close(self) -> None:
        """Let go of the database."""
        self.rest()
        if self.base:
            self.base.drop()

    def line(self, line: str, who: str | None = None, at: str | None = None, *options: str) -> Answer:
        """One command line, as it is typed."""
        words = ["--database", self.base.url if self.base else str(self.file), *options]
        words += ["--config", str(self.config)] if self.config else []
        words += ["--as", PEOPLE.get(who, who)] if who else []
        words += ["--at", f"2026-{at}" if at[2] == "-" else at] if at else []
        with warm(self.file.parent / "letters") if self.is_warm else contextlib.nullcontext():
            return reviewflow(*words, *shlex.split(line.format(**self.refs)))

    def __call__(self, who: str | None, line: str, at: str | None = None, name: str | None = None) -> Row:
        """A command that is done; its JSON answer."""
        answer = self.line(line, who, at, "--json")
        assert answer.code == 0, f"{line}: {answer.code}\n{answer.out}{answer.err}"
        assert answer.err == ""
        found = answer.json
        if name:
            self.refs[name] = found["ref"]
        return found

    def refused(self, who: str | None, line: str, at: str | None = None, code: int = 1) -> str:
        """A command that is not done, and changes nothing; its reasons, one a line."""
        before = self.digest()
        answer = self.line(line, who, at, "--json")
        assert answer.code == code, f"{line}: {answer.code}\n{answer.out}{answer.err}"
        assert self.digest() == before
        assert answer.out == ""
        return "\n".join(answer.error["reasons"])

    def tick(self, at: str | None = None) -> Row:
        """One sweep and one delivery pass."""
        return self(None, "tick", at)

    def query(self, statement: str, *values: object) -> list[Row]:
        """What a plain SQL question answers, beside the product."""
        with self._beside() as database:
            return database.rows(statement, values)

    def digest(self) -> str:
        """A digest of every row of every table."""
        with self._beside() as database:
            rows = [(name, sorted(map(repr, database.query(f'SELECT * FROM "{name}"')))) for name in database.tables()]
        return hashlib.sha256(repr(rows).encode()).hexdigest()

    @contextlib.contextmanager
    def _beside(self) -> Iterator[Database]:
        """The database, looked into beside the product."""
        database = self.base or File(self.file)
        try:
            yield database
        finally:
            if isinstance(database, File):
                database.released()

    def row(self, table: str, name: str) -> Row:
        """The row of a subject."""
        return self.query(f'SELECT * FROM "{table}" WHERE ref = ?', self.refs[name])[0]

    def parts(self, table: str, name: str) -> list[Row]:
        """The parts of a subject, in order."""
        return self.query(f'SELECT * FROM "{table}" WHERE subject = ? ORDER BY no', self.refs[name])

    def state(self, name: str) -> str:
        """Where a review stands."""
        return str(self.row("review", name)["state"])

    def due(self, name: str, kind: str, part_no: int = 0) -> tuple[str, str | None]:
        """Status and civil date of the last deadline of a kind."""
        rows = [d for d in self.parts("deadline", name) if (d["kind"], d["part_no"]) == (kind, part_no)]
        return rows[-1]["status"], rows[-1]["due_on"]

    def export(self, name: str, who: str | None = None) -> list[Row]:
        """A subject's journal, as it is handed out."""
        answer = self.line(f"export {{{name}}}", who)
        assert answer.code == 0, answer.err
        return [json.loads(line) for line in answer.out.splitlines()]

    def names(self, name: str) -> list[str]:
        """The names of a subject's events, in order."""
        return [event["name"] for event in self.export(name)]

    def last(self, name: str, event: str) -> Row:
        """The last event of a name."""
        return [found for found in self.export(name) if found["name"] == event][-1]

    def told(self, name: str, event: str) -> list[str]:
        """Who is owed a letter of an event, by the names of this file."""
        rows = self.query(
            "SELECT DISTINCT recipient FROM delivery JOIN event USING (subject, seq) WHERE subject = ? AND name = ?",
            self.refs[name], event,
        )  # fmt: skip
        return sorted(NAMES[row["recipient"]] for row in rows)

    def is_whole(self) -> None:
        """Every chain verifies, and every row is what its journal says."""
        found = self(None, "verify")
        assert found["broken"] == []


def filed(
    desk: Desk, name: str, day: str, plan: str, *, who: str = "one", sign: str = "1", extra: str = "", kind: str = "api"
) -> None:
    """Register a model, open its review, plan the release, supply the gate and submit, all before 09:30."""
    line = f'model register "Example Model {name}" --digest {sign * 64} --release-kind {kind}'
    desk(who, line, f"{day} 09:00", f"m{name}")
    desk(who, f"review open {{m{name}}} --agency example-office {extra}", f"{day} 09:02", name)
    desk(who, f"review plan {{{name}}} {plan}", f"{day} 09:04")
    for n, item in enumerate(TEXTS):
        desk(who, f'review supply {{{name}}} {item} --text "in the vault"', f"{day} 09:1{n}")
    desk(who, f"review submit {{{name}}}", f"{day} 09:20")


def started(
    desk: Desk, name: str, day: str, plan: str, *, who: str = "one", reviewer: str = "rev", extra: str = "",
    sign: str = "1", kind: str = "api",
) -> None:  # fmt: skip
    """A review that runs, with access given and a reviewer assigned, by 11:00."""
    filed(desk, name, day, plan, who=who, sign=sign, extra=extra, kind=kind)
    desk("intake", f"review start {{{name}}}", f"{day} 10:30")
    desk(who, f'review grant-access {{{name}}} "evaluation team" --how endpoint {TERMS}', f"{day} 10:40")
    desk("decider", f"review assign {{{name}}} {PEOPLE[reviewer]}", f"{day} 11:00")
