"""`reviewflow person invite`, `accept` and `set-password`: how a person comes to a password, and to another one."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from reviewflow.cli.session import Session

if TYPE_CHECKING:
    from reviewflow.engine.identity.invitations import Invited

HERE = "this machine"  # the network place of the command line
MAILBOX = Annotated[str, typer.Argument(help="The person's mailbox.", show_default=False)]
SOURCE = Annotated[str | None, typer.Argument(help="- reads standard input, a line each; default: ask.", metavar="[-]")]
HOME = Annotated[str | None, typer.Option("--organization", help="Add the person too: the organization's key.")]
ROLES = Annotated[list[str] | None, typer.Option("--roles", help="Add the person too: each role.")]


def admissions() -> dict[str, Callable[..., None]]:
    """By verb."""
    return {"invite": person_invite, "accept": person_accept, "set-password": person_set_password}


def person_invite(ctx: typer.Context, mailbox: MAILBOX, organization: HOME = None, roles: ROLES = None) -> None:
    """Print a one-time code by which a person on record sets a password; an administrator invites."""
    from reviewflow import clock
    from reviewflow.engine.identity.authority import operator
    from reviewflow.engine.identity.invitations import invite

    session, app = here(ctx), ctx.obj.app
    person = mailbox.strip().lower()
    if organization is not None or roles:
        _add(session, person, organization, roles or [])
    show_code(session, invite(app.engine, app.settings, operator(session.who()), person, clock.now()))


def _add(session: Session, person: str, organization: str | None, roles: list[str]) -> None:
    from reviewflow.errors import Invalid
    from reviewflow.nouns.commands.programme import AddPerson
    from reviewflow.nouns.states import Role

    try:
        wanted = tuple(Role(role) for role in roles)
    except ValueError as error:
        raise Invalid(f"{error}.", remedy=f"Choose from {', '.join(Role)}.") from error
    if organization is None:
        raise Invalid("The person's organization is missing.", remedy="Name it with --organization.")
    session.app.do(None, AddPerson(mailbox=person, organization=organization, roles=wanted), session.who())


def show_code(session: Session, made: "Invited") -> None:
    """The code, this once; where only what was asked is printed, nothing else."""
    from reviewflow.cli.outcome import print_json
    from reviewflow.cli.paint import local, say
    from reviewflow.cli.paper import next_line

    if session.json:
        code = {"kind": made.kind, "person": made.person, "code": made.code, "expires_at": made.expires_at}
        print_json(session, code)
        return
    if session.quiet:
        print(made.code)
        return
    if made.is_anew:
        say("The code printed before is void.")
    what = "a new password" if made.person else "the first administrator"
    say(f"A one-time code for {made.person or what}, good until {local(made.expires_at, session.zone)}:")
    print(f"    {made.code}")
    say("It is shown this once, and opens a door: hand it over in person, or by a channel that only he reads.")
    next_line(f"reviewflow person accept{'' if made.person else ' MAILBOX'}")


def person_accept(
    ctx: typer.Context,
    mailbox: Annotated[
        str | None, typer.Argument(help="Your mailbox, for the first administrator.", show_default=False)
    ] = None,
    source: SOURCE = None,
    organization: Annotated[
        str | None, typer.Option("--organization", help="His agency, where several have the review power.")
    ] = None,
) -> None:
    """Set a password by a one-time code; the code and the password are asked, and never stand in a flag."""
    from reviewflow import clock
    from reviewflow.cli.hidden import STDIN, hidden
    from reviewflow.engine.identity.invitations import accept

    session, app = here(ctx), ctx.obj.app
    if mailbox == STDIN:
        mailbox, source = None, STDIN
    code, password = hidden(source, "code", "password", twice="password")
    made = accept(
        app.engine, app.settings, code, password, HERE, clock.now(), mailbox=mailbox, organization=organization
    )
    _done(session, made.person, made.ended)


def person_set_password(ctx: typer.Context, source: SOURCE = None) -> None:
    """Set the password of the person of --as, for whom the operator of the machine vouches."""
    from reviewflow import clock
    from reviewflow.cli.hidden import hidden
    from reviewflow.engine.identity.authority import operator
    from reviewflow.engine.identity.entrance import vouch

    session, app = here(ctx), ctx.obj.app
    who = operator(session.who())
    [password] = hidden(source, "password", twice="password")
    vouch(app.engine, app.settings, who, password, clock.now())
    _done(session, who.person)


def _done(session: Session, person: str, ended: Mapping[str, int] | None = None) -> None:
    from reviewflow.cli.outcome import print_json
    from reviewflow.cli.paint import say
    from reviewflow.nouns.plural import plural

    if session.json:
        print_json(session, {"person": person} | ({"ended": dict(ended)} if ended else {}))
    elif not session.quiet:
        nouns = (("tokens", "token"), ("passkeys", "passkey"), ("calendars", "calendar link"))
        gone = [plural(ended[name], noun) for name, noun in nouns if ended and ended[name]]
        *most, last = "the sessions", *gone
        over = f"{', '.join(most)} and {last}" if most else last
        say(f"The password of {person} is set; {over} that there were are over.")


def here(ctx: typer.Context) -> Session:
    """The session; who comes in is a matter of the machine's clock, also in a simulation."""
    from reviewflow.cli.operate import refuse_a_date

    session: Session = ctx.obj
    refuse_a_date(session, "coming in", is_simulation=session.app.is_simulation)
    return session
