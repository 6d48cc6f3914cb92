"""`reviewflow roster`: who participates, since when, and how many reviews were determined in time."""

import typer

from reviewflow.cli.page import show


def roster(ctx: typer.Context) -> None:
    """Show who participates: each lab's agreement, since when, its reviews, how many on time, and the source."""
    from reviewflow.cli.roster_page import print_roster

    show(ctx.obj, "roster", print_roster)
