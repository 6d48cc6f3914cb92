"""`[openid]` of `server.toml`: the provider that people may sign in with."""

from urllib.parse import urlsplit

from reviewflow.nouns.networks import is_here
from reviewflow.nouns.server import OpenId
from reviewflow.settings.fields import Fields

NAME = "write the name of a secret, without a point"
SECRET = r"[a-z0-9][a-z0-9_-]*|"  # without a point: such names are for channels of organizations  # nosec B105


def read_openid(table: Fields) -> OpenId:
    """The whole table; notes a fault where what is secret would cross a wire in the clear."""
    issuer = table.text("issuer", "", like=r"(https?://[^?#\s@]+)?", remedy="write the address that it names itself by")
    if issuer and not is_safe(issuer):
        remedy = "write one that begins with https:// (http is for a provider on this machine)"
        table.fault("issuer", f"cannot be {issuer!r}", remedy)
    found = OpenId(
        issuer=issuer,
        client_id=table.text("client_id", "", like=r"[\x20-\x7e]*"),
        client_secret=table.text("client_secret", "", like=SECRET, remedy=NAME),
        trusts_email=table.boolean("trust_email", False),
    )
    if issuer and not found.client_id:
        table.fault("client_id", "is missing", "write the name that the provider knows this installation by")
    table.finish()
    return found


def is_safe(url: str) -> bool:
    """Whether what goes there crosses no wire in the clear: https, or this machine."""
    try:
        parts = urlsplit(url)
        host, is_plain = parts.hostname or "", parts.scheme == "http" and is_here(parts.hostname or "")
        return bool(host) and parts.port != 0 and (parts.scheme == "https" or is_plain)
    except ValueError:
        return False
