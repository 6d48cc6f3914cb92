"""`reviewflow letter show` and `acknowledge`: one letter, read by the one to whom it is written."""

from typing import Annotated

import typer

from reviewflow.cli.page import present, show

ID = Annotated[str, typer.Argument(help="The letter's id, or its first signs.", show_default=False)]


def letter_show(ctx: typer.Context, id: ID) -> None:
    """Print a letter; that its reader has seen it is noted once."""
    from reviewflow.cli.letter_page import print_letter

    show(ctx.obj, "letter", print_letter, id=id)


def letter_acknowledge(ctx: typer.Context, id: ID) -> None:
    """Acknowledge a letter to you; the time is noted once."""
    from reviewflow.cli.letter_page import print_acknowledged

    session = ctx.obj
    present(session, session.door.acknowledge(id), print_acknowledged)
