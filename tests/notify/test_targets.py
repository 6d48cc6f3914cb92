"""Where webhooks go: nowhere but to the internet, however the address is written and whatever its name leads to."""

import socket
import threading
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewflow.notify.senders import Undeliverable
from reviewflow.notify.targets import addresses, target_of
from reviewflow.notify.webhook import webhook_sender
from reviewflow.nouns.networks import CLOSED, Address, closed, closed_networks, is_loopback
from reviewflow.nouns.server import Server
from reviewflow.nouns.targets import fault, read_target
from tests.notify import hostile
from tests.notify.receiver import KEY, Names, letter_to

FORMS = [*hostile.ODD_SPELLINGS, *hostile.CLOSED_ADDRESSES, *hostile.ODD_FORMS]
LOCAL_NAMES: list[tuple[str, list[str]]] = [
    (url, ["127.0.0.1", "::1"]) for url in hostile.LOOPBACK if "localhost" in url.lower()
]


class Canary:
    """Listens on this machine, and counts every attempt of this process to connect to anything."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.tried: list[Any] = []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.listening.settimeout(0)
        self.port = self.listening.getsockname()[1]
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, self.counted(getattr(socket.socket, name)))

    def counted(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def connect(sock: socket.socket, address: Any) -> Any:
            self.tried.append(address)
            assert address[0] == "127.0.0.1", "the tests reach nobody else"
            return real(sock, address)

        return connect

    @property
    def was_reached(self) -> bool:
        try:
            self.listening.accept()[0].close()
        except BlockingIOError:
            return False
        return True


@pytest.fixture
def canary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Canary]:
    canary = Canary(monkeypatch)
    yield canary
    canary.listening.close()


def refused(url: str, names: Names, *, allows_loopback: bool = False) -> bool:
    server = Server(allows_loopback=allows_loopback, send_seconds=1)
    try:
        webhook_sender(server, lambda _: KEY, names)(letter_to(url))
    except Undeliverable as reason:
        assert str(reason).endswith("."), reason
        return "cannot be reached" not in str(reason) and "did not answer" not in str(reason)
    return False


def hostile_urls(port: int) -> list[tuple[str, list[str]]]:
    """All of them, each with what its name leads to; where no answer is given, the worst one is."""
    plain = [(url, ["127.0.0.1"]) for url in [*hostile.LOOPBACK, *FORMS]]
    pairs = [*plain, *hostile.NAMES, *hostile.NAMES_INSIDE]
    return [(url.replace("{port}", str(port)), answers) for url, answers in pairs]


def test_hostile_urls_are_never_connected_to(canary: Canary) -> None:
    """More than 200 hostile URLs: each is refused in a full sentence, and not one connection is tried."""
    urls = hostile_urls(canary.port)
    assert len({url for url, _ in urls}) == len(urls) >= 200
    assert [url for url, answers in urls if not refused(url, Names(answers))] == []
    assert canary.tried == []
    assert not canary.was_reached


def test_canary_can_be_reached(canary: Canary) -> None:
    """The count above would have seen a connection."""
    assert not refused(f"http://127.0.0.1:{canary.port}/", Names([]), allows_loopback=True)
    assert canary.tried == [("127.0.0.1", canary.port)]
    assert canary.was_reached


def test_form_alone_refuses_without_a_look_up(canary: Canary) -> None:
    """What can be seen in the URL is refused when it is registered, and no name is looked up for it."""
    names = Names(["8.8.8.8"])
    for url in (url.replace("{port}", str(canary.port)) for url in [*hostile.LOOPBACK, *FORMS]):
        assert fault(url), url
        assert refused(url, names), url
    assert names.asked == []


def test_development_admits_loopback_and_nothing_else(canary: Canary) -> None:
    """The setting opens loopback in its usual spelling, over http too, and not one of the others."""
    for url, answers in [(url, ["127.0.0.1"]) for url in FORMS] + hostile.NAMES_INSIDE:
        assert refused(url.replace("{port}", str(canary.port)), Names(answers), allows_loopback=True), url
    assert canary.tried == []
    for url, answers in [(url, ["127.0.0.1"]) for url in hostile.LOOPBACK] + hostile.NAMES:
        target = target_of(url.replace("{port}", str(canary.port)), allows_loopback=True)
        assert addresses(target, Names(answers), allows_loopback=True, seconds=5), url


def test_unencrypted_goes_to_this_machine_only() -> None:
    """Over http even the name localhost must lead to this machine."""
    target = target_of("http://localhost/", allows_loopback=True)
    with pytest.raises(Undeliverable, match="not this machine"):
        addresses(target, Names(["8.8.8.8"]), allows_loopback=True, seconds=5)


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://hooks.lab.example/", ("hooks.lab.example", 443, "/", "hooks.lab.example")),
        ("https://hooks.lab.example", ("hooks.lab.example", 443, "/", "hooks.lab.example")),
        ("HTTPS://Hooks.LAB.example:84/In?b=%2F", ("hooks.lab.example", 84, "/In?b=%2F", "hooks.lab.example:84")),
        ("https://xn--hks-1ga.example/", ("xn--hks-1ga.example", 443, "/", "xn--hks-1ga.example")),
        ("https://a.xn--p1ai/", ("a.xn--p1ai", 443, "/", "a.xn--p1ai")),
        ("https://8.8.8.8:443/", ("8.8.8.8", 443, "/", "8.8.8.8")),
        ("https://[2606:4700:0::1]:444/x", ("2606:4700::1", 444, "/x", "[2606:4700::1]:444")),
    ],
)  # fmt: skip
def test_ordinary_urls_are_read(url: str, parts: tuple[str, int, str, str]) -> None:
    """Host, port and path as they are sent; an address needs no look-up."""
    assert fault(url) is None
    target = read_target(url)
    assert (target.host, target.port, target.path, target.authority) == parts
    names = Names(["8.8.8.8", "2606:4700::1", "8.8.8.8"])
    found = addresses(target, names, allows_loopback=False, seconds=5)
    assert found == ((parts[0],) if target.address else ("8.8.8.8", "2606:4700::1"))
    assert names.asked == ([] if target.address else [(parts[0], parts[1])])


def test_resolver_that_hangs_is_left_behind() -> None:
    """A look-up that does not come back takes no longer than it may, and one that fails is told."""
    over = threading.Event()
    target = read_target("https://hooks.lab.example/")
    with pytest.raises(Undeliverable, match="could not be looked up"):
        addresses(target, lambda *_, **__: [over.wait() for _ in "x"] and [], allows_loopback=False, seconds=0.01)
    over.set()

    def fails(*_: Any, **__: Any) -> list[tuple[Any, ...]]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(Undeliverable, match="no address: Name or service not known"):
        addresses(target, fails, allows_loopback=False, seconds=5)


# ---------------------------------------------------------------------------- every address, every spelling

SIXES = [ip_network(text) for text, _ in CLOSED if ":" in text]
FOURS = [ip_network(text) for text, _ in CLOSED if ":" not in text]


def inside(networks: list[Any]) -> st.SearchStrategy[Any]:
    """An address in one of the networks, its first and last as likely as the rest."""
    edges = [st.sampled_from([n[0], n[-1]]) | st.integers(0, n.num_addresses - 1).map(n.__getitem__) for n in networks]
    return st.one_of(edges)


def spellings_of_four(address: IPv4Address) -> list[str]:
    """What inet_aton, browsers and unwary programs take for this address."""
    number, parts = int(address), str(address).split(".")
    a, b, c, d = map(int, parts)
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    return [
        str(address), f"{address}.", str(number), hex(number), f"0{number:o}", f"{a}.{number & 0xFFFFFF}",
        f"{a}.{b}.{(c << 8) + d}", ".".join(f"{int(p):03}" for p in parts), ".".join(hex(int(p)) for p in parts),
        ".".join(f"0{int(p):o}" for p in parts), str(address).translate(wide), str(address).replace(".", "。"),
        str(address).replace(".", "%2e"), "".join(f"%{ord(sign):02x}" for sign in str(address)), f"[{address}]",
        f"[::ffff:{address}]", f"[::{address}]", f"[64:ff9b::{address}]",
        f"[::ffff:{number >> 16:x}:{number & 0xFFFF:x}]", f"[2002:{number >> 16:x}:{number & 0xFFFF:x}::1]",
        f"[::ffff:0:{address}]",
    ]  # fmt: skip


def spellings_of_six(address: IPv6Address) -> list[str]:
    head, tail = address.exploded.rsplit(":", 2)[0], IPv4Address(int(address) & 0xFFFFFFFF)
    texts = [address.compressed, address.exploded, address.exploded.upper(), f"{head}:{tail}"]
    return [*(f"[{text}]" for text in texts), f"[{address}%25eth0]", f"[{address}%1]", str(address)]


@given(inside(FOURS) | inside(SIXES))
def test_closed_address_is_refused_in_every_spelling(address: Address) -> None:
    """Written in the URL or answered by the name service, an address of a closed network is never one to connect to."""
    texts = spellings_of_four(address) if isinstance(address, IPv4Address) else spellings_of_six(address)
    for text in texts:
        assert fault(f"https://{text}/"), text
        if not is_loopback(address):
            assert fault(f"https://{text}/", allows_loopback=True), text
    with pytest.raises(Undeliverable):
        named = read_target("https://hooks.lab.example/")
        addresses(named, Names(["8.8.8.8", str(address)]), allows_loopback=False, seconds=5)


OPEN_SIX = st.integers(int(IPv6Address("2000::")), int(IPv6Address("3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")))


@given((st.integers(0, 2**32 - 1).map(IPv4Address) | OPEN_SIX.map(IPv6Address)).filter(lambda a: closed(a) is None))
def test_open_address_passes(address: Address) -> None:
    """What no list names is connected to as it is, and the standard library knows of nothing against it either."""
    text = str(address) if isinstance(address, IPv4Address) else f"[{address}]"
    target = read_target(f"https://{text}/")
    assert addresses(target, Names([]), allows_loopback=False, seconds=5) == (str(address),)
    assert address.is_global
    assert not address.is_multicast


@given((st.integers(0, 2**32 - 1).map(IPv4Address)) | st.integers(0, 2**128 - 1).map(IPv6Address))
def test_list_holds_what_the_library_holds(address: Address) -> None:
    """Whatever the standard library calls private, reserved or not global is closed here."""
    if not address.is_global or address.is_reserved or address.is_multicast:
        assert closed(address)


WHAT = {
    "this machine itself": "127.0.0.1 ::1",
    "a private network": "10.0.0.1 172.16.0.1 192.168.0.1 fc00::1 fd00::1",
    "link-local": "169.254.169.254 fe80::1",
    "broadcast": "255.255.255.255",
    "multicast": "224.0.0.1 ff02::1",
    "no address": "0.0.0.0 ::",
    "mapped into IPv6": "::ffff:8.8.8.8",
    "translated into IPv6": "::ffff:0:8.8.8.8",
    "written as IPv6": "::8.8.8.8",
    "behind a translator": "64:ff9b::8.8.8.8 64:ff9b:1::1",
    "a Teredo tunnel": "2001::1",
    "a 6to4 tunnel": "2002::1",
    "site-local": "fec0::1",
    "a sink that discards": "100::1",
    "kept for protocols": "192.0.0.1 100:0:0:1::1 2001:1::1",
    "kept for measurements": "198.18.0.1 2001:2::1",
    "kept for documentation": "192.0.2.1 2001:db8::1 3fff::1",
    "an identifier, no address": "2001:10::1 2001:20::1",
    "kept for segment routing": "5f00::1",
}


def test_reason_says_what_the_address_is() -> None:
    """Who registers an address reads what is against it, in the narrowest words there are."""
    for what, texts in WHAT.items():
        for text in texts.split():
            assert str(closed(ip_address(text))).endswith(what), text


def test_most_of_the_internet_is_open() -> None:
    """The list does not grow by a slip: it closes 13 to 14 % of IPv4 and no well-known public resolver."""
    nets = [n for n, _ in closed_networks() if isinstance(n, IPv4Network)]
    share = sum(n.num_addresses for n in nets if not any(n != m and n.subnet_of(m) for m in nets)) / 2**32
    assert 0.13 < share < 0.14
    for text in ("1.1.1.1", "8.8.8.8", "9.9.9.9", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0"):
        assert closed(IPv4Address(text)) is None, text
    for text in (
        "2606:4700:4700::1111",
        "2001:4860:4860::8888",
        "2620:fe::fe",
        "2001:200::1",
        "2a00:1450::1",
        "2400::1",
    ):
        assert closed(IPv6Address(text)) is None, text
