"""`reviewflow review list`: the queue, by the time that is left."""

from functools import partial
from typing import Annotated

import typer

from reviewflow.cli.page import present

STATE = Annotated[str | None, typer.Option(metavar="STATE", help="Only reviews in this state.", show_default=False)]
LAB = Annotated[str | None, typer.Option(metavar="KEY", help="Only reviews of this lab.", show_default=False)]
BEFORE = Annotated[
    str | None, typer.Option("--due-before", metavar="DATE", help="Only what is due before it.", show_default=False)
]
WHOSE = Annotated[
    str | None,
    typer.Option("--assigned-to", metavar="PERSON", help="Only reviews that he looks at.", show_default=False),
]
WAITING = Annotated[
    str | None,
    typer.Option(
        "--waiting-on", metavar="WHOM", help="Only what waits for lab, agency, intake, reviewer or decider.",
        show_default=False,
    ),
]  # fmt: skip
WITHIN = Annotated[
    int | None, typer.Option("--due-within", metavar="DAYS", help="Only what is due by then.", show_default=False)
]
YOURS = Annotated[bool, typer.Option("--yours", help="Only what is yours to do.")]
SORT = Annotated[
    str, typer.Option("--sort", metavar="ORDER", help="By time_left, yours (first), model, state, lab or newest.")
]
ALL = Annotated[bool, typer.Option("--all", help="Released and withdrawn reviews too.")]

LIMIT = Annotated[
    int | None,
    typer.Option(min=0, help="So many at the most, 0: no limit. By default what fits a terminal; else all."),
]


def review_list(
    ctx: typer.Context, state: STATE = None, lab: LAB = None, before: BEFORE = None, whose: WHOSE = None,
    waiting_on: WAITING = None, within: WITHIN = None, yours: YOURS = False, sort: SORT = "time_left",
    every: ALL = False, limit: LIMIT = None,
) -> None:  # fmt: skip
    """List the open reviews, the one with the least time left first."""
    from reviewflow.cli.queue_page import print_queue
    from reviewflow.rules.instants import read_day

    due_before = None if before is None else read_day(before)
    asked: dict[str, object] = {
        "state": state,
        "lab": lab,
        "due_before": due_before,
        "assigned_to": whose,
        "all": every,
    }
    asked |= {"waiting_on": waiting_on, "due_within": within, "yours": yours, "sort": sort}
    document = ctx.obj.document("reviews", **asked)
    if ctx.obj.json:
        document["reviews"] = document["reviews"][: limit or None]
    present(ctx.obj, document, partial(print_queue, limit=limit))
