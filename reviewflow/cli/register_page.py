"""How a list of subjects that are no reviews looks on a terminal."""

from collections.abc import Callable
from typing import Any

from reviewflow.cli.page import Page
from reviewflow.cli.sheet import Cell, Column
from reviewflow.nouns.states import Kind

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

Row = dict[str, Any]
Cells = Callable[[Page, Row], tuple[Cell, ...]]


def print_register(kind: Kind) -> Callable[[Page], None]:
    """The table, how many there are, and the next sensible command."""
    from reviewflow.nouns.paths import REGISTERS

    return lambda page: _print(page, kind, page.document[REGISTERS[kind]])


def _print(page: Page, kind: Kind, rows: list[Row]) -> None:
    from reviewflow.cli.paint import console, say
    from reviewflow.cli.paper import next_line, para
    from reviewflow.cli.possible_page import GROUP
    from reviewflow.cli.sheet import sheet

    page.banner()
    if not rows:
        para(
            f"No {PLURAL[kind]} like that." if page.document["is_narrowed"] else f"No {PLURAL[kind]} yet. {MAKES[kind]}"
        )
        return
    columns, cells = COLUMNS[kind]
    sheet(columns, [cells(page, row) for row in rows])
    if not page.is_quiet:
        console().print()
        one = PLURAL[kind].replace("people", "person").removesuffix("s")
        say(f"{len(rows)} {PLURAL[kind] if len(rows) > 1 else one}.", "dim")
        next_line(f"reviewflow {GROUP.get(kind, kind.value)} show {rows[0]['ref']}")


def _state(row: Row) -> Cell:
    from reviewflow.cli.paint import state

    return state(row["state"])


def _words(value: Any) -> str:
    return str(value).replace("_", " ")


def _at(page: Page, at: Any) -> str:
    from reviewflow.cli.paint import short

    return short(at, page.zone)


def _organization(page: Page, row: Row) -> tuple[Cell, ...]:
    return row["ref"], _state(row), row["side"], ", ".join(row["powers"]), row["name"]


def _person(page: Page, row: Row) -> tuple[Cell, ...]:
    return row["ref"], _state(row), ", ".join(row["roles"]), row["organization"]


def _agreement(page: Page, row: Row) -> tuple[Cell, ...]:
    since = row["since"] or (_at(page, row["signed_at"])[:10] if row["signed_at"] else "-")
    return row["ref"], _state(row), row["lab"], row["agency"], since


def _model(page: Page, row: Row) -> tuple[Cell, ...]:
    return row["ref"], row["lab"], _words(row["release_kind"]), (row["checkpoint_digest"] or "-")[:12], row["name"]


def _coverage(page: Page, row: Row) -> tuple[Cell, ...]:
    return row["ref"], _state(row), row["lab"], row["model_name"], row["pointer"] or "-"


def _halt(page: Page, row: Row) -> tuple[Cell, ...]:
    return row["ref"], _state(row), row["lab"], row["agency"], _at(page, row["issued_at"]), row["ordered_scope"]


def _commitment(page: Page, row: Row) -> tuple[Cell, ...]:
    due = row["due_on"].isoformat() if row["due_on"] else "-"
    return row["ref"], _state(row), due, row["lab"], row["owner"], row["text"]


def _partner(page: Page, row: Row) -> tuple[Cell, ...]:
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
