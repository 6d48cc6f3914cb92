"""One letter: the deliveries of one person as text that a lawyer can read and keep."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from reviewflow.notify import catch_up, layout
from reviewflow.notify.footer import footer
from reviewflow.notify.matter import Matter, Telling
from reviewflow.notify.telling_text import whole
from reviewflow.notify.tellings.index import tell
from reviewflow.nouns.actor import Actor
from reviewflow.nouns.contact import A_FOLDER, Channel
from reviewflow.nouns.subject import Row, Subject

SIMULATION = "[SIMULATION] "
MARK = "SIMULATION. This letter comes from a simulation. Nothing in it has happened, and nothing is owed."
TITLE_LENGTH = 60


@dataclass(frozen=True)
class Letter:
    """What a channel carries; `id` and `made_at` are the same on every attempt, `refs` are the subjects it is about.

    `channel` says whereto: a mailbox, a URL, a named secret. `html` is the same words as `text`. `events` are what it
    tells of, without any text of theirs: subject, kind, seq, name, effective_at, recorded_at, late_by, digest.
    """

    id: str
    to: str
    name: str
    sender: str
    subject: str
    text: str
    made_at: datetime
    refs: tuple[str, ...]
    channel: Channel = A_FOLDER
    html: str = ""
    events: tuple[Row, ...] = ()


def compose(
    letter_id: str, person: Actor, rows: list[Row], found: Mapping[str, Subject], zones: Mapping[str, str],
    titles: Mapping[str, str], sender: str, *, is_simulation: bool,
) -> Letter:  # fmt: skip
    """The letter of one person's delivery rows; ValueError where an event is not for the person's side."""
    matters = [
        Matter(
            row, found[row["subject"]], person, ZoneInfo(zones[row["subject"]]),
            layout.one_line(titles.get(row["subject"]) or row["subject"], TITLE_LENGTH),
        )
        for row in rows
    ]  # fmt: skip
    told = [(matter, tell(matter)) for matter in matters]
    if catch_up.is_one(matters):
        subject, body = catch_up.subject(told), catch_up.text(told)
    else:
        subject, body = _subject(told), _text(told)
    mark = SIMULATION if is_simulation else ""
    parts = (layout.paragraph(MARK) if mark else "", body, footer(matters, letter_id))
    return Letter(
        letter_id,
        person.ref,
        layout.one_line(person.name),
        sender,
        layout.one_line(f"{mark}{subject}"),
        layout.blocks(parts) + "\n",
        max(row["made_at"] for row in rows),
        tuple(dict.fromkeys(row["subject"] for row in rows)),
    )


def _subject(told: list[tuple[Matter, Telling]]) -> str:
    first, telling = min(told, key=lambda pair: pair[1].rank)
    more = f", and {len(told) - 1} more" if len(told) > 1 else ""
    return f"{telling.headline}{more} - {first.title} ({first.ref})"


def _text(told: list[tuple[Matter, Telling]]) -> str:
    first = told[0][0]
    head = f"{first.kind.capitalize()} {first.ref}" + (f", {first.title}" if first.title != first.ref else "")
    return layout.blocks((layout.paragraph(head), *(whole(matter, telling) for matter, telling in told)))
