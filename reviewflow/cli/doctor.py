"""`reviewflow check`: everything that can be wrong with an installation, and how to mend it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from reviewflow.cli.session import Session

if TYPE_CHECKING:
    from reviewflow.store.database import Connection


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `remedy` where it is not in order."""

    what: str
    is_ok: bool
    says: str
    remedy: str = ""


def examine(session: Session) -> None:
    """Look at everything; exit 1 where something is not in order."""
    import typer

    from reviewflow.cli.outcome import print_json
    from reviewflow.cli.paint import banner, console

    session.app.database  # noqa: B018 - refuse at once where there is none
    found = [finding for look in _LOOKS for finding in look(session)]
    bad = [finding for finding in found if not finding.is_ok]
    if session.json:
        print_json(session, {"in_order": not bad, "findings": [vars(finding) for finding in found]})
    else:
        banner(is_simulation=session.app.is_simulation, now=session.now, zone=session.zone)
        for finding in found:
            if not session.quiet or not finding.is_ok:
                mark = "[green]ok[/]  " if finding.is_ok else "[bold red]bad[/] "
                console().print(f"{mark} {finding.what:<12} {finding.says}", soft_wrap=True)
                if finding.remedy:
                    console().print(f"{'':<17}[dim]{finding.remedy}[/]", soft_wrap=True)
    if bad:
        raise typer.Exit(1)


def _config(session: Session) -> Iterator[Finding]:
    from reviewflow.errors import Invalid
    from reviewflow.settings.record import load_record

    settings = session.app.settings
    counts = f"{len(settings.policies)} policies, {len(settings.calendars)} calendars"
    yield Finding("config", True, f"{settings.folder}: {counts}")
    try:
        found = load_record(settings.folder)
        yield Finding("record", True, f"{len(found.entries)} entries, each with its source")
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
    from reviewflow.store.roles import APP, may_edit_the_record
    from reviewflow.store.server import settings_of

    for name, found, is_ok in settings_of(connection):
        remedy = "" if is_ok else f"What was answered as recorded could be lost in a crash: set {name} = on."
        yield Finding("server", is_ok, f"{name} = {found}", remedy)
    user = may_edit_the_record(connection)
    says = f"{user} may rewrite what is on record" if user else "this role may add to the record, and not rewrite it"
    yield Finding("role", True, says, f"Better to work as {APP}: see `reviewflow init --roles`." if user else "")


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


def _overdue(session: Session) -> Iterator[Finding]:
    from reviewflow.store.database import reading
    from reviewflow.store.deadlines import next_due

    with reading(session.app.engine) as connection:
        due = next_due(connection)
    now = session.now
    grace = timedelta(seconds=2 * session.app.settings.server.poll_seconds)
    is_ok = due is None or due > now - grace
    says = f"nothing is overdue; next at {due.isoformat()}" if is_ok and due else "nothing is overdue"
    if not is_ok:
        says = f"something is due since {due.isoformat() if due else ''}: no tick has run"
    yield Finding(
        "deadlines", is_ok, says, "" if is_ok else "Run `reviewflow tick`, and let cron or `reviewflow run` do it."
    )


def _letters(session: Session) -> Iterator[Finding]:
    from reviewflow.store.database import reading
    from reviewflow.store.metrics import measure

    with reading(session.app.engine) as connection:
        found = measure(connection, session.now)
    says = f"{found.owed + found.waiting} waiting, {found.set_aside} set aside"
    again = "`reviewflow deliveries list` says why; mend it, then try again: `reviewflow deliveries requeue --all`."
    yield Finding("letters", not found.set_aside, says, again if found.set_aside else "")


_LOOKS: tuple[Callable[[Session], Iterator[Finding]], ...] = (_config, _database, _policies, _clock, _overdue, _letters)
