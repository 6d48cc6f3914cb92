"""`reviewflow check`: everything that can be wrong with an installation, and how to mend it."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING

from reviewflow.cli.finding import BAD, OK, WARN, Finding
from reviewflow.cli.session import Session
from reviewflow.nouns.plural import plural

if TYPE_CHECKING:
    from reviewflow.store.database import Connection

_STYLES = {OK: "green", WARN: "yellow", BAD: "bold red"}


def examine(session: Session) -> None:
    """Look at everything; exit 1 where something is not in order."""
    import typer
    from rich.markup import escape

    from reviewflow.cli.outcome import print_json
    from reviewflow.cli.paint import banner, console

    session.app.database  # noqa: B018 - refuse at once where there is none
    found = list(_findings(session))
    bad = [finding for finding in found if not finding.is_ok]
    if session.json:
        print_json(session, {"in_order": not bad, "findings": [vars(finding) for finding in found]})
    else:
        banner(is_simulation=session.app.is_simulation, now=session.now, zone=session.zone)
        for finding in found:
            if not session.quiet or finding.mark != OK:
                mark = f"[{_STYLES[finding.mark]}]{finding.mark:<4}[/]"
                console().print(f"{mark} {finding.what:<12} {escape(finding.says)}", soft_wrap=True)
                if finding.remedy:
                    console().print(f"{'':<17}[dim]{escape(finding.remedy)}[/]", soft_wrap=True)
    if bad:
        raise typer.Exit(1)


def _findings(session: Session) -> Iterator[Finding]:
    """Of a database of another release, only that it is one: nothing else can be asked of its tables."""
    from reviewflow.cli.exposure import exposure, permissions
    from reviewflow.cli.secrets import documents_key, secrets
    from reviewflow.cli.vitals import VITALS

    is_current = True
    for finding in chain(_config(session), exposure(session), permissions(session), _database(session)):
        is_current = is_current and (finding.is_ok or finding.what != "migrations")
        yield finding
    for look in (_role, _administrators, _policies, _clock, *VITALS, secrets, documents_key) if is_current else ():
        yield from look(session)


def _config(session: Session) -> Iterator[Finding]:
    from reviewflow.errors import Invalid
    from reviewflow.settings.record import load_record

    settings = session.app.settings
    counts = f"{plural(len(settings.policies), 'policy', 'policies')}, {plural(len(settings.calendars), 'calendar')}"
    yield Finding("config", True, f"{settings.folder}: {counts}")
    try:
        found = load_record(settings.folder)
        yield Finding("record", True, f"{plural(len(found.entries), 'entry', 'entries')}, each with its source")
    except Invalid as error:
        for reason in error.reasons:
            yield Finding("record", False, reason, "Mend programme.toml.")


def _policies(session: Session) -> Iterator[Finding]:
    from reviewflow.store.database import reading
    from reviewflow.store.lookups import changed_documents

    with reading(session.app.engine) as connection:
        changed = changed_documents(connection, session.app.settings.documents(session.now))
    for name, version in changed:
        says = f"{name} version {version} differs from the copy that is kept under this version"
        yield Finding("policies", False, says, "Raise its version; live reviews keep their pinned copy.")
    if not changed:
        yield Finding("policies", True, "each is the kept copy of its version")


def _administrators(session: Session) -> Iterator[Finding]:
    from reviewflow.store.database import reading
    from reviewflow.store.identity.people import has_active_administrator

    with reading(session.app.engine) as connection:
        if session.app.is_simulation or has_active_administrator(connection):
            return
    says = "no active administrator: nobody can look after people"
    remedy = "`reviewflow init` prints a one-time code for one; then `reviewflow person accept MAILBOX`."
    yield Finding("people", True, says, remedy, is_warning=True)


def _database(session: Session) -> Iterator[Finding]:
    from reviewflow.store import setup
    from reviewflow.store.database import reading

    with reading(session.app.engine) as connection:
        at = setup.revision(connection)
        yield Finding("migrations", at == setup.HEAD, f"at {at}", "" if at == setup.HEAD else "Run `reviewflow init`.")
        yield from (_file if connection.dialect.name == "sqlite" else _server)(connection)


def _file(connection: "Connection") -> Iterator[Finding]:
    from reviewflow.store.database import PRAGMAS, pragma

    for name, wanted in PRAGMAS.items():
        found = pragma(connection, name)
        is_ok = found == wanted
        remedy = "" if is_ok else "Another program changed it; copy the database to a local disk that allows it."
        yield Finding("pragma", is_ok, f"{name} = {found}", remedy)
    whole = pragma(connection, "quick_check")
    yield Finding("file", whole == "ok", f"quick_check: {whole}", "" if whole == "ok" else "Restore from a backup.")


def _server(connection: "Connection") -> Iterator[Finding]:
    from reviewflow.store.server import PRIMARY, settings_of, why_read_only

    closed = why_read_only(connection)
    yield Finding("server", not closed, closed or "it takes writes", PRIMARY if closed else "")

    for name, found, is_ok in settings_of(connection):
        remedy = "" if is_ok else f"What was answered as recorded could be lost in a crash: set {name} = on."
        yield Finding("server", is_ok, f"{name} = {found}", remedy)


def _role(session: Session) -> Iterator[Finding]:
    from reviewflow.store.database import POSTGRESQL, reading

    if session.app.engine.dialect.name == POSTGRESQL:
        with reading(session.app.engine) as connection:
            yield _rights(connection)
            yield _wall(connection)


def _rights(connection: "Connection") -> Finding:
    from reviewflow.store.roles import APP, may_add_to_the_record, may_edit_the_record

    if not may_add_to_the_record(connection):
        remedy = f"Work as {APP}: `reviewflow init --roles`, run as the owner, makes it and says what it may do."
        return Finding("role", False, "this role may only read", remedy)
    if user := may_edit_the_record(connection):
        says = f"{user} may rewrite what is on record; better to work as {APP}"
        return Finding("role", True, says, "`reviewflow init --roles` makes it.", is_warning=True)
    return Finding("role", True, "this role may add to the record, and not rewrite it")


def _wall(connection: "Connection") -> Finding:
    from reviewflow.store.roles import APP, passes_the_wall

    if user := passes_the_wall(connection):
        says = f"{user} passes row-level security; only the filter of this program stands between organizations"
        return Finding("isolation", True, says, f"Work as {APP}.", is_warning=True)
    return Finding("isolation", True, "row-level security holds for this role")


def _clock(session: Session) -> Iterator[Finding]:
    from reviewflow.store.database import reading
    from reviewflow.store.lookups import last_recorded

    with reading(session.app.engine) as connection:
        last = last_recorded(connection)
    now = session.now
    is_ok = last is None or session.app.is_simulation or now >= last - timedelta(seconds=1)
    says = (
        f"{now.isoformat(timespec='seconds')}, nothing is recorded later"
        if is_ok
        else f"the clock was stepped back behind {last}"
    )
    yield Finding("clock", is_ok, says, "" if is_ok else "Set the machine's clock; the record never goes back.")
