"""`list` and `show` of every kind but reviews: models, agreements, halts, commitments, organizations and the rest."""

from collections.abc import Callable
from typing import Annotated

import typer

from reviewflow.cli.page import show
from reviewflow.nouns.states import Kind

STATE = Annotated[str | None, typer.Option(metavar="STATE", help="Only those in this state.", show_default=False)]
LAB = Annotated[str | None, typer.Option(metavar="KEY", help="Only those of this lab.", show_default=False)]
REF = Annotated[str, typer.Argument(help="The reference; of an organization its key, of a person the mailbox.")]


def lister(kind: Kind) -> Callable[..., None]:
    """The `list` command of a kind; organizations and people are of no lab."""
    from reviewflow.cli.register_page import PLURAL

    def listed(ctx: typer.Context, **asked: str | None) -> None:
        from reviewflow.cli.register_page import print_register
        from reviewflow.nouns.paths import REGISTERS

        show(ctx.obj, REGISTERS[kind], print_register(kind), **asked)

    def of_labs(ctx: typer.Context, state: STATE = None, lab: LAB = None) -> None:
        listed(ctx, state=state, lab=lab)

    def of_all(ctx: typer.Context, state: STATE = None) -> None:
        listed(ctx, state=state)

    command = of_all if kind in (Kind.ORGANIZATION, Kind.PERSON) else of_labs
    command.__doc__ = f"List the {PLURAL[kind]} that are yours to see."
    return command


def shower(kind: Kind) -> Callable[..., None]:
    """The `show` command of a kind."""

    def command(ctx: typer.Context, ref: REF) -> None:
        from reviewflow.cli.entry_page import print_entry

        show(ctx.obj, kind.value, print_entry, ref=ref)

    command.__doc__ = f"Show one {kind.value} with its journal, and what may be done with it now."
    return command
