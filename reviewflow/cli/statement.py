"""What somebody signs with a command: shown before, and that the machine's operator vouched for it after."""

from typing import Annotated

import typer

from reviewflow.cli.session import Session
from reviewflow.nouns.commands.form import Command

SHOW = Annotated[
    bool, typer.Option("--show-statement", help="Show the text that is signed with it, and do nothing.")
]  # of every command that signs


def show_statement(session: Session, ref: str | None, command: Command) -> None:
    """The text, and its digest; refused with every reason where the command would be."""
    from reviewflow.cli.page import Page, present
    from reviewflow.engine.call import Call
    from reviewflow.views.look import looking
    from reviewflow.views.statement import statement

    app = session.app
    effective_at = None if app.is_simulation else session.at
    with looking(app.engine, app.settings, session.who(), session.now) as look:
        document = look.told(statement(look, Call(ref, command, session.who(), effective_at)))

    def show(page: Page) -> None:
        page.banner()
        print(page.document["text"], end="")
        print(f"\nSHA-256 {page.document['digest']}")

    present(session, document, show)


def say_signed(session: Session, command: Command) -> None:
    """How it was signed: at this door nobody proves that he is there."""
    from reviewflow.cli.paint import say

    if command.signs is not None and not (session.json or session.quiet):
        say(f"signed: {session.who()} {command.signs}")
        say("  by no proof of his own: the operator of this machine vouches for him")
