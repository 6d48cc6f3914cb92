"""The channel of mail: one connection a letter, encrypted and checked unless the settings say otherwise."""

import smtplib
import socket
import ssl
import time
from contextlib import suppress
from functools import cache
from typing import Any

from reviewflow.notify.layout import one_line
from reviewflow.notify.letters import Letter
from reviewflow.notify.message import mailbox, message
from reviewflow.notify.patience import within
from reviewflow.notify.secrets import Secrets
from reviewflow.notify.senders import Sender, Undeliverable
from reviewflow.nouns.server import Server, Smtp

AGAIN = "It is tried again as long as there are attempts left; the address may be wrong."


def mail_sender(server: Server, secrets: Secrets) -> Sender:
    """Hands each letter to the mail server of the settings; Undeliverable for everything but its "taken"."""
    smtp = server.smtp

    @cache
    def trust() -> ssl.SSLContext:
        return ssl.create_default_context()

    def send(letter: Letter) -> None:
        to, content = mailbox(letter), message(letter)
        if smtp.user and smtp.security == "none":
            raise Undeliverable(
                f"No password is sent to {smtp.host} without encryption. In server.toml set security under [smtp] to "
                "starttls or tls, or leave out the user."
            )
        password = secrets(smtp.password) if smtp.user else ""
        deadline = time.monotonic() + server.send_seconds
        try:
            talk = _Talk(smtp, server.sender.rpartition("@")[2], trust(), deadline)
            try:
                _hand_over(talk, smtp, password, letter.sender, to, content)
            finally:
                talk.close()
        except (smtplib.SMTPException, OSError) as error:
            is_late = time.monotonic() >= deadline
            why = f"did not take the letter within {server.send_seconds} s." if is_late else _why(error, to)
            raise Undeliverable(f"The mail server {smtp.host}:{smtp.port} {why}") from error
        except ValueError:  # its message would quote the password
            raise Undeliverable(
                f"User, password or sender for {smtp.host} hold signs that SMTP cannot carry."
            ) from None

    return send


class _Talk(smtplib.SMTP):
    """A conversation whose every wait ends at the deadline, however slowly the other side talks."""

    def __init__(self, smtp: Smtp, hello: str, trust: ssl.SSLContext, deadline: float) -> None:
        self._smtp, self._trust, self._deadline = smtp, trust, deadline
        super().__init__(smtp.host, smtp.port, local_hostname=hello)  # else it looks up a name for this machine

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        sock = self._connected(host, port)
        if self._smtp.security != "tls":
            return sock
        try:
            return self._trust.wrap_socket(sock, server_hostname=host)
        except OSError:
            sock.close()
            raise

    def _connected(self, host: str, port: int) -> socket.socket:
        found = within(
            _left(self._deadline), lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM), "look-up"
        )
        last: OSError = TimeoutError()
        for number, (*_, address) in enumerate(found):
            share = _left(self._deadline) / (len(found) - number)  # a silent address leaves time for the others
            try:
                return socket.create_connection((str(address[0]), port), share)
            except OSError as error:
                last = error
        raise last

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = _Lines(self.sock, self._deadline)
        return super().getreply()

    def send(self, s: Any) -> None:
        if self.sock is not None:
            self.sock.settimeout(_left(self._deadline))
        super().send(s)


class _Lines:
    """What the other side says, line by line."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock, self._deadline, self._kept = sock, deadline, b""

    def readline(self, limit: int) -> bytes:
        """Up to the end of a line, or `limit` bytes; nothing where the other side has hung up."""
        while b"\n" not in self._kept and len(self._kept) < limit:
            self._sock.settimeout(_left(self._deadline))
            heard = self._sock.recv(4096)
            if not heard:
                break
            self._kept += heard
        end = self._kept.find(b"\n") + 1 or limit
        line, self._kept = self._kept[: min(end, limit)], self._kept[min(end, limit) :]
        return line

    def close(self) -> None:
        """The socket is closed by whoever opened it."""


def _left(deadline: float) -> float:
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


def _hand_over(talk: _Talk, smtp: Smtp, password: str, sender: str, to: str, content: bytes) -> None:
    talk.ehlo_or_helo_if_needed()
    if smtp.security == "starttls":
        talk.starttls(context=talk._trust)
    if smtp.user:
        talk.login(smtp.user, password)
    talk.sendmail(sender, [to], content)
    with suppress(smtplib.SMTPException, OSError):  # the letter is taken: nothing after it makes it be sent again
        talk.quit()


def _why(error: Exception, to: str) -> str:
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, said = error.recipients[to]
            return f"refuses the mailbox {to}: {_said(code, said)} {AGAIN if code >= 500 else _later(code)}"
        case smtplib.SMTPAuthenticationError():
            return f"does not accept the user and the password: {_said(error.smtp_code, error.smtp_error)}"
        case smtplib.SMTPResponseException() if error.smtp_code < 200:
            return "does not speak SMTP."
        case smtplib.SMTPResponseException():
            return f"does not take the letter: {_said(error.smtp_code, error.smtp_error)} {_later(error.smtp_code)}"
        case smtplib.SMTPNotSupportedError():
            return "offers no STARTTLS or no login, and nothing is sent without what [smtp] in server.toml asks for."
        case ssl.SSLCertVerificationError():
            return f"has no valid certificate: {error.verify_message}."
        case smtplib.SMTPServerDisconnected():
            return "cut the connection."
        case smtplib.SMTPException():
            return f"cannot be spoken with: {one_line(error, 200)}."
        case _:
            return f"cannot be reached: {getattr(error, 'strerror', None) or type(error).__name__}."


def _said(code: int, said: bytes | str) -> str:
    text = said.decode("ascii", "replace") if isinstance(said, bytes) else said
    return f"{code} {one_line(text, 200)}".rstrip(" .") + "."


def _later(code: int) -> str:
    return "It asks to try again later." if code < 500 else "It is tried again as long as there are attempts left."
