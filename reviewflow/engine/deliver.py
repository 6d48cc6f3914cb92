"""Sends what is owed: claim, letter, sender, mark; at least once, with a constant id."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from reviewflow import logs
from reviewflow.engine.stage import Stage
from reviewflow.nouns.subject import Row, Subject
from reviewflow.settings.settings import Settings
from reviewflow.store import outbox, subjects
from reviewflow.store.database import Engine, reading, transaction

if TYPE_CHECKING:  # loaded when there is a letter to write: most ticks have none
    from reviewflow.notify.letters import Letter
    from reviewflow.notify.senders import Sender

BATCH = 100
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=6)


@dataclass
class Delivered:
    """What a delivery pass did, in letters."""

    sent: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    set_aside: list[str] = field(default_factory=list)


def deliver(engine: Engine, settings: Settings, senders: "Mapping[str, Sender]", now: datetime) -> Delivered:
    """Send every letter that is due by `now`; what fails is tried again later, by a growing wait, then set aside."""
    result = Delivered()
    while True:
        lease = timedelta(seconds=settings.server.lease_seconds)
        with transaction(engine) as connection:
            claimed = outbox.claim(connection, now, lease, BATCH)
        if not claimed:
            return result
        for letter_id, rows in claimed.items():
            _send(engine, settings, senders, now, letter_id, rows, result)


def _send(
    engine: Engine, settings: Settings, senders: "Mapping[str, Sender]", now: datetime, letter_id: str, rows: list[Row],
    result: Delivered,
) -> None:  # fmt: skip
    from reviewflow.notify.senders import Undeliverable

    if not rows:
        return
    channel, failure = rows[0]["channel"], ""
    try:
        letter = _letter(engine, settings, letter_id, rows)
        if channel not in senders:
            raise Undeliverable(f"there is no channel {channel!r} in server.toml")
        senders[channel](letter)
    except Undeliverable as error:
        failure = str(error)
    except Exception as error:  # noqa: BLE001 - a poison letter is set aside, and stops no other
        logs.get().error("letter_failed", letter=letter_id, exc_info=True)
        failure = f"{type(error).__name__}: {error}"
    with transaction(engine) as connection:
        if not failure:
            outbox.mark_sent(connection, rows, now)
            result.sent.append(letter_id)
            return
        attempts = max(row["attempts"] for row in rows)
        is_last = attempts >= settings.server.attempts
        outbox.mark_failed(connection, rows, failure[:500], now + wait(attempts, letter_id), set_aside=is_last)
    (result.set_aside if is_last else result.failed).append(letter_id)
    logs.get().warning("letter_not_sent", letter=letter_id, channel=channel, attempts=attempts, set_aside=is_last)


def wait(attempts: int, letter_id: str) -> timedelta:
    """30 s, doubled on each attempt up to 6 hours, spread by up to a quarter by the letter's own id."""
    doubled: int = 2 ** min(attempts - 1, 20)
    base = min(FIRST_WAIT * doubled, LONGEST_WAIT)
    return base * (1 + int(letter_id[:4], 16) / 0xFFFF / 4)


def _letter(engine: Engine, settings: Settings, letter_id: str, rows: list[Row]) -> "Letter":
    from reviewflow.notify.letters import compose

    refs = sorted({row["subject"] for row in rows})
    with reading(engine) as connection:
        found: dict[str, Subject] = subjects.load(connection, refs)
        stage = Stage(connection, settings)
        person = stage.people((), (rows[0]["recipient"],))[rows[0]["recipient"]]
        is_simulation = stage.is_simulation
        zones = {ref: stage.pin(subject, None).policy.window.time_zone for ref, subject in found.items()}
        titles = stage.titles(list(found.values()))
    return compose(letter_id, person, rows, found, zones, titles, settings.server.sender, is_simulation=is_simulation)
