"""`reviewflow calendar`: a person's deadlines as an iCalendar feed, for the phone."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reviewflow.cli.reader import Reader, reader
from reviewflow.cli.session import Session

if TYPE_CHECKING:
    from reviewflow.notify.feed import Entry

OUT = Annotated[
    Path | None,
    typer.Option("--out", help="Write it to this file, whole or not at all.", metavar="FILE", show_default=False),
]
WHOSE = Annotated[
    str | None,
    typer.Option("--as", help="Whose calendar; the same as before the verb.", metavar="PERSON", show_default=False),
]


def calendar(ctx: typer.Context, out: OUT = None, whose: WHOSE = None) -> None:
    """Print your deadlines as an iCalendar file.

    It is the same until something changes, and holds nobody's words. A calendar program may read it again and again:
    what moved is changed in place, and what fell away is shown as cancelled.
    """
    from reviewflow.engine.feed import entries
    from reviewflow.notify.feed import written

    session: Session = ctx.obj
    session.actor = whose or session.actor
    person, database = session.who(), session.app.database
    with reader(session) as look:
        found = entries(look.stage, look.actor, database["genesis"], is_simulation=session.app.is_simulation)
    text = written(found, person, is_simulation=session.app.is_simulation)
    if out is not None:
        _keep(out, text)
    _say(look, found, text, out)


def _say(look: Reader, found: "list[Entry]", text: bytes, out: Path | None) -> None:
    session = look.session
    if session.json:
        document = {"person": look.actor.ref, "entries": [vars(one) for one in found], "count": len(found)}
        look.answer(document | ({"out": str(out)} if out else {}))
    elif out is None:
        sys.stdout.write(text.decode())
    elif not session.quiet:
        from reviewflow.cli.paint import say

        say(f"{len(found)} {'entry' if len(found) == 1 else 'entries'} written to {out}.")


def _keep(file: Path, text: bytes) -> None:
    """Whoever reads the file meanwhile finds the old one or the new one; nobody else on the machine may read it."""
    import os
    import tempfile

    from reviewflow.errors import Unavailable

    part: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=file.parent)
        part = Path(name)
        with os.fdopen(handle, "wb") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    except OSError as error:
        if part is not None:
            part.unlink(missing_ok=True)
        raise Unavailable(
            f"The calendar cannot be written to {file}: {error.strerror}.",
            remedy="Name a file in a folder that exists and that you may write to.",
        ) from error
