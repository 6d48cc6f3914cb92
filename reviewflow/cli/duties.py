"""`reviewflow deadlines`: what is owed by whom, the nearest first."""

from typing import Annotated

import typer

from reviewflow.cli.page import show

ALL = Annotated[bool, typer.Option("--all", help="Missed deadlines too, which may still be owed.")]


def deadlines(ctx: typer.Context, every: ALL = False) -> None:
    """List the live deadlines of everything that is yours to see, the nearest first."""
    from reviewflow.cli.duties_page import print_duties

    show(ctx.obj, "deadlines", print_duties, all=every)
