"""What it takes to know whether somebody sees a subject: one statement, which takes as long where there is nothing."""

from dataclasses import dataclass, field
from functools import cache

from sqlalchemy import Connection

from reviewflow.nouns.actor import Actor
from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import Row, Subject
from reviewflow.nouns.tables.index import PARTS, ROWS, SUBJECT
from reviewflow.store import union
from reviewflow.store.surroundings import actor_from

_TELLING = {Kind.REVIEW, Kind.ORGANIZATION, Kind.PERSON}  # of all others the spine says whose they are


@dataclass
class Glance:
    """`subject` has of its rows what says whose it is, and of its parts the person's own assignment."""

    subject: Subject | None = None
    person: Actor | None = None
    rows: dict[str, Row] = field(default_factory=dict)  # by table and key


def glance(connection: Connection, ref: str, person: str, *, lock: bool = False) -> Glance:
    """Whose a subject is, locked first, and who the person is."""
    found = Glance()
    values = {"refs": [ref], "persons": [person]}
    for table, row in union.rows(connection, _statement(connection.dialect.name, lock=lock), values):
        found.rows[f"{table} {row.get('ref', '')}"] = row
    who = found.rows.get(f"person {person}")
    if who is not None:
        found.person = actor_from(who, found.rows[f"organization {who['organization']}"])
    spine = found.rows.get(f"subject {ref}")
    if spine is not None:
        kind = Kind(spine["kind"])
        row = found.rows[f"{kind.value} {ref}"] if kind in _TELLING else {k: spine[k] for k in ("lab", "agency")}
        found.subject = Subject(kind, ref, spine["seq"], spine["head"], spine["recorded_at"], dict(row))
        if own := found.rows.get("assignment "):
            found.subject.parts["assignment"] = {own["no"]: own}
    return found


@cache
def _statement(dialect: str, *, lock: bool) -> str:
    asked, own = union.among('x."ref"', "refs", dialect), union.among('x."ref"', "persons", dialect)
    home = f'x."ref" IN (SELECT "organization" FROM "person" AS x WHERE {own})'
    mine = union.among('x."subject"', "refs", dialect) + " AND " + union.among('x."person"', "persons", dialect)
    tables = (
        (SUBJECT, asked if dialect == "sqlite" or not lock else f"{asked} FOR UPDATE"),
        (ROWS[Kind.REVIEW], asked),
        (ROWS[Kind.PERSON], f"{asked} OR {own}"),
        (ROWS[Kind.ORGANIZATION], f"{asked} OR {home}"),
        (PARTS[Kind.REVIEW]["assignment"], f'{mine} AND x."ended_at" IS NULL'),
    )
    return " UNION ALL ".join(union.select(table, condition, dialect) for table, condition in tables)
