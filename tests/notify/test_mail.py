"""Mail to a real SMTP server: encryption, login, parts, refusals, and servers that lie, stall or hang up."""

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from reviewflow.errors import Invalid
from reviewflow.notify.letters import Letter
from reviewflow.notify.mail import mail_sender
from reviewflow.notify.senders import Undeliverable
from reviewflow.nouns.contact import Channel, ChannelKind
from reviewflow.nouns.server import Server, Smtp
from reviewflow.settings.server import load_server
from tests.notify import cases as c

HOST, USER, PASSWORD = "127.0.0.1", "reviewflow", "correct horse"


class Post:
    """What the mail server was given, and what it answers to RCPT, DATA and QUIT."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.taken: list[Envelope] = []

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.taken.append(envelope)
        return self.answers.get("DATA", "250 OK")

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if "QUIT" in self.answers:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return "221 Bye"

    def contents(self) -> list[bytes]:
        """The mails as they came."""
        return [envelope.content for envelope in self.taken if isinstance(envelope.content, bytes)]

    def mail(self) -> EmailMessage:
        """The one mail, parsed."""
        (content,) = self.contents()
        made = BytesParser(policy=policy.default).parsebytes(content)
        assert isinstance(made, EmailMessage)
        assert made.defects == []
        return made


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Who signs the certificates of these tests."""
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make this process believe in it, as an operator would."""
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))


def context(authority: trustme.CA, name: str = HOST) -> ssl.SSLContext:
    """The server's side of TLS, for a name."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(made)
    return made


def login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    """One user."""
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=known)


@contextmanager
def serving(post: Post, security: str = "none", tls: ssl.SSLContext | None = None, **options: Any) -> Iterator[Server]:
    """A mail server on this machine, and the settings that lead to it."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    if security == "starttls":
        options |= {"tls_context": tls, "require_starttls": True}
    if security == "tls":
        options["auth_require_tls"] = False  # it does not know that what is below it is encrypted
    control = Controller(
        post, hostname=HOST, port=port, ssl_context=tls if security == "tls" else None, server_hostname=HOST, **options
    )
    control.start()
    try:
        yield Server(sender="reviewflow@office.example", smtp=Smtp(HOST, port, security), send_seconds=1)
    finally:
        control.stop()


def send(server: Server, letter: Letter, secret: str = PASSWORD) -> None:
    """One attempt."""
    mail_sender(server, lambda name: secret)(letter)


def refused(server: Server, letter: Letter | None = None, secret: str = PASSWORD) -> str:
    """Why an attempt failed."""
    with pytest.raises(Undeliverable) as caught:
        send(server, letter or c.one("lapsed", c.LAB), secret)
    return str(caught.value)


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_letter_goes_encrypted_and_with_a_login(security: str, authority: trustme.CA) -> None:
    """Both ways of encryption; the mail that arrives has both parts, its thread and its constant id."""
    post, letter = Post(), c.one("clock_started", c.LAB, title="Modèle 大")
    with serving(post, security, context(authority), authenticator=login, auth_required=True) as server:
        send(replace(server, smtp=replace(server.smtp, user=USER, password="smtp")), letter)
    assert post.taken[0].mail_from == "reviewflow@office.example"
    assert post.taken[0].rcpt_tos == [c.LAB.ref]
    mail = post.mail()
    assert mail["Message-ID"] == f"<{letter.id}@office.example>"
    assert mail["In-Reply-To"] == mail["References"] == "<thread-RV-7K3M-9QXC@office.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert (mail["To"], mail["Subject"]) == ("Counsel <officer@lab.example>", letter.subject)
    parts = [(part.get_content_type(), part.get_content().replace("\r\n", "\n")) for part in mail.iter_parts()]
    assert parts == [("text/plain", letter.text), ("text/html", letter.html)]
    assert post.contents()[0].isascii()


def test_mail_goes_to_the_address_of_the_channel() -> None:
    """Where the channel names a mailbox, envelope and header have it; else the person's own."""
    letter = replace(c.one("lapsed", c.LAB), channel=Channel(1, ChannelKind.EMAIL, "night@lab.example"))
    with serving(post := Post()) as server:
        send(server, letter)
    assert post.taken[0].rcpt_tos == ["night@lab.example"]
    assert post.mail()["To"] == "Counsel <night@lab.example>"


