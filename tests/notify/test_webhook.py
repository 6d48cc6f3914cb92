"""Webhooks: signed so that others can check it, in the form that others know, and patient with nobody for long."""

import json
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme
from cloudevents.core.formats.json import JSONFormat
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from reviewflow import clock
from reviewflow.notify import exchange, signature
from reviewflow.notify.secrets import secrets_of
from reviewflow.notify.senders import Sender, Undeliverable, senders_for
from reviewflow.notify.webhook import LONGEST_WAIT, cloud_event, wait, webhook_sender
from reviewflow.nouns.contact import ChannelKind
from reviewflow.nouns.server import Server
from tests.notify import cases, node
from tests.notify.receiver import HOST, KEY, Handler, Names, Receiver, letter_to

NEW_KEY = "whsec_" + "bmV3IGtleSBvZiB0d2VudHkgZm91ciBieXRlcw=="
AUTHORITY = trustme.CA()


def serving(receiver: Receiver) -> Iterator[Receiver]:
    thread = threading.Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield receiver
    receiver.shutdown()
    receiver.server_close()
    thread.join()


@pytest.fixture
def receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """Over TLS, with a certificate of an authority that SSL_CERT_FILE names."""
    AUTHORITY.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    yield from serving(Receiver(trusted(HOST)))


def trusted(*names: str, **options: Any) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert(*names, **options).configure_cert(context)
    return context


def sender(names: Names | None = None, *, secret: str = KEY, seconds: int = 5) -> Sender:
    server = Server(allows_loopback=True, send_seconds=seconds)
    return webhook_sender(server, lambda _: secret, names or Names(["127.0.0.1"]))


def url(receiver: Receiver, path: str = "/hooks/in?to=1") -> str:
    return f"https://{HOST}:{receiver.server_port}{path}"


def failure(send: Sender, address: str) -> Undeliverable:
    with pytest.raises(Undeliverable) as caught:
        send(letter_to(address))
    assert str(caught.value).endswith(".")
    return caught.value


# ---------------------------------------------------------------------------- what arrives


def test_published_vector_is_signed_as_published() -> None:
    """The vector of Standard Webhooks, and the official library's own signature of it, are ours to the byte."""
    message, at, body = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    published = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert Webhook(KEY).sign(message, datetime.fromtimestamp(at, UTC), body.decode()) == published
    assert signature.headers(KEY, message, at, body) == {
        "webhook-id": message, "webhook-timestamp": "1614265330", "webhook-signature": published,
    }  # fmt: skip


def test_letter_arrives_signed(receiver: Receiver) -> None:
    """The official library takes what arrived, and refuses it with another key, another body, another id, or late."""
    sender()(letter_to(url(receiver)))
    (request,) = receiver.requests
    assert (request.path, request.sni) == ("/hooks/in?to=1", HOST)
    assert request.headers["host"] == f"{HOST}:{receiver.server_port}"
    assert request.headers["content-type"] == "application/cloudevents+json; charset=utf-8"
    assert request.headers["webhook-id"] == "1" * 36
    found = Webhook(KEY).verify(request.body, request.headers)
    assert found == json.loads(request.body)
    late = {**request.headers, "webhook-timestamp": str(int(time.time()) - 3_600)}
    other = {**request.headers, "webhook-id": "2" * 36}
    for key, body, headers in (
        (NEW_KEY, request.body, request.headers), (KEY, request.body + b" ", request.headers),
        (KEY, request.body, late), (KEY, request.body, other),
    ):  # fmt: skip
        with pytest.raises(WebhookVerificationError):
            Webhook(key).verify(body, headers)


