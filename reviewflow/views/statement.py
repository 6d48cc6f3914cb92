"""The statement of a command before it is signed: the text, and whether the command would be done at all."""

from datetime import datetime

from reviewflow.engine import reach, signing, timekeeping
from reviewflow.engine.call import Call
from reviewflow.engine.stage import missing
from reviewflow.errors import Forbidden, Invalid, Refused
from reviewflow.ledger.signing import text_digest
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.subject import Subject
from reviewflow.rules import forms, machine
from reviewflow.rules.anchor import anchor
from reviewflow.rules.decide import decide
from reviewflow.rules.permissions import allowed, why_not
from reviewflow.rules.settle import settle
from reviewflow.rules.statements import statement as text_of
from reviewflow.rules.work import Work
from reviewflow.settings.settings import Settings
from reviewflow.store.database import Engine
from reviewflow.store.refs import ref_of_new
from reviewflow.views.look import Document, Look, looking


def statement(look: Look, call: Call, printed_name: str | None = None) -> Document:
    """The text that its actor is to sign with the call, and its digest; every reason why it would be refused.

    Where the call makes its subject, the reference is drawn now; the signature brings it along.

    It is that of the record as it is stored: where something is due, and so about to be recorded, settle the subject
    first (a call without a command).
    """
    command = call.command
    assert command is not None
    if command.signs is None:
        raise Invalid(f"{command.kind.value} {command.verb} is not signed; it has no statement.")
    reach.check(call)
    forms.check(command)
    w = _work(look, call, command)
    name, subject = printed_name or signing.default_name(w.actor), w.subject
    if printed_name is not None and (faults := signing.name_faults(printed_name)):
        raise Invalid(*faults)
    method = signing.method_of(look.stage, w.actor, call.method)
    where = signing.ground(look.stage, subject.ref, subject.seq, subject.head, name, method, call.effective_at)
    text = text_of(w, command, look.stage.scene(w, command), where)
    document = {
        "ref": subject.ref,
        "command": f"{command.kind.value} {command.verb}",
        "meaning": command.signs,
        "printed_name": name,
        "method": method,
        "version": w.subject.seq,
        "text": text,
        "digest": text_digest(text),
    }
    if call.effective_at is None:  # else what is decided is the past, which only the engine builds
        decide(w, command, look.stage.scene(w, command))
    return document


def require_seen(engine: Engine, settings: Settings, call: Call, now: datetime) -> None:
    """NotFound where the actor of a call does not see its subject."""
    assert call.command is not None and call.ref is not None
    with looking(engine, settings, call.actor, now, call.scopes) as look:
        look.subject(call.command.kind, call.ref)


def shown(engine: Engine, settings: Settings, call: Call, now: datetime, printed_name: str | None = None) -> Document:
    """The statement as plain JSON, as it is told to the actor of the call."""
    with looking(engine, settings, call.actor, now, call.scopes) as look:
        return look.told(statement(look, call, printed_name))


def _work(look: Look, call: Call, command: Command) -> Work:
    """The subject in the actor's hand, as the engine would give it to him; nothing of it is ever written."""
    if call.ref is None and not command.creates:
        raise missing(command.kind, "")
    subject = look.subject(command.kind, call.ref) if call.ref else Subject(command.kind, ref_of_new(command))
    w = timekeeping.work_on(subject, look.now)
    if subject.seq:
        settle(w, look.stage.quiet(subject), w.recorded_at)
    if w.facts:
        names = ", ".join(fact.name.replace("_", " ") for fact in w.facts)
        raise Refused(
            f"The record of {subject.ref} is about to go on ({names}); a statement on it would not hold.",
            remedy="Ask again in a minute; the next tick records it.",
        )
    w.as_of(look.actor, timekeeping.effective_at(w, call))
    if not subject.seq:
        anchor(w, command, look.stage.scene(w, command))
    reach.require_of(call, subject)
    who = machine.who(type(command))
    if not allowed(who, w.actor, w.subject):
        raise Forbidden(why_not(who, w.actor, f"{command.kind.value} {command.verb}"))
    return w
