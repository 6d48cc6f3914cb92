"""`[api]` and `[release_check]` of `server.toml`: how programs are served, and where a release check stops."""

from ipaddress import ip_network
from urllib.parse import urlsplit

from reviewflow.nouns.gate import ReleaseFact
from reviewflow.nouns.server import Api
from reviewflow.settings.fields import Fields

NAME = r"[a-z][a-z0-9_-]{0,30}"


def read_api(fields: Fields, gates: Fields) -> Api:
    """Both tables; what is written under [release_check] replaces or adds to the gates that there are."""
    default = Api()

    def number(key: str, usual: int, at_most: int, at_least: int = 1) -> int:
        return fields.integer(key, usual, at_least=at_least, at_most=at_most)

    return Api(
        public_url=_origin(fields),
        trusted_proxies=_proxies(fields),
        person_rate=number("person_rate", default.person_rate, 1_000_000),
        address_rate=number("address_rate", default.address_rate, 1_000_000),
        body_bytes=number("body_bytes", default.body_bytes, 100_000_000, 1_000),
        grace_seconds=number("grace_seconds", default.grace_seconds, 3600),
        threads=number("threads", default.threads, 1000),
        gates={**default.gates, **_gates(gates)},
    )


def _origin(fields: Fields) -> str:
    url = fields.text("public_url", "", like=r"(https?://[^/?#\s@]+)?")
    if url and not _is_url(url):
        fields.fault("public_url", f"cannot be {url!r}", "write scheme, host and port, such as https://reviews.example")
    return url


def _is_url(url: str) -> bool:
    try:
        return bool(urlsplit(url).hostname) and urlsplit(url).port != 0
    except ValueError:
        return False


def _proxies(fields: Fields) -> tuple[str, ...]:
    found = fields.texts("trusted_proxies")
    for proxy in found:
        try:
            ip_network(proxy)
        except ValueError:
            fields.fault("trusted_proxies", f"cannot hold {proxy!r}", "write addresses or networks, such as 10.0.0.7")
    return found


def _gates(fields: Fields) -> dict[str, tuple[str, ...]]:
    names = fields.names(NAME, "write one of small letters, such as strict")
    return {name: fields.choices(name, ReleaseFact) for name in names}
