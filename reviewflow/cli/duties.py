"""`reviewflow deadlines`: what is owed by whom, the nearest first."""

from typing import Annotated

import typer

from reviewflow.cli.page import show

STATE = Annotated[
    str | None,
    typer.Option(metavar="STATE", help="Only deadlines that are open, tolled or missed.", show_default=False),
]
LAB = Annotated[str | None, typer.Option(metavar="KEY", help="Only deadlines of this lab.", show_default=False)]
BEFORE = Annotated[
    str | None, typer.Option("--due-before", metavar="DATE", help="Only what is due before it.", show_default=False)
]
FROM = Annotated[
    str | None, typer.Option("--due-from", metavar="DATE", help="Only what is due on it or later.", show_default=False)
]
WHOSE = Annotated[
    str | None,
    typer.Option("--assigned-to", metavar="PERSON", help="Only of reviews that he looks at.", show_default=False),
]
ALL = Annotated[bool, typer.Option("--all", help="Missed deadlines too, which may still be owed.")]


def deadlines(
    ctx: typer.Context, state: STATE = None, lab: LAB = None, before: BEFORE = None, whose: WHOSE = None,
    since: FROM = None, every: ALL = False,
) -> None:  # fmt: skip
    """List the live deadlines of everything that is yours to see, the nearest first."""
    from reviewflow.cli.duties_page import print_duties
    from reviewflow.rules.instants import read_day

    days = {name: text and read_day(text) for name, text in (("due_before", before), ("due_from", since))}
    asked = {"state": state, "lab": lab, **days, "assigned_to": whose, "all": every}
    show(ctx.obj, "deadlines", print_duties, **asked)
