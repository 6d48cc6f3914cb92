"""`reviewflow verify` and `export`: the record, checked and handed out."""

import json

from reviewflow.cli.session import Session


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
        print_json(session, {"subjects": found.subjects, "events": found.events, "broken": broken, "head": found.head})
    elif not session.quiet or broken:
        banner(is_simulation=session.app.is_simulation, now=session.now, zone=session.zone)
        for one in broken:
            console().print(
                f"[bold red]broken[/] {one['subject']}, event {one['event']}: {one['reason']}", soft_wrap=True
            )
        say(f"{found.subjects} chains with {found.events} events: {len(broken) or 'none'} broken.")
        say(f"Digest of all heads:\n  {found.head}", "dim")
    if broken:
        raise typer.Exit(1)


def export_journal(session: Session, ref: str) -> None:
    """One JSON object a line; of what is not yours to read only the links, so that the chain still verifies."""
    from reviewflow.cli.verbs import tidy
    from reviewflow.engine.stage import Stage, missing
    from reviewflow.ledger.chain import text_digest
    from reviewflow.nouns.actor import THE_SYSTEM
    from reviewflow.nouns.plain import plain
    from reviewflow.rules.permissions import reads_internal, sees
    from reviewflow.store import journal, subjects
    from reviewflow.store.database import reading

    app, name = session.app, tidy(ref)
    app.database  # noqa: B018 - refuse at once where there is none
    with reading(app.engine) as connection:
        actor = Stage(connection, app.settings).actor(session.who()) if session.actor else THE_SYSTEM
        subject = subjects.load(connection, [name]).get(name)
        if subject is None or not sees(actor, subject):
            raise missing(None, name)
        events = journal.events_of(connection, name)
    for event in events:
        event.pop("position")
        text = text_digest(event)
        if event["is_internal"] and not reads_internal(actor, subject):
            event = {key: event[key] for key in ("subject", "seq", "prev", "digest")} | {"is_redacted": True}
        print(json.dumps(plain({**event, "text_digest": text, "is_simulation": app.is_simulation}), ensure_ascii=False))
