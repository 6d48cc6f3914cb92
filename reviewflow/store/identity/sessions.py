"""Sign-ins: found by the digest of their cookie, listed and ended by their owner."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, update

from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables.index import SESSION
from reviewflow.store.identity.people import held

_IS_LIVE = (
    SESSION.c.ended_at.is_(None)
    & (SESSION.c.expires_at > bindparam("now"))
    & (SESSION.c.seen_at > bindparam("idle_since"))
)
_NEW = insert(SESSION)
_FIND = held(SESSION).where(SESSION.c.digest == bindparam("digest"), _IS_LIVE)
_OWN = held(SESSION).where(SESSION.c.person == bindparam("person"), _IS_LIVE).order_by(SESSION.c.made_at.desc())
_SEE = update(SESSION).where(SESSION.c.id == bindparam("of")).values(seen_at=bindparam("now"))
_PROVE = (
    update(SESSION)
    .where(SESSION.c.id == bindparam("of"), SESSION.c.ended_at.is_(None))
    .values(digest=bindparam("new"), proven_at=bindparam("now"), seen_at=bindparam("now"))
    .values(has_second_factor=bindparam("is_strong"))
)
_RENEW = (
    update(SESSION).where(SESSION.c.id == bindparam("of"), SESSION.c.ended_at.is_(None)).values(digest=bindparam("new"))
)
_END = update(SESSION).where(SESSION.c.ended_at.is_(None)).values(ended_at=bindparam("now"))
_END_ONE = _END.where(SESSION.c.id == bindparam("of"))
_END_ALL = _END.where(SESSION.c.person == bindparam("whose"), SESSION.c.id != bindparam("but"))


def add(connection: Connection, row: Row) -> None:
    """A new sign-in."""
    connection.execute(_NEW, row)


def live(connection: Connection, digest: str, now: datetime, idle_since: datetime) -> Row | None:
    """The sign-in with this cookie, if it is live and its person was in use ever since."""
    found = connection.execute(_FIND, {"digest": digest, "now": now, "idle_since": idle_since}).mappings().first()
    return dict(found) if found else None


def of_person(connection: Connection, person: str, now: datetime, idle_since: datetime) -> list[Row]:
    """The live sign-ins of a person, the newest first."""
    asked = {"person": person, "now": now, "idle_since": idle_since}
    return [dict(row) for row in connection.execute(_OWN, asked).mappings()]


def see(connection: Connection, id: str, now: datetime) -> None:
    """It was used."""
    connection.execute(_SEE, {"of": id, "now": now})


def prove(connection: Connection, id: str, digest: str, now: datetime, *, has_second_factor: bool) -> None:
    """Its owner proved to be present, and has a new cookie; nothing is done where it was ended meanwhile."""
    connection.execute(_PROVE, {"of": id, "new": digest, "now": now, "is_strong": has_second_factor})


def renew(connection: Connection, id: str, digest: str) -> None:
    """It goes on under a new cookie; nothing is done where it was ended meanwhile."""
    connection.execute(_RENEW, {"of": id, "new": digest})


def end(connection: Connection, id: str, now: datetime) -> None:
    """It is over."""
    connection.execute(_END_ONE, {"of": id, "now": now})


def end_all(connection: Connection, person: str, now: datetime, but: str = "") -> int:
    """All of a person's are over, but the one that is named; how many were."""
    return connection.execute(_END_ALL, {"whose": person, "now": now, "but": but}).rowcount
