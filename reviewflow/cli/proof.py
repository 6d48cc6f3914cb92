"""`reviewflow verify` and `export`: the record, checked and handed out."""

import json

from reviewflow.cli.session import Session

REMEDY = (
    "Compare with a backup: `reviewflow --database COPY verify` says whether it was whole, and `export` shows what "
    "differs. Where only deadlines are wrong, `reviewflow reconcile` shows them, and with --mend sets them right."
)


def verify_all(session: Session) -> None:
    """Every chain, and every row against its journal; exit 1 with the first broken event of each subject."""
    import typer

    from reviewflow.cli.outcome import print_json
    from reviewflow.cli.paint import banner, console, say
    from reviewflow.engine.audit import audit

    session.app.database  # noqa: B018 - refuse at once where there is none
    found = audit(session.app.engine)
    broken = [{"subject": b.subject, "event": b.seq, "reason": b.reason} for b in found.breaks]
    if session.json:
        print_json(
            session,
            {"subjects": found.subjects, "events": found.events, "broken": broken, "head": found.head}
            | ({"remedy": REMEDY} if broken else {}),
        )
    elif not session.quiet or broken:
        banner(is_simulation=session.app.is_simulation, now=session.now, zone=session.zone)
        for one in broken:
            console().print(
                f"[bold red]broken[/] {one['subject']}, event {one['event']}: {one['reason']}", soft_wrap=True
            )
        say(f"{found.subjects} chains with {found.events} events: {len(broken) or 'none'} broken.")
        say(f"Digest of all heads:\n  {found.head}", "dim")
        if broken:
            say(REMEDY)
    if broken:
        raise typer.Exit(1)


def export_journal(session: Session, ref: str) -> None:
    """One JSON object a line; of what is not yours to read only the links, so that the chain still verifies.

    `origin` is what the first link of every chain of this database hangs on.
    """
    from reviewflow.cli.reader import reader
    from reviewflow.cli.verbs import tidy
    from reviewflow.engine.stage import missing
    from reviewflow.ledger.chain import text_digest
    from reviewflow.nouns.plain import plain
    from reviewflow.rules.permissions import reads, sees
    from reviewflow.store import journal, subjects

    name = tidy(ref)
    with reader(session) as look:
        subject = subjects.load(look.connection, [name]).get(name)
        if subject is None or not sees(look.actor, subject):
            raise missing(None, name)
        events, actor = journal.events_of(look.connection, name), look.actor
    marks = {"origin": session.app.database["genesis"], "is_simulation": session.app.is_simulation}
    for event in events:
        event.pop("position")
        text = text_digest(event)
        if not reads(actor, event):
            event = {key: event[key] for key in ("subject", "seq", "prev", "digest")} | {"is_redacted": True}
        print(json.dumps(plain({**event, "text_digest": text, **marks}), ensure_ascii=False))
