"""The channel of programs: a letter as one signed CloudEvent, posted to an address that was checked."""

import json
import socket
import ssl
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from reviewflow import clock
from reviewflow.notify import exchange, signature
from reviewflow.notify.letters import Letter
from reviewflow.notify.secrets import Secrets, secret_for
from reviewflow.notify.senders import Sender, Undeliverable
from reviewflow.notify.targets import Resolve, addresses, target_of
from reviewflow.nouns.plain import instant_text, plain
from reviewflow.nouns.server import Server

TYPE = "reviewflow.letter.v1"
LONGEST_WAIT = 86_400  # seconds; who wishes for more is asked again after a day


def webhook_sender(server: Server, secrets: Secrets, resolve: Resolve = socket.getaddrinfo) -> Sender:
    """One POST a letter, on a connection of its own; Undeliverable for every answer but 2xx."""

    trust = cache(ssl.create_default_context)  # the system's authorities, or those of SSL_CERT_FILE; read once

    def send(letter: Letter) -> None:
        deadline = time.monotonic() + server.send_seconds
        target = target_of(letter.channel.address, allows_loopback=server.allows_loopback)
        body = json.dumps(cloud_event(letter), ensure_ascii=False, separators=(",", ":")).encode()
        headers = _headers(letter, secrets, body)
        found = addresses(target, resolve, allows_loopback=server.allows_loopback, seconds=server.send_seconds)
        status, wish = exchange.post(target, found, headers, body, deadline, trust())
        _judge(target.authority, status, wish, clock.now())

    return send


def cloud_event(letter: Letter) -> dict[str, Any]:
    """CloudEvents 1.0, structured; the same on every attempt, and with the text only where the channel may carry it."""
    data = {
        "letter": letter.id,
        "to": letter.to,
        "subject": letter.subject,
        "refs": list(letter.refs),
        "events": [plain(event) for event in letter.events],
    }
    if letter.channel.is_confidential:
        data["text"] = letter.text
    return {
        "specversion": "1.0",
        "id": letter.id,
        "source": f"mailto:{quote(letter.sender, safe='@')}",
        "type": TYPE,
        "time": instant_text(letter.made_at),
        **({"subject": letter.refs[0]} if len(letter.refs) == 1 else {}),
        "datacontenttype": "application/json",
        "data": data,
    }


def _headers(letter: Letter, secrets: Secrets, body: bytes) -> dict[str, str]:
    name = letter.channel.secret
    if not name:
        raise Undeliverable(
            f"The channel {letter.channel.name} names no secret to sign with. Add it again with the name of one."
        )
    try:
        signed = signature.headers(secret_for(letter, secrets), letter.id, int(clock.now().timestamp()), body)
    except ValueError as error:
        raise Undeliverable(f"The secret {name!r} does not sign: {error}, one a line. Write it anew.") from error
    return {
        "Content-Type": "application/cloudevents+json; charset=utf-8",
        "Accept": "*/*",
        "User-Agent": "reviewflow",
        **signed,
    }


def _judge(where: str, status: int, wish: str, now: datetime) -> None:
    """Nothing that the receiver writes gets into a reason, a log or the record, only the number of its answer."""
    if 200 <= status < 300:
        return
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else ""
    answered = f"{where} answered {status} {phrase}".rstrip()
    if status == HTTPStatus.GONE:
        raise Undeliverable(f"{answered}: it takes no letters any more.", is_gone=True)
    if 300 <= status < 400:
        raise Undeliverable(f"{answered}. Redirects are not followed: name the address that it leads to.")
    raise Undeliverable(f"{answered}.", retry_after=wait(wish, now))


def wait(wish: str, now: datetime) -> float | None:
    """Seconds that Retry-After asks for, in either of its forms, a day at the most; None where it says nothing."""
    if wish.isascii() and wish.isdigit():
        return float(min(int(wish[:9]), LONGEST_WAIT))
    try:
        at = parsedate_to_datetime(wish)
    except (ValueError, OverflowError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max((at - now).total_seconds(), 0.0), float(LONGEST_WAIT))
