"""Which letters a transaction owes: written with the events, so that what happened is always told."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from reviewflow.engine.stage import Stage
from reviewflow.nouns.actor import THE_SYSTEM, Actor
from reviewflow.nouns.contact import Channel, channels_from, in_use
from reviewflow.nouns.events import CHECKED, NOTICES
from reviewflow.nouns.server import Server
from reviewflow.nouns.states import DeliveryStatus
from reviewflow.nouns.subject import Row, Subject
from reviewflow.rules.cadence import Departure, departure
from reviewflow.rules.deadlines import OPEN
from reviewflow.rules.moot import why_moot
from reviewflow.rules.recipients import ALONE, CONSEQUENCES, is_told_by_consequence, recipients
from reviewflow.rules.topics import FORBIDDING, REWIRING, is_muted, is_statutory
from reviewflow.rules.work import Work
from reviewflow.store.held import BY_SWEEP

_LETTERS = uuid.uuid5(uuid.NAMESPACE_URL, "https://reviewflow.example/letters")


def owed(w: Work, events: Sequence[Row], stage: Stage, now: datetime) -> list[Row]:
    """Delivery rows of one subject's new events: a copy on each channel of each person, each at that person's hour.

    Of several late notices of a deadline only the newest is sent, and none of a date that is replaced already. What is
    recorded late goes into one catch-up letter a person, all subjects of the sweep together; what waits for a digest
    into that digest; the rest into one letter a transaction, but for those that stand alone.
    """
    people = list(stage.everyone(w.subject).values())
    server, is_swept = stage.settings.server, w.actor is THE_SYSTEM
    rows: list[Row] = []
    for event, told in _told(events, w.subject, people):
        name, due_at = event["name"], _due_at(event, w.subject, now)
        is_late = (event["late_by"] or 0) > server.catch_up_seconds
        for person in told:
            if is_muted(name, person.preferences):
                continue
            waits, rests = not is_statutory(name), name not in FORBIDDING
            leaves = departure(person.preferences, now, due_at=due_at, waits=waits, rests=rests)
            channels = _channels(person.channels, server)
            if name in REWIRING:  # who takes over a person's letters is not the only one who is warned
                channels = tuple(
                    dict.fromkeys((*_channels(channels_from(w.before.get("channels")), server), *channels))
                )
            for channel in channels:
                to = f"{person.ref} {channel}"
                letter = _letter(event, events[0]["seq"], leaves, is_late=is_late, now=now, to=to)
                row = _row(event, person.ref, channel, letter, leaves.at)
                rows.append(_held(row, now, server) if is_late and is_swept and not leaves.is_digest else row)
    return rows


def _told(events: Sequence[Row], subject: Subject, people: Sequence[Actor]) -> Iterator[tuple[Row, list[Actor]]]:
    """Each event with its recipients; of a due date only those whom no letter of its consequence reaches."""
    kept = list(_sent(events, subject))
    told = [recipients(e["name"], e["data"], e["is_internal"], e["actor"], subject, people) for e in kept]
    reached = {p.ref for e, those in zip(kept, told, strict=True) if e["name"] in CONSEQUENCES for p in those}
    for event, those in zip(kept, told, strict=True):
        by_consequence = is_told_by_consequence(event["name"], event["data"])
        yield event, [p for p in those if not (by_consequence and p.ref in reached)]


def _sent(events: Sequence[Row], subject: Subject) -> Iterator[Row]:
    newest = {e["data"]["deadline"]: e["data"]["notice"] for e in events if e["name"] in NOTICES}
    for event in events:
        name, data = event["name"], event["data"]
        is_newest = name not in (*NOTICES, CHECKED) or newest.get(data["deadline"]) == data["notice"]
        if is_newest and not why_moot(name, data, subject):
            yield event


def _due_at(event: Row, subject: Subject, now: datetime) -> datetime | None:
    """What a letter must not come too late for: a reminder for its own date, any other for the next of its subject."""
    if event["name"] in NOTICES:
        return datetime.fromisoformat(event["data"]["due_at"])
    if not is_statutory(event["name"]):
        return None
    live = [row["due_at"] for row in subject.part("deadline") if row["status"] == OPEN]
    return min((at for at in live if at > now), default=None)


def _channels(own: Sequence[Channel], server: Server) -> tuple[str, ...]:
    """Somebody's own that are in use; else the installation's."""
    return tuple(channel.name for channel in in_use(own)) or server.channels


def _letter(event: Row, first: int, leaves: Departure, *, is_late: bool, now: datetime, to: str) -> str:
    """The id of the letter: what bears the same one is told in one text."""
    if leaves.is_digest:
        key = f"digest {leaves.at.isoformat()}"
    elif is_late:
        key = f"late {now.isoformat()}"
    elif event["name"] in ALONE:
        key = f"{event['subject']} {event['seq']}"
    else:
        key = f"{event['subject']} from {first}"
    if leaves.at > now and not leaves.is_digest:  # a part of it that cannot wait is not held back by one that can
        key = f"{key} until {leaves.at.isoformat()}"
    return str(uuid.uuid5(_LETTERS, f"{key} {to}"))


def _row(event: Row, recipient: str, channel: str, letter: str, at: datetime) -> Row:
    """`at` is its date too, whenever it was owed: "in 3 days" is counted from the day on which it goes out."""
    return {
        "subject": event["subject"],
        "seq": event["seq"],
        "recipient": recipient,
        "channel": channel,
        "letter": letter,
        "status": DeliveryStatus.PENDING,
        "made_at": at,
        "next_attempt_at": at,
        "attempts": 0,
        "fence": 0,
        "holder": None,
    }


def _held(row: Row, now: datetime, server: Server) -> Row:
    """In the hand of the sweep, until nothing late is left and the letter is whole."""
    lapses = now + timedelta(seconds=server.lease_seconds)
    return row | {"holder": BY_SWEEP, "next_attempt_at": max(row["next_attempt_at"], lapses)}
