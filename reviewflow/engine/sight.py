"""What exists for somebody, found out before it is read: what is another's is answered as what is not there."""

from reviewflow.engine.stage import missing
from reviewflow.nouns.actor import Actor
from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import Subject
from reviewflow.rules.permissions import sees
from reviewflow.store.database import Connection
from reviewflow.store.glance import glance
from reviewflow.store.subjects import fill


def seen(connection: Connection, actor: Actor, kind: Kind | None, ref: str) -> Subject:
    """A subject, whole, that a reader sees; else NotFound."""
    found = glance(connection, ref, actor.ref).subject
    if found is None or kind not in (None, found.kind) or not sees(actor, found):
        raise missing(kind, ref)
    return fill(connection, {ref: found})[ref]


def locked(connection: Connection, person: str, kind: Kind, ref: str) -> dict[str, Subject]:
    """A subject, locked and whole, that a person sees; none for somebody who is nobody here; else NotFound.

    Whether he sees it is asked again of the whole: while the lock was waited for he may have been let in, or put out.
    """
    at = glance(connection, ref, person, lock=True)
    if at.person is None:
        return {}
    if at.subject is None or at.subject.kind is not kind or not sees(at.person, at.subject):
        raise missing(kind, ref)
    return fill(connection, {ref: at.subject})
