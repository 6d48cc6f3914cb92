"""`reviewflow verify` and `export`: the record, checked and handed out."""

import json

from reviewflow.cli.session import Session

REMEDY = (
    "Compare with a backup: `reviewflow --database COPY verify` says whether it was whole, and `export` shows what "
    "differs. Where only deadlines are wrong, `reviewflow reconcile` shows them, and with --mend sets them right."
)


def verify_all(session: Session) -> None:
    """Every chain and signature, and every row against its journal; exit 1 with the first break of each subject."""
    import typer

    from reviewflow.cli.outcome import print_json
    from reviewflow.cli.paint import banner, console, say
    from reviewflow.engine.audit import audit
    from reviewflow.nouns.plural import plural

    session.app.database  # noqa: B018 - refuse at once where there is none
    found = audit(session.app.engine)
    unsigned = len(found.unsigned)
    broken = [{"subject": b.subject, "event": b.seq, "reason": b.reason} for b in found.breaks]
    if session.json:
        told = {"subjects": found.subjects, "events": found.events, "unsigned": unsigned, "broken": broken}
        print_json(session, told | {"head": found.head} | ({"remedy": REMEDY} if broken else {}))
    elif not session.quiet or broken:
        banner(is_simulation=session.app.is_simulation, now=session.now, zone=session.zone)
        for one in broken:
            console().print(
                f"[bold red]broken[/] {one['subject']}, event {one['event']}: {one['reason']}", soft_wrap=True
            )
        say(f"{plural(found.subjects, 'chain')} with {plural(found.events, 'event')}: {len(broken) or 'none'} broken.")
        if unsigned:
            say(f"UNSIGNED: {plural(unsigned, 'act')}, from before signatures or told by the public record.")
        say(f"Digest of all heads:\n  {found.head}", "dim")
        if broken:
            say(REMEDY)
    if broken:
        raise typer.Exit(1)


def export_journal(session: Session, ref: str) -> None:
    """One JSON object a line; of what is not yours to read only the links, so that the chain still verifies.

    `origin` is what the first link of every chain of this database hangs on.
    """
    found = session.document("journal", ref=ref)
    marks = {name: found[name] for name in ("origin", "is_simulation")}
    for event in found["events"]:
        print(json.dumps({**event, **marks}, ensure_ascii=False))
