"""How far what a principal holds reaches: a token only narrows what its person may."""

from reviewflow.engine.call import Call
from reviewflow.engine.stage import missing
from reviewflow.errors import Forbidden
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.commands.programme import AddPerson
from reviewflow.nouns.principal import Scopes
from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import Subject

READ = "read"  # the verb of every view


def check(call: Call) -> None:
    """NotFound for a subject out of reach, Forbidden for a verb; nothing is asked first, so that neither tells more."""
    command, scopes = call.command, call.scopes
    assert command is not None
    if call.ref is not None and not covers(scopes, call.ref):
        raise missing(command.kind, call.ref)
    verb = f"{command.kind.value} {command.verb}"
    if not scopes.allows(verb, call.ref):
        raise out_of_reach(verb)


def covers(scopes: Scopes, ref: str) -> bool:
    """Whether a subject is among those that are named; whose it is is another question."""
    return scopes.subjects is None or ref in scopes.subjects


def is_of(scopes: Scopes, subject: Subject, command: Command | None = None) -> bool:
    """Whether a subject, also one that a command is about to make, is of an organization that it names.

    Of its lab, of its agency, to which a review belongs once it is filed, or of the organization of a person.
    """
    if scopes.organizations is None:
        return True
    row, is_draft = subject.row, subject.kind is Kind.REVIEW and subject.row.get("submitted_at") is None
    owners = {row.get("lab"), None if is_draft else row.get("agency"), row.get("organization")}
    owners |= {subject.ref} if subject.kind is Kind.ORGANIZATION else set()
    owners |= {command.organization} if isinstance(command, AddPerson) else set()
    return not owners.isdisjoint(scopes.organizations)


def require_of(call: Call, subject: Subject) -> None:
    """NotFound for a subject of another organization, Forbidden to make one there."""
    command = call.command
    assert command is not None
    if not is_of(call.scopes, subject, command):
        if subject.seq:
            raise missing(command.kind, subject.ref)
        raise out_of_reach(f"{command.kind.value} {command.verb} there")


def may_read(scopes: Scopes) -> bool:
    """Whether it reaches any view."""
    return scopes.verbs is None or READ in scopes.verbs


def require(scopes: Scopes, verb: str) -> None:
    """Forbidden for an act on no subject that a token leaves out; one that names anything at all names none such."""
    if not (scopes.allows(verb, None) and scopes.is_whole):
        raise out_of_reach(verb)


def out_of_reach(verb: str) -> Forbidden:
    """The answer for a verb that a token leaves out."""
    return Forbidden(f"Your token does not reach {verb}.", remedy="Make one whose scopes name it.")
