"""`reviewflow inbox`: the letters to one person, the newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reviewflow.cli.reader import Reader, reader
from reviewflow.nouns.contact import Channel, ChannelKind
from reviewflow.nouns.states import DeliveryStatus

if TYPE_CHECKING:
    from rich.text import Text

    from reviewflow.notify.letters import Letter
    from reviewflow.nouns.subject import Row

NEWEST, SHORTEST = 30, 8
IN_PERSON = Channel(0, ChannelKind.LOG, is_confidential=True)  # the reader is known, so the whole text is shown
ALL = Annotated[bool, typer.Option("--all", help="Every letter, not only the newest thirty.")]
OPEN = Annotated[bool, typer.Option("--open", help="Only letters that you have not acknowledged.")]


@dataclass
class Copy:
    """One letter as its reader has it; the same words on two channels are one letter."""

    id: str
    rows: "list[Row]"
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


def inbox(ctx: typer.Context, every: ALL = False, unanswered: OPEN = False) -> None:
    """List the letters to you, the newest first."""
    ctx.obj.who()
    with reader(ctx.obj) as look:
        copies = letters_to(look)
        total, waiting = len(copies), sum(copy.acknowledged_at is None for copy in copies)
        if unanswered:
            copies = [copy for copy in copies if copy.acknowledged_at is None]
        shown = copies if every else copies[:NEWEST]
        letters = composed(look, shown)
        if look.session.json:
            entries = [document(look, copy, letter) for copy, letter in zip(shown, letters, strict=True)]
            look.answer({"letters": entries, "count": total, "not_acknowledged": waiting})
        else:
            _print(look, shown, letters, total, waiting)


def letters_to(look: Reader) -> list[Copy]:
    """Every letter to the reader, the newest first; of twins on several channels the one that can be read."""
    from reviewflow.store.inbox import letters_to as copies_to

    found = [one_of(group) for group in twins(copies_to(look.connection, look.actor.ref))]
    return sorted(found, key=lambda copy: max((row["made_at"], row["id"]) for row in copy.rows), reverse=True)


def twins(copies: "list[Row]") -> "list[list[list[Row]]]":
    """Copies by the letter, and the letters that tell of the same events together."""
    by_letter: dict[str, list[Row]] = {}
    for row in copies:
        by_letter.setdefault(row["letter"], []).append(row)
    found: dict[tuple[tuple[str, int], ...], list[list[Row]]] = {}
    for rows in by_letter.values():
        found.setdefault(tuple((row["subject"], row["seq"]) for row in rows), []).append(rows)
    return list(found.values())


def one_of(group: "list[list[Row]]") -> Copy:
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


def composed(look: Reader, copies: list[Copy]) -> "list[Letter]":
    """The letters in full; every subject is loaded once."""
    from reviewflow.engine.writer import writer_of

    writer = writer_of(look.stage, [row for copy in copies for row in copy.rows])
    return [writer.letter(copy.rows, IN_PERSON) for copy in copies]


def document(look: Reader, copy: Copy, letter: "Letter") -> dict[str, Any]:
    """One letter without its text, with stable keys; each subject with its version and head as they are now."""
    from reviewflow.store.subjects import load

    subjects = load(look.connection, letter.refs).values()
    return {
        "id": copy.id,
        "to": letter.to,
        "subject": letter.subject,
        "made_at": letter.made_at,
        "status": copy.status,
        "sent_at": copy.sent_at,
        "seen_at": copy.seen_at,
        "acknowledged_at": copy.acknowledged_at,
        "subjects": [{"ref": one.ref, "version": one.seq, "head": one.head} for one in subjects],
    }


def _print(look: Reader, copies: list[Copy], letters: "list[Letter]", total: int, waiting: int) -> None:
    from reviewflow.cli.paint import console, say
    from reviewflow.cli.paper import next_line
    from reviewflow.cli.sheet import Column, sheet

    look.banner()
    if not copies:
        says = "Every letter to you is acknowledged." if total else "No letters to you yet. A tick sends what is owed."
        say(says)
        return
    size = unique_length([copy.id for copy in copies])
    lines = [_line(look, copy, letter, size) for copy, letter in zip(copies, letters, strict=True)]
    sheet([Column("letter"), Column("written"), Column("status"), Column("about", least=20)], lines)
    if look.session.quiet:
        return
    console().print()
    more = f", the newest {len(copies)} shown" if len(copies) < total else ""
    say(f"{total} letters{more}; {waiting} not acknowledged.", "dim")
    fresh = next((copy for copy in copies if copy.acknowledged_at is None), copies[0])
    verb = "acknowledge" if fresh.seen_at and not fresh.acknowledged_at else "show"
    next_line(f"reviewflow --as {look.actor.ref} letter {verb} {fresh.id[:size]}")


def _line(look: Reader, copy: Copy, letter: "Letter", size: int) -> "tuple[str | Text, ...]":
    from rich.text import Text

    from reviewflow.cli.paint import short
    from reviewflow.notify.letters import SIMULATION

    style = {"new": "bold", "acknowledged": "dim"}.get(copy.status, "")
    written = short(letter.made_at, look.session.zone)[5:]
    return copy.id[:size], written, Text(copy.status, style=style), letter.subject.removeprefix(SIMULATION)


def unique_length(ids: list[str]) -> int:
    """How many signs tell the letters apart; at least eight."""
    size = SHORTEST
    while len({one[:size] for one in ids}) < len(set(ids)):
        size += 1
    return size
