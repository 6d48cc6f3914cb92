"""What a command did: the new state, the dates that matter now, and the next sensible command."""

from typing import Any

from reviewflow.cli.session import Session
from reviewflow.engine.call import Done
from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import Subject


def show_outcome(session: Session, kind: Kind, done: Done) -> None:
    """JSON with stable keys, or a few lines."""
    from reviewflow.store.database import reading
    from reviewflow.store.subjects import load

    with reading(session.app.engine) as connection:
        subject = load(connection, [done.ref])[done.ref]
    if session.json:
        print_json(session, _document(session, done, subject))
        return
    if session.quiet:
        print(done.ref)
        return
    _show(session, kind, done, subject)


def print_json(session: Session, document: dict[str, Any]) -> None:
    """One JSON object on standard output; a simulation is marked in each."""
    import json

    from reviewflow.nouns.plain import plain

    document = {**document, "is_simulation": session.app.is_simulation}
    print(json.dumps(plain(document), ensure_ascii=False, indent=2))


def deadlines_of(session: Session, subject: Subject) -> list[dict[str, Any]]:
    """The live deadlines of a subject, with days left."""
    from reviewflow.rules.counting import days_left
    from reviewflow.rules.deadlines import LIVE

    today = session.now.astimezone(session.zone).date()
    return [
        {
            "kind": row["kind"],
            "part_no": row["part_no"],
            "status": row["status"],
            "due_at": row["due_at"],
            "due_on": row["due_on"],
            "days_left": days_left(row["due_on"], today) if row["due_on"] else None,
            "remaining_days": row["remaining_days"],
        }
        for row in subject.part("deadline")
        if row["status"] in LIVE
    ]


def _document(session: Session, done: Done, subject: Subject) -> dict[str, Any]:
    return {
        "ref": done.ref,
        "kind": subject.kind,
        "state": subject.state,
        "version": done.seq,
        "head": done.head,
        "events": list(done.events),
        "recorded_at": subject.recorded_at,
        "deadlines": deadlines_of(session, subject),
    }


def _show(session: Session, kind: Kind, done: Done, subject: Subject) -> None:
    from reviewflow.cli.next_step import next_step
    from reviewflow.cli.paint import banner, console, left, local, state, words

    banner(is_simulation=session.app.is_simulation, now=session.now, zone=session.zone)
    line = console()
    line.print(f"[bold]{done.ref}[/]", state(subject.state), f"[dim]version {done.seq}, head {done.head[:12]}[/]")
    line.print("recorded:", ", ".join(words(name) for name in done.events))
    for row in deadlines_of(session, subject):
        which = words(row["kind"]) + (f" {row['part_no']}" if row["part_no"] else "")
        if row["due_at"] is None:
            line.print(f"  {which:<16} tolled, {row['remaining_days']} days remain")
        else:
            line.print(
                f"  {which:<16} {local(row['due_at'], session.zone)}  {left(row['due_on'], session.now, session.zone)}"
            )
    hint = next_step(session.app.settings, subject)
    if hint:
        line.print(f"[dim]next:[/] {hint}", soft_wrap=True)
