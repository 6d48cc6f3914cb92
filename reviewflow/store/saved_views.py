"""Views of the queue that people keep, each under a name of its owner's."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert  # ON CONFLICT reads the same on SQLite

from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables.index import SAVED_VIEW

_VIEW = SAVED_VIEW.c
_IS_HIS = _VIEW.person == bindparam("whose")
_OF = select(_VIEW.name, _VIEW.query).where(_IS_HIS).order_by(_VIEW.made_at, _VIEW.name)
_OTHERS = select(func.count()).where(_IS_HIS, _VIEW.name != bindparam("wanted"))
_REMOVE = delete(SAVED_VIEW).where(_IS_HIS, _VIEW.name == bindparam("wanted"))
_NEW = insert(SAVED_VIEW)
_PUT = _NEW.on_conflict_do_update(
    index_elements=["person", "name"], set_={name: _NEW.excluded[name] for name in ("query", "made_at")}
)


def views_of(connection: Connection, person: str) -> list[Row]:
    """What a person keeps, the oldest first."""
    return [dict(row) for row in connection.execute(_OF, {"whose": person}).mappings()]


def count_others(connection: Connection, person: str, name: str) -> int:
    """How many he keeps under other names."""
    return int(connection.execute(_OTHERS, {"whose": person, "wanted": name}).scalar_one())


def put(connection: Connection, person: str, name: str, query: str, now: datetime) -> None:
    """Keep one, in place of what he kept under its name."""
    connection.execute(_PUT, {"person": person, "name": name, "query": query, "made_at": now})


def remove(connection: Connection, person: str, name: str) -> bool:
    """Forget one; whether there was one."""
    return connection.execute(_REMOVE, {"whose": person, "wanted": name}).rowcount > 0
