"""The proxy of config/deploy/nginx.conf, as nginx itself runs it before a server."""

import contextlib
import http.client
import http.server
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from fastapi.routing import APIRoute

from reviewflow.api import entrance, openid, passkeys
from reviewflow.nouns.paths import API

NAME, CONF = "reviews.example", Path(__file__).resolve().parents[2] / "config" / "deploy" / "nginx.conf"


class Behind(http.server.BaseHTTPRequestHandler):
    """Stands where reviewflow does, and keeps what reaches it."""

    protocol_version = "HTTP/1.1"
    seen: list[dict[str, str]]

    def do_GET(self) -> None:
        """Take it down, and answer."""
        self.rfile.read(int(self.headers.get("content-length", "0")))
        self.seen.append({name.lower(): value for name, value in self.headers.items()} | {":path": self.path})
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.send_header("Strict-Transport-Security", "max-age=1")
        self.end_headers()
        self.wfile.write(b"ok")

    do_POST = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


class Proxy:
    """An nginx with the configuration as it is shipped, but for ports and folders."""

    def __init__(self, folder: Path, seen: list[dict[str, str]], ports: tuple[int, int], trust: trustme.CA) -> None:
        self.folder, self.seen, (self.plain, self.tls) = folder, seen, ports
        self.context = ssl.create_default_context()
        trust.configure_trust(self.context)

    def ask(self, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> http.client.HTTPResponse:
        """One request over TLS to the name."""
        raw = self.context.wrap_socket(socket.create_connection(("127.0.0.1", self.tls), 10), server_hostname=NAME)
        connection = http.client.HTTPConnection(NAME)
        connection.sock = raw
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body or None, sent)
        answer = connection.getresponse()
        answer.body = answer.read()  # type: ignore[attr-defined]
        connection.close()
        return answer


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def configured(folder: Path, backend: int, ports: tuple[int, int]) -> Path:
    """The shipped file within the least that nginx asks for; only addresses and folders are changed."""
    text = CONF.read_text()
    for old, new in (
        ("listen 80 ", f"listen 127.0.0.1:{ports[0]} "), ("listen 443 ", f"listen 127.0.0.1:{ports[1]} "),
        ("127.0.0.1:8000", f"127.0.0.1:{backend}"), ("/etc/ssl/reviewflow", str(folder)),
        ("/var/log/nginx", str(folder)),
    ):  # fmt: skip
        assert old in text
        text = text.replace(old, new)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = folder / "nginx.conf"
    head = f"daemon off;\nmaster_process off;\npid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
    whole.write_text(f"{head}http {{\n{temporary}{text}}}\n")
    return whole


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """nginx before a server that keeps what it is asked."""
    nginx, folder = (
        shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/bin"),
        tmp_path_factory.mktemp("nginx"),
    )
    assert nginx, "nginx is missing: scripts/test installs it on Debian; elsewhere it is yours to install."
    trust, ports, seen = trustme.CA(), (free_port(), free_port()), []  # type: ignore[var-annotated]
    issued = trust.issue_cert(NAME)
    issued.private_key_pem.write_to_path(folder / "key.pem")
    issued.cert_chain_pems[0].write_to_path(folder / "fullchain.pem")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Kept", (Behind,), {"seen": seen}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    whole = configured(folder, server.server_address[1], ports)
    tried = subprocess.run([nginx, "-t", "-p", folder, "-c", whole], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
    assert "warn" not in tried.stderr, tried.stderr
    with subprocess.Popen([nginx, "-p", folder, "-c", whole]) as process:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", ports[1]), 1):
                break
        try:
            yield Proxy(folder, seen, ports, trust)
        finally:
            process.terminate()
            server.shutdown()


def test_client_is_who_it_is_and_not_who_it_says(proxy: Proxy) -> None:
    """What a caller claims of addresses, names and schemes does not pass; the real ones do, once."""
    claimed: Any = {"X_Forwarded_For": "10.9.9.9", "X_Forwarded_Proto": "http", "X_Forwarded_Host": "evil.example"}
    assert proxy.ask("/api/v1/me", **claimed, Forwarded="for=10.9.9.9", X_Real_IP="10.9.9.9").status == 200
    got = proxy.seen[-1]
    assert got["x-forwarded-for"] == "127.0.0.1"
    assert got["x-forwarded-proto"] == "https"
    assert got["host"] == NAME
    assert not {"x-forwarded-host", "forwarded", "x-real-ip", "x-forwarded-port"} & set(got)


def test_browsers_are_told_to_stay_with_tls(proxy: Proxy) -> None:
    """Every answer says it once, those of the proxy itself too, and none names the proxy's version."""
    for path, status in (("/api/v1/me", 200), ("/", 404), ("/.git/config", 404)):
        answer = proxy.ask(path)
        assert answer.status == status
        assert answer.headers.get_all("strict-transport-security") == ["max-age=31536000; includeSubDomains"]
        assert answer.headers["server"] == "nginx"


def test_nothing_is_answered_in_the_clear_or_for_another_name(proxy: Proxy) -> None:
    """Over plain http there is nothing, not even a redirect; a handshake for another name is refused."""
    connection = http.client.HTTPConnection("127.0.0.1", proxy.plain, timeout=10)
    connection.request("GET", "/api/v1/me", headers={"Authorization": "Bearer rfl_x", "Host": NAME})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["location"]) == (404, None)
    connection.close()
    with pytest.raises(ssl.SSLError), socket.create_connection(("127.0.0.1", proxy.tls), 10) as raw:
        proxy.context.wrap_socket(raw, server_hostname="other.example")
    assert len([got for got in proxy.seen if got.get("authorization") == "Bearer rfl_x"]) == 0


