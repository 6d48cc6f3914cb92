"""What somebody signs with a command, at the machine's own command line: shown, signed by password, and told after."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from reviewflow.cli.session import Session
from reviewflow.nouns.commands.form import Command

if TYPE_CHECKING:
    from reviewflow.engine.call import Call
    from reviewflow.nouns.signature import Signature

SHOW = Annotated[
    bool, typer.Option("--show-statement", help="Show the text that is signed with it, and do nothing.")
]  # of every command that signs
PASSWORD = Annotated[
    str | None,
    typer.Option("--password", metavar="-", help="- reads your own password from standard input; default: ask."),
]  # the same; on a real database


def show_statement(session: Session, ref: str | None, command: Command) -> None:
    """The text, and its digest; refused with every reason where the command would be."""
    from reviewflow.cli.page import Page, present
    from reviewflow.views.statement import shown

    app = session.app
    document = shown(app.engine, app.settings, _call(session, ref, command), session.now)

    def show(page: Page) -> None:
        page.banner()
        print(page.document["text"], end="")
        print(f"\nSHA-256 {page.document['digest']}")

    present(session, document, show)


def sign(session: Session, ref: str | None, command: Command, source: str | None) -> "Signature | None":
    """The text is shown, and signed with the password of who acts; None where nobody signs, or the operator vouches.

    Refused for who has a passkey: it answers a browser.
    """
    from reviewflow import clock
    from reviewflow.cli.admission import HERE
    from reviewflow.cli.hidden import hidden
    from reviewflow.engine.identity import signatures
    from reviewflow.engine.identity.authority import operator
    from reviewflow.engine.identity.entrance import confirm
    from reviewflow.errors import Refused
    from reviewflow.nouns.principal import Method
    from reviewflow.nouns.signature import Signature

    if command.signs is None or session.server is not None:
        return None
    app, call = session.app, _call(session, ref, command)
    if app.is_simulation or app.settings.server.operator_signs or signatures.was_answered(app.engine, call):
        return None
    shown = app.statement(call, session.now)
    if shown["method"] == Method.PASSKEY:
        raise Refused(
            f"{call.actor} has a passkey, and it does not answer at a command line.", remedy="Sign at the HTTP API."
        )
    print(f"{shown['text']}\nSHA-256 {shown['digest']}\n", file=sys.stderr)
    [password] = hidden(source, f"password of {call.actor}, who signs this")
    confirm(app.engine, app.settings, operator(call.actor), password, HERE, clock.now())
    return Signature(shown["digest"], shown["printed_name"], command.signs, Method.PASSWORD, ref=shown["ref"])


def say_signed(session: Session, command: Command, signature: "Signature | None") -> None:
    """How it was signed."""
    from reviewflow.cli.paint import say

    if command.signs is not None and not (session.json or session.quiet):
        say(f"signed: {session.who()} {command.signs}")
        say(
            "  by his own password" if signature else
            "  by no proof of his own: the operator of this machine vouches for him"
        )  # fmt: skip


def _call(session: Session, ref: str | None, command: Command) -> "Call":
    from reviewflow.engine.call import Call

    return Call(ref, command, session.who(), None if session.app.is_simulation else session.at, key=session.key)
