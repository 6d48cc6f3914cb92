"""What is asked of somebody who is to prove something: drawn here, kept as a digest, answered once within minutes."""

from datetime import datetime, timedelta

from reviewflow.engine.identity import secrets
from reviewflow.nouns.principal import ChallengeKind
from reviewflow.nouns.subject import Row
from reviewflow.store.database import Connection, Engine, transaction
from reviewflow.store.identity import challenges as store

LASTS = timedelta(minutes=5)


def ask(
    connection: Connection, kind: ChallengeKind, person: str | None, now: datetime, **data: object
) -> tuple[str, datetime]:
    """A new challenge of 256 bits in base64url, and until when it may be answered; within the caller's transaction."""
    drawn, expires = secrets.draw_cookie(), now + LASTS
    row: Row = {"digest": secrets.digest(drawn), "kind": kind, "person": person, "data": data}
    store.add(connection, row | {"made_at": now, "expires_at": expires})
    return drawn, expires


def answered(engine: Engine, kind: ChallengeKind, given: str, now: datetime) -> Row | None:
    """The challenge that is answered, which is used up, whatever comes of it; None where there is none."""
    with transaction(engine) as connection:
        return take(connection, kind, given, now)


def take(connection: Connection, kind: ChallengeKind, given: str, now: datetime) -> Row | None:
    """The same within the caller's transaction: it is used up where that succeeds."""
    return store.take(connection, secrets.digest(given), kind, now)
