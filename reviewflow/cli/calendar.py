"""`reviewflow calendar`: a person's deadlines as an iCalendar feed, for the phone."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from reviewflow.cli.session import Session
from reviewflow.nouns.plural import plural

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
    session: Session = ctx.obj
    session.actor = whose or session.actor
    session.who()
    document = session.document("calendar")
    if out is not None:
        _keep(out, document["text"].encode())
        document["out"] = str(out)
    if session.json:
        print(json.dumps(document, ensure_ascii=False, indent=2))
    elif out is None:
        sys.stdout.write(document["text"])
    elif not session.quiet:
        from reviewflow.cli.paint import say

        say(f"{plural(document['count'], 'entry', 'entries')} written to {out}.")


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
