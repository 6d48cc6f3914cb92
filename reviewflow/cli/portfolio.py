"""`reviewflow portfolio`: windows, planned releases and halts over time."""

from typing import Annotated

import typer

from reviewflow.cli.page import show
from reviewflow.cli.queue import LAB, STATE, WHOSE

SINCE = Annotated[str | None, typer.Option(metavar="DATE", help="From this date on.", show_default=False)]
UNTIL = Annotated[str | None, typer.Option(metavar="DATE", help="Up to this date.", show_default=False)]
ORDER = Annotated[str, typer.Option(metavar="ORDER", help="time-left, or lab.")]


def portfolio(
    ctx: typer.Context, since: SINCE = None, until: UNTIL = None, state: STATE = None, lab: LAB = None,
    whose: WHOSE = None, order: ORDER = "time-left",
) -> None:  # fmt: skip
    """Show what lies between two dates: windows, determinations, planned releases and halts."""
    from reviewflow.cli.portfolio_page import print_portfolio
    from reviewflow.rules.instants import read_day

    days = {name: text and read_day(text) for name, text in (("since", since), ("until", until))}
    show(ctx.obj, "portfolio", print_portfolio, **days, state=state, lab=lab, assigned_to=whose, order=order)
