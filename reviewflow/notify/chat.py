"""The channel of chat services: a short text through Apprise, to the URL that a secret holds."""

import logging
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from reviewflow.notify.letters import Letter
from reviewflow.notify.patience import within
from reviewflow.notify.secrets import Secrets, secret_for
from reviewflow.notify.senders import Sender, Undeliverable
from reviewflow.nouns.server import Server


def chat_sender(server: Server, secrets: Secrets) -> Sender:
    """Subject line and how to read the letter; Undeliverable where the service does not take it."""

    def send(letter: Letter) -> None:
        try:
            import apprise

            from reviewflow.notify.capped import cap_answers
        except ImportError as error:
            raise Undeliverable(
                "Chat services need Apprise, which is not installed. Install it with `pip install reviewflow[chat]`."
            ) from error
        url = secret_for(letter, secrets)
        seconds = server.send_seconds
        cap_answers()
        try:  # it waits as long as a service says a little now and then
            within(seconds, lambda: _notify(apprise.Apprise.instantiate, url, letter, seconds), "chat")
        except TimeoutError as error:
            raise Undeliverable(f"The chat service did not take the letter within {seconds} s.") from error

    return send


def _notify(instantiate: Callable[[str], Any], url: str, letter: Letter, seconds: int) -> None:
    with _heard() as lines:
        service = instantiate(url)
        if service is None:
            raise Undeliverable(
                f"The secret {letter.channel.secret!r} holds no URL of a chat service that Apprise knows."
            )
        _bound(service, seconds)
        if not service.notify(title=letter.subject, body=_body(letter)):
            raise Undeliverable(f"The chat service {service.service_name} did not take the letter{_why(lines)}.")


def _bound(service: Any, seconds: int) -> None:
    """Whatever the URL says: no redirects, no attempts of its own, and its waits within ours."""
    service.redirects, service.retry = False, 0
    service.socket_connect_timeout = service.socket_read_timeout = seconds / 2


def _body(letter: Letter) -> str:
    if not letter.events:  # a test of the channel
        return letter.text
    return f"To read the letter: reviewflow --as {letter.to} letter show {letter.id}"


@contextmanager
def _heard() -> Iterator[list[str]]:
    """What Apprise logs in this thread: the only place where it says why, and not fit for a log, for it names URLs."""
    lines: list[str] = []
    thread = threading.get_ident()

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.thread == thread:
                lines.append(record.getMessage())

    log, ear = logging.getLogger("apprise"), Ear(logging.WARNING)
    log.propagate = False
    log.addHandler(ear)
    try:
        yield lines
    finally:
        log.removeHandler(ear)


def _why(lines: list[str]) -> str:
    """The status alone: what else is logged may hold the URL, and so the secret."""
    found = re.search(r"\berror=(\d{3})\b", " ".join(lines))
    return f": it answered {found[1]}" if found else ""
