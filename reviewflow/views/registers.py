"""Every kind but reviews as a list, as far as the reader sees it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from reviewflow.nouns.paths import REGISTERS
from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import Row
from reviewflow.store.queries import listed
from reviewflow.views.look import Document, Look
from reviewflow.views.view import Nothing


def register(kind: Kind) -> Callable[[Look, Nothing], Document]:
    """The list of a kind; of other labs' rows a lab reads none at all."""

    def show(look: Look, asked: Nothing) -> Document:
        rows = [row for row in listed(look.connection, kind, look.lab) if look.sees_row(kind, row)]
        return {REGISTERS[kind]: look.cut(rows, partial(_place, kind)), "count": len(rows)}

    return show


def _place(kind: Kind, row: Row) -> tuple[Any, ...]:
    """People by their organization, all else by its reference."""
    return (row["organization"], row["ref"]) if kind is Kind.PERSON else (row["ref"],)
