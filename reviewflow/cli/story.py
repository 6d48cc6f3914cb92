"""`reviewflow review timeline`: the window as a bar, and the journal as the reader may read it."""

from typing import Annotated

import typer

from reviewflow.cli.page import show

REF = Annotated[str, typer.Argument(help="The review's reference.", show_default=False)]


def review_timeline(ctx: typer.Context, ref: REF) -> None:
    """Draw the window of a review with today's mark, and tell its journal in plain words."""
    from reviewflow.cli.story_page import print_story

    show(ctx.obj, "timeline", print_story, ref=ref)
