"""`reviewflow release-check`: what stands on record before a release, with an exit code for a pipeline."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from reviewflow.cli.lazy import command_of
from reviewflow.cli.session import Session

if TYPE_CHECKING:
    from reviewflow.cli.page import Page

MODEL = Annotated[str, typer.Argument(help="The model's reference.", show_default=False)]
POLICY = Annotated[str, typer.Option(help="For which facts to stop: strict, release, halts, or your installation's.")]
DIGEST = Annotated[str | None, typer.Option(help="SHA-256 of the checkpoint that is to go out.", show_default=False)]


def release_check(ctx: typer.Context, model: MODEL, policy: POLICY = "strict", digest: DIGEST = None) -> None:
    """Say what stands on record before a release; exit 1 where a fact stands for which the check stops.

    It approves nothing: no approval is needed, and silence is none.
    """
    from reviewflow.cli.page import present

    session: Session = ctx.obj
    document = session.document("release-check", ref=model, policy=policy, digest=digest)
    present(session, document, print_check)
    if document["exit_code"]:
        raise typer.Exit(document["exit_code"])


def print_check(page: "Page") -> None:
    """The sentence, then each fact on a line of its own."""
    from rich.table import Table
    from rich.text import Text

    from reviewflow.cli.paint import console, say, words

    found = page.document
    page.banner()
    review = found["review"]
    is_none = any(one["fact"] == "no_review" for one in found["facts"]) or not found["hidden_by_scope"]
    none = "no review" if is_none else "no review within your token's reach"
    where = f"{review['ref']} {words(review['state'])}" if review else none
    say(f"{found['ref']} {found['name']}: {where}")
    line = console()
    for one in found["facts"]:
        mark, style = (" *", "yellow") if one["stops"] else ("  ", "dim")
        grid = Table.grid(padding=(0, 1))
        grid.add_row(mark, Text(one["says"]), style=style)
        line.print(grid)
    for one in found["acknowledgements"]:
        line.print(f"   a release would ask for --acknowledge {one['what']}", style="dim", markup=False)
    say(found["says"], "yellow" if found["exit_code"] else "")


def command(name: str) -> Any:
    """The command, by its name."""
    return command_of(release_check, name)
