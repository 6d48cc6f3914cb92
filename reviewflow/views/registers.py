"""Every kind but reviews as a list, as far as the reader sees it."""

from collections.abc import Callable, Mapping
from dataclasses import make_dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from reviewflow.nouns import states
from reviewflow.nouns.commands.form import arg
from reviewflow.nouns.paths import REGISTERS
from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import Row
from reviewflow.store.queries import listed
from reviewflow.views.look import Document, Look
from reviewflow.views.narrowing import read_state
from reviewflow.views.possible import makeable

STATES: Mapping[Kind, type[StrEnum]] = {
    Kind.ORGANIZATION: states.Standing,
    Kind.PERSON: states.Standing,
    Kind.MODEL: states.ModelState,
    Kind.AGREEMENT: states.AgreementState,
    Kind.COVERAGE: states.CoverageState,
    Kind.HALT: states.HaltState,
    Kind.COMMITMENT: states.CommitmentState,
    Kind.PARTNER: states.PartnerState,
}
OF_NO_LAB = (Kind.ORGANIZATION, Kind.PERSON)


def narrower(kind: Kind) -> type:
    """What may be asked of the list of a kind."""
    asked: list[tuple[str, Any, Any]] = [
        ("state", str | None, arg(f"only those in this state: {', '.join(STATES[kind])}", None))
    ]
    if kind not in OF_NO_LAB:
        asked.append(("lab", str | None, arg("only those of this lab", None)))
    return make_dataclass(f"{kind.value.title()}List", asked, frozen=True, kw_only=True)


def register(kind: Kind) -> Callable[[Look, Any], Document]:
    """The list of a kind; of other labs' rows a lab reads none at all."""

    def show(look: Look, asked: Any) -> Document:
        wanted = {"state": read_state(asked.state, list(STATES[kind])), "lab": getattr(asked, "lab", None)}
        wanted = {name: value for name, value in wanted.items() if value is not None}
        rows = [row for row in listed(look.connection, kind, look.lab) if look.sees_row(kind, row)]
        rows = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
        shown = look.cut(rows, partial(_place, kind))
        made = makeable(look, kind)
        return {REGISTERS[kind]: shown, "count": len(rows), "is_narrowed": bool(wanted), "possible": made}

    return show


def _place(kind: Kind, row: Row) -> tuple[Any, ...]:
    """People by their organization, all else by its reference."""
    return (row["organization"], row["ref"]) if kind is Kind.PERSON else (row["ref"],)
