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
from reviewflow.store.walls import SEES_ALL

_TELLING = {Kind.REVIEW, Kind.ORGANIZATION, Kind.PERSON}  # of all others the spine says whose they are


@dataclass
class Glance:
    """`subject` has of its rows what says whose it is, and of its parts the person's own assignment."""

    subject: Subject | None = None
    person: Actor | None = None
    rows: dict[str, Row] = field(default_factory=dict)  # by table and key


def glance(connection: Connection, ref: str, person: str, *, lock: bool = False) -> Glance:
    """Whose a subject is, and who the person is; with `lock` the subject is locked first.

    On PostgreSQL nobody locks, or waits for, what he does not see: it is not found, and no sooner than what is missing.
    """
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


# Whom a subject is there for, as `rules/permissions.py` says: of a spine `x`, before it is locked.
_ROLES = ", ".join(f"'{role.value}'" for role in SEES_ALL)
_SEEN = f"""EXISTS (SELECT FROM "person" AS p JOIN "organization" AS o ON o."ref" = p."organization" WHERE {{own}} AND
  CASE WHEN o."side" = 'lab' THEN x."lab" = o."ref" OR x."lab" IS NULL AND x."kind" = 'organization'
    WHEN x."kind" <> 'review' THEN true
    ELSE x."agency" = o."ref" AND EXISTS
        (SELECT FROM json_array_elements_text(p."roles") AS role WHERE role IN ({_ROLES}))
      OR x."agency" IS NOT NULL AND EXISTS
        (SELECT FROM "assignment" AS a WHERE a."subject" = x."ref" AND a."person" = p."ref" AND a."ended_at" IS NULL)
  END)"""


@cache
def _statement(dialect: str, *, lock: bool) -> str:
    asked, own = union.among('x."ref"', "refs", dialect), union.among('x."ref"', "persons", dialect)
    home = f'x."ref" IN (SELECT "organization" FROM "person" AS x WHERE {own})'
    mine = union.among('x."subject"', "refs", dialect) + " AND " + union.among('x."person"', "persons", dialect)
    tables = (
        (SUBJECT, f"{asked} AND {_seen_by(dialect)} FOR UPDATE" if lock and dialect != "sqlite" else asked),
        (ROWS[Kind.REVIEW], asked),
        (ROWS[Kind.PERSON], f"{asked} OR {own}"),
        (ROWS[Kind.ORGANIZATION], f"{asked} OR {home}"),
        (PARTS[Kind.REVIEW]["assignment"], f'{mine} AND x."ended_at" IS NULL'),
    )
    return " UNION ALL ".join(union.select(table, condition, dialect) for table, condition in tables)


def _seen_by(dialect: str) -> str:
    return _SEEN.format(own=union.among('p."ref"', "persons", dialect))
