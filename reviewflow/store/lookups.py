"""What a decision asks about other subjects: people, organizations, agreements, halts, open reviews."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, null, select

from reviewflow.nouns.actor import Actor
from reviewflow.nouns.contact import channels_from, preferences_from
from reviewflow.nouns.states import AgreementState, HaltState, Power, ReviewState, Role, Side, Standing
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables import order, programme, review
from reviewflow.nouns.tables.index import DATABASE, DOCUMENT, SUBJECT, table

_ORGANIZATION, _PERSON = table(programme.Organization), table(programme.Person)
_AGREEMENT, _HALT_MODEL, _REVIEW = table(programme.Agreement), table(order.HaltModel), table(review.Review)

_ORGANIZATIONS = select(_ORGANIZATION)
_PEOPLE = (
    select(_PERSON, _ORGANIZATION.c.side, _ORGANIZATION.c.powers, _ORGANIZATION.c.state.label("home_state"))
    .join(_ORGANIZATION, _ORGANIZATION.c.ref == _PERSON.c.organization)
    .where(
        _PERSON.c.organization.in_(bindparam("homes", expanding=True))
        | _PERSON.c.ref.in_(bindparam("refs", expanding=True))
    )
)
_AGREED = select(_AGREEMENT.c.agency).where(
    _AGREEMENT.c.lab == bindparam("lab"), _AGREEMENT.c.state == AgreementState.SIGNED
)
_HALTED = (
    select(_HALT_MODEL.c.subject)
    .where(_HALT_MODEL.c.model == bindparam("model"), _HALT_MODEL.c.state.in_([HaltState.ORDERED, HaltState.NARROWED]))
    .order_by(_HALT_MODEL.c.subject)
)
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
_VERSIONS = select(DOCUMENT.c.type, DOCUMENT.c.name, DOCUMENT.c.version, DOCUMENT.c.digest)
_LAST = select(func.max(SUBJECT.c.recorded_at))
_KNOWN = select(DOCUMENT.c.digest).where(DOCUMENT.c.digest.in_(bindparam("digests", expanding=True)))


def organizations(connection: Connection) -> dict[str, Row]:
    """Every organization, by key."""
    return {row["ref"]: dict(row) for row in connection.execute(_ORGANIZATIONS).mappings()}


def people(connection: Connection, homes: Sequence[str], refs: Sequence[str]) -> dict[str, Actor]:
    """The people of some organizations, and some people, by mailbox."""
    rows = connection.execute(_PEOPLE, {"homes": list(homes), "refs": list(refs)}).mappings()
    return {row["ref"]: _actor(dict(row)) for row in rows}


def _actor(row: Row) -> Actor:
    return Actor(
        ref=row["ref"],
        name=row["name"],
        organization=row["organization"],
        side=Side(row["side"]),
        roles=frozenset(Role(role) for role in row["roles"]),
        powers=frozenset(Power(power) for power in row["powers"]),
        is_active=row["state"] == Standing.ACTIVE and row["home_state"] == Standing.ACTIVE,
        channels=channels_from(row["channels"]),
        preferences=preferences_from(row["preferences"]),
    )


def agreed_agencies(connection: Connection, lab: str) -> list[str]:
    """The agencies with which a lab has an agreement in force."""
    return list(connection.execute(_AGREED, {"lab": lab}).scalars())


def halts_on(connection: Connection, model: str) -> list[str]:
    """The halts in force on a model."""
    return list(connection.execute(_HALTED, {"model": model}).scalars())


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
        connection.execute(insert(DOCUMENT), new)


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
