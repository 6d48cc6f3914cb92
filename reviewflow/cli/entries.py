"""`show` of every kind but reviews: the row, its parts, what hangs on it, its journal, what may be done."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reviewflow.cli.reader import Reader, reader
from reviewflow.nouns.states import Kind

if TYPE_CHECKING:
    from reviewflow.nouns.subject import Row, Subject

REF = Annotated[str, typer.Argument(help="The reference; of an organization its key, of a person the mailbox.")]


def shower(kind: Kind) -> Callable[..., None]:
    """The `show` command of a kind."""

    def command(ctx: typer.Context, ref: REF) -> None:
        from reviewflow.cli.entry_page import print_entry

        with reader(ctx.obj) as look:
            subject = look.subject(kind, ref)
            found = entry(look, subject)
            if look.session.json:
                look.answer(found)
            else:
                print_entry(look, subject, found)

    command.__doc__ = f"Show one {kind.value} with its journal, and what may be done with it now."
    return command


def entry(look: Reader, subject: "Subject") -> dict[str, Any]:
    """The whole of it, with stable keys; `parts` by the name of their table."""
    from reviewflow.cli.possible import possible_now

    parts = {
        name: [{key: value for key, value in row.items() if key != "subject"} for row in subject.part(name)]
        for name in PARTS.get(subject.kind, ())
    }
    return {
        "ref": subject.ref,
        "kind": subject.kind,
        "state": subject.state,
        "version": subject.seq,
        "head": subject.head,
        "recorded_at": subject.recorded_at,
        "row": {key: value for key, value in subject.row.items() if key not in ("ref", "state")},
        "parts": parts,
        **_related(look, subject),
        "possible": possible_now(look, subject),
    }


PARTS = {
    Kind.ORGANIZATION: ("organization_name",),
    Kind.MODEL: ("model_release", "holder"),
    Kind.HALT: ("halt_model", "allow_list"),
    Kind.COMMITMENT: ("deadline",),
}


def _related(look: Reader, subject: "Subject") -> dict[str, Any]:
    from reviewflow.store import queries
    from reviewflow.store.subjects import rows_of

    row = subject.row
    match subject.kind:
        case Kind.MODEL:
            return {
                "reviews": _reviews(look, subject.ref),
                "halts": queries.halts_of_model(look.connection, subject.ref),
                "commitments": _seen(look, queries.commitments_of_model(look.connection, subject.ref)),
            }
        case Kind.HALT:
            models = rows_of(look.connection, Kind.MODEL, [part["model"] for part in subject.part("halt_model")])
            published = [ref for ref, model in models.items() if model["release_kind"] == "open_weights"]
            return {
                "models": {ref: model["name"] for ref, model in models.items()},
                "conditions": _seen(look, queries.conditions_of_halt(look.connection, subject.ref)),
                "holders": queries.holders_of(look.connection, published),
            }
        case Kind.COVERAGE:
            return {
                "models": {row["model"]: rows_of(look.connection, Kind.MODEL, [row["model"]])[row["model"]]["name"]}
            }
    return {}


def _reviews(look: Reader, model: str) -> "list[Row]":
    """The reviews of a model that the reader sees."""
    from reviewflow.rules.permissions import sees
    from reviewflow.store.queries import reviews_of_model
    from reviewflow.store.subjects import load

    rows = reviews_of_model(look.connection, model)
    found = load(look.connection, [row["ref"] for row in rows])
    return [row for row in rows if sees(look.actor, found[row["ref"]])]


def _seen(look: Reader, rows: "list[Row]") -> "list[Row]":
    return [row for row in rows if look.sees_row(Kind.COMMITMENT, row)]
