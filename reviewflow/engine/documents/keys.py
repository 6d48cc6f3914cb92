"""Keys below the installation's: one of each review, and below it one of each document."""

from datetime import datetime

from pyrage.x25519 import Identity

from reviewflow.engine.documents.cipher import Broken, new_key, unwrap, wrap
from reviewflow.engine.documents.master import CHECK, master
from reviewflow.errors import Unavailable
from reviewflow.nouns.subject import Row
from reviewflow.settings.settings import Settings
from reviewflow.store import blobs
from reviewflow.store.database import Engine, reading, transaction


def key_to_store(engine: Engine, settings: Settings, subject: str, now: datetime) -> Identity:
    """The key of a review, made where it has none; only the installation's own key is ever built on."""
    above = master(engine, settings)
    with reading(engine) as connection:
        row = blobs.key_of(connection, subject)
    return _made(engine, subject, above, now) if row is None else _opened(row, above)


def key_to_read(engine: Engine, settings: Settings, subject: str, person: str | None) -> Identity:
    """The key of a review, as far as a person may reach it; Broken where it has none."""
    with reading(engine, person) as connection:
        row = blobs.key_of(connection, subject)
    if row is None:
        raise Broken("the key of its review is gone")
    return _opened(row, master(engine, settings))


def _made(engine: Engine, subject: str, above: Identity, now: datetime) -> Identity:
    with transaction(engine) as connection:
        blobs.hold(connection, subject)
        if (row := blobs.key_of(connection, subject)) is not None:  # another was faster
            return _opened(row, above)
        for other in blobs.keys(connection)[:1]:  # a wrong key is found before anything rests on it
            _opened(other, above)
        key = new_key()
        wrapped = {"subject": subject, "recipient": str(key.to_public()), "wrapped": wrap(key, above), "made_at": now}
        blobs.add_key(connection, wrapped)
    return key


def _opened(row: Row, above: Identity) -> Identity:
    try:
        return unwrap(row["wrapped"], above)
    except Broken as error:
        reason = "Documents cannot be opened or stored: the installation's key is another than the one they rest on."
        raise Unavailable(reason, remedy=CHECK) from error
