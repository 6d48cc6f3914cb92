"""What `reviewflow check` looks at of how the server is reached from outside."""

from collections.abc import Iterator

from reviewflow.cli.finding import Finding
from reviewflow.cli.session import Session


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
