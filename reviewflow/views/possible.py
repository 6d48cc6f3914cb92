"""What may be done with a subject now, and which of it is the reader's to do."""

from reviewflow.engine.home import home_of
from reviewflow.engine.next_step import next_step
from reviewflow.nouns.subject import Subject
from reviewflow.rules.machine import possible
from reviewflow.rules.permissions import allowed
from reviewflow.views.look import Document, Look


def possible_now(look: Look, subject: Subject) -> list[Document]:
    """Verbs in the order of the picture, with whom each asks for; of a person only those that are his."""
    found: dict[str, Document] = {}
    home = home_of(look.stage, subject)
    for row in possible(subject.kind, subject.state):
        if look.is_operator or allowed(row.who, look.actor, subject, home):
            help = (row.command.__doc__ or "").strip().partition("\n")[0]
            found.setdefault(row.command.verb, {"verb": row.command.verb, "who": row.who.value, "help": help})
    return list(found.values())


def hint(look: Look, subject: Subject, found: list[Document]) -> str | None:
    """The next sensible command line, where it is possible and the reader's to give."""
    line = next_step(look.stage.settings, subject, reads_internal=look.reads_internal)
    verbs = {one["verb"] for one in found}
    if line is None or line.split()[2] not in verbs:
        return None
    return line
