"""`reviewflow inbox`: the letters to one person, the newest first."""

from typing import Annotated

import typer

from reviewflow.cli.page import show

ALL = Annotated[bool, typer.Option("--all", help="Every letter, not only the newest thirty.")]
OPEN = Annotated[bool, typer.Option("--open", help="Only letters that you have not acknowledged.")]


def inbox(ctx: typer.Context, every: ALL = False, unanswered: OPEN = False) -> None:
    """List the letters to you, the newest first."""
    from reviewflow.cli.inbox_page import print_inbox

    ctx.obj.who()
    show(ctx.obj, "inbox", print_inbox, all=every, open=unanswered)