def test_old_protocols_are_refused(proxy: Proxy) -> None:
    """TLS before 1.2 is not spoken; 1.3 is."""
    proxy.context.minimum_version = ssl.TLSVersion.TLSv1_3
    assert proxy.ask("/api/v1/me").status == 200
    proxy.context.minimum_version = ssl.TLSVersion.TLSv1_2
    assert {"TLSv1.2", "TLSv1.3"} == set(CONF.read_text().partition("ssl_protocols ")[2].partition(";")[0].split())


def test_sizes_are_bounded(proxy: Proxy) -> None:
    """Bodies and headers that are too long end at the proxy; a document may be long."""
    assert proxy.ask("/api/v1/reviews", "POST", b"x" * 1_100_000).status == 413
    assert proxy.ask("/api/v1/me", X_Long="x" * 20_000).status in (400, 431)
    assert proxy.ask("/api/v1/reviews/RV-1/documents", "POST", b"x" * 1_100_000).status == 200


def test_doors_are_knocked_at_slowly(proxy: Proxy) -> None:
    """One address may try to sign in ten times at once, then once a second; other paths are not slowed by it."""
    found = [proxy.ask("/api/v1/session", "POST", b"{}").status for _ in range(16)]
    assert found[:9] == [200] * 9
    assert 429 in found[9:]
    assert proxy.ask("/api/v1/me").status == 200


def test_every_door_is_a_slow_one() -> None:
    """Each address at which one may try to come in, without being known or by a password, is one of the slow ones."""
    tried = [*entrance.open_doors.routes, *passkeys.open_doors.routes, *openid.open_doors.routes]
    paths = {route.path for route in tried if isinstance(route, APIRoute)} | {"/me/prove", "/me/password"}
    assert len(paths) > 6
    assert not_slow(CONF.read_text(), paths) == set()
    assert not_slow(CONF.read_text(), {"/session/other"}) == {"/session/other"}


def not_slow(text: str, paths: set[str]) -> set[str]:
    """Which addresses of the API the configuration does not slow down."""
    place = text[: text.index("limit_req zone=reviewflow_doors burst")].rpartition("location ~ ")[2].partition(" {")[0]
    return {path for path in paths if not re.search(place, API + path)}


def test_log_of_the_proxy_has_no_secret(proxy: Proxy) -> None:
    """Neither tokens, nor queries, nor the secret address of a calendar."""
    proxy.ask("/api/v1/calendar/MY-SECRET.ics", Authorization="Bearer rfl_hidden")
    proxy.ask("/api/v1/queue?after=QUERY-SECRET")
    deadline, said = time.monotonic() + 10, ""
    while "/queue" not in said and time.monotonic() < deadline:
        said = (proxy.folder / "reviewflow.log").read_text()
    assert "/api/v1/calendar/-" in said
    everything = "".join(path.read_text() for path in proxy.folder.glob("*.log"))
    assert not [secret for secret in ("MY-SECRET", "rfl_hidden", "QUERY-SECRET") if secret in everything]
