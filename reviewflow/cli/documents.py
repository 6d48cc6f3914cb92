"""`review attach` and `review document`: bytes in from a file, and out into a new one."""

import json
import mimetypes
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from reviewflow.cli.session import Session
from reviewflow.nouns.plural import plural

REF = Annotated[str, typer.Argument(help="The review's reference.", show_default=False)]
NO = Annotated[int, typer.Argument(help="The document's number, as `review show` lists it.", min=1)]
FILE = Annotated[Path, typer.Argument(help="The file whose bytes are attached.", show_default=False)]
NAME = Annotated[str | None, typer.Option("--name", help="Its name on record; default: the file's.")]
MEDIA_TYPE = Annotated[
    str | None, typer.Option("--media-type", help="Such as application/pdf; default: by the file's name.")
]
MARKING = Annotated[str, typer.Option("--marking", help="How it is marked, such as PROPRIETARY.")]
SHARED = Annotated[bool, typer.Option("--shared", help="An agency's: let the lab read it at once.")]
OUT = Annotated[Path, typer.Option("--out", help="A new file for its bytes.", show_default=False)]


def review_attach(
    ctx: typer.Context, ref: REF, file: FILE, name: NAME = None, media_type: MEDIA_TYPE = None,
    marking: MARKING = "", shared: SHARED = False,
) -> None:  # fmt: skip
    """Attach a document: a lab's is for the review, an agency's its own until it is shared."""
    from reviewflow.cli.outcome import print_outcome
    from reviewflow.cli.page import present
    from reviewflow.cli.verbs import tidy
    from reviewflow.errors import Invalid
    from reviewflow.nouns.commands.document import AttachDocument

    session: Session = ctx.obj
    kind = media_type or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    label = AttachDocument(
        name=name or file.name, media_type=kind, marking=marking, shared=shared, size=0, digest="", blob=""
    )
    try:
        with file.open("rb") as stream:
            told = session.door.attach(tidy(ref), label, stream)
    except OSError as error:
        raise Invalid(f"The file {file} cannot be read: {error.strerror}.", remedy="Name another.") from error
    present(session, told, print_outcome)
    if not (session.json or session.quiet):
        _say(f"Document {told['document']}, {plural(told['size'], 'byte')}, SHA-256\n  {told['digest']}")


def review_document(ctx: typer.Context, ref: REF, no: NO, out: OUT) -> None:
    """Write a document's bytes into a new file that its owner alone may read; verified before, and as they come."""
    from reviewflow.cli.verbs import tidy
    from reviewflow.errors import Invalid

    session: Session = ctx.obj
    row, pieces = session.door.fetch(tidy(ref), no)
    try:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            _write(file, pieces, out)
    except OSError as error:
        raise Invalid(f"The file {out} cannot be written: {error.strerror}.", remedy="Name a new one.") from error
    told = {key: row[key] for key in ("no", "name", "media_type", "marking", "size", "digest")}
    if session.json:
        print(json.dumps({"ref": row["subject"], **told, "file": str(out)}, ensure_ascii=False))
    elif not session.quiet:
        _say(f"Written to {out}: {plural(told['size'], 'byte')}, SHA-256\n  {told['digest']}")


def _write(file: Any, pieces: Any, out: Path) -> None:
    """All of it, or no file."""
    try:
        for piece in pieces:
            file.write(piece)
    except BaseException:
        out.unlink(missing_ok=True)
        raise


def _say(text: str) -> None:
    from reviewflow.cli.paint import say

    say(text)
