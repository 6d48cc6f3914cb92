"""The journal of a subject as the reader may read it, and of a review its timeline."""

from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import Row, Subject
from reviewflow.rules.permissions import reads
from reviewflow.store.inbox import letters_about
from reviewflow.store.journal import events_of
from reviewflow.views.happened import happened
from reviewflow.views.inbox import one_of
from reviewflow.views.look import Document, Look
from reviewflow.views.view import One
from reviewflow.views.window_facts import bare, policy_of, window

_KEYS = ("seq", "name", "actor", "effective_at", "recorded_at", "late_by", "is_internal", "data", "digest")


def timeline(look: Look, asked: One) -> Document:
    """The window of a review with what a drawing of it needs, and its events in plain words."""
    subject = look.subject(Kind.REVIEW, asked.ref)
    ends = ("determination", "determined_at", "released_at", "withdrawn_at")
    return {
        "ref": subject.ref,
        "state": subject.state,
        "version": subject.seq,
        "head": subject.head,
        "policy": policy_of(look, subject),
        **{name: subject.row[name] for name in ends},
        "window": window(look, subject),
        "tolls": bare(subject.part("toll")),
        "events": _with_letters(look, subject),
    }


def _with_letters(look: Look, subject: Subject) -> list[Document]:
    """Each event with the letters that told of it to people of the reader's organization; the operator sees all."""
    own = look.actor.organization if look.actor.is_person else None
    with look.opened():  # how colleagues were told is not theirs alone; how the other side was told, is
        copies = letters_about(look.connection, subject.ref, own)
    told: dict[tuple[int, str], list[list[Row]]] = {}
    for copy in copies:
        told.setdefault((copy["seq"], copy["recipient"]), []).append([copy])
    letters: dict[int, list[Document]] = {}
    for (seq, to), group in told.items():
        one = one_of(group)
        shown: Document = {"to": to, "id": one.id if to == look.actor.ref else None, "status": one.status}
        shown |= {"sent_at": one.sent_at, "seen_at": one.seen_at, "acknowledged_at": one.acknowledged_at}
        letters.setdefault(seq, []).append(shown)
    return [{**event, "letters": letters.get(event["seq"], [])} for event in story(look, subject)]


def story(look: Look, subject: Subject) -> list[Document]:
    """The events that the reader may read, each in words and with the number of the event that rescinded it."""
    events = events_of(look.connection, subject.ref)
    rescinded = {event["data"]["rescinds"]: event["seq"] for event in events if "rescinds" in event["data"]}
    late_from = look.stage.settings.server.catch_up_seconds
    return [_told(event, rescinded.get(event["seq"]), late_from) for event in events if reads(look.actor, event)]


def _told(event: Row, rescinded_by: int | None, late_from: int) -> Document:
    """`late_by` are seconds, of what the system does; it `is_late` where that is more than a sweep takes."""
    return {
        **{key: event[key] for key in _KEYS},
        "is_late": event["late_by"] is not None and event["late_by"] > late_from,
        "rescinded_by": rescinded_by,
        "says": happened(event["name"], event["data"]),
    }
