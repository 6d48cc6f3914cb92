"""`reviewflow init`: from nothing to a database that works."""

from typing import TYPE_CHECKING

from reviewflow.cli.session import Session
from reviewflow.nouns.plural import plural

if TYPE_CHECKING:
    from reviewflow.engine.identity.invitations import Invited


def prepare_database(session: Session, *, simulation: bool, record: bool, roles: bool = False) -> None:
    """Make the folder, the schema and the origin; import offices and people, and the public record if asked."""
    from reviewflow import clock
    from reviewflow.cli.outcome import print_json
    from reviewflow.cli.paint import say
    from reviewflow.engine import importer
    from reviewflow.engine.setup import prepare
    from reviewflow.settings.record import load_record
    from reviewflow.store.database import file_of
    from reviewflow.store.failures import shown

    app = session.app
    files = ["programme.toml", "demo.toml"] if simulation else ["programme.toml"]
    records = [load_record(app.settings.folder, name) for name in files]  # first: what is refused leaves no file behind
    file = file_of(app.engine)
    if file is not None:
        make_folder(file.parent)
    began = session.at if simulation and session.at else clock.now()
    is_new = prepare(app.engine, app.settings, began, is_simulation=simulation)
    app.__dict__.pop("database", None)
    now = app.now(session.at if simulation else None)
    done = [one for found in records for one in importer.import_people(app.engine, app.settings, found, now)]
    replayed = 0
    for found in records[0 if record else 1 :]:  # the examples always bring their agreements
        for step in importer.record_steps(app.engine, app.settings, found, now):
            step.do()
            replayed += 1
    app.stand(now)
    summary = {"database": shown(app.engine), "is_new": is_new, "imported": len(done), "replayed": replayed}
    wanted, key, first = _roles(session, make=roles), _documents_key(session), _first_code(session)
    if session.json:
        print_json(session, summary | _more(wanted, key, first))
    elif not session.quiet:
        kind = "simulation" if simulation else "real database"
        say(f"{'A new' if is_new else 'The'} {kind}: {file or shown(app.engine)}")
        more = f", {plural(replayed, 'entry', 'entries')} of the public record" if record else ""
        say(f"Imported {len(done)} offices, labs and people{more}.")
        _say_more(session, wanted, key, first)


def _documents_key(session: Session) -> str | None:
    """Where one was made: at the file that server.toml names, or beside an SQLite file."""
    from reviewflow.engine.documents.master import make

    made = make(session.app.engine, session.app.settings)
    return None if made is None else str(made)


def _first_code(session: Session) -> "Invited | None":
    """For the first administrator, where there is none and somebody will read it."""
    from reviewflow import clock
    from reviewflow.engine.identity.invitations import invite_first

    if session.quiet and not session.json:
        return None
    return invite_first(session.app.engine, session.app.settings, clock.now())


def _more(wanted: list[str], key: str | None, first: "Invited | None") -> dict[str, object]:
    """The same for programs; a code is shown to whoever runs this, and nowhere else."""
    code = {"code": first.code, "expires_at": first.expires_at} if first else None
    found = {"roles_sql": wanted, "documents_key": key, "first_administrator": code}
    return {name: value for name, value in found.items() if value}


def _say_more(session: Session, wanted: list[str], key: str | None, first: "Invited | None") -> None:
    """What is still to be done: roles, a copy of the key, and the first administrator."""
    from reviewflow.cli.admission import show_code
    from reviewflow.cli.paint import say

    if wanted:
        say("Two roles are recommended: `reviewflow init --roles` makes them, or a superuser who runs this SQL:")
        print(";\n".join(wanted) + ";")
    if key:
        say(f"The key of documents: {key}. Keep a copy apart from the database's: without it they are lost.")
    if first:
        show_code(session, first)


def _roles(session: Session, *, make: bool) -> list[str]:
    """Make the roles where that is asked; otherwise the SQL that would, where they are not there yet."""
    from reviewflow.errors import Invalid
    from reviewflow.store import roles
    from reviewflow.store.database import POSTGRESQL, transaction

    engine = session.app.engine
    if engine.dialect.name != POSTGRESQL:
        if make:
            raise Invalid("An SQLite file has no roles.", remedy="Leave --roles out; file permissions protect it.")
        return []
    name = str(engine.url.database)
    with transaction(engine) as connection:
        if make:
            roles.make(connection, name)
        return [] if make or roles.are_there(connection) else list(roles.statements(name))


def make_folder(folder: object) -> None:
    """The database's folder; Unavailable where it cannot be made."""
    from pathlib import Path

    from reviewflow.errors import Unavailable

    try:
        Path(str(folder)).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(f"The folder {folder} cannot be made: {error.strerror}.", remedy="Name another.") from error
