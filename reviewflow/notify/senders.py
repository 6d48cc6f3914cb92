"""The channels that carry letters, each made when its first letter goes out; a folder and the log are at home here."""

import os
import re
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from reviewflow import logs
from reviewflow.nouns.contact import ChannelKind
from reviewflow.nouns.server import Server

if TYPE_CHECKING:
    from reviewflow.notify.letters import Letter

Sender = Callable[["Letter"], None]


class Undeliverable(Exception):
    """The channel did not take the letter; the message says why.

    `retry_after` is the receiver's own wish in seconds; `is_gone` says that this address is no longer one.
    """

    def __init__(self, why: str, *, retry_after: float | None = None, is_gone: bool = False) -> None:
        super().__init__(why)
        self.retry_after, self.is_gone = retry_after, is_gone


def senders_for(server: Server, folder: Path) -> dict[str, Sender]:
    """A sender for every kind of channel; what it needs is loaded with its first letter."""

    def mail() -> Sender:
        from reviewflow.notify.mail import mail_sender
        from reviewflow.notify.secrets import secrets_of

        return mail_sender(server, secrets_of(server))

    def webhook() -> Sender:
        from reviewflow.notify.secrets import secrets_of
        from reviewflow.notify.webhook import webhook_sender

        return webhook_sender(server, secrets_of(server))

    def chat() -> Sender:
        from reviewflow.notify.chat import chat_sender
        from reviewflow.notify.secrets import secrets_of

        return chat_sender(server, secrets_of(server))

    made: dict[ChannelKind, Callable[[], Sender]] = {
        ChannelKind.FOLDER: lambda: folder_sender(folder),
        ChannelKind.LOG: log_sender,
        ChannelKind.EMAIL: mail,
        ChannelKind.WEBHOOK: webhook,
        ChannelKind.CHAT: chat,
    }
    return {kind.value: _when_needed(make) for kind, make in made.items()}


def _when_needed(make: Callable[[], Sender]) -> Sender:
    once = cache(make)
    return lambda letter: once()(letter)


def log_sender() -> Sender:
    """One log line a letter, without its text, where the log is at `info`: in `run`, or by REVIEWFLOW_LOG."""

    def send(letter: "Letter") -> None:
        logs.get().info("letter", letter=letter.id, to=letter.to, subject=letter.subject)

    return send


def folder_sender(folder: Path) -> Sender:
    """One `.eml` file a letter, whole or not at all; a second attempt writes over the first copy."""

    def send(letter: "Letter") -> None:
        from reviewflow.notify.message import message

        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(folder / file_name(letter), message(letter))
        except OSError as error:
            reason = error.strerror or str(error)
            raise Undeliverable(f"The letter cannot be written to the folder {folder}: {reason}.") from error

    return send


def file_name(letter: "Letter") -> str:
    """Constant for a recipient and a letter."""
    to, name = (re.sub(r"[^A-Za-z0-9@._+-]", "_", part).lstrip(".") for part in (letter.to, letter.id))
    return f"{to[:120]}--{name[:80]}.eml"


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
