"""`reviewflow token`: keys for programs, which go into a file that only their owner reads."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reviewflow.cli.lazy import group_of
from reviewflow.cli.session import Session

if TYPE_CHECKING:
    from reviewflow.nouns.subject import Row

NAME = Annotated[str, typer.Argument(help="What it is for, such as release pipeline.", show_default=False)]
OUT = Annotated[Path, typer.Option("--out", help="The new file for it, of mode 0600.", show_default=False)]
VERB = Annotated[list[str] | None, typer.Option("--verb", help='Only this: "read", or such as "review submit".')]
REVIEW = Annotated[list[str] | None, typer.Option("--review", help="Only on this subject.")]
ORGANIZATION = Annotated[
    list[str] | None, typer.Option("--organization", help="Only on what is of this lab or agency.")
]
DAYS = Annotated[int | None, typer.Option("--days", help="How long it is good.", show_default=False)]
PERSON = Annotated[str | None, typer.Option("--person", help="Of another; for an administrator.", show_default=False)]
ID = Annotated[str, typer.Argument(help="Its id, as the list has it.", show_default=False)]


def group(name: str) -> Any:
    """The group of verbs."""
    from reviewflow.cli.main import PLACES

    return group_of({"make": token_make, "list": token_list, "revoke": token_revoke}, name, PLACES[name][1])


def token_make(
    ctx: typer.Context, name: NAME, out: OUT, verb: VERB = None, review: REVIEW = None,
    organization: ORGANIZATION = None, days: DAYS = None,
) -> None:  # fmt: skip
    """Make a token of your own; it reaches no further than you, and is written into a file and nowhere else."""
    from reviewflow import clock
    from reviewflow.cli.admission import here
    from reviewflow.cli.outcome import print_json
    from reviewflow.cli.paint import local, say
    from reviewflow.engine.identity import tokens
    from reviewflow.engine.identity.authority import operator
    from reviewflow.nouns.principal import Scopes

    session = here(ctx)
    who, app = operator(session.who()), session.app
    scopes = Scopes(*(frozenset(names) if names else None for names in (verb, review, organization)))
    with _new_file(out) as file:
        try:
            made = tokens.make(app.engine, app.settings, who, name, scopes, days, clock.now())
        except BaseException:
            out.unlink()
            raise
        file.write(f"{made.secret}\n")
    if session.json:
        print_json(session, {**made.row, "file": str(out)})
    elif session.quiet:
        print(made.row["id"])
    else:
        say(f"Token {made.row['id']} is in {out}, good until {local(made.row['expires_at'], session.zone)}.")


def _new_file(path: Path) -> Any:
    """Opened for its owner alone; Invalid where it is there already, or cannot be made."""
    from reviewflow.errors import Invalid

    try:
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii")
    except FileExistsError as error:
        raise Invalid(f"The file {path} is there already.", remedy="Name a new one with --out.") from error
    except OSError as error:
        raise Invalid(
            f"The file {path} cannot be made: {error.strerror}.", remedy="Name another with --out."
        ) from error


def token_list(ctx: typer.Context, person: PERSON = None) -> None:
    """List the live tokens of yours, or as an administrator of another: what each reaches, and when it was used."""
    from reviewflow import clock
    from reviewflow.cli.admission import here
    from reviewflow.cli.outcome import print_json
    from reviewflow.engine.identity import tokens
    from reviewflow.engine.identity.authority import operator

    session = here(ctx)
    who, app = operator(session.who()), session.app
    rows = tokens.tokens_of(app.engine, app.settings, who, (person or who.person).strip().lower(), clock.now())
    if session.json:
        print_json(session, {"tokens": rows})
    else:
        _print(session, rows)


def _print(session: Session, rows: "list[Row]") -> None:
    from reviewflow.cli.paint import say, short
    from reviewflow.cli.sheet import Column, sheet

    if not rows:
        say("There is no live token. One is made with `reviewflow token make NAME --out FILE`.")
        return
    columns = [
        Column("id"),
        Column("name", least=12),
        Column("reaches", least=12),
        Column("used"),
        Column("good until"),
    ]
    zone = session.zone
    lines = [
        (row["id"], row["name"], _reach(row["scopes"]), short(row["used_at"], zone), short(row["expires_at"], zone))
        for row in rows
    ]
    sheet(columns, lines)


def _reach(scopes: "Row") -> str:
    verbs, subjects, homes = (", ".join(scopes.get(name) or ()) for name in ("verbs", "subjects", "organizations"))
    return f"{verbs or 'everything'}{f' on {subjects}' if subjects else ''}{f' of {homes}' if homes else ''}"


def token_revoke(ctx: typer.Context, token: ID) -> None:
    """Revoke a token of yours, or as an administrator anybody's: it opens nothing from now on."""
    from reviewflow import clock
    from reviewflow.cli.admission import here
    from reviewflow.cli.outcome import print_json
    from reviewflow.cli.paint import say
    from reviewflow.engine.identity import tokens
    from reviewflow.engine.identity.authority import operator

    session = here(ctx)
    app = session.app
    person = tokens.revoke(app.engine, app.settings, operator(session.who()), token.strip(), clock.now())
    if session.json:
        print_json(session, {"id": token.strip(), "person": person})
    elif not session.quiet:
        say(f"The token {token.strip()} of {person} is revoked.")
