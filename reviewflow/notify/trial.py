"""The letter that tests a channel: it tells of nothing, and the record does not know it."""

import uuid
from datetime import datetime

from reviewflow.notify import layout
from reviewflow.notify.block import Paragraph
from reviewflow.notify.letters import MARK, PAGES, SIMULATION, Letter
from reviewflow.notify.page import page
from reviewflow.nouns.actor import Actor
from reviewflow.nouns.contact import Channel


def trial(person: Actor, channel: Channel, asked_by: str, sender: str, now: datetime, *, is_simulation: bool) -> Letter:
    """A new letter each time, so that no receiver takes it for one that it has already."""
    subject = f"{SIMULATION if is_simulation else ''}Test of channel {channel.no} ({channel.kind.value})"
    says = [
        *([MARK] if is_simulation else []),
        f"This is a test. {asked_by} asked whether letters to {person.ref} arrive on this channel. This one did.",
        "Nothing has happened, nothing is owed, and nothing of it is on record. No answer is needed.",
    ]
    body = [Paragraph(text) for text in says]
    return Letter(
        id=str(uuid.uuid4()),
        to=person.ref,
        name=layout.one_line(person.name),
        sender=sender,
        subject=subject,
        text=f"{layout.text_of(body)}\n",
        made_at=now,
        refs=(),
        channel=channel,
        html=page(subject, body) if channel.kind in PAGES else "",
        organization=person.organization,
    )
