"""The channels that carry letters: a folder of mail files, and a line in the log."""

import os
import re
import tempfile
from collections.abc import Callable, Iterable
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr
from pathlib import Path

from reviewflow import logs
from reviewflow.notify.layout import one_line
from reviewflow.notify.letters import Letter

Sender = Callable[[Letter], None]
LONGEST_LINE = 998  # bytes, RFC 5322 section 2.1.1


class Undeliverable(Exception):
    """The channel did not take the letter; the message says why.

    `retry_after` is the receiver's own wish in seconds; `is_gone` says that this address is no longer one.
    """

    def __init__(self, why: str, *, retry_after: float | None = None, is_gone: bool = False) -> None:
        super().__init__(why)
        self.retry_after, self.is_gone = retry_after, is_gone


def senders_for(channels: Iterable[str], folder: Path) -> dict[str, Sender]:
    """The senders of the named channels; a name that is none has no sender."""
    known: dict[str, Callable[[], Sender]] = {"folder": lambda: folder_sender(folder), "log": log_sender}
    return {name: known[name]() for name in channels if name in known}


def log_sender() -> Sender:
    """One log line a letter, without its text."""

    def send(letter: Letter) -> None:
        logs.get().info("letter", letter=letter.id, to=letter.to, subject=letter.subject)

    return send


def folder_sender(folder: Path) -> Sender:
    """One `.eml` file a letter, whole or not at all; a second attempt writes over the first copy."""

    def send(letter: Letter) -> None:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(folder / file_name(letter), message(letter))
        except OSError as error:
            reason = error.strerror or str(error)
            raise Undeliverable(f"the letter cannot be written to the folder {folder}: {reason}") from error

    return send


def file_name(letter: Letter) -> str:
    """Constant for a recipient and a letter."""
    to, name = (re.sub(r"[^A-Za-z0-9@._+-]", "_", part).lstrip(".") for part in (letter.to, letter.id))
    return f"{to[:120]}--{name[:80]}.eml"


def message(letter: Letter) -> bytes:
    """The letter as RFC 5322 bytes, the same on every attempt but for what the record has become."""
    domain = letter.sender.rpartition("@")[2]
    mail = EmailMessage(policy=SMTP)
    try:
        mail["From"] = f"reviewflow <{letter.sender}>"
        mail["Date"] = letter.made_at
        mail["Message-ID"] = f"<{letter.id}@{domain}>"
        threads = [f"<thread-{ref}@{domain}>" for ref in letter.refs if "@" not in ref]
        if len(threads) == 1:
            mail["In-Reply-To"] = threads[0]
        if threads:
            mail["References"] = " ".join(threads)
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(letter.text, charset="utf-8", cte=_encoding(letter.text))
        return _line("To", _address(letter)) + _line("Subject", _encoded("Subject", letter.subject)) + mail.as_bytes()
    except (ValueError, LookupError) as error:
        raise Undeliverable(f"the letter cannot be written as mail: {error}") from error


def _line(name: str, value: str) -> bytes:
    return f"{name}: {value}\r\n".encode("ascii")


def _encoded(name: str, value: str) -> str:
    """Folded, and in encoded words where it is not ASCII; EmailMessage loses spaces between two encoded words."""
    line = one_line(value)
    return Header(line, "us-ascii" if line.isascii() else "utf-8", header_name=name).encode(linesep="\r\n")


def _address(letter: Letter) -> str:
    if not re.fullmatch(r"[^\s<>,;:\"()@]+@[^\s<>,;:\"()@]+", letter.to):
        raise Undeliverable(f"{letter.to!r} is not a mailbox")
    name = one_line(letter.name)
    if not name or name == letter.to:
        return letter.to
    return formataddr((name, letter.to)) if name.isascii() else f"{_encoded('To', name)} <{letter.to}>"


def _encoding(text: str) -> str:
    lines = text.encode().split(b"\n")
    if max(len(line) for line in lines) > LONGEST_LINE:
        return "quoted-printable"
    return "7bit" if text.isascii() else "8bit"


def _write(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """The rename itself survives a crash of the system."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
