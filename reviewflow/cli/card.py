"""`reviewflow review show`: one review with its parts, as much of it as the reader may see."""

from typing import Annotated

import typer

from reviewflow.cli.page import show

REF = Annotated[str, typer.Argument(help="The review's reference.", show_default=False)]


def review_show(ctx: typer.Context, ref: REF) -> None:
    """Show a review: where it stands, its window, what is in and what is missing, and what may be done now."""
    from reviewflow.cli.card_page import print_card

    show(ctx.obj, "review", print_card, ref=ref)
