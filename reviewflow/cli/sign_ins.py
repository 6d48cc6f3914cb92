"""`reviewflow session`: who is signed in where, and an end to it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from reviewflow.cli.lazy import group_of

if TYPE_CHECKING:
    from reviewflow.cli.session import Session
    from reviewflow.nouns.subject import Row

PERSON = Annotated[str | None, typer.Option("--person", help="Of another; for an administrator.", show_default=False)]
ID = Annotated[str | None, typer.Argument(help="Its id, as the list has it.", show_default=False)]


def group(name: str) -> Any:
    """The group of verbs."""
    from reviewflow.cli.main import PLACES

    return group_of({"list": session_list, "end": session_end}, name, PLACES[name][1])


def session_list(ctx: typer.Context, person: PERSON = None) -> None:
    """List the live sessions of yours, or as an administrator of another: since when, and last used."""
    from reviewflow import clock
    from reviewflow.cli.admission import here
    from reviewflow.cli.outcome import print_json
    from reviewflow.engine.identity import sessions
    from reviewflow.engine.identity.authority import operator

    session = here(ctx)
    who, app = operator(session.who()), session.app
    rows = sessions.sessions_of(app.engine, app.settings, who, (person or who.person).strip().lower(), clock.now())
    if session.json:
        print_json(session, {"sessions": rows})
    else:
        _print(session, rows)


def _print(session: "Session", rows: "list[Row]") -> None:
    from reviewflow.cli.paint import say, short
    from reviewflow.cli.sheet import Column, sheet

    if not rows:
        say("There is no live session.")
        return
    columns = [Column("id"), Column("by"), Column("since"), Column("used"), Column("browser", least=10)]
    zone = session.zone
    lines = [
        (row["id"], row["method"].value, short(row["made_at"], zone), short(row["seen_at"], zone), row["agent"])
        for row in rows
    ]
    sheet(columns, lines)


def session_end(
    ctx: typer.Context,
    id: ID = None,
    every: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    person: PERSON = None,
) -> None:
    """End a session of yours, or as an administrator of another."""
    from reviewflow import clock
    from reviewflow.cli.admission import here
    from reviewflow.cli.outcome import print_json
    from reviewflow.cli.paint import say
    from reviewflow.engine.identity import sessions
    from reviewflow.engine.identity.authority import operator
    from reviewflow.errors import Invalid
    from reviewflow.nouns.plural import plural

    session = here(ctx)
    who, app = operator(session.who()), session.app
    whose, count = (person or who.person).strip().lower(), 1
    if every == (id is not None):
        raise Invalid("Name the session to end, or give --all.", remedy="See `reviewflow session list`.")
    if id is None:
        count = sessions.end_all(app.engine, app.settings, who, whose, clock.now())
    else:
        sessions.end(app.engine, app.settings, who, whose, id.strip(), clock.now())
    if session.json:
        print_json(session, {"person": whose, "ended": count})
    elif not session.quiet:
        say(f"{plural(count, 'session')} of {whose} ended.")
