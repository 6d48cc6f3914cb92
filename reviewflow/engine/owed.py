"""Which letters a transaction owes: written with the events, so that what happened is always told."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from reviewflow.engine.stage import Stage
from reviewflow.nouns.events import NOTICES
from reviewflow.nouns.states import DeliveryStatus
from reviewflow.nouns.subject import Row
from reviewflow.rules.recipients import ALONE, is_told_by_consequence, recipients
from reviewflow.rules.work import Work

_LETTERS = uuid.uuid5(uuid.NAMESPACE_URL, "https://reviewflow.example/letters")


def owed(w: Work, events: Sequence[Row], stage: Stage, now: datetime) -> list[Row]:
    """Delivery rows of one subject's new events.

    Of several late notices of a deadline only the newest is sent. What is recorded late goes into one catch-up
    letter a person, all subjects of the sweep together; what is on time into one letter a transaction, but for
    those that stand alone.
    """
    people = list(stage.everyone(w.subject).values())
    server = stage.settings.server
    rows: list[Row] = []
    for event in _sent(events):
        is_late = (event["late_by"] or 0) > server.catch_up_seconds
        for person in recipients(event["name"], event["data"], event["is_internal"], event["actor"], w.subject, people):
            for channel in server.channels:
                letter = _letter(event, events[0]["seq"], is_late=is_late, now=now, to=f"{person.ref} {channel}")
                rows.append(_row(event, person.ref, channel, letter, now))
    return rows


def _sent(events: Sequence[Row]) -> list[Row]:
    newest = {e["data"]["deadline"]: e["seq"] for e in events if e["name"] in NOTICES}
    consequences = {"lapsed", "request_overdue", "access_ended", "toll_ended", "commitment_missed"}
    names = {event["name"] for event in events}
    kept = []
    for event in events:
        if event["name"] in NOTICES:
            if newest[event["data"]["deadline"]] != event["seq"]:
                continue
            if is_told_by_consequence(event["name"], event["data"]) and names & consequences:
                continue
        kept.append(event)
    return kept


def _letter(event: Row, first: int, *, is_late: bool, now: datetime, to: str) -> str:
    if is_late:
        key = f"late {now.isoformat()}"
    elif event["name"] in ALONE:
        key = f"{event['subject']} {event['seq']}"
    else:
        key = f"{event['subject']} from {first}"
    return str(uuid.uuid5(_LETTERS, f"{key} {to}"))


def _row(event: Row, recipient: str, channel: str, letter: str, now: datetime) -> Row:
    return {
        "subject": event["subject"],
        "seq": event["seq"],
        "recipient": recipient,
        "channel": channel,
        "letter": letter,
        "status": DeliveryStatus.PENDING,
        "made_at": now,
        "next_attempt_at": now,
        "attempts": 0,
        "fence": 0,
        "holder": None,
    }
