"""`list` of every kind but reviews: models, agreements, halts, commitments, organizations, people and the rest."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import typer

from reviewflow.cli.reader import Reader, reader
from reviewflow.cli.sheet import Cell, Column
from reviewflow.nouns.states import Kind

if TYPE_CHECKING:
    from reviewflow.nouns.subject import Row

PLURAL = {
    Kind.ORGANIZATION: "organizations",
    Kind.PERSON: "people",
    Kind.AGREEMENT: "agreements",
    Kind.MODEL: "models",
    Kind.COVERAGE: "coverage findings",
    Kind.HALT: "halts",
    Kind.COMMITMENT: "commitments",
    Kind.PARTNER: "trusted partners",
}
MAKES = {
    Kind.ORGANIZATION: "`reviewflow init` brings those of programme.toml, `reviewflow org add KEY` one more.",
    Kind.PERSON: "An administrator adds one with `reviewflow person add MAILBOX`.",
    Kind.AGREEMENT: "An agency opens one with `reviewflow agreement open LAB`.",
    Kind.MODEL: "A lab registers one with `reviewflow model register NAME`.",
    Kind.COVERAGE: "A lab asks with `reviewflow coverage ask MODEL`.",
    Kind.HALT: "The office with the halt power orders one with `reviewflow halt order`.",
    Kind.COMMITMENT: "Either side proposes one with `reviewflow commitment agree LAB`.",
    Kind.PARTNER: "Either side proposes one with `reviewflow partner propose REVIEW`.",
}
GROUP = {Kind.ORGANIZATION: "org"}

Cells = Callable[[Reader, "Row"], tuple[Cell, ...]]


def lister(kind: Kind) -> Callable[..., None]:
    """The `list` command of a kind."""

    def command(ctx: typer.Context) -> None:
        with reader(ctx.obj) as look:
            rows = visible(look, kind)
            if look.session.json:
                look.answer({PLURAL[kind].replace(" ", "_"): rows, "count": len(rows)})
            else:
                _print(look, kind, rows)

    command.__doc__ = f"List the {PLURAL[kind]} that are yours to see."
    return command


def visible(look: Reader, kind: Kind) -> "list[Row]":
    """The rows that the reader sees; of a lab only its own are read at all."""
    from reviewflow.store.queries import listed

    return [row for row in listed(look.connection, kind, look.lab) if look.sees_row(kind, row)]


def _print(look: Reader, kind: Kind, rows: "list[Row]") -> None:
    from reviewflow.cli.paint import console, say
    from reviewflow.cli.paper import next_line, para
    from reviewflow.cli.sheet import sheet

    look.banner()
    if not rows:
        para(f"No {PLURAL[kind]} yet. {MAKES[kind]}")
        return
    columns, cells = COLUMNS[kind]
    sheet(columns, [cells(look, row) for row in rows])
    if not look.session.quiet:
        console().print()
        say(f"{len(rows)} {PLURAL[kind] if len(rows) > 1 else PLURAL[kind].removesuffix('s')}.", "dim")
        next_line(f"reviewflow {GROUP.get(kind, kind.value)} show {rows[0]['ref']}")


def _state(row: "Row") -> Cell:
    from reviewflow.cli.paint import state

    return state(row["state"].value)


def _words(value: Any) -> str:
    return str(value).replace("_", " ")


def _at(look: Reader, at: Any) -> str:
    from reviewflow.cli.paint import short

    return short(at, look.session.zone)


def _organization(look: Reader, row: "Row") -> tuple[Cell, ...]:
    return row["ref"], _state(row), row["side"].value, ", ".join(row["powers"]), row["name"]


def _person(look: Reader, row: "Row") -> tuple[Cell, ...]:
    return row["ref"], _state(row), ", ".join(row["roles"]), row["organization"]


def _agreement(look: Reader, row: "Row") -> tuple[Cell, ...]:
    since = row["since"] or (_at(look, row["signed_at"])[:10] if row["signed_at"] else "-")
    return row["ref"], _state(row), row["lab"], row["agency"], since


def _model(look: Reader, row: "Row") -> tuple[Cell, ...]:
    return row["ref"], row["lab"], _words(row["release_kind"]), (row["checkpoint_digest"] or "-")[:12], row["name"]


def _coverage(look: Reader, row: "Row") -> tuple[Cell, ...]:
    return row["ref"], _state(row), row["lab"], row["model_name"], row["pointer"] or "-"


def _halt(look: Reader, row: "Row") -> tuple[Cell, ...]:
    return row["ref"], _state(row), row["lab"], row["agency"], _at(look, row["issued_at"]), row["ordered_scope"]


def _commitment(look: Reader, row: "Row") -> tuple[Cell, ...]:
    due = row["due_on"].isoformat() if row["due_on"] else "-"
    return row["ref"], _state(row), due, row["lab"], row["owner"], row["text"]


def _partner(look: Reader, row: "Row") -> tuple[Cell, ...]:
    return row["ref"], _state(row), _words(row["stage"]), row["review"], row["name"]


def _columns(*names: str | Column) -> list[Column]:
    return [name if isinstance(name, Column) else Column(name) for name in names]


LAB, AGENCY = Column("lab", least=10, middle=True), Column("agency", least=10, middle=True)
COLUMNS: dict[Kind, tuple[list[Column], Cells]] = {
    Kind.ORGANIZATION: (_columns("key", "state", "side", "powers", Column("name", least=16)), _organization),
    Kind.PERSON: (
        _columns(Column("mailbox", least=24), "state", Column("roles", least=10), Column("of", least=8)), _person,
    ),
    Kind.AGREEMENT: (_columns("ref", "state", LAB, AGENCY, Column("since", least=12)), _agreement),
    Kind.MODEL: (_columns("ref", LAB, "release", "digest", Column("name", least=14, middle=True)), _model),
    Kind.COVERAGE: (
        _columns("ref", "state", LAB, Column("model", least=12, middle=True), Column("pointer", least=10)), _coverage,
    ),
    Kind.HALT: (_columns("ref", "state", LAB, AGENCY, "issued", Column("scope", least=8)), _halt),
    Kind.COMMITMENT: (
        _columns("ref", "state", "due", LAB, Column("owner", least=8, middle=True), Column("text", least=14)),
        _commitment,
    ),
    Kind.PARTNER: (_columns("ref", "state", "stage", "review", Column("name", least=12)), _partner),
}  # fmt: skip
