"""The one key outside of the database, which opens those of all reviews: a file that only its owner reads."""

import os
from collections.abc import Iterator
from pathlib import Path

from pyrage.x25519 import Identity

from reviewflow.engine.documents.cipher import Broken, new_key, read_key, unwrap
from reviewflow.errors import Unavailable
from reviewflow.nouns.plural import plural
from reviewflow.settings.settings import Settings
from reviewflow.store import blobs
from reviewflow.store.database import Engine, file_of, reading

CHECK = "The operator runs `reviewflow check`, which says what is wrong with it."


def key_file(engine: Engine, settings: Settings) -> Path | None:
    """Where it is: as server.toml says, else beside an SQLite file; None: nowhere."""
    if named := settings.server.documents.key:
        return Path(named)
    beside = file_of(engine)
    return None if beside is None else beside.with_name(f"{beside.name}.key")


def make(engine: Engine, settings: Settings) -> Path | None:
    """A new key where there is none, and none was ever used; where it is. Unavailable where it cannot be written."""
    file = key_file(engine, settings)
    with reading(engine) as connection:
        is_used = bool(blobs.keys(connection))
    if file is None or is_used or file.exists():
        return None
    key = new_key()
    text = f"# The key of this installation's documents. Keep a copy apart from the database.\n{key}\n"
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        _sync(file.parent)
    except OSError as error:
        reason = f"The key of documents cannot be written to {file}: {error.strerror}."
        raise Unavailable(reason, remedy="Name another under [documents] key in server.toml.") from error
    return file


def _sync(folder: Path) -> None:
    """That there is such a file survives a power failure too, before anything rests on its key."""
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)


def master(engine: Engine, settings: Settings) -> Identity:
    """The key; Unavailable where it is missing, or others may read it. What is told names no place."""
    file = key_file(engine, settings)
    try:
        return _read(file)
    except Broken as error:
        raise Unavailable(f"Documents cannot be opened or stored: the key {error}.", remedy=CHECK) from error


def _read(file: Path | None) -> Identity:
    if file is None:
        raise Broken("has no file")
    try:
        mode = file.stat().st_mode
        if mode & 0o077:
            raise Broken("may be read by others than its owner")
        return read_key(file.read_text(encoding="utf-8"))
    except Broken as error:
        raise Broken(str(error).replace("it holds", "file holds")) from error
    except (OSError, ValueError) as error:
        raise Broken("cannot be read" if file.exists() else "is missing") from error


def faults(engine: Engine, settings: Settings) -> Iterator[tuple[str, str]]:
    """What is wrong with it, and what to do; for the operator, so that it names the file."""
    file = key_file(engine, settings)
    with reading(engine) as connection:
        rows = blobs.keys(connection)
    try:
        key = _read(file)
    except Broken as error:
        if file is None and not rows:
            return
        yield f"{file or 'the key of documents'}: the key {error}", _remedy(file, is_used=bool(rows))
        return
    closed = [row["subject"] for row in rows if not _opens(key, row["wrapped"])]
    if closed:
        some = f"{len(closed)} of {plural(len(rows), 'review')}, {closed[0]} among them"
        says = f"{file} does not open the documents of {some}"
        yield says, "It is another installation's, or was exchanged: bring the right one back from its backup."


def _remedy(file: Path | None, *, is_used: bool) -> str:
    if file is None:
        return "Name its file under [documents] key in server.toml."
    if file.exists():
        return f"`chmod 600 {file}`, and see that it holds one key of age and nothing else."
    return "Bring it back from its backup: no other opens what is stored." if is_used else "`reviewflow init` makes it."


def _opens(key: Identity, wrapped: str) -> bool:
    try:
        unwrap(wrapped, key)
    except Broken:
        return False
    return True
