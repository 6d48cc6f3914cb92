"""What `reviewflow check` looks at of secrets and keys: that each can be read, and never what it holds."""

import os
from collections.abc import Iterator
from pathlib import Path

from reviewflow.cli.finding import Finding
from reviewflow.cli.session import Session

_THEN = "Letters that were set aside meanwhile: `reviewflow deliveries requeue --all`."


def secrets(session: Session) -> Iterator[Finding]:
    """Whose channel wants which secret that cannot be read; nothing where no channel wants any."""
    wanted = list(_wanted(session))
    if not wanted:
        return
    folder = session.app.settings.server.secrets_folder
    listed = "; ".join(f"{whose}: {name!r}" for whose, name in wanted)
    if folder and not Path(folder).is_dir():
        remedy = "Make it, or name another under [secrets] in server.toml."
        yield Finding("secrets", False, f"{folder} is no folder, and it should hold: {listed}", remedy)
    elif not folder and not os.environ.get("CREDENTIALS_DIRECTORY"):
        says = f"no folder of secrets is known to this shell, and a worker needs: {listed}"
        remedy = "Name one under [secrets] in server.toml, unless the worker is started with CREDENTIALS_DIRECTORY."
        yield Finding("secrets", True, says, remedy, is_warning=True)
    else:
        yield from _each(session, wanted)


def documents_key(session: Session) -> Iterator[Finding]:
    """The key that opens documents; nothing where none is named and none was ever needed."""
    from reviewflow.engine.documents.master import faults, key_file

    app = session.app
    found = list(faults(app.engine, app.settings))
    for says, remedy in found:
        yield Finding("documents", False, says, remedy)
    file = key_file(app.engine, app.settings)
    if file is not None and not found:
        yield Finding("documents", True, f"{file} opens what is stored; keep a copy apart from the database")


def _each(session: Session, wanted: list[tuple[str, str]]) -> Iterator[Finding]:
    from reviewflow.notify.secrets import secrets_of
    from reviewflow.notify.senders import Undeliverable

    read, is_whole = secrets_of(session.app.settings.server), True
    for whose, name in wanted:
        try:
            read(name)
        except Undeliverable as error:
            is_whole = False
            yield Finding("secrets", False, f"{whose}: {error}", _THEN)
    if is_whole:
        yield Finding("secrets", True, f"each of the {len(wanted)} that channels name can be read")


def _wanted(session: Session) -> Iterator[tuple[str, str]]:
    """Who wants it, and its name."""
    from reviewflow.nouns.contact import ChannelKind
    from reviewflow.store.database import reading
    from reviewflow.store.lookups import channels_by_person

    server = session.app.settings.server
    with reading(session.app.engine) as connection:
        by_person = channels_by_person(connection)
    is_mailed = ChannelKind.EMAIL in server.channels
    for person, channels in by_person.items():
        for channel in channels:
            is_mailed = is_mailed or channel.kind is ChannelKind.EMAIL
            if channel.secret:
                yield f"{channel.name} of {person}", channel.secret
    if is_mailed and server.smtp.user:
        yield "[smtp] password", server.smtp.password
    if server.openid.client_secret:
        yield "[openid] client_secret", server.openid.client_secret
