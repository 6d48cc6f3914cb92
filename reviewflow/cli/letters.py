"""`reviewflow letter show` and `acknowledge`: one letter, read by the one to whom it is written."""

import re
from typing import TYPE_CHECKING, Annotated

import typer

from reviewflow.cli.inbox import SHORTEST, Copy, composed, document, one_of, twins
from reviewflow.cli.reader import Reader, reader

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from reviewflow.errors import NotFound
    from reviewflow.store.database import Connection

ID = Annotated[str, typer.Argument(help="The letter's id, or its first signs.", show_default=False)]


def letter_show(ctx: typer.Context, id: ID) -> None:
    """Print a letter; that its reader has seen it is noted once."""
    from reviewflow.store.inbox import mark_seen

    with reader(ctx.obj) as look:
        copy = find(look, id)
        letter = composed(look, [copy])[0]
        if look.session.json:
            look.answer({**document(look, copy, letter), "text": letter.text})
        else:
            _print(look, copy, letter.subject, letter.text)
    if copy.seen_at is None and not look.is_operator:
        _note(look, mark_seen, copy)


def letter_acknowledge(ctx: typer.Context, id: ID) -> None:
    """Acknowledge a letter to you; the time is noted once."""
    from reviewflow.cli.paint import local
    from reviewflow.cli.paper import para
    from reviewflow.store.inbox import mark_acknowledged

    ctx.obj.who()
    with reader(ctx.obj) as look:
        copy = find(look, id)
    _note(look, mark_acknowledged, copy)
    with reader(ctx.obj) as look:
        copy = find(look, copy.id)
        letter = composed(look, [copy])[0]
        if look.session.json:
            look.answer(document(look, copy, letter))
            return
        look.banner()
        para(f"Acknowledged {local(copy.acknowledged_at, look.session.zone)}: {letter.subject}")


def find(look: Reader, id: str) -> Copy:
    """The letter that is meant; NotFound where there is none or it is to someone else."""
    from reviewflow.errors import Invalid
    from reviewflow.store import inbox

    wanted = id.strip().lower()
    if not re.fullmatch(r"[0-9a-f-]{4,36}", wanted):
        raise _missing(id)
    found = inbox.letters_like(look.connection, wanted, None if look.is_operator else look.actor.ref)
    if not found:
        raise _missing(id)
    if len(found) > 1:
        raise Invalid(f"Several letters begin with {wanted}.", remedy="Give more signs of the id.")
    groups = twins(inbox.twins(look.connection, found[0]))
    if not groups:  # nobody needs it any more
        raise _missing(id)
    own = next((group for group in groups if any(rows[0]["letter"] == found[0] for rows in group)), groups[0])
    return one_of(own)


def _missing(id: str) -> "NotFound":
    from reviewflow.errors import NotFound

    remedy = "See `reviewflow --as PERSON inbox`."
    if len(id.strip()) < SHORTEST:
        remedy += f" Give the first {SHORTEST} signs of the id, as they stand there."
    return NotFound(f"There is no letter {id}, or it is not to you.", remedy=remedy)


def _note(look: Reader, mark: "Callable[[Connection, str, str, datetime], int]", copy: Copy) -> None:
    """Write down that it was seen or acknowledged: the one thing that is written besides the record."""
    from reviewflow.store.database import transaction

    with transaction(look.session.app.engine) as connection:
        mark(connection, copy.id, look.actor.ref, look.now)


def _print(look: Reader, copy: Copy, subject: str, text: str) -> None:
    from reviewflow.cli.paint import console, local, say
    from reviewflow.cli.paper import facts, next_line

    zone = look.session.zone
    facts(
        [
            ("letter", copy.id),
            ("to", copy.rows[0]["recipient"]),
            ("subject", subject),
            ("sent", local(copy.sent_at, zone) if copy.sent_at else "not yet"),
            ("acknowledged", local(copy.acknowledged_at, zone) if copy.acknowledged_at else ""),
        ]
    )
    console().print()
    say(text.rstrip("\n"))
    if not look.session.quiet and not look.is_operator and copy.acknowledged_at is None:
        console().print()
        next_line(f"reviewflow --as {look.actor.ref} letter acknowledge {copy.id[:8]}")