def test_second_attempt_is_the_same_mail() -> None:
    """What was not taken is sent again byte for byte, the Message-ID with it; what was taken stays taken after that."""
    letter = c.one("returned", c.LAB, {"reason": "ü" * 2_000 + "\n.\n.dots"})
    post = Post(DATA="451 4.3.0 try later")
    with serving(post) as server:
        assert refused(server, letter) == (
            f"The mail server {HOST}:{server.smtp.port} does not take the letter: 451 4.3.0 try later. "
            "It asks to try again later."
        )
        post.answers = {"QUIT": "hangs up"}
        send(server, letter)
    first, second = post.contents()
    assert first == second
    assert b"Message-ID: <" + letter.id.encode() in first


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"RCPT": "550 5.1.1 no such mailbox"}, "refuses the mailbox officer@lab.example: 550 5.1.1 no such mailbox."),
        ({"RCPT": "450 4.2.0 greylisted"}, "450 4.2.0 greylisted. It asks to try again later."),
        ({"RCPT": "421 4.3.2 shutting down"}, "421 4.3.2 shutting down. It asks to try again later."),
        ({"DATA": "552 5.3.4 too big"}, "does not take the letter: 552 5.3.4 too big. It is tried again as long as"),
        ({"DATA": "554 odd\u0007 sign"}, "does not take the letter: 554"),
    ],
)
def test_refusals_say_why(answers: dict[str, str], said: str) -> None:
    """Each answer of the mail server but "taken" becomes a reason that a person can act on; none disables anybody."""
    with serving(Post(**answers)) as server, pytest.raises(Undeliverable) as caught:
        send(server, c.one("lapsed", c.LAB))
    assert said in str(caught.value)
    assert "\u0007" not in str(caught.value)
    assert not caught.value.is_gone


@pytest.mark.usefixtures("trusted")
def test_wrong_password_is_told_and_not_quoted(authority: trustme.CA) -> None:
    """The reason names no secret, whether it is wrong or cannot be sent at all."""
    with serving(Post(), "starttls", context(authority), authenticator=login, auth_required=True) as server:
        told = replace(server, smtp=replace(server.smtp, user=USER, password="smtp"))
        assert "does not accept the user and the password: 535" in refused(told, secret="wrong-one")
        assert "signs that SMTP cannot carry" in (why := refused(told, secret="gehéim"))
    assert "hé" not in why and "xe9" not in why


@pytest.mark.parametrize(("security", "name"), [("starttls", HOST), ("tls", HOST), ("starttls", "mail.example")])
def test_certificate_is_checked(
    security: str, name: str, authority: trustme.CA, request: pytest.FixtureRequest
) -> None:
    """A signature of nobody known, and a certificate for another name: no letter leaves this machine."""
    if name != HOST:
        request.getfixturevalue("trusted")
    with serving(post := Post(), security, context(authority, name)) as server:
        assert "has no valid certificate" in refused(server)
    assert post.taken == []


def test_nothing_is_sent_in_the_clear_that_should_not_be() -> None:
    """A server without STARTTLS gets no letter where it is asked for, and no server gets a password in the clear."""
    with serving(post := Post()) as server:
        assert "offers no STARTTLS" in refused(replace(server, smtp=replace(server.smtp, security="starttls")))
        with_user = replace(server, smtp=replace(server.smtp, user=USER, password="smtp"))
        assert "No password is sent to 127.0.0.1 without encryption" in refused(with_user)
    assert post.taken == []


