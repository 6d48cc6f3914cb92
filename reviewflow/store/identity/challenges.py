"""What was asked of somebody at a door, found by the digest of what he was given; each is answered once."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert

from reviewflow.nouns.principal import ChallengeKind
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables.index import CHALLENGE

_NEW = insert(CHALLENGE)
_TAKE = (
    delete(CHALLENGE)
    .where(CHALLENGE.c.digest == bindparam("of"), CHALLENGE.c.kind == bindparam("what"))
    .returning(*CHALLENGE.c)
)
_TIDY = delete(CHALLENGE).where(CHALLENGE.c.expires_at <= bindparam("now"))


def add(connection: Connection, row: Row) -> None:
    """A new one; those that are over are let go."""
    connection.execute(_TIDY, {"now": row["made_at"]})
    connection.execute(_NEW, row)


def take(connection: Connection, digest: str, kind: ChallengeKind, now: datetime) -> Row | None:
    """The one with this digest, which is gone from now on; None where there is none, or it is over."""
    found = connection.execute(_TAKE, {"of": digest, "what": kind}).mappings().first()
    return dict(found) if found and found["expires_at"] > now else None
