"""`reviewflow review explain`: why a review is due when it is, in numbered plain sentences."""

from typing import Annotated

import typer

from reviewflow.cli.page import show

REF = Annotated[str, typer.Argument(help="The review's reference.", show_default=False)]


def review_explain(ctx: typer.Context, ref: REF) -> None:
    """Explain the dates of a review: the steps behind each, what they rest on, and the dates that they replaced."""
    from reviewflow.cli.explain_page import print_explanation

    show(ctx.obj, "explanation", print_explanation, ref=ref)
