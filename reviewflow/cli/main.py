"""The command line: global options, one verb, one exit code."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import Abort, Exit, TyperException

from reviewflow.cli.examples import examples
from reviewflow.cli.lazy import lazy_group
from reviewflow.cli.session import Session
from reviewflow.errors import (
    Forbidden,
    Invalid,
    NotFound,
    Refused,
    ReviewflowError,
    Stale,
    Unauthenticated,
    Unavailable,
)

EXIT_CODES: dict[type[ReviewflowError], int] = {
    Refused: 1,
    Invalid: 2,
    Stale: 3,
    Forbidden: 4,
    Unauthenticated: 4,
    NotFound: 5,
    Unavailable: 6,
}

CODES = """Exit codes: 0 done; 1 refused, or something is not in order; 2 not understood; 3 changed since you read it;
4 not allowed; 5 not found; 6 the database or a receiver is unavailable."""
SUBJECTS, LOOK, RUN = "The process", "Look", "Operate"
_VERBS, _OPERATE, _VIEWS = "reviewflow.cli.verbs:group", "reviewflow.cli.operate:command", "reviewflow.cli.look:command"
PLACES: dict[str, tuple[str, str, str]] = {
    "review": (SUBJECTS, "One model version going through the process.", _VERBS),
    "model": (SUBJECTS, "Model versions, their releases, holders of copies.", _VERBS),
    "agreement": (SUBJECTS, "A lab's participation in the programme.", _VERBS),
    "coverage": (SUBJECTS, "Whether a model is a covered frontier model.", _VERBS),
    "halt": (SUBJECTS, "Orders outside any review, with scope and life of their own.", _VERBS),
    "commitment": (SUBJECTS, "Conditions that a lab agreed to.", _VERBS),
    "partner": (SUBJECTS, "Trusted partners of a release stage.", _VERBS),
    "org": (SUBJECTS, "Labs and agencies.", _VERBS),
    "person": (SUBJECTS, "Role mailboxes, their roles, and how each is told.", _VERBS),
    "token": (SUBJECTS, "Keys for programs: make, list, revoke.", "reviewflow.cli.tokens:group"),
    "session": (SUBJECTS, "Who is signed in where, and an end to it.", "reviewflow.cli.sign_ins:group"),
    "policy": (LOOK, "The clock rules: list, show, check.", _VIEWS),
    "window": (LOOK, "Compute a window without a database, with every step.", "reviewflow.cli.look:window_command"),
    "release-check": (LOOK, "What stands on record before a release.", "reviewflow.cli.release_check:command"),
    "roster": (LOOK, "Who participates: labs, agreements, reviews, on time.", _VIEWS),
    "portfolio": (LOOK, "Windows, planned releases and halts over time.", _VIEWS),
    "programme": (LOOK, "How it does: on time, days by step, load, what runs out.", _VIEWS),
    "deadlines": (LOOK, "What is owed by whom, the nearest first.", _VIEWS),
    "calendar": (LOOK, "Your deadlines as an iCalendar file, for the phone.", _VIEWS),
    "inbox": (LOOK, "The letters to one person.", _VIEWS),
    "letter": (LOOK, "Read or acknowledge a letter.", _VIEWS),
    "init": (RUN, "Prepare a database; asks nothing.", _OPERATE),
    "tick": (RUN, "One sweep and one delivery pass, for cron.", _OPERATE),
    "run": (RUN, "A worker: raises and sends at each due instant, until SIGTERM.", "reviewflow.cli.running:command"),
    "serve": (RUN, "The HTTP API, until SIGTERM.", "reviewflow.cli.serving:command"),
    "metrics": (RUN, "What is late, what waits, what was done; for Prometheus.", "reviewflow.cli.metrics:command"),
    "reconcile": (RUN, "Compare every deadline with what the record owes; --mend.", "reviewflow.cli.reconcile:command"),
    "deliveries": (RUN, "Letters that did not go out: list, requeue.", "reviewflow.cli.deliveries:group"),
    "check": (RUN, "Say what is not in order, and how to mend it.", _OPERATE),
    "verify": (RUN, "Verify every digest chain of the journal, or a dossier.", _OPERATE),
    "export": (RUN, "A subject's journal as JSON lines, or a review's dossier.", _OPERATE),
}

DATABASE = Annotated[
    str | None,
    typer.Option(
        envvar="REVIEWFLOW_DATABASE",
        help="SQLite file, URL, or @FILE with either; a URL with a password only so.",
        show_default=False,
    ),
]
SERVER = Annotated[
    str | None,
    typer.Option(envvar="REVIEWFLOW_SERVER", help="Ask this server instead of a database.", metavar="URL"),
]
TOKEN_FILE = Annotated[
    Path | None,
    typer.Option(envvar="REVIEWFLOW_TOKEN_FILE", help="The file with your token for it.", metavar="FILE"),
]

root = typer.Typer(
    cls=lazy_group(PLACES),
    help="The workflow engine for the review of frontier AI models before release.",
    epilog=f"{examples('')}\n\n{CODES}",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@root.callback(invoke_without_command=False)
def options(
    ctx: typer.Context,
    database: DATABASE = None,
    server: SERVER = None,
    token_file: TOKEN_FILE = None,
    config: Annotated[
        Path | None, typer.Option("--config", envvar="REVIEWFLOW_CONFIG", help="Folder of a configuration of your own.")
    ] = None,
    actor: Annotated[
        str | None, typer.Option("--as", envvar="REVIEWFLOW_AS", help="Who acts: a role mailbox.", metavar="PERSON")
    ] = None,
    when: Annotated[
        str | None,
        typer.Option("--at", envvar="REVIEWFLOW_AT", help="Dates a fact; in a simulation, now.", metavar="WHEN"),
    ] = None,
    if_version: Annotated[
        int | None,
        typer.Option("--if-version", envvar="REVIEWFLOW_IF_VERSION", help="Only if still at this version.", min=0),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option("--key", envvar="REVIEWFLOW_KEY", help="Idempotency key: done once, however often it is asked."),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", envvar="REVIEWFLOW_JSON", help="Print one JSON object, errors too.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", envvar="REVIEWFLOW_QUIET", help="Print only what was asked.")
    ] = False,
) -> None:
    """The options that stand before the verb."""
    if server is not None and database is not None:
        server, database = nearer(ctx, server, database)
    ctx.obj = Session(database, config, actor, when, if_version, key, json, quiet, server, token_file)
    ctx.call_on_close(ctx.obj.close)


def nearer(ctx: typer.Context, server: str, database: str) -> tuple[str | None, str | None]:
    """What is typed stands above what the environment says; Invalid where both are said in the same place."""
    is_typed = [getattr(ctx.get_parameter_source(name), "name", "") == "COMMANDLINE" for name in ("server", "database")]
    if is_typed[0] == is_typed[1]:
        raise Invalid("Both a server and a database are named.", remedy="Give --server or --database, not both.")
    return (server, None) if is_typed[0] else (None, database)


def run(arguments: list[str]) -> int:
    """Run one command line; returns its exit code and prints any error to standard error, without a traceback."""
    command = typer.main.get_command(root)
    wants_json = "--json" in arguments or bool(os.environ.get("REVIEWFLOW_JSON"))
    try:
        code = command.main(arguments, prog_name="reviewflow", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except ReviewflowError as error:
        return _report(type(error).__name__, list(error.reasons), error.remedy, wants_json, exit_code(error))
    except Exit as stop:
        return stop.exit_code
    except (Abort, KeyboardInterrupt):
        return 130
    except TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError" and not wants_json:  # its message is the whole help
            print(error.format_message(), file=sys.stderr)
            return 2
        said = error.format_message()
        if getattr(getattr(error, "ctx", None), "info_name", "") in ("accept", "set-password"):
            said = said.partition(" (")[0]  # what is too much there may be a secret
        return _report("Invalid", [said], "Add --help to see how it is used.", wants_json, 2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("REVIEWFLOW_DEBUG"):
            raise
        reason = f"A fault of reviewflow itself ({type(error).__name__}: {error}). Nothing was changed by this command."
        return _report("Fault", [reason], "Run again with REVIEWFLOW_DEBUG=1 and report what it prints.", wants_json, 6)


def exit_code(error: ReviewflowError) -> int:
    """The exit code of an error: 1 refused, 2 usage, 3 stale, 4 not allowed, 5 not found, 6 unavailable."""
    return next((EXIT_CODES[kind] for kind in type(error).__mro__ if kind in EXIT_CODES), 6)


def _report(kind: str, reasons: list[str], remedy: str | None, wants_json: bool, code: int) -> int:
    if wants_json:
        import json

        document = {"error": {"kind": kind.lower(), "reasons": reasons, "remedy": remedy, "exit_code": code}}
        print(json.dumps(document, ensure_ascii=False), file=sys.stderr)
        return code
    from reviewflow.cli.paint import complain

    complain(kind, reasons, remedy)
    return code
