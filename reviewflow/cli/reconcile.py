"""`reviewflow reconcile`: deadlines that are not what the record owes, found and on request mended."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from reviewflow.cli.lazy import command_of
from reviewflow.cli.session import Session

if TYPE_CHECKING:
    from reviewflow.engine.reconcile import Reconciled
    from reviewflow.rules.mending import Difference


def reconcile(
    ctx: typer.Context,
    mend: Annotated[bool, typer.Option("--mend", help="Set right what differs, by an event on its record.")] = False,
) -> None:
    """Derive every deadline anew from the record, and compare.

    Prints each that is missing or differs; ends with exit code 1 where something differs and is not mended.
    """
    from reviewflow.cli.operate import refuse_a_date
    from reviewflow.cli.outcome import print_json
    from reviewflow.engine.reconcile import reconcile as pass_over

    session: Session = ctx.obj
    refuse_a_date(session, "reconcile", is_simulation=session.app.is_simulation)
    now = session.now
    found = pass_over(session.app.engine, session.app.settings, now, is_mending=mend)
    if mend:
        session.app.stand(now)
    if session.json:
        print_json(session, _document(found))
    else:
        _say(session, found)
    if found.failed or found.differences.keys() - set(found.mended):
        raise typer.Exit(1)


def _document(found: "Reconciled") -> dict[str, Any]:
    listed = [
        {"ref": ref, **each._asdict(), "what": each.what}
        for ref, differences in found.differences.items()
        for each in differences
    ]
    return {"subjects": found.subjects, "differences": listed, "mended": found.mended, "failed": found.failed}


def _say(session: Session, found: "Reconciled") -> None:
    from reviewflow.cli.paint import banner, say
    from reviewflow.nouns.plural import plural

    wrong = [(ref, each) for ref, differences in found.differences.items() for each in differences]
    if session.quiet and not wrong and not found.failed:
        return
    banner(is_simulation=session.app.is_simulation, now=session.now, zone=session.zone)
    for ref, each in wrong:
        say(_line(ref, each), "red" if ref not in found.mended else "")
    for ref, why in found.failed.items():
        say(f"failed: {ref}: {why}", "red")
    differ = plural(len(wrong), "deadline differs", "deadlines differ") if wrong else "no deadlines differ"
    said = f"{plural(found.subjects, 'review or commitment', 'reviews and commitments')}: {differ}"
    say(f"{said}; {plural(len(found.mended), 'subject')} mended." if found.mended else f"{said}.")
    if wrong and not found.mended:
        say("Set them right with `reviewflow reconcile --mend`; `reviewflow verify` tells whether the record is whole.")


def _line(ref: str, each: "Difference") -> str:
    part = f" {each.part_no}" if each.part_no else ""
    head = f"{ref}: the {each.kind.replace('_', ' ')}{part} deadline (row {each.no}) is {each.what}"
    columns = each.owed or each.found
    if each.what != "different":
        return f"{head}: due at {_plain(columns['due_at'])}, {_plain(columns['status'])}"
    return f"{head}: " + "; ".join(f"{key} {_plain(each.found[key])}, owed {_plain(each.owed[key])}" for key in columns)


def _plain(value: Any) -> str:
    from reviewflow.nouns.plain import plain

    return "none" if value is None else str(plain(value))


def command(name: str) -> Any:
    """The command, by its name."""
    return command_of(reconcile, name)
