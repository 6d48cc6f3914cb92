"""Where a server is, and whether a token may be sent there."""

from urllib.parse import urlsplit

from reviewflow.errors import Invalid
from reviewflow.nouns.networks import is_here
from reviewflow.nouns.paths import API


def api_of(url: str) -> str:
    """The address of the API of a server; Invalid where a token would cross a network in the clear."""
    remedy = "Give one such as https://reviews.example, or http://127.0.0.1:8000 on this machine."
    text = url.strip().rstrip("/").removesuffix(API)
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise Invalid(f"The server's address {url!r} cannot be read: {error}.", remedy=remedy) from error
    if parts.scheme not in ("https", "http") or not host:
        raise Invalid(f"The server's address {url!r} is none of https.", remedy=remedy)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise Invalid("The server's address holds more than a host, a port and a path.", remedy=remedy)
    if parts.scheme == "http" and not is_here(host):
        raise Invalid(
            f"To {host} a token would cross the network in the clear: http is for this machine.", remedy=remedy
        )
    return f"{text}{API}"
