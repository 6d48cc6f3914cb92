"""`reviewflow review list`: the queue, by the time that is left."""

from typing import Annotated

import typer

from reviewflow.cli.page import show

STATE = Annotated[str | None, typer.Option(metavar="STATE", help="Only reviews in this state.", show_default=False)]
LAB = Annotated[str | None, typer.Option(metavar="KEY", help="Only reviews of this lab.", show_default=False)]
ALL = Annotated[bool, typer.Option("--all", help="Released and withdrawn reviews too.")]


def review_list(ctx: typer.Context, state: STATE = None, lab: LAB = None, every: ALL = False) -> None:
    """List the open reviews, the one with the least time left first."""
    from reviewflow.cli.queue_page import print_queue

    show(ctx.obj, "reviews", print_queue, state=state, lab=lab, all=every)
