"""One letter: the deliveries of one person as text that a lawyer can read and keep."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from zoneinfo import ZoneInfo

from reviewflow.notify import catch_up, layout
from reviewflow.notify.block import Block, Paragraph
from reviewflow.notify.discretion import HIDDEN, discreet, whole_letter
from reviewflow.notify.footer import footer
from reviewflow.notify.matter import Matter, Telling
from reviewflow.notify.page import page
from reviewflow.notify.telling_text import whole
from reviewflow.notify.tellings.index import tell
from reviewflow.nouns.actor import Actor
from reviewflow.nouns.contact import A_FOLDER, Channel, ChannelKind
from reviewflow.nouns.events import NOTICES
from reviewflow.nouns.server import Server
from reviewflow.nouns.subject import Row, Subject

SIMULATION = "[SIMULATION] "
MARK = "SIMULATION. This letter comes from a simulation. Nothing in it has happened, and nothing is owed."
TITLE_LENGTH = 60
PAGES = frozenset({ChannelKind.EMAIL, ChannelKind.FOLDER})  # what carries a page beside the text


@dataclass(frozen=True)
class Letter:
    """What a channel carries; `id` and `made_at` are the same on every attempt, `refs` are the subjects it is about.

    `channel` says whereto: a mailbox, a URL, a named secret. `html` is the same words as `text`, where the channel
    carries a page. `events` are what it tells of, without any text of theirs: subject, kind, seq, name, effective_at,
    recorded_at, late_by, digest; a notice's also deadline (its kind) and due_at.
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
    organization: str = ""  # the reader's


def compose(
    letter_id: str, person: Actor, rows: list[Row], found: Mapping[str, Subject], zones: Mapping[str, str],
    titles: Mapping[str, str], sender: str, *, is_simulation: bool, channel: Channel = A_FOLDER,
    late_from: int = Server.catch_up_seconds, site: str = "",
) -> Letter:  # fmt: skip
    """The letter of one person's delivery rows; ValueError where an event is not for the person's side.

    Nobody's own words are in it unless the channel is marked as confidential. Recorded late is what was recorded more
    than `late_from` seconds after it took effect. `site` is the address of the pages, if there is one.
    """

    def matter(row: Row) -> Matter:
        ref = row["subject"]
        title = layout.one_line(titles.get(ref) or ref, TITLE_LENGTH)
        made = Matter(row, found[ref], person, ZoneInfo(zones[ref]), title, late_from)
        return made if channel.is_confidential else discreet(made)

    matters = [matter(row) for row in rows]
    told = [(matter, tell(matter)) for matter in matters]
    is_one = catch_up.is_one(matters)
    subject = layout.one_line((SIMULATION if is_simulation else "") + (catch_up.subject if is_one else _subject)(told))
    body = list((catch_up.blocks if is_one else _blocks)(told))
    if is_simulation:
        body.insert(0, Paragraph(MARK))
    text = layout.text_of(body)
    rest = list(footer(matters, letter_id, site))
    if not channel.is_confidential and HIDDEN in text:
        rest.insert(0, whole_letter(matters[0], letter_id))
    return Letter(
        letter_id,
        person.ref,
        layout.one_line(person.name),
        sender,
        subject,
        f"{text}\n\n{layout.text_of(rest)}\n",
        max(row["made_at"] for row in rows),
        tuple(dict.fromkeys(row["subject"] for row in rows)),
        channel,
        page(subject, body + rest) if channel.kind in PAGES else "",
        tuple(_event(matter) for matter in matters),
        person.organization,
    )


def _subject(told: list[tuple[Matter, Telling]]) -> str:
    first, telling = min(told, key=lambda pair: pair[1].rank)
    others = [other.headline for _, other in told if other is not telling]
    more = f", and {len(others)} more events" if others else ""
    if len(others) == 1:
        more = f"; {others[0][:1].lower()}{others[0][1:]}"
    return f"{telling.headline}{more} - {first.about}"


def _blocks(told: list[tuple[Matter, Telling]]) -> Iterable[Block]:
    first = told[0][0]
    head = f"{first.kind.capitalize()} {first.ref}" + (f", {first.title}" if first.title != first.ref else "")
    return (Paragraph(head), *chain.from_iterable(whole(matter, telling) for matter, telling in told))


def _event(matter: Matter) -> Row:
    row = matter.row
    said = {name: row[name] for name in ("seq", "name", "effective_at", "recorded_at", "late_by")}
    made = {"subject": matter.ref, "kind": matter.subject.kind.value, **said, "digest": row["event_digest"]}
    if row["name"] in NOTICES:
        made |= {"deadline": matter.get("kind"), "due_at": datetime.fromisoformat(matter.get("due_at"))}
    return made
