"""`reviewflow review timeline`: the window as a bar, and the journal as the reader may read it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from reviewflow.cli.reader import Reader, reader

if TYPE_CHECKING:
    from reviewflow.nouns.subject import Row, Subject

REF = Annotated[str, typer.Argument(help="The review's reference.", show_default=False)]


def review_timeline(ctx: typer.Context, ref: REF) -> None:
    """Draw the window of a review with today's mark, and tell its journal in plain words."""
    from reviewflow.cli.story_page import print_story
    from reviewflow.cli.window_facts import window
    from reviewflow.nouns.states import Kind

    with reader(ctx.obj) as look:
        subject = look.subject(Kind.REVIEW, ref)
        events, facts = story(look, subject), window(look, subject)
        if look.session.json:
            look.answer(_document(subject, events, facts))
        else:
            print_story(look, subject, events, facts)


def _document(subject: "Subject", events: "list[Row]", window: dict[str, Any] | None) -> dict[str, Any]:
    from reviewflow.cli.happened import happened

    keys = ("seq", "name", "actor", "effective_at", "recorded_at", "late_by", "is_internal", "rescinded_by", "data")
    return {
        "ref": subject.ref,
        "state": subject.state,
        "version": subject.seq,
        "head": subject.head,
        "window": window,
        "events": [{key: e[key] for key in keys} | {"says": happened(e["name"], e["data"])} for e in events],
    }


def story(look: Reader, subject: "Subject") -> "list[Row]":
    """The events that the reader may read, each with the number of the event that rescinded it."""
    from reviewflow.rules.permissions import reads
    from reviewflow.store.journal import events_of

    events = events_of(look.connection, subject.ref)
    rescinded = {e["data"]["rescinds"]: e["seq"] for e in events if "rescinds" in e["data"]}
    return [{**event, "rescinded_by": rescinded.get(event["seq"])} for event in events if reads(look.actor, event)]
