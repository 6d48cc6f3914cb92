"""What is asked now and then: which reviews there are of a model, what is pinned, what this database is."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, null, select
from sqlalchemy.dialects import postgresql, sqlite

from reviewflow.nouns.contact import Channel, channels_from, in_use
from reviewflow.nouns.states import Kind, ReviewState, Standing
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables.index import DATABASE, DOCUMENT, ROWS, SUBJECT

_REVIEW = ROWS[Kind.REVIEW]

_OPEN_REVIEW = select(_REVIEW.c.ref).where(
    _REVIEW.c.model == bindparam("model"), _REVIEW.c.state.not_in([ReviewState.RELEASED, ReviewState.WITHDRAWN])
)
_REFILED = select(_REVIEW.c.refiles).where(_REVIEW.c.ref == bindparam("ref"))
_DOCUMENTS = select(DOCUMENT).order_by(DOCUMENT.c.type, DOCUMENT.c.name, DOCUMENT.c.version)
_FETCH = select(DOCUMENT.c.body).where(DOCUMENT.c.digest == bindparam("digest"))
_IDENTITY = {
    "sqlite": select(DATABASE, null().label("server_now")),
    "postgresql": select(DATABASE, func.clock_timestamp().label("server_now")),
}
_KEEP = {  # another process may keep the same copy at the same time
    "sqlite": sqlite.insert(DOCUMENT).on_conflict_do_nothing(index_elements=["digest"]),
    "postgresql": postgresql.insert(DOCUMENT).on_conflict_do_nothing(index_elements=["digest"]),
}
_VERSIONS = select(DOCUMENT.c.type, DOCUMENT.c.name, DOCUMENT.c.version, DOCUMENT.c.digest)
_LAST = select(func.max(SUBJECT.c.recorded_at))
_MANY = select(func.count()).where(SUBJECT.c.kind.in_(bindparam("kinds", expanding=True)))
_PERSON = ROWS[Kind.PERSON]
_CHANNELS = select(_PERSON.c.ref, _PERSON.c.channels).where(_PERSON.c.state == Standing.ACTIVE).order_by(_PERSON.c.ref)
_KNOWN = select(DOCUMENT.c.digest).where(DOCUMENT.c.digest.in_(bindparam("digests", expanding=True)))


def open_review_of(connection: Connection, model: str) -> str | None:
    """The open review of a model, if there is one."""
    found: str | None = connection.execute(_OPEN_REVIEW, {"model": model}).scalar()
    return found


def refilings(connection: Connection, ref: str | None) -> int:
    """How many filings stand in the line of refilings that ends with `ref`."""
    count = 0
    while ref is not None:
        count, ref = count + 1, connection.execute(_REFILED, {"ref": ref}).scalar()
    return count


def document_body(connection: Connection, digest: str) -> Any:
    """The body of a pinned copy; None where it is not kept."""
    return connection.execute(_FETCH, {"digest": digest}).scalar()


def keep_documents(connection: Connection, rows: Sequence[Row]) -> None:
    """Keep copies that are not kept yet; their digest is their key."""
    known = set(connection.execute(_KNOWN, {"digests": [row["digest"] for row in rows]}).scalars())
    new = [row for row in rows if row["digest"] not in known]
    if new:
        connection.execute(_KEEP[connection.dialect.name], new)


def documents(connection: Connection) -> list[Row]:
    """Every pinned copy that is kept."""
    return [dict(row) for row in connection.execute(_DOCUMENTS).mappings()]


def database_row(connection: Connection) -> Row | None:
    """What this database is, and `server_now`, its server's clock, where it has one; None before `init`."""
    found = connection.execute(_IDENTITY[connection.dialect.name]).mappings().first()
    return dict(found) if found else None


def changed_documents(connection: Connection, rows: Sequence[Row]) -> list[tuple[str, int]]:
    """Names and versions of which another text is kept than the one in `rows`."""
    kept: dict[tuple[str, str, int], set[str]] = defaultdict(set)
    for row in connection.execute(_VERSIONS):
        kept[row.type, row.name, row.version].add(row.digest)
    return [
        (row["name"], row["version"])
        for row in rows
        if kept.get((row["type"], row["name"], row["version"]), {row["digest"]}) != {row["digest"]}
    ]


def last_recorded(connection: Connection) -> datetime | None:
    """When the last event of all was recorded."""
    found: datetime | None = connection.execute(_LAST).scalar()
    return found


def how_many(connection: Connection, kinds: Sequence[Kind]) -> int:
    """How many subjects there are of these kinds, in whatever state."""
    found: int = connection.execute(_MANY, {"kinds": kinds}).scalar_one()
    return found


def channels_by_person(connection: Connection) -> dict[str, tuple[Channel, ...]]:
    """Every channel in use that an active person has named."""
    return {row.ref: in_use(channels_from(row.channels)) for row in connection.execute(_CHANNELS)}
