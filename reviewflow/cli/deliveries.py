"""`reviewflow deliveries`: the letters that did not go out, why, and how to send them again."""

from typing import Annotated, Any

import typer

from reviewflow.cli.lazy import group_of
from reviewflow.cli.page import present
from reviewflow.cli.session import Session

HELP = "Letters that did not go out: list, requeue."
EVERY = Annotated[bool, typer.Option("--all", help="Also letters that only wait for their time.")]
LETTERS = Annotated[
    list[str] | None, typer.Argument(help="Ids, or their first signs, as listed.", metavar="LETTER", show_default=False)
]
ALL = Annotated[bool, typer.Option("--all", help="Every letter that did not go out.")]


def group(name: str) -> Any:
    """The group of commands."""
    return group_of({"list": deliveries_list, "requeue": deliveries_requeue}, name, HELP)


def deliveries_list(ctx: typer.Context, every: EVERY = False) -> None:
    """List the letters that did not go out. Says to whom, why, and when those that wait are tried next."""
    from reviewflow.cli.deliveries_page import print_deliveries

    session: Session = ctx.obj
    present(session, session.operate("deliveries", all=every), print_deliveries)


def deliveries_requeue(ctx: typer.Context, letters: LETTERS = None, every: ALL = False) -> None:
    """Try letters again, from their first attempt on. The next tick, or `reviewflow run`, sends them."""
    from reviewflow.cli.deliveries_page import print_requeued
    from reviewflow.cli.operate import refuse_a_date

    session: Session = ctx.obj
    refuse_a_date(session, "deliveries requeue", is_simulation=session.door.is_simulation)
    present(session, session.door.requeue(letters or [], every=every), print_requeued)
