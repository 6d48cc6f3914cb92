"""One-time codes: made, found by their digest, used once."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from reviewflow.nouns.principal import InvitationKind
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables.index import INVITATION
from reviewflow.store.identity.people import held

_IS_LIVE = INVITATION.c.used_at.is_(None) & (INVITATION.c.expires_at > bindparam("now"))
_NEW = insert(INVITATION)
_FIND = held(INVITATION).where(INVITATION.c.digest == bindparam("digest"), _IS_LIVE)
_FIRST = select(INVITATION).where(
    INVITATION.c.digest == bindparam("digest"), INVITATION.c.kind == InvitationKind.FIRST_ADMIN, _IS_LIVE
)
_USE = update(INVITATION).where(INVITATION.c.digest == bindparam("of"), _IS_LIVE).values(used_at=bindparam("at"))
_WITHDRAW = update(INVITATION).where(_IS_LIVE).values(expires_at=bindparam("at"))
_WITHDRAW_FIRST = _WITHDRAW.where(INVITATION.c.kind == InvitationKind.FIRST_ADMIN)
_WITHDRAW_OWN = _WITHDRAW.where(INVITATION.c.person == bindparam("whose"))


def add(connection: Connection, row: Row) -> bool:
    """A new code, the only live one of its person, or for a first administrator; True where there was one before."""
    is_anew = withdraw(connection, row["person"], row["made_at"])
    connection.execute(_NEW, row)
    return is_anew


def withdraw(connection: Connection, person: str | None, now: datetime) -> bool:
    """The live codes of a person, or without one those for a first administrator, are over; True where one was."""
    if person is None:
        return connection.execute(_WITHDRAW_FIRST, {"now": now, "at": now}).rowcount > 0
    return connection.execute(_WITHDRAW_OWN, {"now": now, "at": now, "whose": person}).rowcount > 0


def live(connection: Connection, digest: str, now: datetime) -> Row | None:
    """The code with this digest, if it is live, and its person, if it has one, was in use ever since."""
    asked = {"digest": digest, "now": now}
    found = (connection.execute(_FIND, asked).mappings().first()) or connection.execute(
        _FIRST, asked
    ).mappings().first()
    return dict(found) if found else None


def use(connection: Connection, digest: str, now: datetime) -> bool:
    """It is used; False where another was faster."""
    return connection.execute(_USE, {"of": digest, "now": now, "at": now}).rowcount == 1
