"""The form of a webhook's address: one spelling that only one reader can read, and no name looked up."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from reviewflow.nouns.networks import Address, closed, is_loopback

LONGEST = 2_000
PORTS = {"https": 443, "http": 80}
# RFC 3986 without user names, fragments and everything that two readers might understand in two ways.
FORM = re.compile(
    r"(?P<scheme>https?)://(?:\[(?P<six>[0-9a-f:.]+)\]|(?P<host>[a-z0-9.-]+))(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<path>/(?:[a-z0-9._~!$&'()*+,;=:@/?-]|%[0-9a-f]{2})*)?",
    re.IGNORECASE | re.ASCII,
)
# A last part that is no number: 127.1, 0x7f.1 and 2130706433 are addresses to some readers and names to others.
NAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{0,58}[a-z0-9])", re.ASCII)
QUAD = re.compile(r"(?:(?:0|[1-9][0-9]{0,2})(?:\.(?!$)|$)){4}", re.ASCII)
LOCAL_NAMES = ("localhost", "localdomain", "local", "internal", "intranet", "lan", "arpa", "onion", "alt")


@dataclass(frozen=True)
class Target:
    """Whereto a webhook is sent; `address` where the URL names no host but an address."""

    scheme: str
    host: str  # in small letters, an IPv6 address without its brackets
    port: int
    path: str  # with the query
    address: Address | None = None

    @property
    def authority(self) -> str:
        """Host and port as the header Host has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def fault(url: str, *, allows_loopback: bool = False) -> str | None:
    """Why this cannot be a webhook's address, as a full sentence; None where its form is right."""
    try:
        read_target(url, allows_loopback=allows_loopback)
    except ValueError as error:
        return str(error)
    return None


def read_target(url: str, *, allows_loopback: bool = False) -> Target:
    """The parts of the URL; ValueError says what is wrong with it."""
    form = FORM.fullmatch(url) if len(url) <= LONGEST else None
    if form is None:
        raise ValueError(
            f"A webhook's address has the form https://host/path, at most {LONGEST} characters, without a user name, "
            "a fragment or odd characters; write other characters of the path as %xx, of the host in its xn-- form."
        )
    scheme, host = form["scheme"].lower(), (form["host"] or form["six"]).lower()
    port = int(form["port"] or PORTS[scheme])
    if port > 65_535:
        raise ValueError(f"A webhook's port is a number up to 65535; {port} is none.")
    address = _address(host, is_six=form["six"] is not None)
    is_local = host == "localhost" if address is None else is_loopback(address)
    if scheme != "https" and not (allows_loopback and is_local):
        raise ValueError("A webhook's address begins with https://; nothing is sent unencrypted.")
    if not (allows_loopback and is_local):
        _check(host, address)
    return Target(scheme, host if address is None else str(address), port, form["path"] or "/", address)


def _address(host: str, *, is_six: bool) -> Address | None:
    """An address in its usual spelling; a spelling that is not usual is left to be refused as a name."""
    try:
        if is_six:
            return IPv6Address(host)
        return IPv4Address(host) if QUAD.fullmatch(host) else None
    except ValueError as error:
        raise ValueError(f"The webhook's host {host} is not an address.") from error


def _check(host: str, address: Address | None) -> None:
    if address is not None:
        what = closed(address)
        if what:
            raise ValueError(f"Nothing is sent to the address {host}: it is {what}. Name a host on the internet.")
    elif len(host) > 253 or not NAME.fullmatch(host):
        raise ValueError(
            f"The webhook's host {host} is not the full name of a host, such as hooks.lab.example; an address is "
            "written as four plain numbers, or in brackets."
        )
    elif host.rpartition(".")[2] in LOCAL_NAMES:
        raise ValueError(f"The webhook's host {host} is a name inside a network. Name a host on the internet.")
