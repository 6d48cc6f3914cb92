"""The letters to one person, the newest first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from reviewflow.engine.writer import writer_of
from reviewflow.errors import Invalid
from reviewflow.nouns.commands.form import arg
from reviewflow.nouns.contact import Channel, ChannelKind
from reviewflow.nouns.paths import NEWEST
from reviewflow.nouns.states import DeliveryStatus, Kind
from reviewflow.nouns.subject import Row, Subject
from reviewflow.store import inbox as store
from reviewflow.store.subjects import load
from reviewflow.views.look import Document, Look
from reviewflow.views.wanted import Told, wanted

if TYPE_CHECKING:
    from reviewflow.notify.letters import Letter

IN_PERSON = Channel(0, ChannelKind.LOG, is_confidential=True)  # the reader is known, so the whole text is shown


@dataclass(frozen=True, kw_only=True)
class Inbox:
    """What is asked of the inbox."""

    all: bool = arg("every letter, not only the newest thirty", False)
    open: bool = arg("only letters that you have not acknowledged", False)


@dataclass
class Copy:
    """One letter as its reader has it; the same words on two channels are one letter."""

    id: str
    rows: list[Row]
    sent_at: datetime | None = None
    seen_at: datetime | None = None
    acknowledged_at: datetime | None = None
    is_set_aside: bool = False  # on every channel

    @property
    def status(self) -> str:
        """Where it stands on the channel that is furthest: to be sent, not delivered, new, seen, acknowledged."""
        if self.acknowledged_at:
            return "acknowledged"
        unsent = "not delivered" if self.is_set_aside else "to be sent"
        return "seen" if self.seen_at else "new" if self.sent_at else unsent


def inbox(look: Look, asked: Inbox) -> Document:
    """The letters to the reader; `count` are all of them, whatever is asked for."""
    if look.is_operator:
        raise Invalid("Whose letters? Name yourself.")
    copies = _letters_to(look)
    waiting = [copy for copy in copies if copy.acknowledged_at is None]
    found = look.cut(waiting if asked.open else copies, _place)
    shown = found if asked.all or look.page else found[:NEWEST]
    return {
        "letters": [described(look, *pair) for pair in zip(shown, composed(look, shown), strict=True)],
        "count": len(copies),
        "not_acknowledged": len(waiting),
    }


def _letters_to(look: Look) -> list[Copy]:
    """Every letter to the reader; of twins on several channels the one that can be read."""
    found = (one_of(group) for group in twins(store.letters_to(look.connection, look.actor.ref)))
    return [copy for copy in found if is_within(look, copy)]


def is_within(look: Look, copy: Copy) -> bool:
    """Whether all that a letter is about is within the reader's scopes."""
    return all(look.covers(row["subject"]) for row in copy.rows)


def _place(copy: Copy) -> tuple[float, int]:
    """The newest first."""
    made_at, number = max((row["made_at"], row["id"]) for row in copy.rows)
    return -made_at.timestamp(), -number


def twins(copies: Iterable[Row]) -> list[list[list[Row]]]:
    """Copies by the letter, and the letters that tell of the same events together."""
    by_letter: dict[str, list[Row]] = {}
    for row in copies:
        by_letter.setdefault(row["letter"], []).append(row)
    found: dict[tuple[tuple[str, int], ...], list[list[Row]]] = {}
    for rows in by_letter.values():
        found.setdefault(tuple((row["subject"], row["seq"]) for row in rows), []).append(rows)
    return list(found.values())


def one_of(group: list[list[Row]]) -> Copy:
    """The letter of a channel that carries text, with what is known of any of its twins."""
    kept = min(group, key=lambda rows: (rows[0]["channel"] == "log", rows[0]["id"]))
    every = [row for rows in group for row in rows]
    return Copy(
        kept[0]["letter"],
        kept,
        sent_at=min((row["sent_at"] for row in every if row["sent_at"]), default=None),
        seen_at=min((row["seen_at"] for row in every if row["seen_at"]), default=None),
        acknowledged_at=min((row["acknowledged_at"] for row in every if row["acknowledged_at"]), default=None),
        is_set_aside=all(row["status"] is DeliveryStatus.SET_ASIDE for row in every),
    )


def composed(look: Look, copies: Sequence[Copy]) -> "list[Letter]":
    """The letters in full, as they are sent, whatever their reader sees of their subjects by now; each loaded once."""
    with look.opened():
        writer = writer_of(look.stage, [row for copy in copies for row in copy.rows])
    return [writer.letter(copy.rows, IN_PERSON) for copy in copies]


def described(look: Look, copy: Copy, letter: "Letter") -> Document:
    """One letter without its text; each subject with its version and head, and what is still asked, as they are now."""
    with look.opened():
        found = load(look.connection, letter.refs)
    subjects = found.values()
    return {
        "id": copy.id,
        "to": letter.to,
        "subject": letter.subject,
        "asks": wanted(_told(look, row, found[row["subject"]]) for row in copy.rows),
        "made_at": letter.made_at,
        "status": copy.status,
        "sent_at": copy.sent_at,
        "seen_at": copy.seen_at,
        "acknowledged_at": copy.acknowledged_at,
        "subjects": [{"ref": one.ref, "version": one.seq, "head": one.head} for one in subjects],
    }


def _told(look: Look, row: Row, subject: Subject) -> Told:
    is_review = subject.kind is Kind.REVIEW
    return Told(row, subject, look.actor, look.pin(subject.row).policy.determination.persons if is_review else 2)
