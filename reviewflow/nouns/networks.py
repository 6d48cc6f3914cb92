"""The networks to which this system opens no connection, each with what it is; and what is this machine itself."""

from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
LOOPBACK = "this machine itself"

# The registries of special-purpose addresses (RFC 6890 and what came after it), written out here so that no update of
# a library opens one of them; the first that fits gives the reason.
CLOSED: tuple[tuple[str, str], ...] = (
    ("0.0.0.0/8", "this network, or no address"),
    ("10.0.0.0/8", "a private network"),
    ("100.64.0.0/10", "the network of a carrier's translation"),
    ("127.0.0.0/8", LOOPBACK),
    ("169.254.0.0/16", "link-local"),
    ("168.63.129.16/32", "a cloud's own service"),  # it looks public, and answers inside the cloud
    ("172.16.0.0/12", "a private network"),
    ("192.0.0.0/24", "kept for protocols"),
    ("192.0.2.0/24", "kept for documentation"),
    ("192.31.196.0/24", "a sink of wrong name requests"),
    ("192.52.193.0/24", "a relay of multicast"),
    ("192.88.99.0/24", "a relay of 6to4"),
    ("192.168.0.0/16", "a private network"),
    ("192.175.48.0/24", "a sink of wrong name requests"),
    ("198.18.0.0/15", "kept for measurements"),
    ("198.51.100.0/24", "kept for documentation"),
    ("203.0.113.0/24", "kept for documentation"),
    ("224.0.0.0/4", "multicast"),
    ("255.255.255.255/32", "broadcast"),
    ("240.0.0.0/4", "reserved"),
    ("::1/128", LOOPBACK),
    ("::/128", "no address"),
    ("::ffff:0:0/96", "an IPv4 address mapped into IPv6"),
    ("::ffff:0:0:0/96", "an IPv4 address translated into IPv6"),
    ("::/96", "an IPv4 address written as IPv6"),
    ("64:ff9b::/96", "an IPv4 address behind a translator"),
    ("64:ff9b:1::/48", "an IPv4 address behind a translator"),
    ("100::/64", "a sink that discards"),
    ("100:0:0:1::/64", "kept for protocols"),
    ("2001::/32", "a Teredo tunnel"),
    ("2001:2::/48", "kept for measurements"),
    ("2001:10::/28", "an identifier, no address"),
    ("2001:20::/28", "an identifier, no address"),
    ("2001::/23", "kept for protocols"),
    ("2001:db8::/32", "kept for documentation"),
    ("2002::/16", "a 6to4 tunnel"),
    ("2620:4f:8000::/48", "a sink of wrong name requests"),
    ("3ffe::/16", "an old test network"),
    ("3fff::/20", "kept for documentation"),
    ("5f00::/16", "kept for segment routing"),
    ("fc00::/7", "a private network"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "site-local"),
    ("ff00::/8", "multicast"),
    # Only 2000::/3 is given out for use on the internet; what is around it is closed as a whole.
    ("::/3", "reserved"),
    ("4000::/2", "reserved"),
    ("8000::/1", "reserved"),
)


@cache
def closed_networks() -> tuple[tuple[IPv4Network | IPv6Network, str], ...]:
    """The list above, read once."""
    return tuple((ip_network(text), what) for text, what in CLOSED)


def closed(address: Address) -> str | None:
    """What the address is, where nothing may be sent to it; None where it is an ordinary one of the internet."""
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return "bound to a network card"
    return next((what for network, what in closed_networks() if address in network), None)


def is_loopback(address: Address) -> bool:
    """127.0.0.0/8 and ::1, in no disguise."""
    return closed(address) == LOOPBACK


def is_here(host: str) -> bool:
    """Whether a host is this machine, by its name alone: what goes there without encryption crosses no wire."""
    try:
        return host.lower().rstrip(".") == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