def test_second_attempt_says_the_same_at_another_time(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Id and body are constant; the signed time is that of the attempt."""
    send, now = sender(), clock.now()
    for step in (0, 90):
        monkeypatch.setattr(clock, "now", lambda step=step: now + timedelta(seconds=step))
        send(letter_to(url(receiver)))
    first, second = receiver.requests
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == json.loads(first.body)["id"]
    times = [int(request.headers["webhook-timestamp"]) for request in (first, second)]
    assert times == [int(now.timestamp()), int((now + timedelta(seconds=90)).timestamp())]
    Webhook(KEY).verify(second.body, second.headers)


def test_both_keys_sign_while_keys_are_changed(receiver: Receiver) -> None:
    """A secret of two lines signs with both, and a receiver that knows either of them is content."""
    sender(secret=f"{NEW_KEY}\n{KEY}\n")(letter_to(url(receiver)))
    (request,) = receiver.requests
    assert request.headers["webhook-signature"].count("v1,") == 2
    for key in (KEY, NEW_KEY):
        Webhook(key).verify(request.body, request.headers)


@pytest.mark.parametrize(
    "secret", ["", "word", "whsec_", "whsec_%%%", "whsec_c2hvcnQ=", "whsec_" + "c" * 88, KEY[6:], f"{KEY}\nanother"]
)
def test_secret_that_cannot_sign_is_named_and_not_shown(receiver: Receiver, secret: str) -> None:
    """Every line must be a key; the reason names the secret and never its value."""
    reason = str(failure(sender(secret=secret), url(receiver)))
    assert reason == (
        "The secret 'lab.hook' does not sign: a signing key is whsec_ and then 24 to 64 bytes in base64, one a line. "
        "Write it anew."
    )
    assert receiver.requests == []


# ---------------------------------------------------------------------------- its form


def events(count: int = 1) -> tuple[dict[str, Any], ...]:
    row = {"subject": "RV-7K3M-9QXC", "kind": "review", "seq": 7, "name": "lapsed", "effective_at": cases.AT}
    return ({**row, "recorded_at": cases.AT, "late_by": None, "digest": "c" * 64},) * count


def test_body_is_a_cloud_event(receiver: Receiver) -> None:
    """Each attribute is what CloudEvents 1.0 asks for, and the official library reads it."""
    letter = letter_to(url(receiver), events=events(2))
    sender()(letter)
    body = receiver.requests[0].body
    event = json.loads(body)
    assert list(event) == ["specversion", "id", "source", "type", "time", "subject", "datacontenttype", "data"]
    assert all(re.fullmatch(r"[a-z0-9]{1,20}", name) for name in event)
    assert event["specversion"] == "1.0"
    assert event["source"] == "mailto:reviewflow@office.example"
    assert event["type"] == "reviewflow.letter.v1"
    assert event["time"] == "2026-07-06T14:00:00Z"
    assert event["subject"] == "RV-7K3M-9QXC"
    assert event["data"]["letter"] == event["id"] == letter.id
    assert event["data"]["subject"] == letter.subject
    assert event["data"]["events"][1]["effective_at"] == "2026-07-06T14:00:00Z"
    read = JSONFormat().read(None, body)
    assert (read.get_specversion(), read.get_id(), read.get_time()) == ("1.0", letter.id, cases.AT)


SCHEMA = "cloudevents@10.0.0", "cloudevents/dist/schema/v1.js"
VALIDATE = """
const valid = require(process.argv[1]);
const events = JSON.parse(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(events.map(event => valid(event))));
"""


def test_body_fits_the_official_schema() -> None:
    """The JSON schema of CloudEvents, as its own package for Node carries it, takes ours and refuses a broken one."""
    good = [cloud_event(letter_to("", events=events())), cloud_event(letter_to("", refs=(), is_confidential=True))]
    broken = [{**good[0], "source": "a b"}, {**good[0], "time": "yesterday"}, {**good[0], "id": ""}]
    official = node.module(*SCHEMA)
    if official:
        line = ["node", "--eval", VALIDATE, str(official)]
        said = subprocess.run(line, input=json.dumps(good + broken), capture_output=True, text=True, check=True).stdout
        assert json.loads(said) == [True, True, False, False, False]
    for event in good:  # and without Node too
        assert JSONFormat().read(None, json.dumps(event)).get_type() == "reviewflow.letter.v1"


def test_letter_on_many_subjects_names_none_alone() -> None:
    """The attribute subject is there only where there is one."""
    event = cloud_event(letter_to("", refs=("RV-7K3M-9QXC", "AG-7K3M-9QXC")))
    assert "subject" not in event
    assert event["data"]["refs"] == ["RV-7K3M-9QXC", "AG-7K3M-9QXC"]


def test_text_goes_only_where_it_may() -> None:
    """The letter's words are there on a confidential channel, and nowhere else."""
    assert "text" not in cloud_event(letter_to(""))["data"]
    letter = letter_to("", is_confidential=True)
    assert cloud_event(letter)["data"]["text"] == letter.text


# ---------------------------------------------------------------------------- what is answered


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_success_is_one(receiver: Receiver, status: int) -> None:
    """2xx is success."""
    receiver.answer = lambda handler: handler.say(status)
    sender()(letter_to(url(receiver)))
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
def test_redirects_are_refused(receiver: Receiver, status: int) -> None:
    """Wherever a redirect leads, nobody goes there, and the reason does not say where."""
    receiver.answer = lambda handler: handler.say(status, Location=url(receiver, "/elsewhere"))
    reason = failure(sender(), url(receiver))
    assert "Redirects are not followed" in str(reason)
    assert "elsewhere" not in str(reason)
    assert [request.path for request in receiver.requests] == ["/hooks/in?to=1"]


def test_gone_is_gone(receiver: Receiver) -> None:
    """410 says that the address is none any more, and no other answer does."""
    receiver.answer = lambda handler: handler.say(410)
    assert failure(sender(), url(receiver)).is_gone
    receiver.answer = lambda handler: handler.say(404)
    assert not failure(sender(), url(receiver)).is_gone


@pytest.mark.parametrize("status", [400, 401, 404, 413, 429, 500, 502, 503, 504, 599])
def test_failures_are_told_without_the_receivers_words(receiver: Receiver, status: int) -> None:
    """The reason has host and status, and no path, query, text or phrase of the receiver."""

    def answer(handler: Handler) -> None:
        handler.send_response(status, "INJECTED")
        handler.send_header("Retry-After", "17")
        handler.end_headers()
        handler.wfile.write(b"INJECTED")

    receiver.answer = answer
    reason = failure(sender(), url(receiver))
    assert str(reason).startswith(f"{HOST}:{receiver.server_port} answered {status}")
    assert "INJECTED" not in str(reason)
    assert "/hooks" not in str(reason)
    assert reason.retry_after == 17.0


NOW = datetime(2026, 7, 6, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wish", "seconds"),
    [
        ("", None), ("soon", None), ("-1", None), ("1.5", None), ("٣", None), ("²", None), ("0", 0.0), ("120", 120.0),
        ("9" * 40, 86_400.0), ("Mon, 06 Jul 2026 14:02:00 GMT", 120.0), ("Monday, 06-Jul-26 14:02:00 GMT", 120.0),
        ("Mon Jul  6 14:02:00 2026", 120.0), ("Mon, 06 Jul 2026 13:00:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400.0), ("Fri, 31 Dec 99999999999 23:59:59 GMT", None),
        ("Mon, 06 Jul 2026 14:02:00 +9999", None),
    ],
)  # fmt: skip
def test_wishes_to_wait_are_heard(wish: str, seconds: float | None) -> None:
    """Seconds and the three forms of a date, a day at the most; what is neither says nothing."""
    assert wait(wish, NOW) == seconds


@given(st.text() | st.from_regex(r"[A-Za-z0-9 ,:+-]{0,40}"))
def test_no_wish_breaks_anything(wish: str) -> None:
    """Whatever stands in Retry-After, it is nothing or up to a day."""
    seconds = wait(wish, NOW)
    assert seconds is None or 0 <= seconds <= LONGEST_WAIT


# ---------------------------------------------------------------------------- patience


def drip(send: Callable[[bytes], Any], over: threading.Event) -> None:
    """A byte at a time, for as long as somebody listens."""
    for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 3_000:
        send(bytes([byte]))
        if over.wait(0.05):
            break


@pytest.mark.parametrize("drips", ["nothing", "handshake", "answer", "interim"])
def test_slow_receiver_has_the_time_out_in_all(receiver: Receiver, drips: str) -> None:
    """Silence, a handshake or an answer that comes byte by byte, interim answers without end: over at the deadline."""
    over = threading.Event()
    raw = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        connection, _ = raw.accept()
        with connection:
            if drips == "handshake":
                connection.sendall(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")
                drip(connection.sendall, over)
            over.wait()

    def interim(handler: Handler) -> None:
        while not over.wait(0.05):
            handler.send_response_only(103)
            handler.end_headers()

    receiver.answer = {"interim": interim}.get(drips, lambda handler: drip(handler.wfile.write, over))
    thread = threading.Thread(target=accept, daemon=True)
    port = receiver.server_port
    if drips in ("nothing", "handshake"):
        thread.start()
        port = raw.getsockname()[1]
    began = time.monotonic()
    reason = failure(sender(seconds=1), f"https://{HOST}:{port}/")
    assert "in time" in str(reason)
    assert 0.9 < time.monotonic() - began < 2
    over.set()
    raw.close()
    if thread.ident:
        thread.join()


@pytest.mark.usefixtures("receiver")
def test_receiver_that_reads_slowly_has_no_more() -> None:
    """A body that nobody takes ends at the deadline too."""
    over = threading.Event()
    raw = Receiver(trusted(HOST))

    class Slow(Handler):
        def do_POST(self) -> None:
            while not over.wait(0.02) and self.rfile.read(512):
                pass

    raw.RequestHandlerClass = Slow
    for each in serving(raw):
        began = time.monotonic()
        with pytest.raises(Undeliverable, match="in time"):
            sender(seconds=1)(letter_to(url(each), is_confidential=True, text="x" * 30_000_000))
        assert time.monotonic() - began < 2
        over.set()


def test_endless_answer_is_not_listened_to(receiver: Receiver) -> None:
    """Success counts when its head is there; a body without end is cut off, and a head without end is no answer."""
    cut = threading.Event()

    def pour(handler: Handler, head: bytes) -> None:
        try:
            handler.wfile.write(head)
            while True:
                handler.wfile.write(b"x" * 65_536)
        except OSError:
            cut.set()

    receiver.answer = lambda handler: pour(handler, b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")
    began = time.monotonic()
    sender(seconds=15)(letter_to(url(receiver)))
    assert cut.wait(10)
    cut.clear()
    receiver.answer = lambda handler: pour(handler, b"HTTP/1.1 200 OK\r\nX: ")
    assert "as HTTP has it" in str(failure(sender(seconds=15), url(receiver)))
    assert cut.wait(10)
    assert time.monotonic() - began < 10


# ---------------------------------------------------------------------------- to whom


def test_name_is_looked_up_once(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads elsewhere the second time is asked once, and the checked address is the one connected to."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("somebody else asked the name service"))
    names = Names(["127.0.0.1"], ["127.0.0.2"])
    sender(names)(letter_to(url(receiver)))
    assert names.asked == [(HOST, receiver.server_port)]
    assert len(receiver.requests) == 1


def test_checked_address_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """In production too: of a name that leads to the internet first and inside then, only the first answer counts."""
    tried: list[Any] = []

    def connect(_: socket.socket, address: Any) -> None:
        tried.append(address)
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(socket.socket, "connect", connect)
    names = Names(["8.8.8.8", "2606:4700::1"], ["127.0.0.1"])
    send = webhook_sender(Server(), lambda _: KEY, names)
    assert "cannot be reached: Connection refused" in str(failure(send, f"https://{HOST}/"))
    assert tried == [("8.8.8.8", 443), ("2606:4700::1", 443)]
    assert len(names.asked) == 1


def test_second_address_is_tried_within_the_time(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that refuses or stays silent leaves its share of the time to the next one."""
    shares: list[float] = []

    def connected(address: str, port: int, seconds: float) -> socket.socket:
        shares.append(seconds)
        if address == "127.0.0.9":
            raise TimeoutError
        return real(address, port, seconds)

    real = exchange.connected
    monkeypatch.setattr(exchange, "connected", connected)
    sender(Names(["127.0.0.9", "127.0.0.1"]))(letter_to(url(receiver)))
    assert len(receiver.requests) == 1
    assert shares[0] < 2.6 < 4 < shares[1] <= 5


@pytest.mark.parametrize("fault", ["other name", "expired", "unknown authority", "no certificate"])
def test_receiver_without_a_valid_certificate_gets_nothing(
    receiver: Receiver, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The certificate is checked for the name of the URL, not for the address; without a valid one nothing is sent."""
    match fault:
        case "other name":
            receiver.trust = trusted("other.lab.example", "127.0.0.1", "localhost")
        case "expired":
            receiver.trust = trusted(HOST, not_after=datetime(2020, 1, 1, tzinfo=UTC))
        case "unknown authority":
            monkeypatch.delenv("SSL_CERT_FILE")
        case _:
            receiver.trust = None
    reason = str(failure(sender(), url(receiver)))
    assert ("cannot be reached" if fault == "no certificate" else "has no valid certificate") in reason
    assert receiver.requests == []


def test_proxies_of_the_environment_are_not_used(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy would look the name up again."""
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    sender()(letter_to(url(receiver)))
    assert len(receiver.requests) == 1


def test_development_works_without_encryption() -> None:
    """With the setting a plain receiver on this machine gets its letters."""
    for plain in serving(Receiver(None)):
        sender()(letter_to(f"http://localhost:{plain.server_port}/in"))
        assert [request.path for request in plain.requests] == ["/in"]


@pytest.mark.usefixtures("receiver")
def test_answer_before_the_end_is_heard() -> None:
    """A receiver that answers and hangs up before it has read all is understood."""
    raw = Receiver(trusted(HOST))

    class Hasty(Handler):
        def do_POST(self) -> None:
            self.say(410)

    raw.RequestHandlerClass = Hasty
    for each in serving(raw):
        with pytest.raises(Undeliverable, match="answered 410 Gone"):
            sender()(letter_to(url(each), is_confidential=True, text="x" * 10_000_000))


def test_connection_is_closed_after_each_letter(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """No connection stays open, whether it went well or not."""
    streams: list[exchange.Stream] = []
    begin = exchange.Stream.__init__

    def made(stream: exchange.Stream, sock: socket.socket, deadline: float) -> None:
        streams.append(stream)
        begin(stream, sock, deadline)

    monkeypatch.setattr(exchange.Stream, "__init__", made)
    send = sender()
    send(letter_to(url(receiver)))
    receiver.answer = lambda handler: handler.say(500)
    failure(send, url(receiver))
    receiver.trust = trusted("other.lab.example")
    failure(send, url(receiver))
    assert len(streams) == 5  # with and without TLS, and the last without
    assert [stream._sock.fileno() for stream in streams] == [-1] * 5


# ---------------------------------------------------------------------------- secrets


def test_secret_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the folder in server.toml, or else of systemd's credentials."""
    (tmp_path / "hook").write_text(f"{KEY}\n")
    assert secrets_of(Server(secrets_folder=str(tmp_path)))("hook") == KEY
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert secrets_of(Server())("hook") == KEY


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../hook", "/etc/passwd", "a/b", "a\\b", "a\0b", "A", "ä", "-x", "a\n", "x" * 101]
)
def test_name_of_a_secret_is_no_path(tmp_path: Path, name: str) -> None:
    """Nothing outside of the folder is ever read."""
    with pytest.raises(Undeliverable, match="is not the name"):
        secrets_of(Server(secrets_folder=str(tmp_path)))(name)


def test_secret_that_is_not_there_is_told_with_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No folder, no file, a folder in its place, empty, too long, no text: each says what to do and shows no value."""
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    with pytest.raises(Undeliverable, match="no folder of secrets is known"):
        secrets_of(Server())("hook")
    read = secrets_of(Server(secrets_folder=str(tmp_path)))
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty").write_text(" \n")
    (tmp_path / "long").write_text("x" * 70_000)
    (tmp_path / "bytes").write_bytes(b"VALUE\xff")
    for name in ("missing", "folder", "empty", "long", "bytes"):
        with pytest.raises(Undeliverable, match="Write the secret to that file") as caught:
            read(name)
        assert name in str(caught.value)
        assert "VALUE" not in str(caught.value)
        assert caught.value.__cause__ is None


def test_channel_without_a_secret_says_so(receiver: Receiver) -> None:
    """A webhook is never sent unsigned."""
    letter = letter_to(url(receiver))
    with pytest.raises(Undeliverable, match="names no secret"):
        sender()(replace(letter, channel=replace(letter.channel, secret="")))
    assert receiver.requests == []


@pytest.mark.parametrize("name", ["mail", "office.hook", "lab-b.hook", "lab.", "lab"])
def test_a_secret_of_somebody_else_signs_nothing(receiver: Receiver, name: str) -> None:
    """Whatever a channel's row says, it uses secrets of its person's organization alone."""
    letter = letter_to(url(receiver))
    with pytest.raises(Undeliverable, match=r"is not one for channels of lab, whose names begin with 'lab\.'"):
        sender()(replace(letter, channel=replace(letter.channel, secret=name)))
    assert receiver.requests == []


def test_a_command_that_sends_nothing_loads_nothing() -> None:
    """What webhooks stand on is loaded with the first of them, for it would slow the start of every command."""
    code = (
        "import sys; from pathlib import Path; from reviewflow.notify.senders import senders_for; "
        "from reviewflow.nouns.server import Server; senders_for(Server(), Path('x')); "
        "print([name for name in ('httpcore', 'h11', 'ssl', 'socket') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_webhook_goes_through_the_senders(receiver: Receiver, tmp_path: Path) -> None:
    """The sender that a worker has for the kind is this one, with a file's secret and the system's name service."""
    receiver.trust = trusted("localhost")
    (tmp_path / "lab.hook").write_text(KEY)
    server = Server(allows_loopback=True, secrets_folder=str(tmp_path))
    senders_for(server, tmp_path)[ChannelKind.WEBHOOK](letter_to(f"https://localhost:{receiver.server_port}/"))
    (request,) = receiver.requests
    Webhook(KEY).verify(request.body, request.headers)
