"""`reviewflow programme`: how it does, of the reviews that are yours to see."""

import typer

from reviewflow.cli.page import show


def programme(ctx: typer.Context) -> None:
    """Show how the programme does: on time or not, median days by step, load by reviewer, what runs out."""
    from reviewflow.cli.programme_page import print_programme

    show(ctx.obj, "programme", print_programme)
