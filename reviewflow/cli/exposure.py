"""What `reviewflow check` looks at of who may come to the data: over the network, or on the machine."""

import stat
from collections.abc import Iterator
from pathlib import Path

from reviewflow.cli.finding import Finding
from reviewflow.cli.session import Session

_OTHERS = 0o077


def exposure(session: Session) -> Iterator[Finding]:
    """Whether the proxy that public_url speaks of is believed; nothing where there is no such address."""
    api = session.app.settings.server.api
    if not api.public_url.startswith("https:"):
        return
    if api.trusted_proxies:
        yield Finding("exposure", True, f"{api.public_url} is served behind {', '.join(api.trusted_proxies)}")
        return
    says = f"{api.public_url} is served by a proxy, and none is trusted: all its callers seem to be one, without TLS"
    remedy = "Name its addresses as trusted_proxies under [api] in server.toml; else no password or token is taken."
    yield Finding("exposure", True, says, remedy, is_warning=True)


def permissions(session: Session) -> Iterator[Finding]:
    """Whether an SQLite file, and what SQLite keeps beside it, is its owner's alone."""
    from reviewflow.store.database import file_of

    file = file_of(session.app.engine)
    if file is None:
        return
    beside = [Path(f"{file}{end}") for end in ("", "-wal", "-shm")]
    modes = {each: stat.S_IMODE(each.stat().st_mode) for each in beside if each.exists()}
    is_open = {each: mode for each, mode in modes.items() if mode & _OTHERS}
    if not is_open:
        yield Finding("permissions", True, f"{file} is open to its owner alone")
        return
    says = ", ".join(f"{each} (mode {mode:04o})" for each, mode in is_open.items())
    remedy = f"All that is on record can be read there: `chmod 600 {' '.join(map(str, is_open))}`."
    yield Finding("permissions", True, f"open to others: {says}", remedy, is_warning=True)