def test_no_header_and_no_command_can_be_slipped_in() -> None:
    """Line breaks in subject, name, address or sender make no recipient and no header."""
    evil = "x\r\nBcc: victim@x.example\r\nRCPT TO:<victim@x.example>"
    letter = c.one("lapsed", c.LAB)
    with serving(post := Post()) as server:
        send(server, replace(letter, subject=evil, name=evil))
        for address in ("a@x.example>\r\nRCPT TO:<b@x.example", "a@x.example, b@x.example", "nobody", "@"):
            assert "is not a mailbox" in refused(
                server, replace(letter, channel=Channel(1, ChannelKind.EMAIL, address))
            )
        assert "cannot be written as mail" in refused(server, replace(letter, sender=f"a@b.example{evil}"))
    assert post.taken[0].rcpt_tos == [c.LAB.ref]
    assert "Bcc" not in post.mail()


def _silent(peer: socket.socket, stop: threading.Event) -> None:
    stop.wait(5)


def _dripping(peer: socket.socket, stop: threading.Event) -> None:
    while not stop.wait(0.05):
        peer.sendall(b"2")


def _hanging_up(peer: socket.socket, stop: threading.Event) -> None:
    peer.sendall(b"220 hello\r\n")
    peer.recv(100)


def _odd(peer: socket.socket, stop: threading.Event) -> None:
    peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    peer.recv(100)


@pytest.mark.parametrize(
    ("peer", "said"),
    [
        (_silent, "did not take the letter within 1 s."),
        (_dripping, "did not take the letter within 1 s."),
        (_hanging_up, "cut the connection."),
        (_odd, "does not speak SMTP."),
    ],
)
def test_server_that_misbehaves_costs_a_second(
    peer: Callable[[socket.socket, threading.Event], None], said: str
) -> None:
    """Silence, one sign at a time, a hang-up, another protocol: a reason, within the time-out of the whole letter."""
    stop = threading.Event()
    with socket.create_server((HOST, 0)) as door:

        def serve() -> None:
            taken, _ = door.accept()
            with taken:
                peer(taken, stop)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            server = Server(smtp=Smtp(HOST, door.getsockname()[1], "none"), send_seconds=1)
            assert said in refused(server)
        finally:
            stop.set()
            thread.join(5)


def test_no_server_at_all_is_told() -> None:
    """Nobody listens, or the host has no address."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        server = Server(smtp=Smtp(HOST, free.getsockname()[1], "none"), send_seconds=1)
        assert "cannot be reached: Connection refused." in refused(server)
    assert "cannot be reached" in refused(Server(smtp=Smtp("no.such.host.invalid", 25, "none"), send_seconds=1))


def test_a_look_up_that_hangs_costs_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's resolver knows no time-out: the name of the mail server is given up like everything that is slow."""
    over, began = threading.Event(), time.monotonic()

    def hangs(*_: Any, **__: Any) -> list[Any]:
        over.wait(5)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", hangs)
    server = Server(smtp=Smtp("mail.office.example", 25, "starttls"), send_seconds=1)
    assert "did not take the letter within 1 s." in refused(server)
    assert time.monotonic() - began < 3
    over.set()


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [("localhost", True), ("127.0.0.53", True), ("::1", True), ("mail.example", False), ("192.0.2.1", False)],
)
def test_mail_without_encryption_stays_on_this_machine(tmp_path: Path, host: str, is_ours: bool) -> None:
    """Anything else is a fault of server.toml, with the remedy; and a password never goes in the clear."""

    def load(more: str = "") -> Server:
        (tmp_path / "server.toml").write_text(f'[smtp]\nhost = "{host}"\nsecurity = "none"\n{more}')
        return load_server(tmp_path)

    if is_ours:
        assert load().smtp == Smtp(host, security="none")
        with pytest.raises(Invalid, match="in the clear; choose starttls or tls"):
            load('user = "us"\n')
    else:
        with pytest.raises(Invalid, match="which is not this machine; choose starttls or tls"):
            load()
