"""A crowd of reviews: one that the engine made, copied row by row inside the database, each with a model of its own."""

from collections.abc import Sequence

from tests.databases import SQLITE, Base, Database
from tests.engine import world as w

WHOLE = (
    ("subject", "ref"), ("review", "ref"), ("submission_item", "subject"), ("planned_release", "subject"),
    ("assignment", "subject"), ("access_grant", "subject"), ("deadline", "subject"),
    ("queue_line", "subject"),
)  # fmt: skip
DEADLINES_ONLY = (("subject", "ref"), ("deadline", "subject"))  # what an idle tick has to do with
_NUMBERS = {
    SQLITE: "(WITH RECURSIVE s(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM s WHERE n < {last}) SELECT n FROM s)",
    "postgresql": "(SELECT generate_series({first}, {last}) AS n)",
}


def multiply(world: w.World, ref: str, count: int, tables: Sequence[tuple[str, str]] = WHOLE) -> list[str]:
    """The references of `count` copies of a review as it stands; of their journals only where they end."""
    database = world.database
    numbers = _NUMBERS[database.kind].format(first=1, last=count)
    model = str(world.query("SELECT model FROM review WHERE ref = ?", ref)[0][0])
    _unchecked(database)
    if tables is WHOLE:
        for table, key in (("subject", "ref"), ("model", "ref")):
            _copy(database, table, key, model, "model", numbers)
    for table, key in tables:
        _copy(database, table, key, ref, "review", numbers)
    database.query("ANALYZE")
    return [f"review-{number}" for number in range(1, count + 1)]


def _copy(database: Database, table: str, key: str, one: str, kind: str, numbers: str) -> None:
    """What names the subject gets the number of its copy, and what is unique a number too."""
    columns = database.columns(table)
    values = [_value(table, column, key, kind) for column in columns]
    database.query(
        f'INSERT INTO "{table}" ({", ".join(columns)}) SELECT {", ".join(values)} '
        f'FROM "{table}" AS x, {numbers} AS s WHERE x.{key} = ?',
        [one],
    )


def _value(table: str, column: str, key: str, kind: str) -> str:
    if column == key:
        return f"'{kind}-' || s.n"
    match table, column:
        case "review" | "queue_line", "model":
            return "'model-' || s.n"
        case "model", "name":
            return "x.name || ' ' || s.n"
        case "model", "checkpoint_digest":
            return "NULL"
        case _:
            return f"x.{column}"


def _unchecked(database: Database) -> None:
    """Foreign keys hold by construction; checking a million of them takes a minute."""
    if isinstance(database, Base):
        database.query("SET session_replication_role = replica")


def shares(refs: Sequence[str], count: int) -> list[Sequence[str]]:
    """`count` equal parts."""
    return [refs[number::count] for number in range(count)]
