"""How far what a principal holds reaches: a token only narrows what its person may."""

from reviewflow.engine.call import Call
from reviewflow.engine.stage import missing
from reviewflow.errors import Forbidden
from reviewflow.nouns.principal import Scopes

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
    """Whether a subject is within it."""
    return scopes.subjects is None or ref in scopes.subjects


def may_read(scopes: Scopes) -> bool:
    """Whether it reaches any view."""
    return scopes.verbs is None or READ in scopes.verbs


def require(scopes: Scopes, verb: str) -> None:
    """Forbidden for an act on no subject that a token leaves out; one that names verbs or subjects names none such."""
    if not scopes.allows(verb, None):
        raise out_of_reach(verb)


def out_of_reach(verb: str) -> Forbidden:
    """The answer for a verb that a token leaves out."""
    return Forbidden(f"Your token does not reach {verb}.", remedy="Make one whose scopes name it.")
