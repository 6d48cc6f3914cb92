"""What may be done with a subject now, and which of it is the reader's to do."""

from reviewflow.engine.home import home_of
from reviewflow.engine.next_step import next_step
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import Subject
from reviewflow.rules.lifecycle import TABLES
from reviewflow.rules.machine import possible
from reviewflow.rules.permissions import Home, allowed
from reviewflow.views.look import Document, Look


def possible_now(look: Look, subject: Subject) -> list[Document]:
    """Verbs in the order of the picture, with whom each asks for; of a person only those that are his."""
    found: dict[str, Document] = {}
    home = home_of(look.stage, subject)
    for row in possible(subject.kind, subject.state):
        if look.is_operator or allowed(row.who, look.actor, subject, home):
            told = {"verb": row.command.verb, "who": row.who.value, "help": about(row.command)}
            found.setdefault(row.command.verb, told)
    return list(found.values())


def makeable(look: Look, kind: Kind) -> list[Document]:
    """What makes a new one of a kind, as far as the reader's roles go."""
    who = look.actor
    own = Subject(kind, "", row={"lab": who.organization, "agency": who.organization})
    home = None if kind is Kind.ORGANIZATION or who.side is None else Home(who.organization, who.side)
    return [
        {"verb": row.command.verb, "who": row.who.value, "help": about(row.command)}
        for row in TABLES[kind]
        if row.command.creates and (look.is_operator or allowed(row.who, who, own, home))
    ]


def about(command: type[Command]) -> str:
    """What a command does, in a line."""
    return (command.__doc__ or "").strip().partition("\n")[0]


def hint(look: Look, subject: Subject, found: list[Document]) -> str | None:
    """The next sensible command line, where it is possible and the reader's to give."""
    line = next_step(look.stage.settings, subject, reads_internal=look.reads_internal)
    verbs = {one["verb"] for one in found}
    if line is None or line.split()[2] not in verbs:
        return None
    return line
