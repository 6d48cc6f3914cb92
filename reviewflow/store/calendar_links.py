"""Secret addresses of calendars, by digest; one of a person is live."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, or_, update

from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables.index import CALENDAR_LINK
from reviewflow.store.identity.people import held

_LINK = CALENDAR_LINK.c
_LIVE = _LINK.revoked_at.is_(None)
_BY_DIGEST = held(CALENDAR_LINK).where(_LINK.digest == bindparam("wanted"), _LIVE)
_OF = held(CALENDAR_LINK).where(_LINK.person == bindparam("whose"), _LIVE)
_REVOKE = update(CALENDAR_LINK).where(_LINK.person == bindparam("whose"), _LIVE).values(revoked_at=bindparam("at"))
_ADD = insert(CALENDAR_LINK)
_USE = (
    update(CALENDAR_LINK)
    .where(_LINK.digest == bindparam("wanted"), or_(_LINK.used_at.is_(None), _LINK.used_at < bindparam("before")))
    .values(used_at=bindparam("at"))
)


def link_of_digest(connection: Connection, digest: str) -> Row | None:
    """The live link of a digest, if its person was in use ever since."""
    found = connection.execute(_BY_DIGEST, {"wanted": digest}).mappings().first()
    return dict(found) if found else None


def link_of(connection: Connection, person: str) -> Row | None:
    """The live link of a person."""
    found = connection.execute(_OF, {"whose": person}).mappings().first()
    return dict(found) if found else None


def revoke(connection: Connection, person: str, now: datetime) -> bool:
    """End a person's live link; whether there was one."""
    return connection.execute(_REVOKE, {"whose": person, "at": now}).rowcount > 0


def add(connection: Connection, digest: str, person: str, now: datetime) -> None:
    """A new live link."""
    connection.execute(_ADD, {"digest": digest, "person": person, "made_at": now})


def note_use(connection: Connection, digest: str, now: datetime, before: datetime) -> None:
    """That it was used, unless that was noted after `before`."""
    connection.execute(_USE, {"wanted": digest, "at": now, "before": before})
