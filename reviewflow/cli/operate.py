"""Commands of the operator: init, tick, check, verify, export."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from reviewflow.cli.lazy import command_of
from reviewflow.cli.session import Session


def command(name: str) -> Any:
    """One of the operator's commands, by name."""
    return command_of(_COMMANDS[name], name)


def init(
    ctx: typer.Context,
    simulation: Annotated[bool, typer.Option("--simulation", help="Make a simulation; it stays one for ever.")] = False,
    record: Annotated[bool, typer.Option("--record", help="Import the public record too.")] = False,
    roles: Annotated[bool, typer.Option("--roles", help="On PostgreSQL: make the two roles.")] = False,
) -> None:
    """Prepare a database: schema, offices and people from programme.toml. Safe to run again."""
    from reviewflow.cli.prepare import prepare_database

    refuse_a_date(ctx.obj, "init", is_simulation=simulation)
    prepare_database(ctx.obj, simulation=simulation, record=record, roles=roles)


def tick(ctx: typer.Context) -> None:
    """Raise everything that is due and send the letters that are owed. Idempotent; made for cron."""
    from reviewflow.cli.outcome import print_json
    from reviewflow.engine.tick import tick as beat

    session: Session = ctx.obj
    refuse_a_date(session, "tick", is_simulation=session.app.is_simulation)
    now = session.now
    swept, delivered = beat(session.app.engine, session.app.settings, session.app.senders(), now)
    session.app.stand(now)
    counts = {
        "subjects": len(swept.done),
        "events": swept.events,
        "letters_sent": len(delivered.sent),
        "letters_failed": len(delivered.failed),
        "letters_set_aside": len(delivered.set_aside),
        "failed": [{"ref": fail.call.ref, "reasons": list(fail.error.reasons)} for fail in swept.failed],
    }
    if session.json:
        print_json(session, {"now": now, **counts})
    elif not session.quiet:
        _say_tick(session, now, counts)
    if swept.failed:
        raise typer.Exit(1)


def refuse_a_date(session: Session, what: str, *, is_simulation: bool) -> None:
    """Raises Refused for --at where only a simulation's clock could be moved by it."""
    if session.when is not None and not is_simulation:
        from reviewflow.errors import Refused

        raise Refused(f"On a real database {what} acts now; it cannot be dated.", remedy="Leave --at out.")


def _say_tick(session: Session, now: Any, counts: dict[str, Any]) -> None:
    from reviewflow.cli.paint import banner, local, say
    from reviewflow.nouns.plural import plural

    banner(is_simulation=session.app.is_simulation, now=now, zone=session.zone)
    if not any(counts[name] for name in ("events", "letters_sent", "letters_failed", "letters_set_aside", "failed")):
        say(f"Nothing is due at {local(now, session.zone)}.")
        return
    events, subjects = plural(counts["events"], "event"), plural(counts["subjects"], "subject")
    say(f"{events} on {subjects}, {plural(counts['letters_sent'], 'letter')} sent.")
    if counts["letters_failed"] or counts["letters_set_aside"]:
        again, aside = plural(counts["letters_failed"], "letter"), counts["letters_set_aside"]
        say(f"{again} failed and will be tried again, {aside} set aside: see `reviewflow deliveries list`.", "red")
    for failure in counts["failed"]:
        say(f"failed: {failure['ref']}: {' '.join(failure['reasons'])}", "red")


def check(ctx: typer.Context) -> None:
    """Check configuration, database, role, clock, workers, deadlines, letters and secrets."""
    from reviewflow.cli.doctor import examine

    examine(ctx.obj)


def verify(
    ctx: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="A dossier; default: the database.", show_default=False)] = None,
    head: Annotated[
        list[str] | None, typer.Option("--head", help="Of a dossier: a chain head known from elsewhere; repeatable.")
    ] = None,
) -> None:
    """Verify every chain, and every row against its journal; of a dossier every signature, without a database."""
    from reviewflow.cli.dossier import verify_dossier
    from reviewflow.cli.proof import verify_all
    from reviewflow.errors import Invalid

    if file is not None:
        verify_dossier(ctx.obj, file, head or ())
    elif head:
        raise Invalid("A head is looked for in a dossier.", remedy="Name its file: reviewflow verify FILE --head HEX.")
    else:
        verify_all(ctx.obj)


def export(
    ctx: typer.Context,
    ref: Annotated[str, typer.Argument(help="The subject's reference.", show_default=False)],
    dossier: Annotated[
        Path | None, typer.Option("--dossier", help="Of a review: write it, and all around it, into this new file.")
    ] = None,
) -> None:
    """Print a subject's journal as JSON lines, or write a review's dossier: as much of it as is yours to read."""
    from reviewflow.cli.dossier import export_dossier
    from reviewflow.cli.proof import export_journal

    if dossier is None:
        export_journal(ctx.obj, ref)
    else:
        export_dossier(ctx.obj, ref, dossier)


_COMMANDS: dict[str, Callable[..., None]] = {
    "init": init,
    "tick": tick,
    "check": check,
    "verify": verify,
    "export": export,
}
